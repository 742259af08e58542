import type { Message } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';
import { Panel } from '@lumino/widgets';

import type { IRow } from './rows';
import type { FinderView } from './view';

export interface IFinderPanelOptions {
  /** Loads what is in the panel. */
  load: () => Promise<FinderView>;
}

/** The Finder's place in the side bar. What is in it comes when somebody looks. */
export class FinderPanel extends Panel {
  constructor(private readonly options: IFinderPanelOptions) {
    super();
    this.addClass('jp-ApexFinder');
  }

  /** The row that the person is at, null while there is none. */
  get current(): IRow | null {
    return this.view?.model.state.current ?? null;
  }

  get currentChanged(): ISignal<this, void> {
    return this._currentChanged;
  }

  /** Read everything again; nothing to do before the panel was ever shown. */
  refresh(): void {
    this.view?.model.refresh();
  }

  /** Give the focus back to where it was before it came here. Returns whether that was possible. */
  giveBackFocus(): boolean {
    const { cameFrom } = this;
    if (!cameFrom?.isConnected || cameFrom === document.body) {
      return false;
    }
    cameFrom.focus();
    return true;
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    this.look();
  }

  protected override onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this.look();
  }

  protected override onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this.view?.model.hide();
  }

  protected override onBeforeDetach(msg: Message): void {
    super.onBeforeDetach(msg);
    this.view?.model.hide();
  }

  protected override onActivateRequest(msg: Message): void {
    super.onActivateRequest(msg);
    const { activeElement } = document;
    if (
      activeElement instanceof HTMLElement &&
      !this.node.contains(activeElement)
    ) {
      this.cameFrom = activeElement;
    }
    void this.loaded().then(view => view.focusSearch());
  }

  private look(): void {
    if (this.isVisible) {
      void this.loaded().then(view => {
        if (this.isVisible) {
          view.model.show();
        }
      });
    }
  }

  private loaded(): Promise<FinderView> {
    this.loading ??= this.fill();
    return this.loading;
  }

  private async fill(): Promise<FinderView> {
    const view = await this.options.load();
    this.view = view;
    this.addWidget(view);
    let { current } = view.model.state;
    view.model.stateChanged.connect(() => {
      const before = current;
      current = view.model.state.current;
      if (current !== before) {
        this._currentChanged.emit();
      }
    }, this);
    return view;
  }

  private view: FinderView | null = null;
  private loading: Promise<FinderView> | null = null;
  private cameFrom: HTMLElement | null = null;
  private readonly _currentChanged = new Signal<this, void>(this);
}
