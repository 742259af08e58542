import type {
  DocumentRegistry,
  IDocumentWidget
} from '@jupyterlab/docregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import { DocumentBanner } from './banner';
import type { OpenDocument, OpenDocuments } from './documents';
import { nameOf } from './formats';
import type { Refusals } from './refusals';
import type { SaveWishes } from './saveWishes';
import type { SharesModel } from './shares';
import type { BannerAct } from './standing';

export interface IWatcherOptions {
  shares: SharesModel;
  documents: OpenDocuments;
  refusals: Refusals;
  wishes: SaveWishes;
  trans: TranslationBundle;
}

/** Puts the banner above every document that is opened from the drive, and follows its versions. */
export class Watcher {
  constructor(private readonly options: IWatcherOptions) {}

  watch(widget: IDocumentWidget): void {
    const { documents, shares, trans } = this.options;
    if (!documents.has(widget.context.path) || this.watched.has(widget)) {
      return;
    }
    this.watched.add(widget);
    disarm(widget.node);
    const document = documents.add(widget.context);
    if ('contentHeader' in widget) {
      const banner = new DocumentBanner({
        document,
        shares,
        run: act => void this.run(act, document),
        trans
      });
      (widget as unknown as IWithHeader).contentHeader.addWidget(banner);
    }
  }

  private async run(act: BannerAct, document: OpenDocument): Promise<void> {
    const { refusals, shares, wishes } = this.options;
    const { context } = document;
    switch (act) {
      case 'copy':
        return refusals.copyToOwnFiles(nameOf(context.path), textOf(context));
      case 'look-again':
        return shares.refresh();
      case 'decide':
      case 'retry':
        return wishes
          .during(() => context.save())
          .catch(() => {
            // Said by the dialog, and by the banner still.
          });
    }
  }

  private readonly watched = new WeakSet<IDocumentWidget>();
}

/**
 * XS-03: also in what it does not trust Lab leaves buttons that run its commands, and forms, which load the whole page
 * again with all that is not saved. In what others wrote neither does anything.
 */
function disarm(node: HTMLElement): void {
  const stop = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  node.addEventListener('submit', stop, true);
  node.addEventListener(
    'click',
    event => {
      const { target } = event;
      if (
        target instanceof Element &&
        target.closest('[data-commandlinker-command]')
      ) {
        stop(event);
      }
    },
    true
  );
}

interface IWithHeader {
  contentHeader: { addWidget(widget: DocumentBanner): void };
}

/** What a save would write. */
function textOf(context: DocumentRegistry.Context) {
  const { model, contentsModel } = context;
  const isNotebook = contentsModel?.type === 'notebook';
  return {
    type: contentsModel?.type ?? 'file',
    format: isNotebook ? ('json' as const) : ('text' as const),
    content: isNotebook ? model.toJSON() : model.toString()
  };
}
