import type { TranslationBundle } from '@jupyterlab/translation';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

const SIZE_UNITS = [
  'byte',
  'kilobyte',
  'megabyte',
  'gigabyte',
  'terabyte'
] as const;

/** "2 hr. ago" within a week, a date beyond. Put `exactTime` into the title. */
export function relativeTime(
  instant: string | Date,
  now: Date,
  trans: TranslationBundle
): string {
  const date = new Date(instant);
  const seconds = (date.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance >= WEEK) {
    return day(date, now, trans);
  }
  const format = new Intl.RelativeTimeFormat(localeOf(trans), {
    numeric: 'auto',
    style: 'short'
  });
  if (distance < MINUTE) {
    return format.format(0, 'second');
  }
  if (distance < HOUR) {
    return format.format(Math.trunc(seconds / MINUTE), 'minute');
  }
  if (distance < DAY) {
    return format.format(Math.trunc(seconds / HOUR), 'hour');
  }
  return format.format(Math.trunc(seconds / DAY), 'day');
}

/** "20 November 2026, 13:00:05 CET": for titles. */
export function exactTime(
  instant: string | Date,
  trans: TranslationBundle
): string {
  return new Intl.DateTimeFormat(localeOf(trans), {
    dateStyle: 'long',
    timeStyle: 'long'
  }).format(new Date(instant));
}

/** "20 Nov 2026, 13:00:05": two of them can be told apart. */
export function moment(
  instant: string | Date,
  trans: TranslationBundle
): string {
  return new Intl.DateTimeFormat(localeOf(trans), {
    dateStyle: 'medium',
    timeStyle: 'medium'
  }).format(new Date(instant));
}

/** "30 Nov", with the year when it is another one. */
export function day(
  instant: string | Date,
  now: Date,
  trans: TranslationBundle
): string {
  const date = new Date(instant);
  return new Intl.DateTimeFormat(localeOf(trans), {
    day: 'numeric',
    month: 'short',
    ...(date.getFullYear() !== now.getFullYear() ? { year: 'numeric' } : {})
  }).format(date);
}

/** Bytes in SI units: "1.2 MB". */
export function size(bytes: number, trans: TranslationBundle): string {
  const power = bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3);
  const index = Math.min(power, SIZE_UNITS.length - 1);
  return new Intl.NumberFormat(localeOf(trans), {
    style: 'unit',
    unit: SIZE_UNITS[index],
    unitDisplay: 'short',
    maximumFractionDigits: 1
  }).format(bytes / 1000 ** index);
}

/** A count with the language's separators: "1,204". */
export function count(items: number, trans: TranslationBundle): string {
  return new Intl.NumberFormat(localeOf(trans)).format(items);
}

/** The language of the interface, undefined for the browser's. */
export function localeOf(trans: TranslationBundle): string | undefined {
  // Lab's bundle knows its language though the interface does not say so; the browser's is next best.
  const { locale } = trans as { locale?: unknown };
  return typeof locale === 'string' && locale
    ? locale.replace('_', '-')
    : undefined;
}
