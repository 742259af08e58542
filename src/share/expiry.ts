// When a share ends: the choices that are offered, and the instants that they stand for.
import type { TranslationBundle } from '@jupyterlab/translation';

import { localeOf } from '../ui/format';

/** What can be chosen; "own" is a date and time that the person gives. */
export type ExpiryChoice = 'never' | 'day' | 'week' | 'month' | 'own';

/** A choice with the text of the date field, `YYYY-MM-DDTHH:mm` in the person's own zone. */
export interface IExpiry {
  choice: ExpiryChoice;
  own: string;
}

/** What came of a choice: an instant (null: no end), or what is wrong with it. */
export type ExpiryResult = { expiresAt: string | null } | { wrong: string };

const DAY = 24 * 3600;
const SECONDS: Record<'day' | 'week' | 'month', number> = {
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY
};
const SHORT = 2 * DAY;

/** The choices within the hub's longest life of a grant (seconds, null: no limit). */
export function expiryChoices(limit: number | null): ExpiryChoice[] {
  const presets = (['day', 'week', 'month'] as const).filter(
    choice => limit === null || SECONDS[choice] <= limit
  );
  return [...(limit === null ? ['never' as const] : []), ...presets, 'own'];
}

/** What is chosen in a fresh form: no end where that is allowed, else the longest that is offered. */
export function freshExpiry(limit: number | null, now: Date): IExpiry {
  const choices = expiryChoices(limit).filter(choice => choice !== 'own');
  if (limit === null) {
    return { choice: 'never', own: '' };
  }
  const longest = choices[choices.length - 1];
  return longest
    ? { choice: longest, own: '' }
    : {
        choice: 'own',
        own: fieldText(new Date(now.getTime() + limit * 1000))
      };
}

/** What is shown for a choice. */
export function expiryName(
  choice: ExpiryChoice,
  trans: TranslationBundle
): string {
  const names: Record<ExpiryChoice, string> = {
    never: trans.__('never'),
    day: trans.__('in 1 day'),
    week: trans.__('in 1 week'),
    month: trans.__('in 30 days'),
    own: trans.__('at a date and time…')
  };
  return names[choice];
}

/** The instant that a choice stands for, by the service's clock. */
export function expiryInstant(
  expiry: IExpiry,
  now: Date,
  limit: number | null,
  trans: TranslationBundle
): ExpiryResult {
  if (expiry.choice === 'never') {
    return { expiresAt: null };
  }
  if (expiry.choice !== 'own') {
    return {
      expiresAt: wire(new Date(now.getTime() + SECONDS[expiry.choice] * 1000))
    };
  }
  const chosen = new Date(expiry.own);
  if (expiry.own === '' || Number.isNaN(chosen.getTime())) {
    return { wrong: trans.__('Give a date and a time when access ends.') };
  }
  if (chosen <= now) {
    return { wrong: trans.__('This time has passed. Give a later one.') };
  }
  if (limit !== null && chosen.getTime() > now.getTime() + limit * 1000) {
    const days = Math.floor(limit / DAY);
    return {
      wrong:
        days >= 1
          ? trans._n(
              'Here a share lasts %1 day at most. Give an earlier time.',
              'Here a share lasts %1 days at most. Give an earlier time.',
              days
            )
          : trans.__(
              'Here a share ends by %1 at the latest. Give an earlier time.',
              untilText(
                new Date(now.getTime() + limit * 1000).toISOString(),
                now,
                trans
              )
            )
    };
  }
  return { expiresAt: wire(chosen) };
}

/** "30 November", with the hour when it is near and the year when it is far. */
export function untilText(
  expiresAt: string,
  now: Date,
  trans: TranslationBundle,
  month: 'long' | 'short' = 'long'
): string {
  const end = new Date(expiresAt);
  const near = Math.abs(end.getTime() - now.getTime()) < SHORT * 1000;
  return new Intl.DateTimeFormat(localeOf(trans), {
    day: 'numeric',
    month,
    ...(end.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' }),
    ...(near ? { hour: '2-digit', minute: '2-digit' } : {})
  }).format(end);
}

/** An instant as the text of a `datetime-local` field. */
export function fieldText(instant: Date): string {
  const local = new Date(
    instant.getTime() - instant.getTimezoneOffset() * 60000
  );
  return local.toISOString().slice(0, 16);
}

function wire(instant: Date): string {
  return instant.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
