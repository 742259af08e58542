import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { FileBrowser, IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';

import type { ISharedDrive } from '../tokens';
import { dropBoxWords, isDropBox } from '../ui/words';
import { sharedIcon } from '../ui/icons';

const DRIVE_NAME = 'Shared';
/** After the Finder. */
const RANK = 152;

/** A file browser for what others share. The stock one stays with the own files: it has no way back from a drive. */
export class SharedBrowser {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly factory: IFileBrowserFactory,
    private readonly drive: ISharedDrive | null,
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
    this.sayWhatItIs(browser);
    this.app.shell.add(browser, 'left', { rank: RANK });
  }

  /** In a drop box Lab lists nothing, and does not say why. */
  private sayWhatItIs(browser: FileBrowser): void {
    const said = new Widget();
    said.addClass('jp-ApexDropBox');
    said.node.setAttribute('role', 'note');
    said.node.textContent = dropBoxWords(this.trans);
    browser.header.addWidget(said);
    const look = () => {
      const found = this.drive?.locate(browser.model.path);
      said.setHidden(!found || !isDropBox(found.grant.permissions));
    };
    browser.model.pathChanged.connect(look);
    browser.model.refreshed.connect(look);
    look();
  }
}
