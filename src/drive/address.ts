import { showErrorMessage } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { TranslationBundle } from '@jupyterlab/translation';

/** The page option in which Lab finds what its address (`/lab/tree/…`) asks for. */
const ASKED_FOR = 'treePath';

export interface IAddressOptions {
  isShared: (contentsPath: string) => boolean;
  docManager: Pick<IDocumentManager, 'openOrReveal' | 'services'>;
  /** Shows what is shared, for an address of a folder. */
  showFolder: (contentsPath: string) => void;
  trans: TranslationBundle;
}

/**
 * Takes a path of the drive out of the page's address, where Lab puts the path of the document in front. Lab itself
 * would look for a file browser of the drive and stop with an error: nothing shared would survive a reload.
 * Returns what opens it, to be called once the layout is there.
 */
export function takeAddress(options: IAddressOptions): () => Promise<void> {
  const path = PageConfig.getOption(ASKED_FOR);
  if (!options.isShared(path)) {
    return () => Promise.resolve();
  }
  PageConfig.setOption(ASKED_FOR, '');
  return () => open(path, options);
}

async function open(path: string, options: IAddressOptions): Promise<void> {
  const { docManager, showFolder, trans } = options;
  try {
    const { contents } = docManager.services;
    const { type } = await contents.get(path, { content: false });
    if (type === 'directory') {
      showFolder(path);
    } else {
      docManager.openOrReveal(path);
    }
  } catch (reason) {
    const error = reason instanceof Error ? reason : new Error(path);
    await showErrorMessage(trans.__('This address cannot be opened'), error);
  }
}
