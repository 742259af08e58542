import type { Page } from '@playwright/test';

/** The hub's sign-in form. */
export class LoginPage {
  constructor(private readonly page: Page) {}

  /** Sign in, and go on to `next`: JupyterLab as if opened for the first time. At first the server is started on the way. */
  async signIn(
    name: string,
    next = '/hub/user-redirect/lab?reset=1'
  ): Promise<void> {
    const password = process.env.APEX_WS_DEMO_PASSWORD;
    if (!password) {
      throw new Error('APEX_WS_DEMO_PASSWORD is not set.');
    }
    await this.page.goto(`/hub/login?next=${encodeURIComponent(next)}`);
    await this.page.getByLabel('Username').fill(name);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }
}
