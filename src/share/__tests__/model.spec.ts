import { nullTranslator } from '@jupyterlab/translation';

import { FakeClient, apexError } from '../../testing/fakeClient';
import { ApexError } from '../../api/errors';
import {
  ALICE,
  BOB,
  HYDROLOGY,
  PERMISSIONS,
  makeGrant,
  makeMe
} from '../../testing/fixtures';
import type { IShareTarget } from '../../tokens';
import { ShareModel } from '../model';
import type { IAccess } from '../state';

const trans = nullTranslator.load('jupyter_apex_ws');

const HUB = { origin: 'https://hub.example', prefix: '/hub/' };

const FOLDER: IShareTarget = {
  root: null,
  path: 'hydrology-2026',
  name: 'hydrology-2026',
  type: 'folder'
};

function given(id: string, change = {}) {
  return makeGrant({
    id,
    workspace: 'w-alice',
    path: FOLDER.path,
    permissions: PERMISSIONS.owner,
    ...change
  });
}

describe('ShareModel', () => {
  let client: FakeClient;
  let model: ShareModel;

  beforeEach(() => {
    client = new FakeClient();
    client.person = makeMe({
      user: 'alice',
      display_name: 'Alice Ahn',
      personal_workspace: 'w-alice',
      now: new Date().toISOString()
    });
    model = new ShareModel({ target: FOLDER, client, hub: HUB, trans });
  });

  afterEach(() => model.dispose());

  function access(of = model): IAccess {
    const { access: state } = of.state;
    if (state.tag !== 'ready') {
      throw new Error(`The state is ${state.tag}.`);
    }
    return state.value;
  }

  it('reads who has access to an own item through the personal workspace', async () => {
    client.byMe = [given('g-1')];

    await model.refresh();

    expect(client.calls).toContain('grantsOf w-alice:hydrology-2026');
    expect(access().owner?.name).toBe('alice');
    expect(access().lines.map(l => l.grant.grantee.name)).toEqual(['bob']);
  });

  it('shows what comes from above first', async () => {
    client.byMe = [
      given('g-own'),
      given('g-above', { inherited_from: 'projects', grantee: HYDROLOGY })
    ];

    await model.refresh();

    expect(access().lines.map(l => l.grant.id)).toEqual(['g-above', 'g-own']);
  });

  it('gives access with the answer of the service in the list, and says so in words', async () => {
    await model.refresh();
    model.fill({ who: { text: 'bob', chosen: BOB }, note: ' for Monday ' });

    await expect(model.add()).resolves.toBe(true);

    const [line] = access().lines;
    expect(line.grant.grantee).toEqual(BOB);
    expect(line.grant.note).toBe('for Monday');
    expect(model.state.outcome?.text).toBe('bob can read this folder.');
    expect(model.state.form.who).toEqual({ text: '', chosen: null });
  });

  it('gives an end by the clock of the service, not by its own', async () => {
    client.person = { ...client.person, now: '2031-05-01T12:00:00Z' };
    await model.refresh();
    model.fill({
      who: { text: 'bob', chosen: BOB },
      expiry: { choice: 'week', own: '' }
    });

    await model.add();

    const end = access().lines[0].grant.expires_at ?? '';
    const late = Date.parse(end) - Date.parse('2031-05-08T12:00:00Z');
    expect(Math.abs(late)).toBeLessThan(10_000);
    expect(model.state.outcome?.text).toMatch(
      /^bob can read this folder until .*8.*\.$/
    );
  });

  it('keeps the text of a refused line, with the reason at its field', async () => {
    await model.refresh();
    const form = { who: { text: 'bob', chosen: BOB }, note: 'please look' };
    model.fill(form);
    client.failures.set(
      'createGrant',
      new ApexError({
        code: 'invalid',
        status: 422,
        detail: 'Some values cannot be used.',
        errors: [{ pointer: '/grantee/name', detail: 'bob has left this hub.' }]
      })
    );

    await expect(model.add()).resolves.toBe(false);

    expect(model.state.form).toMatchObject({
      ...form,
      busy: false,
      refusal: { field: 'grantee', detail: 'bob has left this hub.' }
    });
    expect(access().lines).toEqual([]);
  });

  it('takes a typed name that is exactly somebody’s, and refuses one that is nobody’s', async () => {
    await model.refresh();
    model.fill({ who: { text: 'bob', chosen: null } });
    await expect(model.add()).resolves.toBe(true);

    model.fill({ who: { text: 'bo', chosen: null } });
    await expect(model.add()).resolves.toBe(false);
    expect(model.state.form.refusal?.detail).toContain('“bo”');
    expect(model.state.form.who.text).toBe('bo');
    expect(client.calls.filter(c => c.startsWith('createGrant'))).toHaveLength(
      1
    );
  });

  it('offers only ends within the limit, and begins with the longest', async () => {
    client.person = {
      ...client.person,
      limits: { max_file_bytes: 1, max_grant_seconds: 10 * 24 * 3600 }
    };

    await model.refresh();

    expect(model.state.form.expiry.choice).toBe('week');
    model.fill({
      who: { text: 'bob', chosen: BOB },
      expiry: { choice: 'own', own: '2999-01-01T00:00' }
    });
    await expect(model.add()).resolves.toBe(false);
    expect(model.state.form.refusal).toEqual({
      field: 'expires_at',
      detail: 'Here a share lasts 10 days at most. Give an earlier time.'
    });
  });

  it('changes a role, and keeps the old one beside the reason of a refusal', async () => {
    client.byMe = [given('g-1')];
    await model.refresh();

    await model.changeRole(client.byMe[0], 'editor');
    expect(access().lines[0].grant.role).toBe('editor');
    expect(model.state.outcome?.text).toBe(
      'bob can read and change this folder.'
    );

    client.failures.set(
      'changeGrant',
      apexError('forbidden', 'Only who may share it changes that.')
    );
    await model.changeRole(access().lines[0].grant, 'manager');
    expect(access().lines[0]).toMatchObject({
      busy: false,
      refusal: 'Only who may share it changes that.'
    });
    expect(access().lines[0].grant.role).toBe('editor');
  });

  it('removes a share, and gives it again on undo', async () => {
    const grant = given('g-1', { role: 'editor', note: 'yours too' });
    client.byMe = [grant];
    await model.refresh();
    expect(access().lines[0].lastWayIn).toBe(true);

    await model.remove(grant);
    expect(access().lines).toEqual([]);
    expect(model.state.outcome?.text).toBe(
      'bob no longer has access to this folder.'
    );

    await model.undo();
    expect(access().lines[0].grant).toMatchObject({
      role: 'editor',
      note: 'yours too'
    });
    expect(model.state.outcome?.undo).toBeNull();
  });

  it('keeps the undo when giving it again was refused', async () => {
    const grant = given('g-1');
    client.byMe = [grant];
    await model.refresh();
    await model.remove(grant);
    client.failures.set('createGrant', apexError('unavailable', 'Not now.'));

    await model.undo();

    expect(model.state.outcome).toEqual({
      text: 'Not now.',
      failed: true,
      undo: grant
    });
  });

  it('says that a way in is left when another share reaches the same person', async () => {
    const own = given('g-own');
    client.byMe = [own, given('g-above', { inherited_from: 'projects' })];
    await model.refresh();

    await model.remove(own);

    expect(model.state.outcome?.text).toBe(
      'bob keeps the access listed below; this share is removed.'
    );
  });

  it('lets a line go that somebody else took back meanwhile', async () => {
    const grant = given('g-1');
    client.byMe = [grant];
    await model.refresh();
    client.byMe = [];

    await model.changeRole(grant, 'editor');
    await Promise.resolve();
    await new Promise(resolve => setTimeout(resolve));

    expect(access().lines).toEqual([]);
    expect(model.state.outcome?.failed).toBe(true);
  });

  it('lists the shares of what is lost, so that they can be ended', async () => {
    client.byMe = [given('g-1', { state: 'suspended' })];
    client.grantsOf = () => Promise.resolve([]);

    await model.refresh();

    expect(access().lines.map(l => l.grant.id)).toEqual(['g-1']);
  });

  it('has an address where it opens the item for everybody who has access', async () => {
    const grant = given('g-1', { name: 'maps & more' });
    client.byMe = [grant];
    await model.refresh();
    expect(access().address).toBe(
      'https://hub.example/hub/user-redirect/lab/tree/Shared%253Aalice/maps%2520%2526%2520more'
    );

    client.byMe = [grant, given('g-2', { name: grant.name, path: 'old/it' })];
    await model.refresh();
    expect(access().address).toBeNull();

    client.byMe = [grant, given('g-3', { inherited_from: 'projects' })];
    await model.refresh();
    expect(access().address).toBeNull();

    client.byMe = [given('g-1', { state: 'expired' })];
    await model.refresh();
    expect(access().address).toBeNull();
  });

  it('reads again when shares changed, and keeps what is being filled in', async () => {
    await model.refresh();
    model.fill({ note: 'half a sente' });
    client.byMe = [given('g-1')];

    client.changed.emit('shared-by-me');
    await new Promise(resolve => setTimeout(resolve));

    expect(access().lines).toHaveLength(1);
    expect(model.state.form.note).toBe('half a sente');
  });

  it('keeps what it knew, with its age, when the service stops answering', async () => {
    client.byMe = [given('g-1')];
    await model.refresh();
    client.failures.set('grantsOf', apexError('unavailable'));

    await model.refresh();

    const { access: state } = model.state;
    expect(state.tag === 'ready' && state.staleSince).toBeInstanceOf(Date);
    expect(access().lines).toHaveLength(1);
  });

  it('has a state for a service that never answered, and for a refusal', async () => {
    client.failures.set('grantsOf', apexError('unavailable', 'Not now.'));
    await model.refresh();
    expect(model.state.access).toMatchObject({
      tag: 'unavailable',
      reason: 'Not now.'
    });

    client.failures.set('grantsOf', apexError('forbidden', 'Not yours.'));
    await model.refresh();
    expect(model.state.access).toEqual({
      tag: 'forbidden',
      reason: 'Not yours.'
    });
  });

  it('shares something of another person through the share that it came by', async () => {
    client.person = makeMe();
    client.byMe = [
      given('g-1', { workspace: 's-1', path: 'maps', grantee: BOB })
    ];
    const target: IShareTarget = { ...FOLDER, root: 's-1', path: 'maps' };
    const further = new ShareModel({ target, client, hub: HUB, trans });

    await further.refresh();

    expect(client.calls).toContain('grantsOf s-1:maps');
    expect(access(further).owner).toEqual(ALICE);
    expect(access(further).lines[0].mine).toBe(true);
    further.dispose();
  });
});
