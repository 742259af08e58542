import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { IApexClient, IShareDialog, ISharedDrive } from '../tokens';
import { visibleText } from '../ui/visibleText';
import type { IRow } from './rows';

/** The drive with what others share; see `ISharedDrive`. */
const SHARED_DRIVE = 'Shared:';

/** What a command is given to do something with; a row is one. */
export type Item = Pick<
  IRow,
  'root' | 'path' | 'name' | 'type' | 'mayShare' | 'suspended'
>;

export interface IActionsOptions {
  commands: CommandRegistry;
  contents: Contents.IManager;
  client: IApexClient;
  drive: ISharedDrive | null;
  shareDialog: IShareDialog | null;
  /** Shows a folder, or a file in its folder, of the drive with what others share. */
  browseShared: (contentsPath: string) => Promise<void>;
  copy: (text: string) => void;
  /** Lets the browser save what an address gives. */
  save: (address: string) => void;
  trans: TranslationBundle;
}

/** What can be done with a file or folder that the Finder lists. Every verb rejects with a sentence for the person. */
export class Actions {
  constructor(private readonly options: IActionsOptions) {}

  /** A file as a document; a folder in the file browser. */
  async open(item: Item): Promise<void> {
    if (item.type === 'folder') {
      await this.showInFileBrowser(item);
      return;
    }
    const path = await this.contentsPath(item);
    await this.options.commands.execute('docmanager:open', { path });
  }

  async showInFileBrowser(item: Item): Promise<void> {
    const path = await this.contentsPath(item);
    if (item.root !== null) {
      await this.options.browseShared(path);
    } else {
      await this.options.commands.execute('filebrowser:go-to-path', { path });
    }
  }

  canShare(item: Item): boolean {
    const isHidden = item.path?.split('/').some(name => name.startsWith('.'));
    return (
      this.options.shareDialog !== null &&
      item.path !== null &&
      !isHidden &&
      item.mayShare
    );
  }

  async share(item: Item): Promise<void> {
    const { root, path, name, type } = item;
    // Also for what is not found under its name: its owner may want to end the grants on it.
    if (path !== null) {
      await this.options.shareDialog?.open({ root, path, name, type });
    }
  }

  /** The path by which JupyterLab opens it. */
  async copyPath(item: Item): Promise<void> {
    this.options.copy(await this.contentsPath(item));
  }

  canDownload(item: Item): boolean {
    return item.type === 'file' && item.path !== null && !item.suspended;
  }

  async download(item: Item): Promise<void> {
    const { client, contents, save } = this.options;
    const path = this.pathOf(item);
    save(
      item.root === null
        ? await contents.getDownloadUrl(path)
        : client.downloadUrl(item.root, path)
    );
  }

  private async contentsPath(item: Item): Promise<string> {
    const { contents, drive, trans } = this.options;
    const path = this.pathOf(item);
    const { root } = item;
    if (root === null) {
      return path;
    }
    let found = drive?.contentsPath(root, path) ?? null;
    if (drive !== null && found === null) {
      // The drive reads the shares when it is first looked into.
      await contents.get(SHARED_DRIVE, { content: true });
      found = drive.contentsPath(root, path);
    }
    if (found === null) {
      throw new Error(
        trans.__(
          '“%1” is not shared with you any more, or not yet. Read the lists again to see what is.',
          visibleText(item.name)
        )
      );
    }
    return found;
  }

  private pathOf(item: Item): string {
    const { trans } = this.options;
    if (item.path === null) {
      throw new Error(
        trans.__(
          'The name of “%1” cannot be written in a path. Rename it to open it here.',
          visibleText(item.name)
        )
      );
    }
    if (item.suspended) {
      throw new Error(
        trans.__(
          '“%1” is not found under its name at the moment. It comes back when it is found again.',
          visibleText(item.name)
        )
      );
    }
    return item.path;
  }
}
