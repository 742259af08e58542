import { type Locator, type Page, expect } from '@playwright/test';

export type SectionName = 'My files' | 'Shared with me' | 'Shared by me';

/** The Workspace Finder in the left sidebar. */
export class FinderPanel {
  constructor(private readonly page: Page) {
    this.tab = page.getByRole('tab', { name: /Workspace Finder/ });
    this.searchBox = page.getByRole('searchbox', { name: /^Search/ });
  }

  readonly tab: Locator;
  readonly searchBox: Locator;

  async open(): Promise<void> {
    if ((await this.tab.getAttribute('aria-selected')) !== 'true') {
      await this.tab.click();
    }
    await expect(this.searchBox).toBeVisible();
  }

  async search(text: string): Promise<void> {
    await this.searchBox.fill(text);
  }

  section(name: SectionName): Locator {
    return this.page.getByRole('region', { name, exact: true });
  }

  /** A row of a section, or of the results. */
  row(name: string, section?: SectionName): Locator {
    const within = section ? this.section(section) : this.page;
    return within
      .getByRole('treegrid')
      .getByRole('row')
      .filter({ hasText: name });
  }

  async fromContextMenu(row: Locator, entry: string | RegExp): Promise<void> {
    await row.click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: entry }).click();
  }
}
