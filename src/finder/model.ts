import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { ApexError } from '../api/errors';
import type { LocalStatus } from '../api/types';
import type { ChangeTopic, IApexClient } from '../tokens';
import { ready, stateOfError } from '../ui';
import { FolderReader } from './folders';
import { type Answerer, withLate } from './found';
import { type List, Lists } from './lists';
import { Question } from './question';
import { type IRow, ownRow, rowsByMe, rowsWithMe, sharedPathsOf } from './rows';
import { Search } from './search';
import {
  type IFinderState,
  NOTHING_YET,
  type Scope,
  sharingOf,
  sourcesOf,
  withBadges
} from './state';
import { Wait } from './wait';

export const RECENT_LIMIT = 30;
/** How old the shown state of the index may get: nothing is asked more often than this by itself. */
const STATUS_MS = 60_000;

export interface IFinderOptions {
  client: IApexClient;
  trans: TranslationBundle;
  now?: () => Date;
  /** In [0, 1), spreads the tries of many browsers. */
  chance?: () => number;
  /** Whether nobody can see the page: then nothing is asked by itself. */
  asleep?: () => boolean;
}

/** The Workspace Finder: own files, what others share, what one shares, and the search over all of it. */
export class FinderModel implements IDisposable {
  constructor(options: IFinderOptions) {
    this.client = options.client;
    this.trans = options.trans;
    this.now = options.now ?? (() => new Date());
    this.asleep = options.asleep ?? (() => false);
    const { client, trans } = options;
    this.wait = new Wait({
      again: () => this.tryNow(),
      now: this.now,
      chance: options.chance ?? Math.random
    });
    this.questions = {
      status: new Question(trans),
      recent: new Question(trans),
      withMe: new Question(trans),
      byMe: new Question(trans)
    };
    this.lists = new Lists({
      read: list => this._state[list],
      replace: lists => this.replace(lists),
      now: this.now
    });
    this.folders = new FolderReader({
      client,
      trans,
      failed: error => this.notice(error, 'shared'),
      read: () => this._state.opened,
      replace: opened => this.replace({ opened })
    });
    this.finding = new Search({
      client,
      trans,
      failed: (error, from) => this.notice(error, from),
      read: () => this._state.found,
      replace: found => this.replace({ found }),
      sharedPaths: () => this.sharedPaths
    });
    client.changed.connect(this.onChanged, this);
  }

  get state(): IFinderState {
    return this._state;
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this.hide();
    for (const question of Object.values(this.questions)) {
      question.drop();
    }
    this.folders.dispose();
    this.finding.dispose();
    Signal.clearData(this);
  }

  /** The person sees the Finder: read what is not known, or may have changed meanwhile. */
  show(): void {
    if (this._isDisposed || this.clock !== undefined) {
      return;
    }
    this.clock = setInterval(() => {
      if (!this.asleep()) {
        void this.readStatus();
      }
    }, STATUS_MS);
    const topics = this.missed;
    this.missed = new Set();
    if (this._state.status.tag === 'loading') {
      this.refresh();
    } else if (this._state.outage) {
      this.tryNow();
    } else {
      void this.readStatus();
      topics.forEach(topic => this.read(topic));
    }
  }

  /** The person does not see it: nothing is asked. */
  hide(): void {
    clearInterval(this.clock);
    this.clock = undefined;
    this.wait.stop();
  }

  /** Read everything again. */
  refresh(): void {
    void this.readStatus();
    void this.readRecent();
    this.readShares();
    this.folders.readAgain();
    this.find(this.sources);
  }

  /** Look for what does not answer now, not when the wait is over. */
  tryNow(): void {
    this.wait.stop();
    const { outage } = this._state;
    if (outage) {
      this.replace({ outage: { ...outage, retryAt: null } });
    }
    this.refresh();
  }

  /** Find files whose name or path has these words; the sections again for an empty query. */
  search(query: string): void {
    if (query === this._state.query) {
      return;
    }
    const wanted = query.trim() !== '';
    this.replace({ query, ...(wanted ? {} : { found: null }) });
    this.find(this.sources);
  }

  /** Whose files to list and to search. */
  choose(scope: Scope): void {
    if (scope === this._state.scope) {
      return;
    }
    this.replace({ scope, found: null });
    this.find(this.sources);
  }

  /** Show what came late among the rest. */
  showLate(): void {
    const { found } = this._state;
    if (found) {
      this.replace({ found: withLate(found) });
    }
  }

  /** Show what is in a shared folder, below its row. */
  expand(row: IRow): void {
    this.folders.open(row);
  }

  collapse(row: IRow): void {
    this.folders.close(row);
  }

  /** Be at this row: commands are about it. */
  select(row: IRow | null): void {
    if (row !== this._state.current) {
      this.replace({ current: row });
    }
  }

  /** Whether somebody is pointing at a row or has the focus on it: then rows keep their places. */
  hold(held: boolean): void {
    this.lists.hold(held);
  }

  private onChanged(_: IApexClient, topic: ChangeTopic): void {
    if (this.clock === undefined) {
      this.missed.add(topic);
    } else {
      this.read(topic);
    }
  }

  private read(topic: ChangeTopic): void {
    switch (topic) {
      case 'local-index':
        void this.readStatus();
        void this.readRecent();
        this.find(['own']);
        break;
      case 'shared-with-me':
        this.readWithMe();
        this.folders.readAgain();
        this.find(['shared']);
        break;
      case 'shared-by-me':
        this.readByMe();
        break;
      case 'principals':
        this.readShares();
        break;
    }
  }

  private readStatus(): Promise<void> {
    return this.questions.status.ask(() => this.client.localStatus(), {
      answer: status => this.learn(status),
      refusal: error => {
        this.replace({ status: stateOfError(error) });
        this.notice(error, 'own');
      }
    });
  }

  private learn(status: LocalStatus): void {
    const before = this._state.sharing;
    const sharing = sharingOf(status);
    this.replace({ status: ready(status), sharing });
    if (sharing !== 'on') {
      this.wait.end();
      this.replace({ scope: 'all', outage: null });
    } else if (before !== 'on') {
      this.readShares();
      this.find(['shared']);
    }
  }

  private readRecent(): Promise<void> {
    return this.questions.recent.ask(
      signal => this.client.localRecent(RECENT_LIMIT, signal),
      {
        answer: entries =>
          this.lists.put(
            'recent',
            entries.map(entry => ownRow(entry, this.sharedPaths))
          ),
        refusal: error => this.fail('recent', error)
      }
    );
  }

  private readShares(): void {
    this.readWithMe();
    this.readByMe();
  }

  private readWithMe(): void {
    if (this._state.sharing !== 'on') {
      return;
    }
    void this.questions.withMe.ask(() => this.client.grantsWithMe(), {
      answer: grants => {
        this.healed();
        const rows = rowsWithMe(grants);
        this.folders.keepBelow(rows);
        this.lists.put('withMe', rows);
      },
      refusal: error => this.fail('withMe', error)
    });
  }

  private readByMe(): void {
    if (this._state.sharing !== 'on') {
      return;
    }
    void this.questions.byMe.ask(() => this.client.grantsByMe(), {
      answer: grants => {
        this.healed();
        const { status } = this._state;
        const me = status.tag === 'ready' ? status.value.user : null;
        const rows = rowsByMe(grants, me);
        this.sharedPaths = sharedPathsOf(rows);
        this.lists.put('byMe', rows);
        this.badge();
      },
      refusal: error => this.fail('byMe', error)
    });
  }

  /** Put the badges on own rows that are shown already. */
  private badge(): void {
    const { recent, found } = this._state;
    const badges = (rows: readonly IRow[]) =>
      withBadges(rows, this.sharedPaths);
    this.replace({
      recent:
        recent.tag === 'ready'
          ? { ...recent, value: badges(recent.value) }
          : recent,
      found: found && {
        ...found,
        rows: badges(found.rows),
        late: badges(found.late)
      }
    });
  }

  private fail(list: List, error: ApexError): void {
    this.lists.fail(list, error);
    this.notice(error, list === 'recent' ? 'own' : 'shared');
  }

  /** An answer that did not come: say so, and when it is tried again. */
  private notice(error: ApexError, from: Answerer): void {
    const isDown = error.code === 'unavailable';
    // A part of the own server that has nothing to say yet says so in its section; no answer at all concerns all.
    if (!isDown || (from === 'own' && error.status !== 0)) {
      return;
    }
    const seen = this.clock !== undefined;
    this.replace({
      outage: {
        whole: error.status === 0,
        reason:
          error.status === 0
            ? error.detail
            : this.trans.__(
                'The sharing service does not answer. Your own files work as usual.'
              ),
        since: this.lists.sharesRead,
        retryAt: seen ? this.wait.begin(error.retryAfter) : null
      }
    });
  }

  private healed(): void {
    this.wait.end();
    if (this._state.outage) {
      this.replace({ outage: null });
      this.find(['shared']);
    }
  }

  /** Ask these for the query, those of them that take part. */
  private find(sources: readonly Answerer[]): void {
    const { query, outage, sharing } = this._state;
    this.finding.ask({
      query: query.trim(),
      sources,
      all: this.sources,
      away: sharing === 'on' && outage !== null
    });
  }

  private get sources(): readonly Answerer[] {
    return sourcesOf(this._state.scope, this._state.sharing);
  }

  private replace(change: Partial<IFinderState>): void {
    if (this._isDisposed) {
      return;
    }
    this._state = { ...this._state, ...change };
    this._stateChanged.emit();
  }

  private readonly client: IApexClient;
  private readonly trans: TranslationBundle;
  private readonly now: () => Date;
  private readonly asleep: () => boolean;
  private readonly wait: Wait;
  private readonly questions: Readonly<Record<'status' | List, Question>>;
  private readonly lists: Lists;
  private readonly folders: FolderReader;
  private readonly finding: Search;
  private sharedPaths: ReadonlySet<string> = new Set();
  private missed = new Set<ChangeTopic>();
  private clock: ReturnType<typeof setInterval> | undefined;
  private _state = NOTHING_YET;
  private readonly _stateChanged = new Signal<this, void>(this);
  private _isDisposed = false;
}
