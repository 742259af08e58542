// Passing on: a manager shares a part of what he manages, and everybody sees where access comes from.
import { expect, test } from '../support/people';

test('a manager passes on a part of a folder; inherited access is changed where it comes from', async ({
  people
}) => {
  const alice = await people.as('alice');
  const bob = await people.as('bob');
  const dave = await people.as('dave');

  await test.step('alice makes bob a manager of data, by the keyboard alone', async () => {
    await alice.showFiles();
    await alice.fromContextMenu(alice.item('data'), 'Share…');
    const { shareDialog: dialog, page } = alice;
    await dialog.shown('data');
    await page.keyboard.type('bo');
    await expect(dialog.root.getByRole('option', { name: 'bob' })).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(dialog.picker).toHaveValue('bob');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await expect(dialog.add).toBeFocused();
    await page.keyboard.press('Enter');
    await dialog.says('bob can read, change and share this folder.');
    await page.keyboard.press('Escape');
    await expect(dialog.root).toHaveCount(0);
  });

  await test.step('bob shares terrain in it with dave, from the files shared with him', async () => {
    await bob.finder.open();
    await bob.finder.row('data', 'Shared with me').dblclick();
    const terrain = bob.page.getByRole('listitem', { name: /^Name: terrain/ });
    await bob.fromContextMenu(terrain, 'Share…');
    await bob.shareDialog.shown('terrain');
    await expect(bob.shareDialog.row('alice')).toContainText('Owner');
    await bob.shareDialog.give('dave', 'Viewer', 'dave can read this folder.');
    await bob.shareDialog.close();
    await dave.finder.open();
    await expect(dave.finder.row('terrain', 'Shared with me')).toContainText('alice');
    await expect(dave.finder.row('data', 'Shared with me')).toHaveCount(0);
  });

  await test.step('alice sees both, and follows what is inherited to its folder', async () => {
    await alice.showFiles('data');
    await alice.fromContextMenu(alice.item('terrain'), 'Share…');
    await alice.shareDialog.shown('terrain');
    await expect(alice.shareDialog.row('dave')).toBeVisible();
    await alice.shareDialog
      .row('bob')
      .getByRole('button', { name: /via folder “data”/ })
      .click();
    await alice.shareDialog.shown('data');
    await alice.shareDialog.remove('bob');
    await alice.shareDialog.says('bob no longer has access to this folder.');
    await bob.finder.open();
    await expect(bob.finder.section('Shared with me')).toContainText('Nobody has shared');
    await expect(dave.finder.row('terrain', 'Shared with me')).toBeVisible();

    await alice.shareDialog.undo.click();
    await alice.shareDialog.says('bob can read, change and share this folder.');
    await alice.shareDialog.remove('bob');
    await alice.shareDialog.close();
  });

  await test.step('a refusal is said, and what was typed stays', async () => {
    await alice.fromContextMenu(alice.item('terrain'), 'Share…');
    await alice.shareDialog.shown('terrain');
    await alice.shareDialog.choose('dave');
    await alice.shareDialog.add.click();
    await expect(alice.shareDialog.root.getByRole('alert')).toContainText(
      'has access to this already'
    );
    await expect(alice.shareDialog.picker).toHaveValue('dave');
    await alice.shareDialog.remove('dave');
    await alice.shareDialog.close();
    await expect(dave.finder.row('terrain', 'Shared with me')).toHaveCount(0);
  });
});
