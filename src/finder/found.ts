// One ranked list of two sources that answer at their own pace. Rows that are shown never move.
import type { RemoteState } from '../ui';
import { fold, wordsOf } from './marks';
import type { IRow } from './rows';

export type Answerer = 'own' | 'shared';

/** How far one source is with a query. `total` is null where it was not counted to the end. */
export type Answer =
  | { readonly tag: 'waiting' }
  | { readonly tag: 'answered'; readonly total: number | null }
  | { readonly tag: 'not-asked' }
  | { readonly tag: 'failed'; readonly face: RemoteState<never> };

export interface IFound {
  readonly query: string;
  /** What is shown, in this order. */
  readonly rows: readonly IRow[];
  /** What came late and ranks above something that is shown: behind "3 more found". */
  readonly late: readonly IRow[];
  readonly answers: Readonly<Record<Answerer, Answer>>;
}

const WAITING: Answer = { tag: 'waiting' };
const NOT_ASKED: Answer = { tag: 'not-asked' };

export function begun(query: string, asked: readonly Answerer[]): IFound {
  const answer = (source: Answerer) =>
    asked.includes(source) ? WAITING : NOT_ASKED;
  return {
    query,
    rows: [],
    late: [],
    answers: { own: answer('own'), shared: answer('shared') }
  };
}

/** A source's answer, its first one or a newer one to the same query. */
export function answered(
  found: IFound,
  source: Answerer,
  fresh: readonly IRow[],
  total: number | null
): IFound {
  const compare = byRank(found.query);
  const byId = new Map(fresh.map(row => [row.id, row]));
  const known = (rows: readonly IRow[]) =>
    rows.flatMap(row =>
      row.source === source ? (byId.get(row.id) ?? []) : row
    );
  const shown = known(found.rows);
  const late = known(found.late);
  const seen = new Set([...shown, ...late].map(row => row.id));
  const added = fresh.filter(row => !seen.has(row.id));
  const last = shown.at(-1);
  const isBelow = (row: IRow) => last === undefined || compare(last, row) < 0;
  const unshown = [...late, ...added];
  return {
    ...found,
    rows: [...shown, ...unshown.filter(isBelow).sort(compare)],
    late: unshown.filter(row => !isBelow(row)).sort(compare),
    answers: { ...found.answers, [source]: { tag: 'answered', total } }
  };
}

/** A source could not answer: what it had answered before is not known to be right any more. */
export function refused(
  found: IFound,
  source: Answerer,
  face: RemoteState<never>
): IFound {
  const others = (rows: readonly IRow[]) =>
    rows.filter(row => row.source !== source);
  return {
    ...found,
    rows: others(found.rows),
    late: others(found.late),
    answers: { ...found.answers, [source]: { tag: 'failed', face } }
  };
}

/** Everything in the order of its rank: when the person asks for what came late. */
export function withLate(found: IFound): IFound {
  const rows = [...found.rows, ...found.late].sort(byRank(found.query));
  return { ...found, rows, late: [] };
}

/** How many there are in all, shown or not; null while nobody has answered. */
export function totalOf(found: IFound): number | null {
  const answers = Object.values(found.answers);
  if (!answers.some(answer => answer.tag === 'answered')) {
    return null;
  }
  const here = found.rows.length + found.late.length;
  const counted = answers.reduce(
    (sum, answer) =>
      sum + (answer.tag === 'answered' ? (answer.total ?? 0) : 0),
    0
  );
  return Math.max(here, counted);
}

/**
 * How two rows compare for a query: how well the name matches, then the newer one, then the shorter name. It depends on
 * the two rows only, so that the order is the same whichever source answers first.
 */
export function byRank(query: string): (one: IRow, other: IRow) => number {
  const words = wordsOf(query);
  const known = new Map<string, number>();
  const match = (row: IRow) => {
    const value = known.get(row.id) ?? matchOf(row.name, words);
    known.set(row.id, value);
    return value;
  };
  return (one, other) =>
    match(one) - match(other) ||
    timeOf(other) - timeOf(one) ||
    one.name.length - other.name.length ||
    (one.id < other.id ? -1 : Number(one.id > other.id));
}

/** 0 for the very name, 1 without its ending, 2 its beginning, 3 a word's beginning, 4 inside, 5 elsewhere in the path. */
function matchOf(name: string, words: readonly string[]): number {
  const folded = fold(name);
  const whole = words.join(' ');
  if (folded === whole) {
    return 0;
  }
  if (folded.replace(/\.[^.]*$/u, '') === whole) {
    return 1;
  }
  if (folded.startsWith(whole)) {
    return 2;
  }
  const places = words.map(word => placeOf(folded, word));
  return Math.max(3, ...places);
}

function placeOf(name: string, word: string): number {
  let at = name.indexOf(word);
  if (at === -1) {
    return 5;
  }
  while (at !== -1) {
    if (at === 0 || /[^\p{L}\p{N}]/u.test(name[at - 1])) {
      return 3;
    }
    at = name.indexOf(word, at + 1);
  }
  return 4;
}

function timeOf(row: IRow): number {
  return row.modified === null ? 0 : Date.parse(row.modified);
}
