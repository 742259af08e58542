// The **Workspace Finder** in the left side bar: own files, what others share, what one shares, and a search over all.
import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Clipboard, ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IApexClient, IShareDialog, ISharedDrive } from '../tokens';
import { finderIcon } from '../ui/icons';
import { Actions } from './actions';
import { addCommands, told } from './commands';
import { FinderPanel } from './panel';
import { SharedBrowser } from './sharedBrowser';

/** After the file browser and the running kernels. */
const RANK = 150;

export const finderPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-apex-ws:finder',
  description: 'Finds own files and what others share.',
  autoStart: true,
  requires: [IApexClient],
  optional: [
    ISharedDrive,
    IShareDialog,
    IFileBrowserFactory,
    JupyterFrontEnd.IPaths,
    ILabShell,
    ILayoutRestorer,
    ICommandPalette,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    client: IApexClient,
    drive: ISharedDrive | null,
    shareDialog: IShareDialog | null,
    browsers: IFileBrowserFactory | null,
    paths: JupyterFrontEnd.IPaths | null,
    shell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_apex_ws');
    const browser = browsers && new SharedBrowser(app, browsers, drive, trans);
    browser?.beReadyFor(PageConfig.getOption('treePath'));
    const actions = new Actions({
      commands: app.commands,
      contents: app.serviceManager.contents,
      client,
      drive,
      shareDialog,
      browseShared: async path => browser?.show(path),
      copy: text => Clipboard.copyToSystem(text),
      save,
      trans
    });
    const panel = new FinderPanel({
      load: async () => {
        const { FinderView } = await import('./view');
        return new FinderView({
          client,
          asleep: () => document.hidden,
          open: row => void told(actions.open(row)),
          leave: () => panel.giveBackFocus() || goToWork(shell),
          ownServer: ownServerOf(paths),
          trans
        });
      }
    });
    panel.id = 'apex-ws-finder';
    panel.title.icon = finderIcon;
    panel.title.caption = trans.__('Workspace Finder');

    app.shell.add(panel, 'left', { rank: RANK, type: 'Workspace Finder' });
    restorer?.add(panel, panel.id);
    addCommands({ app, panel, actions, palette, trans });
  }
};

/** Lets the browser save what an address gives. */
function save(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}

function goToWork(shell: ILabShell | null): void {
  if (shell?.currentWidget) {
    shell.activateById(shell.currentWidget.id);
  }
}

/** The hub's address that leads everybody to his own server; null without a hub. */
function ownServerOf(paths: JupyterFrontEnd.IPaths | null): string | null {
  const { hubHost = '', hubPrefix = '' } = paths?.urls ?? {};
  return hubPrefix
    ? URLExt.join(hubHost, hubPrefix, 'user-redirect', 'lab')
    : null;
}
