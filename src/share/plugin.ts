// **Share…** on files and folders: who has access, as what and until when, in one dialog.
import {
  JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIds } from '../commandIds';
import { IApexClient, IShareDialog, ISharedDrive } from '../tokens';
import { sharedIcon } from '../ui/icons';
import type { IHubPlace } from './address';
import { type Selected, shareable } from './target';

const ARGS = {
  type: 'object',
  properties: {
    path: {
      type: 'string',
      description:
        'The contents path of the file or folder, with its drive; what is selected in the file browser if absent.'
    }
  }
} as const;

export const sharePlugin: JupyterFrontEndPlugin<IShareDialog> = {
  id: 'jupyter-apex-ws:share',
  description: 'Shares files and folders with people and groups of the hub.',
  autoStart: true,
  provides: IShareDialog,
  requires: [IApexClient],
  optional: [
    IFileBrowserFactory,
    ISharedDrive,
    JupyterFrontEnd.IPaths,
    ICommandPalette,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    client: IApexClient,
    browsers: IFileBrowserFactory | null,
    drive: ISharedDrive | null,
    paths: JupyterFrontEnd.IPaths | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): IShareDialog => {
    const trans = (translator ?? nullTranslator).load('jupyter_apex_ws');
    const { commands } = app;
    const { contents } = app.serviceManager;
    const dialogs: IShareDialog = {
      open: async target => {
        const { openShareDialog } = await import('./dialog');
        await openShareDialog(target, { client, hub: hubOf(paths), trans });
      }
    };

    const selection = (): Selected[] => [
      ...(browsers?.tracker.currentWidget?.selectedItems() ?? [])
    ];
    const reason = (args: { path?: unknown }): string | null => {
      if (typeof args.path === 'string') {
        return null;
      }
      const found = shareable(selection(), contents, drive, trans);
      return 'reason' in found ? found.reason : null;
    };

    commands.addCommand(CommandIds.shareItem, {
      label: args => {
        const why = reason(args);
        return why === null ? trans.__('Share…') : trans.__('Share… (%1)', why);
      },
      caption: trans.__('Give people and groups access to a file or folder'),
      icon: sharedIcon,
      describedBy: { args: ARGS },
      isEnabled: args => reason(args) === null,
      execute: async args => {
        try {
          const items =
            typeof args.path === 'string'
              ? [await contents.get(args.path, { content: false })]
              : selection();
          const found = shareable(items, contents, drive, trans);
          if ('target' in found) {
            await dialogs.open(found.target);
          } else {
            Notification.warning(
              trans.__('This cannot be shared: %1.', found.reason)
            );
          }
        } catch (reason) {
          Notification.warning(
            reason instanceof Error ? reason.message : String(reason)
          );
        }
      }
    });
    palette?.addItem({
      command: CommandIds.shareItem,
      category: trans.__('File Operations')
    });
    return dialogs;
  }
};

function hubOf(paths: JupyterFrontEnd.IPaths | null): IHubPlace | null {
  const { hubHost = '', hubPrefix: prefix = '' } = paths?.urls ?? {};
  return prefix ? { origin: hubHost || window.location.origin, prefix } : null;
}
