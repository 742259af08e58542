import '@testing-library/jest-dom';

import { Dialog } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { screen, waitFor, within } from '@testing-library/dom';
import userEvent, { type UserEvent } from '@testing-library/user-event';

import { FakeClient, apexError } from '../../testing/fakeClient';
import {
  HYDROLOGY,
  PERMISSIONS,
  makeGrant,
  makeMe
} from '../../testing/fixtures';
import type { IShareTarget } from '../../tokens';
import { openShareDialog } from '../dialog';

const trans = nullTranslator.load('jupyter_apex_ws');

const HUB = { origin: 'https://hub.example', prefix: '/hub/' };

const FOLDER: IShareTarget = {
  root: null,
  path: 'projects/hydrology-2026',
  name: 'hydrology-2026',
  type: 'folder'
};

const HOSTILE =
  '<img src=x onerror="window.ran=1"><script>window.ran=1</script>';

function given(id: string, change = {}) {
  return makeGrant({
    id,
    workspace: 'w-alice',
    path: FOLDER.path,
    permissions: PERMISSIONS.owner,
    ...change
  });
}

describe('The share dialog', () => {
  beforeAll(() => {
    // Lab's style sheet shows its dialogs without their `open` attribute.
    const style = document.createElement('style');
    document.head.append(style);
    style.sheet?.insertRule('.jp-Dialog { display: flex; }');
  });

  let client: FakeClient;
  let opener: HTMLButtonElement;
  let closed: Promise<void>;
  let user: UserEvent;

  beforeEach(() => {
    client = new FakeClient();
    client.person = makeMe({ user: 'alice', personal_workspace: 'w-alice' });
    user = userEvent.setup();
    opener = document.body.appendChild(document.createElement('button'));
    opener.focus();
  });

  afterEach(async () => {
    Dialog.flush();
    await closed.catch(() => undefined);
    opener.remove();
  });

  async function open(target = FOLDER): Promise<HTMLElement> {
    closed = openShareDialog(target, { client, hub: HUB, trans });
    return screen.findByRole('dialog', { name: `Share “${target.name}”` });
  }

  const field = () =>
    screen.findByRole('combobox', { name: 'Add people or groups' });
  const row = async (name: RegExp) => {
    const list = await screen.findByRole('list', { name: 'Who has access' });
    const rows = await within(list).findAllByRole('listitem');
    const found = rows.find(each => name.test(each.textContent ?? ''));
    if (!found) {
      throw new Error(`No row with ${name} in: ${list.textContent}`);
    }
    return found;
  };

  it('is used by the keyboard alone: choose, give, change, take back, close', async () => {
    await open();
    await waitFor(async () => expect(await field()).toHaveFocus());

    await user.keyboard('bo');
    await screen.findByRole('option', { name: /bob/ });
    await user.keyboard('{ArrowDown}{Enter}');
    expect(await field()).toHaveValue('bob');
    expect(client.calls.join()).not.toContain('createGrant');

    await user.tab();
    expect(screen.getByRole('combobox', { name: 'Role' })).toHaveFocus();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{Enter}');
    expect(screen.getByRole('combobox', { name: 'Role' })).toHaveTextContent(
      'Editor'
    );
    await user.tab();
    await user.keyboard('{Enter}');
    await screen.findByText('bob can read and change this folder.');
    expect(await field()).toHaveFocus();

    const role = screen.getByRole('combobox', { name: 'Role of bob' });
    role.focus();
    await user.keyboard('{Enter}{Home}');
    expect(role).toHaveTextContent('Editor');
    await user.keyboard('{Escape}');
    expect(client.calls.join()).not.toContain('changeGrant');
    expect(screen.getByRole('dialog')).toBeInTheDocument();

    screen.getByRole('button', { name: 'Remove bob' }).focus();
    await user.keyboard('{Enter}');
    expect(
      screen.getByText('bob then has no way in. Remove it?')
    ).toBeVisible();
    await user.keyboard('{Enter}');
    await screen.findByText('bob no longer has access to this folder.');
    expect(screen.getByRole('button', { name: 'Undo' })).toHaveFocus();

    await user.keyboard('{Escape}');
    await closed;
    expect(opener).toHaveFocus();
  });

  it('stays open on Enter in a field, where Lab would close it', async () => {
    await open();
    await user.type(
      await screen.findByRole('textbox', { name: 'Note' }),
      'x{Enter}'
    );
    await user.type(await field(), 'nobody{Enter}');

    expect(screen.getByRole('dialog')).toBeInTheDocument();
    expect(client.calls.join()).not.toContain('createGrant');
  });

  it('says a refusal beside the line and keeps the text', async () => {
    await open();
    await user.type(await field(), 'bo');
    await user.click(await screen.findByRole('option', { name: /bob/ }));
    await user.type(
      screen.getByRole('textbox', { name: 'Note' }),
      'for Monday'
    );
    client.failures.set(
      'createGrant',
      apexError('forbidden', 'You may not pass this on.')
    );

    await user.click(screen.getByRole('button', { name: 'Add' }));

    expect(await screen.findByRole('alert')).toHaveTextContent(
      'You may not pass this on.'
    );
    expect(await field()).toHaveValue('bob');
    expect(await field()).toBeInvalid();
    expect(screen.getByRole('textbox', { name: 'Note' })).toHaveValue(
      'for Monday'
    );
  });

  it('shows the refusal of a change in the row, and the role as it is', async () => {
    client.byMe = [given('g-1')];
    await open();
    client.failures.set(
      'changeGrant',
      apexError('forbidden', 'You may not do that.')
    );

    const bob = within(await row(/bob/));
    await user.click(bob.getByRole('combobox', { name: 'Role of bob' }));
    await user.click(bob.getByRole('option', { name: /Manager/ }));

    expect(await bob.findByRole('alert')).toHaveTextContent(
      'You may not do that.'
    );
    expect(
      bob.getByRole('combobox', { name: 'Role of bob' })
    ).toHaveTextContent('Viewer');
  });

  it('sets an end of one’s own, and says what is wrong with one that has passed', async () => {
    client.byMe = [given('g-1')];
    await open();
    const bob = within(await row(/bob/));
    await user.click(bob.getByRole('combobox', { name: 'Access of bob ends' }));
    await user.click(bob.getByRole('option', { name: /date and time/ }));
    const date = bob.getByLabelText('Date and time when access ends');

    await user.clear(date);
    await user.type(date, '2020-01-01T12:00');
    await user.click(bob.getByRole('button', { name: 'Set' }));
    expect(await bob.findByRole('alert')).toHaveTextContent(
      'This time has passed.'
    );

    await user.clear(date);
    await user.type(date, '2031-05-04T12:00');
    await user.click(bob.getByRole('button', { name: 'Set' }));
    await screen.findByText(/^bob can read this folder until .*2031/);
    expect(date).not.toBeInTheDocument();
  });

  it('opens the folder’s own dialog for an inherited share', async () => {
    client.byMe = [
      given('g-1', {
        path: 'projects',
        name: 'projects',
        inherited_from: 'projects',
        grantee: HYDROLOGY
      })
    ];
    client.grantsOf = () => Promise.resolve(client.byMe);
    await open();

    const inherited = within(await row(/hydrology/));
    expect(inherited.queryByRole('combobox')).toBeNull();
    await user.click(
      inherited.getByRole('button', { name: /via folder “projects”/ })
    );

    await screen.findByRole('dialog', { name: 'Share “projects”' });
  });

  it('says when a share gives nothing now, and leaves one’s own alone', async () => {
    client.person = makeMe({ user: 'bob', personal_workspace: 'w-bob' });
    client.byMe = [
      given('g-1', { state: 'suspended', grantee: HYDROLOGY }),
      given('g-2', { role: 'manager' })
    ];
    await open({ ...FOLDER, root: 'w-alice' });

    expect(await row(/hydrology/)).toHaveTextContent(/Suspended/);
    const own = await row(/bob \(you\)/);
    expect(within(own).queryByRole('button')).toBeNull();
    expect(await row(/Owner/)).toHaveTextContent('alice');
  });

  it('says that the service is away, and tries again when asked', async () => {
    client.failures.set(
      'me',
      apexError('unavailable', 'The sharing service does not answer.')
    );
    await open();
    expect(
      await screen.findByText('The sharing service does not answer.')
    ).toBeVisible();

    client.failures.clear();
    await user.click(screen.getByRole('button', { name: 'Try now' }));

    expect(await field()).toBeVisible();
  });

  it('copies the address that receivers open, and says so', async () => {
    client.byMe = [given('g-1')];
    await open();

    await user.click(
      await screen.findByRole('button', { name: 'Copy address' })
    );

    await screen.findByText(/^The address is copied/);
    expect(
      screen.getByTitle(/\/hub\/user-redirect\/lab\/tree\//)
    ).toBeVisible();
  });

  it('shows names and notes made of markup as text', async () => {
    const hostile = {
      kind: 'user',
      name: HOSTILE,
      display_name: HOSTILE,
      members: null
    } as const;
    client.people = [hostile];
    client.byMe = [
      given('g-1', { grantee: hostile, note: HOSTILE, state: 'expired' })
    ];

    const dialog = await open({ ...FOLDER, name: HOSTILE });
    await row(/Expired/);
    await user.type(await field(), 'img');

    expect(dialog.querySelectorAll('img, script, svg script')).toHaveLength(0);
    expect(within(dialog).getAllByText(HOSTILE).length).toBeGreaterThan(0);
    expect(window).not.toHaveProperty('ran');
  });
});
