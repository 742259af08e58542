// XS-03: what somebody put into a shared notebook does not run in the browser of whoever opens it.
import type { LabPage } from '../pages/LabPage';
import { BEACON, HOSTILE_NOTEBOOK } from '../support/hostileNotebook';
import { expect, test } from '../support/people';

const NAME = 'hostile.ipynb';

/** What the notebook managed to do in a person's page. */
interface ITraces {
  /** Scripts that ran, by the word that each leaves. */
  ran: string[];
  /** Requests to where it reports. */
  beacons: string[];
}

/** Look out for traces, from before the notebook is opened. */
function watch(lab: LabPage): () => Promise<ITraces> {
  const beacons: string[] = [];
  lab.page.context().on('request', request => {
    if (request.url().startsWith(BEACON)) {
      beacons.push(request.url());
    }
  });
  return async () => ({
    beacons,
    ran: await lab.page.evaluate(
      () => (window as unknown as { ran?: string[] }).ran ?? []
    )
  });
}

/**
 * Everything in cells and outputs that reacts to a click, clicked once. Links to the web that show where they lead are
 * left out: a click on one of those does what the person wants.
 */
async function clickEverything(lab: LabPage): Promise<number> {
  const content = lab.page.locator('.jp-OutputArea-output, .jp-MarkdownOutput');
  const reacting = content.locator(
    'a:not([href^=http]), button, input, form, svg, mjx-container, [data-commandlinker-command], [onclick]'
  );
  const count = await reacting.count();
  for (let index = 0; index < count; index++) {
    await reacting.nth(index).dispatchEvent('click');
  }
  return count;
}

/** What a click set going has happened: the page has drawn itself twice, and asked its server something. */
async function settled(lab: LabPage): Promise<void> {
  await lab.page.evaluate(
    () =>
      new Promise(resolve =>
        requestAnimationFrame(() => requestAnimationFrame(resolve))
      )
  );
  expect((await lab.request('GET', 'api/status')).status).toBe(200);
}

test('XS-03: a shared notebook opens untrusted, nothing in it runs, a click does nothing', async ({
  people
}) => {
  const alice = await people.as('alice');
  const bob = await people.as('bob');
  await alice.putFile(NAME, JSON.stringify(HOSTILE_NOTEBOOK));
  const about = (lab: LabPage) =>
    lab.page.getByRole('dialog').filter({ hasText: 'Project Jupyter Contributors' });

  await test.step('bob opens it from the share', async () => {
    await alice.showFiles();
    await alice.fromContextMenu(alice.item(NAME), 'Share…');
    await alice.shareDialog.shown(NAME);
    await alice.shareDialog.give('bob', 'Editor', /^bob can read and change/);
    await alice.shareDialog.close();
    await bob.finder.open();
    const traces = watch(bob);
    const pages = bob.page.context().pages().length;
    await bob.finder.row(NAME, 'Shared with me').dblclick();
    const notebook = bob.document(NAME);
    await expect(notebook.panel.getByRole('heading', { name: 'Results' })).toBeVisible();
    // Of nine, what is only a script or a drawing is not shown at all.
    await expect(notebook.panel.locator('.jp-OutputArea-output')).toHaveCount(7);
    await expect(bob.page.getByTitle(/^Notebook not trusted: 0 of/)).toBeVisible();
    expect(await traces()).toEqual({ ran: [], beacons: [] });

    expect(await clickEverything(bob)).toBeGreaterThan(5);
    await settled(bob);
    await expect(about(bob)).toHaveCount(0);
    expect(await traces()).toEqual({ ran: [], beacons: [] });
    expect(bob.page.context().pages()).toHaveLength(pages);
    expect(
      await bob.page.evaluate(() => document.getElementById('jupyter-config-data')?.tagName)
    ).toBe('SCRIPT');
  });

  await test.step('the same in alice’s own files does run once she trusts it, so the watch can see it', async () => {
    const traces = watch(alice);
    await alice.item(NAME).dblclick();
    await expect(alice.page.getByTitle(/^Notebook not trusted: 0 of/)).toBeVisible();
    await alice.command('Trust Notebook');
    await alice.page.getByRole('dialog').getByRole('button', { name: 'Trust' }).click();
    await expect
      .poll(async () => (await traces()).ran)
      .toEqual(expect.arrayContaining(['html-script', 'html-onerror', 'javascript']));
    await expect.poll(async () => (await traces()).beacons.length).toBeGreaterThan(3);
    await alice
      .document(NAME)
      .panel.getByRole('button', { name: 'Command', exact: true })
      .first()
      .click();
    await expect(about(alice)).toBeVisible();
  });
});
