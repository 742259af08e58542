// What a row says besides its name.
import type { TranslationBundle } from '@jupyterlab/translation';

import { day, exactTime, relativeTime, roleAbility } from '../ui';
import { principalName } from '../ui/words';
import { visibleText } from '../ui/visibleText';
import type { IRight, IRow } from './rows';

/** More than this many people are counted, not named. */
const NAMED = 2;

/** "until 30 Nov", empty for a right that does not end. */
export function untilWords(
  until: string | null,
  now: Date,
  trans: TranslationBundle
): string {
  return until === null ? '' : trans.__('until %1', day(until, now, trans));
}

/** "bob can edit until 30 Nov". */
export function rightWords(
  right: IRight,
  now: Date,
  trans: TranslationBundle
): string {
  const who = principalName(right.who, trans);
  const ability = roleAbility(right.role, trans);
  return right.until === null
    ? trans.__('%1 %2', who, ability)
    : trans.__('%1 %2 until %3', who, ability, day(right.until, now, trans));
}

/** Everybody who has access through a grant on the item, the first few by name. */
export function rightsWords(
  rights: readonly IRight[],
  now: Date,
  trans: TranslationBundle
): string {
  const named = rights.length > NAMED + 1 ? NAMED : rights.length;
  const words = rights
    .slice(0, named)
    .map(right => rightWords(right, now, trans));
  if (named < rights.length) {
    words.push(trans._n('%1 more', '%1 more', rights.length - named));
  }
  return words.join(' · ');
}

/** Whose it is, or who has access. Own files say so among others only. */
export function whoWords(
  row: IRow,
  amongOthers: boolean,
  now: Date,
  trans: TranslationBundle
): string {
  switch (row.source) {
    case 'own':
      return amongOthers ? trans.__('yours') : '';
    case 'shared':
      return row.owner === null ? '' : visibleText(row.owner.name);
    case 'by-me':
      return rightsWords(row.rights, now, trans);
    case 'with-me':
      return row.rights
        .flatMap(({ who, until }) => [
          visibleText(who.name),
          untilWords(until, now, trans)
        ])
        .filter(words => words !== '')
        .join(' · ');
  }
}

/** What I may do with a share; when a file was changed. */
export function asideWords(
  row: IRow,
  now: Date,
  trans: TranslationBundle
): string {
  const [right] = row.rights;
  if (row.source === 'with-me' && right) {
    return roleAbility(right.role, trans);
  }
  return row.modified === null ? '' : relativeTime(row.modified, now, trans);
}

export interface IRowLabelOptions {
  /** Among rows of others, as what is found is. */
  amongOthers: boolean;
  /** Below an opened folder, whose row says whose it is and where. */
  below: boolean;
  now: Date;
  trans: TranslationBundle;
}

/** The row as it is read out. */
export function rowLabel(row: IRow, options: IRowLabelOptions): string {
  const { amongOthers, below, now, trans } = options;
  const words = [
    visibleText(row.name),
    row.shared ? trans.__('shared') : '',
    row.suspended ? trans.__('not found at the moment') : '',
    asideWords(row, now, trans),
    below ? '' : whoWords(row, amongOthers, now, trans),
    below ? '' : row.where.map(visibleText).join(' › ')
  ];
  return words.filter(each => each !== '').join(', ');
}

/** All of what the row shortens, for its title; one line each. */
export function rowTitle(row: IRow, trans: TranslationBundle): string {
  const path = [...row.where, row.name].map(visibleText).join('/');
  const lines = [
    row.owner === null
      ? path
      : trans.__('%1 of %2', path, visibleText(row.owner.name)),
    ...row.rights.map(right => exactRight(row, right, trans)),
    ...(row.note ? [`“${visibleText(row.note)}”`] : []),
    ...(row.suspended
      ? [trans.__('Not found under its name at the moment.')]
      : []),
    ...(row.path === null
      ? [
          trans.__(
            'Its name cannot be written in a path. Rename it to open it here.'
          )
        ]
      : [])
  ];
  return lines.join('\n');
}

function exactRight(
  row: IRow,
  right: IRight,
  trans: TranslationBundle
): string {
  const who =
    row.source === 'with-me'
      ? trans.__('You')
      : principalName(right.who, trans);
  const ability = roleAbility(right.role, trans);
  return right.until === null
    ? trans.__('%1 %2', who, ability)
    : trans.__('%1 %2 until %3', who, ability, exactTime(right.until, trans));
}
