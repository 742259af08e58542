import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import { ApexError, asApexError } from '../api/errors';
import type { Grant, Me, Principal, Role } from '../api/types';
import type { ChangeTopic, IApexClient, IShareTarget } from '../tokens';
import { ready, stateOfError } from '../ui/remoteState';
import { type IHubPlace, addressOf } from './address';
import { type IExpiry, expiryInstant, freshExpiry } from './expiry';
import {
  FRESH,
  type IMark,
  type IShareForm,
  type IShareState,
  NOBODY,
  isLastWayIn,
  linesOf,
  ownerOf,
  withLost
} from './state';
import { accessSentence, refusalOf, removedSentence } from './words';

export interface IShareModelOptions {
  target: IShareTarget;
  client: IApexClient;
  /** Null without a hub: nobody else could open an address then. */
  hub: IHubPlace | null;
  trans: TranslationBundle;
}

/** Who has access to one item, and the acts that change it. Shows what the service answered, never a guess. */
export class ShareModel implements IDisposable {
  constructor(options: IShareModelOptions) {
    this.target = options.target;
    this.client = options.client;
    this.hub = options.hub;
    this.trans = options.trans;
    this.client.changed.connect(this.onChanged, this);
  }

  readonly target: IShareTarget;

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get state(): IShareState {
    return this._state;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  /** Now, by the service's clock: a wrong clock here must not shorten what is given. */
  get now(): Date {
    return new Date(Date.now() + this.clockOffset);
  }

  /** Read who has access; after a failure what was known stays, with its age. */
  async refresh(): Promise<void> {
    const reading = ++this.readings;
    try {
      const me = await this.client.me();
      const root = this.target.root ?? me.personal_workspace;
      // The owner sees all his shares: also those of what is lost, and whether an address would be right.
      const isOwn = root === me.personal_workspace;
      const [grants, byMe] = await Promise.all([
        this.client.grantsOf(root, this.target.path),
        isOwn ? this.client.grantsByMe() : null
      ]);
      if (this._isDisposed || reading !== this.readings) {
        return;
      }
      this.clockOffset = Date.parse(me.now) - Date.now();
      if (this.me === null) {
        const { max_grant_seconds: limit } = me.limits;
        this.fill({ expiry: freshExpiry(limit, this.now) });
      }
      this.me = me;
      this.grants = withLost(grants, byMe ?? [], this.target.path);
      this.byMe = byMe;
      this.readAt = new Date();
      this.show();
    } catch (reason) {
      if (!this._isDisposed && reading === this.readings) {
        this.showUnread(asApexError(reason, this.trans));
      }
    }
  }

  /** People and groups that match what is typed. */
  readonly search = (
    query: string,
    signal: AbortSignal
  ): Promise<Principal[]> => this.client.principals(query, signal);

  /** Change what is being filled in; a refusal goes with the text that it was about. */
  fill(change: Partial<IShareForm>): void {
    this.replace({ form: { ...this._state.form, refusal: null, ...change } });
  }

  /** Give access as filled in. False: it was refused, and the form says why. */
  async add(): Promise<boolean> {
    const { form } = this._state;
    if (form.busy || this.me === null) {
      return false;
    }
    const { max_grant_seconds: limit } = this.me.limits;
    const end = expiryInstant(form.expiry, this.now, limit, this.trans);
    if ('wrong' in end) {
      this.fill({ refusal: { field: 'expires_at', detail: end.wrong } });
      return false;
    }
    this.fill({ busy: true });
    try {
      const grantee = form.who.chosen ?? (await this.named(form.who.text));
      const grant = await this.client.createGrant({
        workspace: this.target.root ?? this.me.personal_workspace,
        path: this.target.path,
        grantee: { kind: grantee.kind, name: grantee.name },
        role: form.role,
        expires_at: end.expiresAt,
        note: form.note.trim() || null
      });
      this.took(grant);
      this.fill({ who: NOBODY, note: '', busy: false });
      return true;
    } catch (reason) {
      this.fill({ busy: false, refusal: refusalOf(this.error(reason)) });
      return false;
    }
  }

  async changeRole(grant: Grant, role: Role): Promise<void> {
    await this.change(grant, { role });
  }

  /** Change when a share ends. False: the choice was refused, and the line says why. */
  async changeExpiry(grant: Grant, expiry: IExpiry): Promise<boolean> {
    const limit = this.me?.limits.max_grant_seconds ?? null;
    const end = expiryInstant(expiry, this.now, limit, this.trans);
    if ('wrong' in end) {
      this.mark(grant, { busy: false, refusal: end.wrong });
      return false;
    }
    return this.change(grant, { expires_at: end.expiresAt });
  }

  /** Take a share back; it can be given again while the dialog is open. */
  async remove(grant: Grant): Promise<void> {
    const last = isLastWayIn(grant, this.grants);
    this.mark(grant, { busy: true, refusal: null });
    try {
      await this.client.revokeGrant(grant.id);
    } catch (reason) {
      this.refuse(grant, this.error(reason));
      return;
    }
    this.grants = this.grants.filter(g => g.id !== grant.id);
    this.marks.delete(grant.id);
    this.show();
    this.say(
      removedSentence(grant, last, this.trans),
      grant.state === 'active' ? grant : null
    );
  }

  /** Give the removed share again, as it was. */
  async undo(): Promise<void> {
    const removed = this._state.outcome?.undo;
    if (!removed || this.me === null) {
      return;
    }
    this.replace({ outcome: null });
    try {
      const grant = await this.client.createGrant({
        workspace: this.target.root ?? this.me.personal_workspace,
        path: this.target.path,
        grantee: { kind: removed.grantee.kind, name: removed.grantee.name },
        role: removed.role,
        expires_at: removed.expires_at,
        note: removed.note
      });
      this.took(grant);
    } catch (reason) {
      const { detail } = this.error(reason);
      this.replace({ outcome: { text: detail, failed: true, undo: removed } });
    }
  }

  /** Say that the address is in the clipboard, or that the browser did not let it in. */
  copied(isCopied: boolean): void {
    const { trans } = this;
    const text = isCopied
      ? trans.__(
          'The address is copied. It opens for those who have access, in their own JupyterLab.'
        )
      : trans.__('The browser did not let the address be copied.');
    this.replace({ outcome: { text, failed: !isCopied, undo: null } });
  }

  private async change(
    grant: Grant,
    change: Parameters<IApexClient['changeGrant']>[1]
  ): Promise<boolean> {
    this.mark(grant, { busy: true, refusal: null });
    try {
      const changed = await this.client.changeGrant(grant.id, change);
      this.marks.delete(grant.id);
      this.took(changed);
      return true;
    } catch (reason) {
      this.refuse(grant, this.error(reason));
      return false;
    }
  }

  /** A typed name that nobody was chosen for counts when it is exactly somebody's. */
  private async named(text: string): Promise<Principal> {
    const name = text.trim();
    const found =
      [...name].length < 2 ? [] : await this.client.principals(name);
    const exact = found.filter(p => p.name === name);
    if (exact.length === 1) {
      return exact[0];
    }
    throw new ApexError({
      code: 'invalid',
      status: 0,
      detail: name
        ? this.trans.__(
            'Nobody was chosen for “%1”. Choose a person or group from the list below the field.',
            name
          )
        : this.trans.__('Type a name, and choose a person or group.'),
      errors: []
    });
  }

  /** The service's answer to a new or changed grant takes its place in the list. */
  private took(grant: Grant): void {
    if (this._isDisposed) {
      return;
    }
    const known = this.grants.some(g => g.id === grant.id);
    this.grants = known
      ? this.grants.map(g => (g.id === grant.id ? grant : g))
      : [grant, ...this.grants];
    this.show();
    this.say(accessSentence(grant, this.now, this.trans), null);
  }

  private refuse(grant: Grant, error: ApexError): void {
    if (error.code === 'not-found') {
      // Somebody else took it back meanwhile: the line goes, so the reason is said below the list.
      this.marks.delete(grant.id);
      this.replace({
        outcome: { text: error.detail, failed: true, undo: null }
      });
      void this.refresh();
      return;
    }
    this.mark(grant, { busy: false, refusal: refusalOf(error).detail });
  }

  private mark(grant: Grant, mark: IMark): void {
    this.marks.set(grant.id, mark);
    this.show();
  }

  private say(text: string, undo: Grant | null): void {
    this.replace({ outcome: { text, failed: false, undo } });
  }

  private get owner(): Principal | null {
    return this.me && ownerOf(this.target, this.me, this.grants);
  }

  private error(reason: unknown): ApexError {
    return asApexError(reason, this.trans);
  }

  private show(staleSince: Date | null = null): void {
    if (this.me === null) {
      return;
    }
    const { me, owner, hub, byMe } = this;
    const lines = linesOf(this.grants, this.marks, me);
    const address = hub && byMe && addressOf(this.grants, byMe, hub);
    const access = ready({ me, owner, lines, address }, staleSince);
    this.replace({ access });
  }

  private showUnread(error: ApexError): void {
    const state = stateOfError(error);
    if (state.tag === 'unavailable' && this.me !== null) {
      this.show(this.readAt);
    } else {
      this.replace({ access: state });
    }
  }

  private replace(change: Partial<IShareState>): void {
    if (this._isDisposed) {
      return;
    }
    this._state = { ...this._state, ...change };
    this._stateChanged.emit();
  }

  private onChanged(_: IApexClient, topic: ChangeTopic): void {
    if (topic === 'shared-by-me' || topic === 'principals') {
      void this.refresh();
    }
  }

  private readonly client: IApexClient;
  private readonly hub: IHubPlace | null;
  private readonly trans: TranslationBundle;
  private readonly _stateChanged = new Signal<this, void>(this);
  private readonly marks = new Map<string, IMark>();
  private _isDisposed = false;
  private me: Me | null = null;
  private grants: readonly Grant[] = [];
  private byMe: readonly Grant[] | null = null;
  private readAt: Date | null = null;
  private clockOffset = 0;
  private readings = 0;
  private _state: IShareState = FRESH;
}
