import { FakeClient, apexError } from '../../testing/fakeClient';
import {
  makeEntry,
  makeGrant,
  makeHit,
  makeLocalStatus
} from '../../testing/fixtures';
import { FinderModel } from '../model';
import { rowsOf } from '../state';
import { SlowClient, settle, sharesOfBob, trans } from './support';

function names(model: FinderModel, list: 'recent' | 'withMe' | 'byMe') {
  return rowsOf(model.state[list]).map(row => row.name);
}

function found(model: FinderModel) {
  return model.state.found?.rows.map(row => row.name) ?? null;
}

async function shown<C extends FakeClient>(client: C) {
  const model = new FinderModel({ client, trans, chance: () => 0 });
  model.show();
  await settle();
  return model;
}

describe('The Finder', () => {
  let client: SlowClient;

  beforeEach(() => {
    jest.useFakeTimers();
    client = new SlowClient();
    client.own = [makeEntry({ path: 'analysis.ipynb' })];
    client.withMe = [makeGrant()];
    client.byMe = sharesOfBob();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('asks nothing before somebody sees it', async () => {
    const model = new FinderModel({ client, trans });
    await settle();
    expect(client.calls).toEqual([]);
    model.dispose();
  });

  it('lists own files, what others share and what one shares', async () => {
    const model = await shown(client);
    expect(names(model, 'recent')).toEqual(['analysis.ipynb']);
    expect(names(model, 'withMe')).toEqual(['hydrology-2026']);
    expect(names(model, 'byMe')).toEqual(['runoff', 'analysis.ipynb']);
  });

  it('puts a badge on own files that are shared, whichever answer comes first', async () => {
    const model = await shown(client);
    expect(rowsOf(model.state.recent)[0].shared).toBe(true);
    client.byMe = [];
    client.changed.emit('shared-by-me');
    await settle();
    expect(rowsOf(model.state.recent)[0].shared).toBe(false);
  });

  it('merges both sources into one list and never moves a shown row', async () => {
    const model = await shown(client);
    model.search('dem');
    await client.answerOwn('dem', 'demo.py', 'academic.md');
    expect(found(model)).toEqual(['demo.py', 'academic.md']);
    await client.answerShared('dem', makeHit({ path: 'dem' }));
    expect(found(model)).toEqual(['demo.py', 'academic.md']);
    expect(model.state.found?.late.map(row => row.name)).toEqual(['dem']);
    model.showLate();
    expect(found(model)).toEqual(['dem', 'demo.py', 'academic.md']);
  });

  it('aborts the query before, and never hears its answer', async () => {
    const model = await shown(client);
    model.search('de');
    model.search('dem');
    expect(client.signals.get('de')?.aborted).toBe(true);
    await client.answerOwn('dem', 'dem.tif');
    await client.answerOwn('de', 'desert.tif');
    expect(found(model)).toEqual(['dem.tif']);
    expect(model.state.found?.query).toBe('dem');
  });

  it('keeps the rows of the query before until something answers', async () => {
    const model = await shown(client);
    model.search('de');
    await client.answerOwn('de', 'desert.tif');
    model.search('dem');
    expect(found(model)).toEqual(['desert.tif']);
    await client.answerOwn('dem', 'dem.tif');
    expect(found(model)).toEqual(['dem.tif']);
  });

  it('shows the sections again when the query is cleared', async () => {
    const model = await shown(client);
    model.search('dem');
    await client.answerOwn('dem', 'dem.tif');
    model.search('');
    expect(found(model)).toBeNull();
    await client.answerShared('dem', makeHit({ path: 'dem' }));
    expect(found(model)).toBeNull();
  });

  it('asks only those whose files were chosen', async () => {
    const model = await shown(client);
    client.calls.length = 0;
    model.choose('mine');
    model.search('dem');
    model.choose('shared');
    expect(client.calls).toEqual(['localSearch dem', 'search dem']);
    await client.answerOwn('dem', 'dem.tif');
    expect(found(model)).toBeNull();
    await client.answerShared('dem', makeHit({ path: 'dem' }));
    expect(found(model)).toEqual(['dem']);
  });

  it('reads again what a topic is about, and nothing else', async () => {
    const model = await shown(client);
    client.calls.length = 0;
    client.withMe = [];
    client.changed.emit('shared-with-me');
    await settle();
    expect(client.calls).toEqual(['grantsWithMe']);
    expect(model.state.withMe.tag).toBe('empty');
  });

  it('removes a revoked share from the results in sight', async () => {
    const model = await shown(client);
    model.search('dem');
    await client.answerOwn('dem', 'dem.tif');
    await client.answerShared('dem', makeHit({ path: 'demand.csv' }));
    expect(found(model)).toEqual(['dem.tif', 'demand.csv']);
    client.changed.emit('shared-with-me');
    await client.answerShared('dem');
    expect(found(model)).toEqual(['dem.tif']);
  });

  it('remembers topics while it is hidden', async () => {
    const model = await shown(client);
    model.hide();
    client.calls.length = 0;
    client.changed.emit('shared-by-me');
    await settle();
    expect(client.calls).toEqual([]);
    model.show();
    await settle();
    expect(client.calls).toEqual(['localStatus', 'grantsByMe']);
  });

  it('polls no more than the index, once a minute, and not while nobody looks', async () => {
    const model = await shown(client);
    client.calls.length = 0;
    await jest.advanceTimersByTimeAsync(59_000);
    expect(client.calls).toEqual([]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(client.calls).toEqual(['localStatus']);
    model.hide();
    await jest.advanceTimersByTimeAsync(600_000);
    expect(client.calls).toEqual(['localStatus']);
  });

  it('keeps rows in their places while somebody is at them', async () => {
    const paths = (...all: string[]) => all.map(path => makeEntry({ path }));
    client.own = paths('a.py', 'b.py');
    const model = await shown(client);
    model.hold(true);
    client.own = paths('new.py', 'b.py', 'a.py');
    client.changed.emit('local-index');
    await settle();
    expect(names(model, 'recent')).toEqual(['a.py', 'b.py', 'new.py']);
    model.hold(false);
    expect(names(model, 'recent')).toEqual(['new.py', 'b.py', 'a.py']);
  });

  it('stops hearing when it is disposed', async () => {
    const model = await shown(client);
    model.dispose();
    client.calls.length = 0;
    client.changed.emit('shared-with-me');
    await jest.advanceTimersByTimeAsync(600_000);
    expect(client.calls).toEqual([]);
  });
});

describe('The Finder without the sharing service', () => {
  let client: FakeClient;

  beforeEach(() => {
    jest.useFakeTimers();
    client = new FakeClient();
    client.own = [makeEntry({ path: 'dem.tif' })];
    client.withMe = [makeGrant()];
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function fail(isDown: boolean) {
    for (const method of ['grantsWithMe', 'grantsByMe', 'search'] as const) {
      if (isDown) {
        client.failures.set(method, apexError('unavailable'));
      } else {
        client.failures.delete(method);
      }
    }
  }

  it('goes on with own files, says when it tries again, and heals by itself', async () => {
    fail(true);
    const model = await shown(client);
    expect(names(model, 'recent')).toEqual(['dem.tif']);
    expect(model.state.outage?.reason).toBe(
      'The sharing service does not answer. Your own files work as usual.'
    );
    const wait = (model.state.outage?.retryAt?.getTime() ?? 0) - Date.now();
    expect(wait).toBe(8000);
    fail(false);
    await jest.advanceTimersByTimeAsync(8000);
    expect(model.state.outage).toBeNull();
    expect(names(model, 'withMe')).toEqual(['hydrology-2026']);
  });

  it('waits longer from try to try, up to a minute', async () => {
    fail(true);
    const model = await shown(client);
    const waits: number[] = [];
    for (let tries = 0; tries < 5; tries++) {
      const { retryAt = null } = model.state.outage ?? {};
      const wait = (retryAt?.getTime() ?? 0) - Date.now();
      waits.push(wait / 1000);
      await jest.advanceTimersByTimeAsync(wait);
    }
    expect(waits).toEqual([8, 16, 32, 60, 60]);
  });

  it('tries at once when asked to', async () => {
    fail(true);
    const model = await shown(client);
    fail(false);
    model.tryNow();
    expect(model.state.outage?.retryAt).toBeNull();
    await settle();
    expect(model.state.outage).toBeNull();
  });

  it('keeps the lists that it knew, and what was found heals with them', async () => {
    const model = await shown(client);
    client.hits = [makeHit({ path: 'demand.csv' })];
    fail(true);
    model.search('dem');
    await settle();
    expect(names(model, 'withMe')).toEqual(['hydrology-2026']);
    expect(found(model)).toEqual(['dem.tif']);
    client.calls.length = 0;
    model.search('dema');
    await settle();
    expect(client.calls).toEqual(['localSearch dema']);
    fail(false);
    model.tryNow();
    await settle();
    expect(found(model)).toEqual(['demand.csv']);
  });

  it('does not ask where there is no service', async () => {
    client.status = makeLocalStatus({ service: false, user: null });
    const model = await shown(client);
    model.search('dem');
    await settle();
    expect(model.state.sharing).toBe('off');
    expect(found(model)).toEqual(['dem.tif']);
    expect(client.calls).toEqual([
      'localStatus',
      'localRecent 30',
      'localSearch dem'
    ]);
  });

  it('does not ask on somebody else’s server', async () => {
    client.status = makeLocalStatus({ own_server: false, user: 'alice' });
    const model = await shown(client);
    expect(model.state.sharing).toBe('visiting');
    expect(client.calls).toEqual(['localStatus', 'localRecent 30']);
  });

  it('shows nothing from memory of what became forbidden', async () => {
    const model = await shown(client);
    client.failures.set('grantsWithMe', apexError('forbidden', 'Not yours.'));
    client.changed.emit('shared-with-me');
    await settle();
    expect(model.state.withMe).toEqual({
      tag: 'forbidden',
      reason: 'Not yours.'
    });
    expect(model.state.outage).toBeNull();
  });
});

describe('Folders that others share', () => {
  let client: FakeClient;

  beforeEach(() => {
    client = new FakeClient();
    client.withMe = [makeGrant()];
    client.put('s-1', 'a10.txt', '');
    client.put('s-1', 'a9.txt', '');
    client.put('s-1', 'results/map.png', '');
  });

  it('are read when they are opened, folders first and numbers in order', async () => {
    const model = await shown(client);
    const [share] = rowsOf(model.state.withMe);
    expect(client.calls).not.toContain('list s-1:');
    model.expand(share);
    expect(model.state.opened.get(share.id)?.tag).toBe('loading');
    await settle();
    const rows = rowsOf(model.state.opened.get(share.id));
    expect(rows.map(row => row.name)).toEqual(['results', 'a9.txt', 'a10.txt']);
    model.expand(rows[0]);
    await settle();
    expect(model.state.opened.size).toBe(2);
    model.collapse(share);
    expect(model.state.opened.size).toBe(0);
    model.dispose();
  });

  it('close when the share is gone', async () => {
    const model = await shown(client);
    const [share] = rowsOf(model.state.withMe);
    model.expand(share);
    await settle();
    client.withMe = [];
    client.changed.emit('shared-with-me');
    await settle();
    expect(model.state.opened.size).toBe(0);
    model.dispose();
  });
});
