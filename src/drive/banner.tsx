import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useLayoutEffect } from 'react';

import { sharedIcon } from '../ui/icons';
import { useModel } from '../ui/useModel';
import type { OpenDocument } from './documents';
import type { SharesModel } from './shares';
import { type BannerAct, labelOfAct, standingOf } from './standing';

export interface IBannerProps {
  document: OpenDocument;
  shares: SharesModel;
  run: (act: BannerAct) => void;
  trans: TranslationBundle;
}

/** The line above a document from the drive. */
export class DocumentBanner extends ReactWidget {
  constructor(private readonly props: IBannerProps) {
    super();
    this.addClass('jp-ApexDocumentBanner');
  }

  protected override render(): ReactElement {
    return <Banner {...this.props} onShown={this.fitText} />;
  }

  protected override onResize(): void {
    this.fitText();
  }

  /** Lumino's layout gives a header its least height, and text that wraps needs more. */
  private readonly fitText = (): void => {
    const line = this.node.firstElementChild;
    const height = `${line instanceof HTMLElement ? line.offsetHeight : 0}px`;
    if (height !== '0px' && height !== this.node.style.minHeight) {
      this.node.style.minHeight = height;
      this.parent?.fit();
    }
  };
}

/** Whose the document is, what one may do with it, and the way out where that is not enough. */
export function Banner(
  props: IBannerProps & { onShown: () => void }
): ReactElement {
  const { document, shares, run, trans, onShown } = props;
  const state = useModel(shares, model => model.state);
  useModel(document, each => each.unsaved);
  useModel(document, each => each.share);
  const { text, tone, acts } = standingOf(document, state, trans);
  useLayoutEffect(onShown, [onShown, text]);
  return (
    <div className="jp-ApexDocumentBanner-line" data-tone={tone}>
      <sharedIcon.react tag="span" width="16px" />
      <span className="jp-ApexDocumentBanner-text" role="status">
        {text}
      </span>
      {acts.map(act => (
        <button
          key={act}
          type="button"
          className="jp-ApexLink"
          onClick={() => run(act)}
        >
          {labelOfAct(act, trans)}
        </button>
      ))}
    </div>
  );
}
