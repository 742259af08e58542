import '@testing-library/jest-dom';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';

import { FakeClient, apexError } from '../../testing/fakeClient';
import {
  HYDROLOGY,
  makeEntry,
  makeGrant,
  makeHit,
  makeLocalStatus
} from '../../testing/fixtures';
import { Finder } from '../components/Finder';
import { FinderModel } from '../model';
import { settle, sharesOfBob, trans } from './support';

const OWN_SERVER = '/hub/user-redirect/lab';

interface IShown {
  user: UserEvent;
  model: FinderModel;
  open: jest.Mock;
  leave: jest.Mock;
}

async function show(client: FakeClient): Promise<IShown> {
  const model = new FinderModel({ client, trans, chance: () => 0 });
  const [open, leave] = [jest.fn(), jest.fn()];
  render(
    <Finder
      model={model}
      open={open}
      leave={leave}
      ownServer={OWN_SERVER}
      trans={trans}
    />
  );
  await act(async () => {
    model.show();
    await settle();
  });
  return { user: userEvent.setup(), model, open, leave };
}

function list(name: string) {
  return within(screen.getByRole('treegrid', { name }));
}

function focusedRow() {
  const row = document.activeElement;
  return row?.getAttribute('role') === 'row' ? row.textContent : null;
}

describe('The Finder’s panel', () => {
  let client: FakeClient;

  beforeEach(() => {
    client = new FakeClient();
    client.own = ['analysis.ipynb', 'data/terrain/dem_alps.tif'].map(path =>
      makeEntry({ path })
    );
    client.withMe = [
      makeGrant({ role: 'editor', expires_at: '2026-11-30T12:00:00Z' })
    ];
    client.byMe = sharesOfBob();
    client.put('s-1', 'results/map.png', '');
    client.put('s-1', 'readme.md', '');
  });

  it('says of each thing what, where, whose, and who has access until when', async () => {
    await show(client);
    const [analysis, dem] = list('My files').getAllByRole('row');
    expect(
      within(analysis).getByRole('img', { name: 'shared' })
    ).toBeInTheDocument();
    expect(dem).toHaveTextContent('data › terrain');
    expect(dem).toHaveAttribute('title', 'data/terrain/dem_alps.tif');
    const [share] = list('Shared with me').getAllByRole('row');
    expect(share).toHaveTextContent('hydrology-2026');
    expect(share).toHaveTextContent('can edit');
    expect(share).toHaveTextContent('alice · until Nov 30');
    const [given] = list('Shared by me').getAllByRole('row');
    expect(given).toHaveTextContent(
      'alice can edit until Nov 30 · hydrology can read'
    );
  });

  it('counts the people beyond a few', async () => {
    const [first] = sharesOfBob();
    client.byMe = ['alice', 'carol', 'dave', 'erin'].map(name => ({
      ...first,
      id: name,
      expires_at: null,
      grantee: { ...HYDROLOGY, name }
    }));
    await show(client);
    const [row] = list('Shared by me').getAllByRole('row');
    expect(row).toHaveTextContent('alice can edit · carol can edit · 2 more');
    expect(row.title).toContain('erin can edit');
  });

  it('finds own and shared files in one list and marks what matches', async () => {
    client.hits = [makeHit({ path: 'academic.csv', share_name: 'energy' })];
    const { user } = await show(client);
    await user.type(screen.getByRole('searchbox'), 'dem');
    const rows = list('Found').getAllByRole('row');
    expect(rows[0]).toHaveTextContent('dem_alps.tif');
    expect(rows[0]).toHaveTextContent('yours');
    expect(rows[1]).toHaveTextContent('academic.csv');
    expect(rows[1]).toHaveTextContent('alice');
    expect(rows[1]).toHaveTextContent('energy');
    expect(rows[0].querySelector('mark')).toHaveTextContent('dem');
    expect(screen.getByText('2 found')).toBeVisible();
    expect(screen.queryByRole('treegrid', { name: 'My files' })).toBeNull();
  });

  it('keeps what came late behind a button, and the focus when it goes', async () => {
    client.hits = [makeHit({ path: 'de' })];
    const { user } = await show(client);
    await user.type(screen.getByRole('searchbox'), 'de');
    expect(list('Found').getAllByRole('row')).toHaveLength(1);
    await user.click(screen.getByRole('button', { name: '1 more found' }));
    const [best] = list('Found').getAllByRole('row');
    expect(best).toHaveTextContent('alice');
    expect(screen.getByRole('searchbox')).toHaveFocus();
  });

  it('shows the newest own files, and the rest when asked', async () => {
    client.own = Array.from({ length: 20 }, (_, i) =>
      makeEntry({ path: `scene_${i}.tif` })
    );
    const { user } = await show(client);
    expect(list('My files').getAllByRole('row')).toHaveLength(8);
    await user.click(screen.getByRole('button', { name: 'Show 12 more' }));
    expect(list('My files').getAllByRole('row')).toHaveLength(20);
    expect(screen.getByRole('button', { name: 'Show fewer' })).toHaveFocus();
  });

  it('says that nothing has such a name', async () => {
    const { user } = await show(client);
    await user.type(screen.getByRole('searchbox'), 'nowhere');
    expect(
      screen.getByText(/No name or path has “nowhere” in it/)
    ).toBeVisible();
  });

  it('says where one is in the list', async () => {
    await show(client);
    const [, second] = list('My files').getAllByRole('row');
    expect(second).toHaveAttribute('aria-posinset', '2');
    expect(second).toHaveAttribute('aria-setsize', '2');
  });

  it('keeps few rows in the page however many there are', async () => {
    client.own = Array.from({ length: 50 }, (_, i) =>
      makeEntry({ path: `scene_${i}.tif` })
    );
    const { user } = await show(client);
    await user.type(screen.getByRole('searchbox'), 'scene');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
    await user.keyboard('{ArrowDown}{End}');
    expect(document.activeElement).toHaveAttribute('aria-posinset', '50');
    expect(screen.getAllByRole('row').length).toBeLessThan(60);
  });

  it('shows names as they are: as text, in their own direction, and nothing hidden', async () => {
    const names = ['<img src=x onerror="window.ran=1">', 'in\u202Efdp.exe'];
    client.own = names.map(path => makeEntry({ path, name: path }));
    client.withMe = [makeGrant({ name: '<b>bold</b>', note: '<i>note</i>' })];
    await show(client);
    const [first, second] = list('My files').getAllByRole('row');
    expect(first).toHaveTextContent(names[0]);
    expect(second).toHaveTextContent('in⟨U+202E⟩fdp.exe');
    expect(second.querySelector('bdi')).toHaveTextContent('in⟨U+202E⟩fdp.exe');
    expect(list('Shared with me').getAllByRole('row')[0]).toHaveTextContent(
      '<b>bold</b>'
    );
    expect(document.querySelector('img, b, i')).toBeNull();
  });
});

describe('The Finder by keyboard', () => {
  let client: FakeClient;

  beforeEach(() => {
    client = new FakeClient();
    client.own = ['alpha.py', 'beta.py', 'bravo.py'].map(path =>
      makeEntry({ path })
    );
    client.withMe = [makeGrant()];
    client.put('s-1', 'results/map.png', '');
    client.put('s-1', 'readme.md', '');
  });

  async function atFirstRow(): Promise<IShown> {
    const shown = await show(client);
    screen.getByRole('searchbox').focus();
    await shown.user.keyboard('{ArrowDown}');
    return shown;
  }

  it('goes from the search box to the rows and through all lists, and back', async () => {
    const { user } = await atFirstRow();
    expect(focusedRow()).toContain('alpha.py');
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    expect(focusedRow()).toContain('hydrology-2026');
    await user.keyboard('{ArrowUp}');
    expect(focusedRow()).toContain('bravo.py');
    await user.keyboard('{Home}');
    expect(focusedRow()).toContain('alpha.py');
    await user.keyboard('{ArrowUp}');
    expect(screen.getByRole('searchbox')).toHaveFocus();
  });

  it('has one tab stop a list', async () => {
    await atFirstRow();
    const stops = screen.getAllByRole('row').filter(row => row.tabIndex === 0);
    expect(stops).toHaveLength(2);
  });

  it('goes to a name by its first letters', async () => {
    const { user } = await atFirstRow();
    await user.keyboard('b');
    expect(focusedRow()).toContain('beta.py');
    await user.keyboard('r');
    expect(focusedRow()).toContain('bravo.py');
  });

  it('opens with Enter, also what is found first', async () => {
    const { user, open } = await atFirstRow();
    await user.keyboard('{Enter}');
    expect(open).toHaveBeenLastCalledWith(
      expect.objectContaining({ path: 'alpha.py', root: null })
    );
    await user.keyboard('{Escape}');
    await user.type(screen.getByRole('searchbox'), 'beta{Enter}');
    expect(open).toHaveBeenLastCalledWith(
      expect.objectContaining({ path: 'beta.py' })
    );
  });

  it('clears with Escape, then gives the focus back', async () => {
    const { user, leave } = await show(client);
    const box = screen.getByRole('searchbox');
    await user.type(box, 'beta{Escape}');
    expect(box).toHaveValue('');
    expect(leave).not.toHaveBeenCalled();
    await user.keyboard('{Escape}');
    expect(leave).toHaveBeenCalledTimes(1);
  });

  it('opens and closes a shared folder with Right and Left', async () => {
    const { user, open } = await atFirstRow();
    await user.keyboard('{End}{ArrowDown}{ArrowRight}');
    await act(settle);
    const share = screen.getByRole('row', { name: /hydrology-2026/ });
    expect(share).toHaveAttribute('aria-expanded', 'true');
    await user.keyboard('{ArrowRight}{ArrowDown}');
    expect(focusedRow()).toContain('readme.md');
    expect(document.activeElement).toHaveAttribute('aria-level', '2');
    await user.keyboard('{Enter}');
    expect(open).toHaveBeenLastCalledWith(
      expect.objectContaining({ path: 'readme.md', root: 's-1' })
    );
    await user.keyboard('{ArrowLeft}');
    expect(share).toHaveFocus();
    await user.keyboard('{ArrowLeft}');
    expect(share).toHaveAttribute('aria-expanded', 'false');
  });

  it('chooses whose files with the arrows', async () => {
    client.byMe = sharesOfBob();
    const { user } = await show(client);
    screen.getByRole('radio', { name: 'All' }).focus();
    await user.keyboard('{ArrowRight}');
    expect(screen.getByRole('radio', { name: 'Mine' })).toHaveFocus();
    expect(screen.getByRole('radio', { name: 'Mine' })).toBeChecked();
    expect(screen.queryByText('Shared with me')).toBeNull();
    await user.keyboard('{ArrowRight}');
    expect(screen.queryByText('My files')).toBeNull();
    expect(screen.getByText('Shared with me')).toBeVisible();
  });

  it('keeps the focus in the list when the row that had it is gone', async () => {
    const { user } = await atFirstRow();
    await user.keyboard('{ArrowDown}');
    client.own = client.own.filter(entry => entry.name !== 'beta.py');
    await act(async () => {
      client.changed.emit('local-index');
      await settle();
    });
    expect(focusedRow()).toContain('bravo.py');
  });

  it('tells commands which row one is at', async () => {
    const { model, user } = await atFirstRow();
    await user.keyboard('{ArrowDown}');
    expect(model.state.current?.name).toBe('beta.py');
    fireEvent.contextMenu(screen.getByRole('row', { name: /bravo/ }));
    expect(model.state.current?.name).toBe('bravo.py');
  });
});

describe('The faces of the Finder', () => {
  let client: FakeClient;

  beforeEach(() => {
    client = new FakeClient();
    client.own = [makeEntry({ path: 'dem.tif' })];
  });

  it('says what comes where nothing is yet', async () => {
    client.own = [];
    await show(client);
    expect(screen.getByText(/No files yet/)).toBeVisible();
    expect(screen.getByText(/Nobody has shared anything/)).toBeVisible();
    expect(screen.getByText(/You share nothing yet/)).toBeVisible();
  });

  it('says once that the service does not answer, and tries at a click', async () => {
    client.failures.set('grantsWithMe', apexError('unavailable'));
    client.failures.set('grantsByMe', apexError('unavailable'));
    const { user } = await show(client);
    expect(
      screen.getByText(
        'The sharing service does not answer. Your own files work as usual.'
      )
    ).toBeVisible();
    expect(screen.getByText('Trying again in 8 s.')).toBeVisible();
    expect(list('My files').getByRole('row')).toBeVisible();
    client.failures.clear();
    client.withMe = [makeGrant()];
    await user.click(screen.getByRole('button', { name: 'Try now' }));
    await act(settle);
    expect(screen.queryByText(/does not answer/)).toBeNull();
    expect(screen.getByRole('searchbox')).toHaveFocus();
    expect(list('Shared with me').getByRole('row')).toBeVisible();
  });

  it('says why one may not see something', async () => {
    client.failures.set(
      'grantsWithMe',
      apexError('scope-missing', 'This token may not list shares.')
    );
    await show(client);
    expect(screen.getByText('This token may not list shares.')).toBeVisible();
  });

  it('says what failed, and reads it again at a click', async () => {
    client.failures.set('localRecent', apexError('internal', 'It broke.'));
    const { user } = await show(client);
    expect(screen.getByRole('alert')).toHaveTextContent('It broke.');
    client.failures.clear();
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await act(settle);
    expect(list('My files').getByRole('row')).toBeVisible();
  });

  it('says in one sentence what sharing needs where there is no service', async () => {
    client.status = makeLocalStatus({ service: false, user: null });
    await show(client);
    expect(
      screen.getByText(/Sharing needs a JupyterHub with the sharing service/)
    ).toBeVisible();
    expect(screen.queryByRole('radiogroup')).toBeNull();
    expect(screen.queryByText('Shared with me')).toBeNull();
  });

  it('leads from somebody else’s server to one’s own', async () => {
    client.status = makeLocalStatus({ own_server: false, user: 'alice' });
    await show(client);
    expect(
      screen.getByText(/You are visiting the server of alice/)
    ).toBeVisible();
    expect(
      screen.getByRole('link', { name: 'Go to my server' })
    ).toHaveAttribute('href', OWN_SERVER);
  });

  it('says how much is known of own files, and that it is still reading', async () => {
    const refreshed = new Date(Date.now() - 3000).toISOString();
    client.status = makeLocalStatus({ items: 1204, refreshed_at: refreshed });
    await show(client);
    expect(screen.getByText('1,204 items · index 3 s old')).toBeVisible();
    client.status = makeLocalStatus({ state: 'reading', items: 90 });
    await act(async () => {
      client.changed.emit('local-index');
      await settle();
    });
    expect(
      screen.getByText('Still reading your files: 90 items so far')
    ).toBeVisible();
  });
});
