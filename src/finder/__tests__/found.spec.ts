import { makeEntry, makeHit } from '../../testing/fixtures';
import {
  type IFound,
  answered,
  begun,
  refused,
  totalOf,
  withLate
} from '../found';
import { hitRow, ownRow } from '../rows';

const NONE = new Set<string>();

function own(...paths: string[]) {
  return paths.map(path => ownRow(makeEntry({ path }), NONE));
}

function shared(...paths: string[]) {
  return paths.map(path => hitRow(makeHit({ path })));
}

function names(rows: IFound['rows']) {
  return rows.map(row => row.name);
}

describe('One ranked list of two sources', () => {
  const start = begun('dem', ['own', 'shared']);

  it('ranks the very name, then without its ending, then its beginning, a word in it, inside, elsewhere', () => {
    const found = answered(
      start,
      'own',
      own(
        'dem/other.txt',
        'academic.md',
        'alps_dem.tif',
        'demand.csv',
        'dem.tif',
        'dem'
      ),
      6
    );
    expect(names(found.rows)).toEqual([
      'dem',
      'dem.tif',
      'demand.csv',
      'alps_dem.tif',
      'academic.md',
      'other.txt'
    ]);
  });

  it('never moves a row that is shown', () => {
    const first = answered(start, 'own', own('demo.py', 'academic.md'), 2);
    const second = answered(
      first,
      'shared',
      shared('dem', 'endemic.txt', 'my/dem/x.txt'),
      3
    );
    expect(names(second.rows).slice(0, 2)).toEqual(names(first.rows));
    expect(names(second.rows)).toEqual([
      'demo.py',
      'academic.md',
      'endemic.txt',
      'x.txt'
    ]);
    expect(names(second.late)).toEqual(['dem']);
  });

  it('is the same list whoever answers first, once the late ones are shown', () => {
    const mine = own('demo.py', 'academic.md', 'dem.tif');
    const theirs = shared('dem', 'demand.csv');
    const one = answered(answered(start, 'own', mine, 3), 'shared', theirs, 2);
    const other = answered(
      answered(start, 'shared', theirs, 2),
      'own',
      mine,
      3
    );
    expect(names(withLate(one).rows)).toEqual(names(withLate(other).rows));
    expect(withLate(one).late).toEqual([]);
  });

  it('drops what a newer answer to the same query has no more', () => {
    const first = answered(start, 'shared', shared('dem', 'demand.csv'), 2);
    const second = answered(first, 'shared', shared('demand.csv'), 1);
    expect(names(second.rows)).toEqual(['demand.csv']);
  });

  it('keeps the others when one source refuses', () => {
    const both = answered(
      answered(start, 'own', own('dem.tif'), 1),
      'shared',
      shared('demand.csv'),
      1
    );
    const left = refused(both, 'shared', { tag: 'forbidden', reason: 'No.' });
    expect(names(left.rows)).toEqual(['dem.tif']);
    expect(left.answers.shared.tag).toBe('failed');
  });

  it('counts what was found, also where not all of it is listed', () => {
    expect(totalOf(start)).toBeNull();
    const found = answered(start, 'own', own('dem.tif'), 1200);
    expect(totalOf(found)).toBe(1200);
    expect(totalOf(answered(found, 'shared', shared('dem'), null))).toBe(1200);
  });
});
