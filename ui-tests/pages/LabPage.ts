import { type IJupyterLabPage, galata } from '@jupyterlab/galata';
import { type Locator, type Page, expect } from '@playwright/test';

import { FinderPanel } from './FinderPanel';
import { ShareDialog } from './ShareDialog';
import { SharedDocument } from './SharedDocument';

const STARTED_MS = 90_000;

/** One person's JupyterLab. */
export class LabPage {
  constructor(
    readonly page: Page,
    readonly person: string
  ) {
    // Only helpers that work from outside the page: the others want galata's own extension in the server, and what
    // asks for the page's base URL remembers the first person's for everybody.
    const { activity, filebrowser, sidebar } = galata.addHelpersToPage(
      page,
      `/user/${person}`,
      () => this.ready()
    );
    this.helpers = { activity, filebrowser, sidebar };
    this.finder = new FinderPanel(page);
    this.shareDialog = new ShareDialog(page);
    this.fileBrowser = page.getByRole('region', {
      name: 'File Browser Section'
    });
  }

  readonly finder: FinderPanel;
  readonly shareDialog: ShareDialog;
  readonly fileBrowser: Locator;
  private readonly helpers: Pick<
    IJupyterLabPage,
    'activity' | 'filebrowser' | 'sidebar'
  >;

  /** Wait until Lab is there. */
  async ready(): Promise<void> {
    await expect(this.helpers.sidebar.getTabLocator('filebrowser')).toBeVisible(
      { timeout: STARTED_MS }
    );
    await expect(this.page.locator('#jupyterlab-splash')).toHaveCount(0);
  }

  /** Show the person's files at a folder, "" for the home. */
  async showFiles(folder = ''): Promise<void> {
    await this.helpers.sidebar.openTab('filebrowser');
    expect(await this.helpers.filebrowser.openDirectory(folder)).toBe(true);
  }

  /** A file or folder in the file browser. */
  item(name: string): Locator {
    return this.fileBrowser.getByRole('listitem', {
      name: new RegExp(`^Name: ${escaped(name)}(\\s|$)`)
    });
  }

  /** Choose from an item's context menu. */
  async fromContextMenu(of: Locator, entry: string | RegExp): Promise<void> {
    await of.click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: entry }).click();
  }

  /** Run a command from the palette, which closes when Lab gives the focus to something that just opened. */
  async command(name: string): Promise<void> {
    const palette = this.page.locator('#modal-command-palette');
    const item = palette.locator('.lm-CommandPalette-item', { hasText: name });
    const soon = { timeout: 2_000 };
    await expect(async () => {
      await this.page.keyboard.press('ControlOrMeta+Shift+c');
      await palette.locator('input').fill(name, soon);
      await item.first().click(soon);
    }).toPass({ timeout: 20_000 });
  }

  /** The document whose tab is in front. */
  document(name: string): SharedDocument {
    return new SharedDocument(
      this.page,
      this.helpers.activity.getTabLocator(name)
    );
  }

  /** What the own server answers to a request of this page, with its cookies and its token against forgery. */
  async request(
    method: string,
    path: string,
    body?: string | object
  ): Promise<{ status: number; text: string }> {
    const cookies = await this.page.context().cookies();
    const own = `/user/${this.person}/`;
    const xsrf = cookies.find(c => c.name === '_xsrf' && c.path === own);
    const answer = await this.page.request.fetch(`${own}${path}`, {
      method,
      data: body,
      headers: { 'X-XSRFToken': xsrf?.value ?? '' }
    });
    return { status: answer.status(), text: await answer.text() };
  }

  /** Light or dark; Lab is loaded again. */
  async theme(scheme: 'light' | 'dark'): Promise<void> {
    const theme = scheme === 'dark' ? 'JupyterLab Dark' : 'JupyterLab Light';
    const { status, text } = await this.request(
      'PUT',
      'lab/api/settings/@jupyterlab/apputils-extension:themes',
      { raw: JSON.stringify({ theme }) }
    );
    expect(status, text).toBe(204);
    await this.page.reload();
    await this.ready();
  }

  /** Put a file into the person's home, as Jupyter's own client would. */
  async putFile(path: string, content: string | object): Promise<void> {
    const notebook = typeof content !== 'string';
    const { status, text } = await this.request('PUT', `api/contents/${path}`, {
      type: notebook ? 'notebook' : 'file',
      format: notebook ? 'json' : 'text',
      content
    });
    expect(status, text).toBeLessThan(300);
  }
}

export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
