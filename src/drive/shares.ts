import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { asApexError } from '../api/errors';
import type { Grant } from '../api/types';
import type { ChangeTopic, IApexClient } from '../tokens';
import {
  LOADING,
  type RemoteState,
  ready,
  stateOfError
} from '../ui/remoteState';
import { isActive } from '../ui/words';

/** One share under the name that it has in the drive. */
export interface IShare {
  readonly grant: Grant;
  readonly owner: string;
  /** Unique among the shares of this owner. */
  readonly name: string;
}

/** What others shared with the person, by owner and name. */
export class SharesModel implements IDisposable {
  constructor(
    private readonly client: IApexClient,
    private readonly trans: TranslationBundle
  ) {
    client.changed.connect(this.onChanged, this);
  }

  get state(): RemoteState<readonly IShare[]> {
    return this._state;
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  /** Read them again; two that ask at the same time get one answer. */
  refresh(): Promise<void> {
    this.refreshing ??= this.read().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /** The shares, read if they are not known yet. Rejects with an `ApexError` while nothing is known. */
  async known(): Promise<readonly IShare[]> {
    if (this._state.tag !== 'ready') {
      await this.refresh();
    }
    return this.list(true);
  }

  /** The share of a name, looked for once more when it is not known: it may be new. */
  async find(owner: string, name: string): Promise<IShare | null> {
    const named = (share: IShare) =>
      share.owner === owner && share.name === name;
    const found = (await this.known()).find(named);
    if (found) {
      return found;
    }
    await this.refresh();
    return this.list(true).find(named) ?? null;
  }

  /** What is known now, nothing asked. */
  byName(owner: string, name: string): IShare | null {
    return this.list().find(s => s.owner === owner && s.name === name) ?? null;
  }

  byRoot(root: string): IShare | null {
    return this.list().find(s => s.grant.workspace === root) ?? null;
  }

  private list(demanded = false): readonly IShare[] {
    if (this._state.tag === 'ready') {
      return this._state.value;
    }
    if (demanded && this.problem) {
      throw asApexError(this.problem, this.trans);
    }
    return [];
  }

  private async read(): Promise<void> {
    try {
      const grants = await this.client.grantsWithMe();
      this.problem = null;
      this.become(ready(this.named(grants.filter(isActive))));
    } catch (reason) {
      const error = asApexError(reason, this.trans);
      this.problem = error;
      // While the service is away, what was known stays usable and says how old it is.
      const known = this._state.tag === 'ready' ? this._state : null;
      this.become(
        known && error.code === 'unavailable'
          ? ready(known.value, known.staleSince ?? new Date())
          : stateOfError(error)
      );
    }
  }

  private become(state: RemoteState<readonly IShare[]>): void {
    if (!this._isDisposed) {
      this._state = state;
      this._stateChanged.emit();
    }
  }

  /**
   * Equal names of one owner become `name~2`. A share keeps its name as long as the page lives, also when the other
   * one is gone: else an open document would be saved into the other share.
   */
  private named(grants: readonly Grant[]): readonly IShare[] {
    const oldestFirst = [...grants].sort((a, b) =>
      `${a.created_at} ${a.id}`.localeCompare(`${b.created_at} ${b.id}`)
    );
    const shares = new Map<string, IShare>();
    for (const grant of oldestFirst) {
      // Personal and group grants on one item are one share.
      if (!shares.has(grant.workspace)) {
        const owner = grant.owner.name;
        const name = this.nameOf(grant);
        shares.set(grant.workspace, { grant, owner, name });
      }
    }
    return [...shares.values()];
  }

  private nameOf(grant: Grant): string {
    const given = this.names.get(grant.workspace);
    if (given && given.of === grant.name) {
      return given.name;
    }
    const taken = new Set(
      [...this.names.values()]
        .filter(each => each.owner === grant.owner.name)
        .map(each => each.name)
    );
    let name = grant.name;
    for (let n = 2; taken.has(name); n++) {
      name = numbered(grant, n);
    }
    this.names.set(grant.workspace, {
      of: grant.name,
      owner: grant.owner.name,
      name
    });
    return name;
  }

  private onChanged(_: IApexClient, topic: ChangeTopic): void {
    // Before anybody looked there is nothing to keep fresh.
    if (topic === 'shared-with-me' && this._state.tag !== 'loading') {
      void this.refresh();
    }
  }

  private readonly names = new Map<
    string,
    { of: string; owner: string; name: string }
  >();
  private readonly _stateChanged = new Signal<this, void>(this);
  private _state: RemoteState<readonly IShare[]> = LOADING;
  private problem: unknown = null;
  private refreshing: Promise<void> | null = null;
  private _isDisposed = false;
}

/** A file keeps its extension, by which Lab knows what it is. */
function numbered(grant: Grant, n: number): string {
  const dot = grant.type === 'file' ? grant.name.lastIndexOf('.') : -1;
  return dot > 0
    ? `${grant.name.slice(0, dot)}~${n}${grant.name.slice(dot)}`
    : `${grant.name}~${n}`;
}
