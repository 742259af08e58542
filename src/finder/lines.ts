// Rows as they stand below each other, with what is in opened folders between them.
import type { TranslationBundle } from '@jupyterlab/translation';

import { dropBoxWords } from '../ui/words';
import type { IRow } from './rows';
import type { Rows } from './state';

export interface IRowLine {
  readonly tag: 'row';
  readonly id: string;
  readonly row: IRow;
  /** From 1. */
  readonly level: number;
  /** Null for what has nothing below. */
  readonly expanded: boolean | null;
  /** From 1, among those of the same folder. */
  readonly position: number;
  readonly size: number;
}

/** Instead of rows: why there are none in a folder. */
export interface INoteLine {
  readonly tag: 'note';
  readonly id: string;
  readonly level: number;
  readonly text: string;
  /** The folder to read again, where that may help. */
  readonly retry: IRow | null;
}

export type Line = IRowLine | INoteLine;

export function linesOf(
  rows: readonly IRow[],
  opened: ReadonlyMap<string, Rows>,
  trans: TranslationBundle,
  level = 1
): Line[] {
  return rows.flatMap((row, index): Line[] => {
    const inside = opened.get(row.id);
    const line: IRowLine = {
      tag: 'row',
      id: row.id,
      row,
      level,
      expanded: canExpand(row) ? inside !== undefined : null,
      position: index + 1,
      size: rows.length
    };
    return inside === undefined
      ? [line]
      : [line, ...insideOf(row, inside, opened, trans, level + 1)];
  });
}

/** Own folders are the file browser's; what others share opens here. */
function canExpand(row: IRow): boolean {
  return (
    row.source === 'with-me' &&
    row.type === 'folder' &&
    row.path !== null &&
    !row.suspended
  );
}

function insideOf(
  row: IRow,
  inside: Rows,
  opened: ReadonlyMap<string, Rows>,
  trans: TranslationBundle,
  level: number
): Line[] {
  const note = (text: string, retry: IRow | null = null): Line[] => [
    { tag: 'note', id: `${row.id}?`, level, text, retry }
  ];
  switch (inside.tag) {
    case 'ready':
      return linesOf(inside.value, opened, trans, level);
    case 'loading':
      return note(trans.__('Reading…'));
    case 'empty':
      if (row.isDropBox) {
        return note(dropBoxWords(trans));
      }
      return note(trans.__('Nothing in this folder.'));
    case 'forbidden':
      return note(inside.reason);
    case 'unavailable':
      return note(trans.__('No answer. Try again'), row);
    case 'failed':
      return note(trans.__('%1 Try again', inside.problem.detail), row);
  }
}
