import { nullTranslator } from '@jupyterlab/translation';

import { count, day, relativeTime, size } from '../format';

const trans = nullTranslator.load('jupyter_apex_ws');
const now = new Date('2026-11-22T12:00:00Z');

describe('relativeTime', () => {
  it.each([
    ['2026-11-22T11:59:40Z', 'now'],
    ['2026-11-22T11:20:00Z', '40 min. ago'],
    ['2026-11-22T10:00:00Z', '2 hr. ago'],
    ['2026-11-21T11:00:00Z', 'yesterday'],
    ['2026-11-19T11:00:00Z', '3 days ago'],
    ['2026-11-25T13:00:00Z', 'in 3 days'],
    ['2026-10-02T12:00:00Z', 'Oct 2'],
    ['2025-10-02T12:00:00Z', 'Oct 2, 2025']
  ])('says %s as “%s”', (instant, words) => {
    expect(relativeTime(instant, now, trans)).toBe(words);
  });
});

describe('day', () => {
  it('leaves this year out', () => {
    expect(day('2026-11-30T12:00:00Z', now, trans)).toBe('Nov 30');
  });
});

describe('size', () => {
  it.each([
    [0, '0 byte'],
    [999, '999 byte'],
    [1000, '1 kB'],
    [1_234_567, '1.2 MB'],
    [5e12, '5 TB'],
    [5e15, '5,000 TB']
  ])('says %d as “%s”', (bytes, words) => {
    expect(size(bytes, trans)).toBe(words);
  });
});

describe('count', () => {
  it('has separators', () => {
    expect(count(1204, trans)).toBe('1,204');
  });
});
