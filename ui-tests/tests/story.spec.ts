// What the product is for, by four people at once: give access, see it arrive, work on it, take it back.
import type { LabPage } from '../pages/LabPage';
import { expect, test } from '../support/people';

const FOLDER = 'hydrology-2026';
const NOTEBOOK = 'snow-melt.ipynb';
const COPY = 'snow-melt (bob\'s copy).ipynb';
const PATH = `${FOLDER}/${NOTEBOOK}`;
const SHARES = 'jupyter-apex-ws/v1/grants?direction=with-me';

/** The text of the notebook in alice's own folder. */
async function onDisk(alice: LabPage, path = PATH): Promise<string> {
  const { status, text } = await alice.request('GET', `api/contents/${path}`);
  expect(status, text).toBe(200);
  return text;
}

/** What the person's server answers to a look into the share. */
async function look(person: LabPage, share: string): Promise<number> {
  const { status } = await person.request(
    'GET',
    `jupyter-apex-ws/v1/workspaces/${share}/entries/`
  );
  return status;
}

async function shareOf(person: LabPage): Promise<string> {
  const { text } = await person.request('GET', SHARES);
  const { items } = JSON.parse(text) as { items: { workspace: string }[] };
  expect(items).toHaveLength(1);
  return items[0].workspace;
}

test('alice shares a folder; bob works in it, carol reads it, dave knows nothing of it', async ({
  people
}) => {
  test.setTimeout(240_000);
  const [alice, bob, carol, dave] = await Promise.all(
    (['alice', 'bob', 'carol', 'dave'] as const).map(name => people.as(name))
  );
  const row = bob.finder.row(FOLDER, 'Shared with me');
  const notebook = bob.document(NOTEBOOK);
  let share = '';
  let address = '';

  await test.step('alice finds what she is looking for', async () => {
    await alice.finder.open();
    await alice.finder.search('snow');
    await expect(alice.finder.row(NOTEBOOK)).toBeVisible();
    await alice.finder.search('');
  });

  await test.step('alice shares a folder with bob from the file browser', async () => {
    await bob.finder.open();
    await expect(bob.finder.section('Shared with me')).toContainText(
      'Nobody has shared anything with you yet.'
    );
    await alice.showFiles();
    await alice.fromContextMenu(alice.item(FOLDER), 'Share…');
    await alice.shareDialog.shown(FOLDER);
    await alice.shareDialog.give('bob', 'Viewer', 'bob can read this folder.');
    address = await alice.shareDialog.address();
    await alice.shareDialog.close();
  });

  await test.step('bob sees it without a reload, and opens the notebook', async () => {
    await expect(row).toContainText('can read');
    await expect(row).toContainText('alice');
    share = await shareOf(bob);
    await row.click();
    await bob.page.keyboard.press('ArrowRight');
    await bob.finder.row(NOTEBOOK, 'Shared with me').dblclick();
    await expect(notebook.banner).toHaveText('alice’s file · you may read');
  });

  await test.step('the address that alice copied opens the folder in bob’s own JupyterLab', async () => {
    const page = await bob.page.context().newPage();
    await page.goto(address);
    await expect(
      page.getByRole('listitem', { name: `Name: ${NOTEBOOK}` })
    ).toBeVisible({ timeout: 30_000 });
    await page.close();
  });

  await test.step('bob may not save, and his text is kept', async () => {
    await notebook.type('\nbob was here');
    await notebook.save();
    await expect(notebook.dialog).toContainText('alice’s file · you may read');
    await expect(notebook.dialog).toContainText('Your text is kept in this tab.');
    await notebook.dialog.getByRole('button', { name: 'Cancel' }).click();
    await notebook.isUnsaved();
    await expect(notebook.editor()).toContainText('bob was here');
    expect(await onDisk(alice)).not.toContain('bob was here');
  });

  await test.step('alice makes him an editor from the Finder, and bob saves', async () => {
    await alice.finder.open();
    await alice.finder.search(FOLDER);
    await alice.finder.fromContextMenu(alice.finder.row(FOLDER), 'Share…');
    await alice.shareDialog.shown(FOLDER);
    await alice.shareDialog.changeRole('bob', 'Editor');
    await alice.shareDialog.says('bob can read and change this folder.');
    await alice.shareDialog.close();
    await expect(row).toContainText('can edit');
    await notebook.save();
    await notebook.isSaved();
    await expect(notebook.banner).toHaveText('alice’s file · you may change it');
    expect(await onDisk(alice)).toContain('bob was here');
  });

  await test.step('both change it: bob is told, and nothing is overwritten', async () => {
    const own = JSON.parse(await onDisk(alice)) as { content: object };
    await alice.putFile(
      PATH,
      JSON.parse(
        JSON.stringify(own.content).replace('bob was here', 'alice was faster')
      ) as object
    );
    await notebook.type('\nbob came late');
    await notebook.save();
    await expect(notebook.dialog).toContainText('has changed in the share');
    await notebook.dialog
      .getByRole('button', { name: 'Keep mine as a copy' })
      .click();
    await expect(
      bob.page.getByText(`Your text is in “${COPY}”.`)
    ).toBeVisible();
    expect(await onDisk(alice, `${FOLDER}/${COPY}`)).toContain('bob came late');
    expect(await onDisk(alice)).toContain('alice was faster');
    expect(await onDisk(alice)).not.toContain('bob came late');
  });

  await test.step('alice takes it back: the row goes by itself, the next look is refused', async () => {
    await alice.finder.fromContextMenu(alice.finder.row(FOLDER), 'Share…');
    await alice.shareDialog.shown(FOLDER);
    await alice.shareDialog.remove('bob');
    await alice.shareDialog.says('bob no longer has access to this folder.');
    expect(await look(bob, share)).toBe(404);
    await expect(row).toHaveCount(0);
    await expect(notebook.banner).toContainText('your access has ended');
  });

  await test.step('carol has it through her group, until it ends by itself', async () => {
    const carols = carol.finder.row(FOLDER, 'Shared with me');
    await carol.finder.open();
    await expect(carols).toHaveCount(0);
    await alice.shareDialog.give(
      'hydrology',
      'Viewer',
      'Everyone in hydrology can read this folder.'
    );
    await expect(carols).toContainText('can read');
    const hers = await shareOf(carol);
    expect(await look(carol, hers)).toBe(200);
    await alice.shareDialog.endIn('hydrology', 5);
    await alice.shareDialog.says(/^Everyone in hydrology can read this folder until/);
    await expect(carols).toHaveCount(0);
    expect(await look(carol, hers)).toBe(404);
    await expect(alice.shareDialog.row('hydrology')).toContainText('Expired');
    await alice.shareDialog.remove('hydrology', false);
    await alice.shareDialog.says('The share with hydrology is removed.');
    await alice.shareDialog.close();
  });

  await test.step('dave finds nothing, neither by name nor by address', async () => {
    await dave.finder.open();
    await expect(dave.finder.row('README.md')).toBeVisible();
    await expect(dave.finder.section('Shared with me')).toContainText(
      'Nobody has shared anything with you yet.'
    );
    await dave.finder.search('snow-melt');
    await expect(dave.page.getByText('No name or path has “snow-melt” in it.')).toBeVisible();
    expect(await look(dave, share)).toBe(404);
    expect(await look(dave, 's-nothing-of-the-kind')).toBe(404);
  });
});
