import { nullTranslator } from '@jupyterlab/translation';

import {
  expiryChoices,
  expiryInstant,
  fieldText,
  freshExpiry,
  untilText
} from '../expiry';

const trans = nullTranslator.load('jupyter_apex_ws');
const NOW = new Date('2026-11-20T12:00:00.250Z');
const DAY = 24 * 3600;

function instant(choice: 'never' | 'day' | 'own', own = '', limit?: number) {
  return expiryInstant({ choice, own }, NOW, limit ?? null, trans);
}

describe('expiry', () => {
  it('offers what the limit allows', () => {
    expect(expiryChoices(null)).toEqual([
      'never',
      'day',
      'week',
      'month',
      'own'
    ]);
    expect(expiryChoices(7 * DAY)).toEqual(['day', 'week', 'own']);
    expect(expiryChoices(3600)).toEqual(['own']);
  });

  it('begins with no end, or with the longest that is allowed', () => {
    expect(freshExpiry(null, NOW).choice).toBe('never');
    expect(freshExpiry(31 * DAY, NOW).choice).toBe('month');
    expect(freshExpiry(3600, NOW)).toEqual({
      choice: 'own',
      own: fieldText(new Date('2026-11-20T13:00:00Z'))
    });
  });

  it('stands for an instant in UTC, in whole seconds', () => {
    expect(instant('never')).toEqual({ expiresAt: null });
    expect(instant('day')).toEqual({ expiresAt: '2026-11-21T12:00:00Z' });
    const own = fieldText(new Date('2026-12-24T18:00:00Z'));
    expect(instant('own', own)).toEqual({ expiresAt: '2026-12-24T18:00:00Z' });
  });

  it.each([
    ['', undefined, 'Give a date'],
    ['2026-13-45T99:00', undefined, 'Give a date'],
    ['2026-11-01T12:00', undefined, 'has passed'],
    ['2026-12-24T12:00', 7 * DAY, 'lasts 7 days at most'],
    ['2026-12-24T12:00', 3600, 'at the latest']
  ])('says what is wrong with %s', (own, limit, said) => {
    const result = instant('own', own, limit);
    expect('wrong' in result && result.wrong).toContain(said);
  });

  it('names the day, with the hour when it is near and the year when it is another', () => {
    expect(untilText('2026-11-30T12:00:00Z', NOW, trans)).toMatch(
      /30 November|November 30/
    );
    expect(untilText('2026-11-30T12:00:00Z', NOW, trans)).not.toMatch(/2026|:/);
    expect(untilText('2027-11-30T12:00:00Z', NOW, trans)).toMatch(/2027/);
    expect(untilText('2026-11-20T15:30:00Z', NOW, trans)).toMatch(/:30/);
  });
});
