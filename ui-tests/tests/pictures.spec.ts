// The pictures of README and docs/users, light and dark, wide and narrow: made by the same hub as the tests.
import path from 'node:path';

import type { Locator } from '@playwright/test';

import type { LabPage } from '../pages/LabPage';
import { expect, test } from '../support/people';

const FOLDER = 'hydrology-2026';
const NOTEBOOK = 'green-up.ipynb';
const DAY_MS = 24 * 3600 * 1000;
const SIZES = {
  wide: { width: 1280, height: 800 },
  narrow: { width: 480, height: 800 }
} as const;

/** Into the documentation when asked for, else only to be looked at. */
const FOLDER_OF_PICTURES = process.env.APEX_WS_PICTURES
  ? path.resolve(__dirname, '../../docs/users/images')
  : path.resolve(__dirname, '../test-results/pictures');

const GRANTS = 'jupyter-apex-ws/v1/grants';

interface IGiven {
  path: string;
  grantee: { kind: 'user' | 'group'; name: string };
  role: 'viewer' | 'editor' | 'manager';
  days?: number;
  note?: string;
}

/** Give access without the dialog; answers the grant's id. */
async function give(lab: LabPage, given: IGiven): Promise<string> {
  const me = await lab.request('GET', 'jupyter-apex-ws/v1/me');
  const { personal_workspace: workspace } = JSON.parse(me.text) as {
    personal_workspace: string;
  };
  const { days, ...rest } = given;
  const end = days && new Date(Date.now() + days * DAY_MS).toISOString();
  const answer = await lab.request('POST', GRANTS, {
    ...rest,
    workspace,
    expires_at: end || null
  });
  expect(answer.status, answer.text).toBe(201);
  return (JSON.parse(answer.text) as { id: string }).id;
}

/** `name-light.png` is the wide one, `name-narrow-light.png` the narrow one. */
async function take(
  lab: LabPage,
  name: string,
  scheme: string,
  shows: Locator
): Promise<void> {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await lab.page.setViewportSize(viewport);
    await expect(shows).toBeVisible();
    const parts = size === 'narrow' ? [name, size, scheme] : [name, scheme];
    await lab.page.screenshot({
      path: path.join(FOLDER_OF_PICTURES, `${parts.join('-')}.png`),
      animations: 'disabled',
      caret: 'hide'
    });
  }
  await lab.page.setViewportSize(SIZES.wide);
}

/** The Finder with something in every section. */
async function takeFinder(bob: LabPage, scheme: string): Promise<void> {
  await bob.finder.open();
  const row = bob.finder.row(FOLDER, 'Shared with me');
  await expect(bob.finder.row('gauges', 'Shared by me')).toBeVisible();
  await row.click();
  await bob.page.keyboard.press('ArrowRight');
  await expect(bob.finder.row(NOTEBOOK, 'Shared with me')).toBeVisible();
  await take(bob, 'finder', scheme, row);
}

/** A shared notebook, with the line above that says whose it is. */
async function takeDocument(bob: LabPage, scheme: string): Promise<void> {
  const notebook = bob.document(NOTEBOOK);
  await bob.finder.row(NOTEBOOK, 'Shared with me').dblclick();
  await expect(notebook.banner).toBeVisible();
  await expect(notebook.panel.getByRole('heading')).toBeVisible();
  await take(bob, 'shared-document', scheme, notebook.banner);
}

/** The dialog, with somebody chosen and not yet added. */
async function takeDialog(alice: LabPage, scheme: string): Promise<void> {
  await alice.showFiles();
  await alice.fromContextMenu(alice.item(FOLDER), 'Share…');
  await alice.shareDialog.shown(FOLDER);
  await expect(alice.shareDialog.row('hydrology')).toBeVisible();
  await alice.shareDialog.choose('dave');
  await take(alice, 'share', scheme, alice.shareDialog.row('bob'));
  await alice.shareDialog.close();
}

test('pictures for the documentation', async ({ people }) => {
  test.setTimeout(180_000);
  const [alice, bob] = await Promise.all([
    people.as('alice'),
    people.as('bob')
  ]);
  const given: [LabPage, string][] = [];
  const add = async (lab: LabPage, grant: IGiven) =>
    given.push([lab, await give(lab, grant)]);
  const toBob = { kind: 'user', name: 'bob' } as const;
  const toGroup = { kind: 'group', name: 'hydrology' } as const;
  try {
    await add(alice, {
      path: FOLDER,
      grantee: toBob,
      role: 'editor',
      days: 30,
      note: 'Please check the June numbers.'
    });
    await add(alice, { path: FOLDER, grantee: toGroup, role: 'viewer' });
    await add(alice, { path: 'data/terrain', grantee: toBob, role: 'viewer' });
    await add(bob, {
      path: 'gauges',
      grantee: { kind: 'user', name: 'carol' },
      role: 'manager'
    });
    for (const scheme of ['light', 'dark'] as const) {
      await Promise.all([alice.theme(scheme), bob.theme(scheme)]);
      await takeFinder(bob, scheme);
      await takeDocument(bob, scheme);
      await takeDialog(alice, scheme);
    }
  } finally {
    for (const [lab, id] of given) {
      await lab.request('DELETE', `${GRANTS}/${id}`);
    }
    await Promise.all([alice.theme('light'), bob.theme('light')]);
  }
});
