// The tests' own `test`: people of the demonstration hub, each in a browser of his own.
import {
  type Browser,
  type BrowserContextOptions,
  test as base
} from '@playwright/test';

import { LabPage } from '../pages/LabPage';
import { LoginPage } from '../pages/LoginPage';

export type PersonName = 'alice' | 'bob' | 'carol' | 'dave';

export interface IPeople {
  /** A person who has signed in and whose JupyterLab is open; the same one when asked again. */
  as(name: PersonName): Promise<LabPage>;
  /** Another window of a person, with its own size or colours. Closed with the test. */
  window(name: PersonName, options?: BrowserContextOptions): Promise<LabPage>;
}

export const test = base.extend<{ people: IPeople }>({
  // The hub's port is known only after the global setup, so not in the configuration.
  baseURL: async ({}, provide) => {
    await provide(process.env.APEX_WS_URL);
  },

  people: async ({ browser, baseURL, contextOptions }, provide) => {
    const opened = new Map<PersonName, Promise<LabPage>>();
    const all: LabPage[] = [];
    const window = async (
      name: PersonName,
      options: BrowserContextOptions = {}
    ) => {
      const lab = await open(browser, name, {
        ...contextOptions,
        baseURL,
        ...options
      });
      all.push(lab);
      return lab;
    };
    await provide({
      window,
      as: name => {
        const lab = opened.get(name) ?? window(name);
        opened.set(name, lab);
        return lab;
      }
    });
    await Promise.all(all.map(lab => lab.page.context().close()));
  }
});

export { expect } from '@playwright/test';

async function open(
  browser: Browser,
  name: PersonName,
  options: BrowserContextOptions
): Promise<LabPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await new LoginPage(page).signIn(name);
  const lab = new LabPage(page, name);
  await lab.ready();
  return lab;
}
