import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';

import { sharedIcon } from '../ui/icons';

const DRIVE_NAME = 'Shared';
/** After the Finder. */
const RANK = 152;

/** A file browser for what others share. The stock one stays with the own files: it has no way back from a drive. */
export class SharedBrowser {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly factory: IFileBrowserFactory,
    private readonly trans: TranslationBundle
  ) {}

  /** Be there when the page is opened at an address in the drive: Lab asks for a browser of its drive. */
  beReadyFor(treePath: string): void {
    if (treePath.startsWith(`${DRIVE_NAME}:`)) {
      this.ensure();
    }
  }

  /** Show a folder, or a file in its folder. */
  async show(contentsPath: string): Promise<void> {
    this.ensure();
    await this.app.commands.execute('filebrowser:go-to-path', {
      path: contentsPath
    });
  }

  private ensure(): void {
    const { tracker } = this.factory;
    if (tracker.find(browser => browser.model.driveName === DRIVE_NAME)) {
      return;
    }
    const browser = this.factory.createFileBrowser('apex-ws-shared-browser', {
      driveName: DRIVE_NAME,
      // Changes are told by event.
      auto: false,
      state: null
    });
    browser.title.icon = sharedIcon;
    browser.title.caption = this.trans.__('Files shared with me');
    this.app.shell.add(browser, 'left', { rank: RANK });
  }
}
