import { ALICE, BOB, makeEntry, makeGrant } from '../../testing/fixtures';
import {
  childRow,
  isBelow,
  ownRow,
  rowsByMe,
  rowsWithMe,
  sharedPathsOf
} from '../rows';
import { sharesOfBob } from './support';

describe('Rows of what others share', () => {
  it('are one an item, with the most that one may do and for how long', () => {
    const rows = rowsWithMe([
      makeGrant({ id: 'g-1', role: 'viewer' }),
      makeGrant({
        id: 'g-2',
        role: 'editor',
        expires_at: '2026-11-30T12:00:00Z'
      }),
      makeGrant({
        id: 'g-3',
        role: 'editor',
        expires_at: '2026-12-30T12:00:00Z'
      })
    ]);
    expect(rows).toHaveLength(1);
    expect(rows[0].rights).toEqual([
      { who: ALICE, role: 'editor', until: '2026-12-30T12:00:00Z' }
    ]);
  });

  it('are gone when all grants have ended', () => {
    expect(rowsWithMe([makeGrant({ state: 'expired' })])).toEqual([]);
  });

  it('say that an item is not found only when no grant finds it', () => {
    const lost = makeGrant({ state: 'suspended' });
    expect(rowsWithMe([lost])[0].suspended).toBe(true);
    expect(rowsWithMe([lost, makeGrant({ id: 'g-2' })])[0].suspended).toBe(
      false
    );
  });

  it('have children with ids of their own', () => {
    const [parent] = rowsWithMe([makeGrant()]);
    const child = childRow(parent, makeEntry({ path: 'a/b', name: 'b' }));
    expect(isBelow(child.id, parent.id)).toBe(true);
    expect(child.where).toEqual(['hydrology-2026']);
    expect(child.owner).toBe(ALICE);
  });
});

describe('Rows of what one shares', () => {
  it('are one an item, with everybody who has access', () => {
    const rows = rowsByMe(sharesOfBob(), 'bob');
    expect(rows.map(row => row.name)).toEqual(['runoff', 'analysis.ipynb']);
    expect(rows[0].rights.map(right => right.who.name)).toEqual([
      'alice',
      'hydrology'
    ]);
    expect(rows[0].root).toBeNull();
  });

  it('keep the workspace of somebody else whose item a manager shares', () => {
    const [row] = rowsByMe([makeGrant({ workspace: 'w-alice' })], 'bob');
    expect(row.root).toBe('w-alice');
    expect(row.owner).toBe(ALICE);
  });

  it('give own rows their badge', () => {
    const paths = sharedPathsOf(rowsByMe(sharesOfBob(), BOB.name));
    expect([...paths]).toEqual(['projects/runoff', 'analysis.ipynb']);
    expect(ownRow(makeEntry({ path: 'analysis.ipynb' }), paths).shared).toBe(
      true
    );
    expect(ownRow(makeEntry({ path: 'a/analysis.ipynb' }), paths).shared).toBe(
      false
    );
  });
});
