import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { ErrorBoundary } from '../ui';
import { Finder, type IFinderProps } from './components/Finder';
import { FinderModel, type IFinderOptions } from './model';

export type IFinderViewOptions = IFinderOptions & Omit<IFinderProps, 'model'>;

/** What is in the panel: loaded when it is first shown, not when JupyterLab starts. */
export class FinderView extends ReactWidget {
  constructor(private readonly options: IFinderViewOptions) {
    super();
    this.addClass('jp-ApexFinder-view');
    this.model = new FinderModel(options);
  }

  readonly model: FinderModel;

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.dispose();
      super.dispose();
    }
  }

  /** Give the focus to the search box, with its text selected, so that a new query can be written at once. */
  async focusSearch(): Promise<void> {
    await this.renderPromise;
    const input = this.node.querySelector<HTMLInputElement>('[type=search]');
    input?.focus();
    input?.select();
  }

  protected override render(): ReactElement {
    const { open, leave, ownServer, trans } = this.options;
    return (
      <ErrorBoundary trans={trans}>
        <Finder
          model={this.model}
          open={open}
          leave={leave}
          ownServer={ownServer}
          trans={trans}
        />
      </ErrorBoundary>
    );
  }
}
