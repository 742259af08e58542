// Everything that the Finder shows, as one object that is replaced whole.
import type { LocalStatus } from '../api/types';
import { EMPTY, LOADING, type RemoteState, readyList } from '../ui';
import type { Answerer, IFound } from './found';
import type { IRow } from './rows';

/** Whose files are listed. */
export type Scope = 'all' | 'mine' | 'shared';

/** What sharing is from here; `outage` says whether it answers at the moment. */
export type Sharing =
  | 'unknown'
  | 'on'
  /** No hub, or a hub without the service. */
  | 'off'
  /** Somebody else's server: one acts through one's own only. */
  | 'visiting';

/** The service, or the own server, does not answer. */
export interface IOutage {
  /** The own server too, so that own files are not read either. */
  readonly whole: boolean;
  readonly reason: string;
  /** When the lists were last known to be right; null where nothing was read yet. */
  readonly since: Date | null;
  /** Null while it is being tried. */
  readonly retryAt: Date | null;
}

export type Rows = RemoteState<readonly IRow[]>;

export interface IFinderState {
  readonly query: string;
  readonly scope: Scope;
  readonly status: RemoteState<LocalStatus>;
  readonly sharing: Sharing;
  readonly outage: IOutage | null;
  readonly recent: Rows;
  readonly withMe: Rows;
  readonly byMe: Rows;
  /** What is in the shared folders that are opened in the list, by the id of their row. */
  readonly opened: ReadonlyMap<string, Rows>;
  /** Null until something answered to the first query. */
  readonly found: IFound | null;
  /** The row that the person is at: commands are about it. */
  readonly current: IRow | null;
}

export const NOTHING_YET: IFinderState = {
  query: '',
  scope: 'all',
  status: LOADING,
  sharing: 'unknown',
  outage: null,
  recent: LOADING,
  withMe: LOADING,
  byMe: LOADING,
  opened: new Map(),
  found: null,
  current: null
};

export function sharingOf(status: LocalStatus): Sharing {
  if (!status.own_server) {
    return 'visiting';
  }
  return status.service ? 'on' : 'off';
}

/** Who is asked for a query, by what was chosen and what is there. */
export function sourcesOf(scope: Scope, sharing: Sharing): readonly Answerer[] {
  switch (scope) {
    case 'all':
      return sharing === 'on' ? ['own', 'shared'] : ['own'];
    case 'mine':
      return ['own'];
    case 'shared':
      return ['shared'];
  }
}

/** The rows of a list, none in any state but `ready`. */
export function rowsOf(rows: Rows | undefined): readonly IRow[] {
  return rows?.tag === 'ready' ? rows.value : [];
}

/** A newer list with the shown rows in their places: what is gone goes, what is new comes below. */
export function inPlace(
  shown: readonly IRow[],
  fresh: readonly IRow[]
): readonly IRow[] {
  const byId = new Map(fresh.map(row => [row.id, row]));
  const ids = new Set(shown.map(row => row.id));
  return [
    ...shown.flatMap(row => byId.get(row.id) ?? []),
    ...fresh.filter(row => !ids.has(row.id))
  ];
}

/** What is known after reading a list again failed: the older rows with their age, else why there are none. */
export function afterFailure(
  before: Rows,
  failure: RemoteState<never>,
  lastRead: Date | null
): Rows {
  if (failure.tag === 'forbidden') {
    // What the person may not see any more is not shown from memory.
    return failure;
  }
  if (before.tag === 'ready') {
    // An outage has its own notice, which says the age for all lists at once.
    const staleSince = failure.tag === 'unavailable' ? null : lastRead;
    return { ...before, staleSince };
  }
  return before.tag === 'empty' && failure.tag === 'unavailable'
    ? EMPTY
    : failure;
}

/** The own rows of a list, with the badge of those that carry a grant. */
export function withBadges(
  rows: readonly IRow[],
  sharedPaths: ReadonlySet<string>
): readonly IRow[] {
  return rows.map(row => {
    if (row.source !== 'own' || row.path === null) {
      return row;
    }
    const shared = sharedPaths.has(row.path);
    return row.shared === shared ? row : { ...row, shared };
  });
}

export function listed(rows: readonly IRow[]): Rows {
  return readyList(rows);
}
