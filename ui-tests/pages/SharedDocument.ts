import { type Locator, type Page, expect } from '@playwright/test';

/** A document that somebody else shared, in a tab of the main area. */
export class SharedDocument {
  constructor(
    private readonly page: Page,
    readonly tab: Locator
  ) {
    this.panel = page.getByRole('main').getByRole('tabpanel');
    this.banner = this.panel.getByRole('status').filter({ hasText: '’s file' });
    this.dialog = page.getByRole('dialog');
  }

  readonly panel: Locator;
  readonly banner: Locator;
  readonly dialog: Locator;

  /** A place to type: a cell of a notebook, or the text. */
  editor(index = 0): Locator {
    return this.panel.locator('.cm-content:visible').nth(index);
  }

  async type(text: string, index = 0): Promise<void> {
    await this.editor(index).click();
    await this.page.keyboard.press('ControlOrMeta+End');
    await this.page.keyboard.insertText(text);
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+s');
  }

  /** Lab marks a tab whose text is not saved. */
  async isSaved(): Promise<void> {
    await expect(this.tab).not.toHaveClass(/jp-mod-dirty/);
  }

  async isUnsaved(): Promise<void> {
    await expect(this.tab).toHaveClass(/jp-mod-dirty/);
  }
}
