import { type Locator, type Page, expect } from '@playwright/test';

export type RoleName = 'Viewer' | 'Editor' | 'Manager';

/** The dialog that says who has access to an item. */
export class ShareDialog {
  constructor(private readonly page: Page) {
    this.root = page.getByRole('dialog', { name: /^Share “/ });
    this.picker = this.root.getByRole('combobox', {
      name: 'Add people or groups'
    });
    this.add = this.root.getByRole('button', { name: 'Add', exact: true });
    this.done = this.root.getByRole('button', { name: 'Done' });
    this.undo = this.root.getByRole('button', { name: 'Undo' });
  }

  readonly root: Locator;
  readonly picker: Locator;
  readonly add: Locator;
  readonly done: Locator;
  readonly undo: Locator;

  /** Opened, for this item. */
  async shown(name: string): Promise<void> {
    await expect(this.root).toHaveAccessibleName(`Share “${name}”`);
    await expect(this.picker).toBeFocused();
  }

  /** Type some letters and choose the person or group. */
  async choose(name: string): Promise<void> {
    await this.picker.fill(name.slice(0, 3));
    await this.root.getByRole('option', { name }).click();
    await expect(this.picker).toHaveValue(name);
  }

  /** Choose somebody and a role, give access, and wait for the answer in words. */
  async give(
    name: string,
    role: RoleName,
    said: string | RegExp
  ): Promise<void> {
    await this.choose(name);
    await this.pick(
      this.root.getByRole('combobox', { name: 'Role', exact: true }),
      role
    );
    await this.add.click();
    await this.says(said);
  }

  async changeRole(name: string, role: RoleName): Promise<void> {
    await this.pick(
      this.row(name).getByRole('combobox', { name: `Role of ${name}` }),
      role
    );
  }

  /** End somebody's access so many seconds from now, by a date and time of one's own. */
  async endIn(name: string, seconds: number): Promise<void> {
    const row = this.row(name);
    await this.pick(
      row.getByRole('combobox', { name: `Access of ${name} ends` }),
      /date and time/
    );
    const local = await this.page.evaluate(later => {
      const end = new Date(Date.now() + later * 1000);
      const zone = end.getTimezoneOffset() * 60_000;
      return new Date(end.getTime() - zone).toISOString().slice(0, 19);
    }, seconds);
    await row.getByLabel('Date and time when access ends').fill(local);
    await row.getByRole('button', { name: 'Set' }).click();
  }

  /** Take somebody's share back; `last` where that ends all access, which the dialog asks about. */
  async remove(name: string, last = true): Promise<void> {
    const row = this.row(name);
    await row.getByRole('button', { name: `Remove ${name}` }).click();
    if (last) {
      await row
        .getByRole('group')
        .getByRole('button', { name: 'Remove' })
        .click();
    }
    await expect(row).toHaveCount(0);
  }

  /** The address that *Copy address* puts into the clipboard. */
  async address(): Promise<string> {
    const copy = this.root.getByRole('button', { name: 'Copy address' });
    await copy.click();
    await this.says(/^The address is copied/);
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** The line of a person or group under "Who has access". */
  row(name: string): Locator {
    return this.root
      .getByRole('list', { name: 'Who has access' })
      .getByRole('listitem')
      .filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** What the dialog says of the last act. */
  async says(text: string | RegExp): Promise<void> {
    await expect(
      this.root.getByRole('status').filter({ hasText: text })
    ).toBeVisible();
  }

  async close(): Promise<void> {
    await this.done.click();
    await expect(this.root).toHaveCount(0);
  }

  private async pick(choice: Locator, option: string | RegExp): Promise<void> {
    await choice.click();
    await this.root.getByRole('option', { name: option }).click();
  }
}
