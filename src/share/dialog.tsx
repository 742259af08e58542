import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { Grant } from '../api/types';
import type { IShareTarget } from '../tokens';
import { ErrorBoundary } from '../ui/ErrorBoundary';
import { visibleText } from '../ui/visibleText';
import { ShareBody } from './components/ShareBody';
import { type IShareModelOptions, ShareModel } from './model';

/** A quick answer is shown at once; the dialog of a slow one opens and says that it is loading. */
const PATIENCE_MS = 300;

export type IShareDialogOptions = Omit<IShareModelOptions, 'target'>;

/** Show who has access to an item, until the dialog is closed. */
export async function openShareDialog(
  target: IShareTarget,
  options: IShareDialogOptions
): Promise<void> {
  let next: IShareTarget | null = target;
  while (next !== null) {
    next = await show(next, options);
  }
}

/** One item's dialog; answers the folder above whose dialog takes its place. */
async function show(
  target: IShareTarget,
  options: IShareDialogOptions
): Promise<IShareTarget | null> {
  const { trans } = options;
  const model = new ShareModel({ target, ...options });
  await Promise.race([
    model.refresh(),
    new Promise(resolve => setTimeout(resolve, PATIENCE_MS))
  ]);
  let next: IShareTarget | null = null;
  const dialog = dialogOf(model, trans, grant => {
    next = folderOf(grant);
    dialog.reject();
  });
  try {
    await dialog.launch();
  } finally {
    dialog.dispose();
    model.dispose();
  }
  return next;
}

function dialogOf(
  model: ShareModel,
  trans: TranslationBundle,
  openFolder: (grant: Grant) => void
): Dialog<void> {
  const title = trans.__('Share “%1”', visibleText(model.target.name));
  return new ShareDialogWidget(title, {
    title,
    body: new ShareDialogBody(model, trans, openFolder),
    // Not accepting anything: what was done is done, and a half-typed date must not lock the button.
    buttons: [Dialog.cancelButton({ label: trans.__('Done') })],
    focusNodeSelector: 'input',
    hasClose: true
  });
}

/** Lab's dialog takes Enter in every field for its button, and Escape before a list that is open can close. */
class ShareDialogWidget extends Dialog<void> {
  constructor(label: string, options: Partial<Dialog.IOptions<void>>) {
    super(options);
    this.addClass('jp-ApexShareDialog');
    this.node.setAttribute('aria-label', label);
  }

  protected override _evtKeydown(event: KeyboardEvent): void {
    const { key, target } = event;
    const field = target instanceof HTMLInputElement;
    const listIsOpen =
      target instanceof Element &&
      target.getAttribute('aria-expanded') === 'true' &&
      target.getAttribute('role') === 'combobox';
    if ((key === 'Enter' && field) || (key === 'Escape' && listIsOpen)) {
      return;
    }
    super._evtKeydown(event);
  }
}

class ShareDialogBody extends ReactWidget {
  constructor(
    private readonly model: ShareModel,
    private readonly trans: TranslationBundle,
    private readonly openFolder: (grant: Grant) => void
  ) {
    super();
  }

  protected override render(): ReactElement {
    const { model, trans, openFolder } = this;
    return (
      <ErrorBoundary trans={trans}>
        <ShareBody model={model} openFolder={openFolder} trans={trans} />
      </ErrorBoundary>
    );
  }
}

/** An inherited share is one of the folder that carries it. */
function folderOf(grant: Grant): IShareTarget {
  const { workspace: root, path, name } = grant;
  return { root, path, name, type: 'folder' };
}
