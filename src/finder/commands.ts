import type { JupyterFrontEnd } from '@jupyterlab/application';
import { type ICommandPalette, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  copyIcon,
  downloadIcon,
  folderIcon,
  launchIcon,
  refreshIcon
} from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { CommandIds } from '../commandIds';
import { finderIcon, sharedIcon } from '../ui/icons';
import type { Actions, Item } from './actions';
import type { FinderPanel } from './panel';

const NO_ARGS = { type: 'object', properties: {} } as const;

const ITEM_ARGS = {
  type: 'object',
  properties: {
    root: {
      type: ['string', 'null'],
      description:
        'The workspace or share that the item is in; null or absent for the own files.'
    },
    path: {
      type: 'string',
      description:
        'The path below it; the row that the Finder is at when absent.'
    },
    type: {
      type: 'string',
      description: 'Whether it is a “file” (if absent) or a “folder”.'
    }
  }
} as const;

export interface ICommandsOptions {
  app: JupyterFrontEnd;
  panel: FinderPanel;
  actions: Actions;
  palette: ICommandPalette | null;
  trans: TranslationBundle;
}

/** Everything that the Finder does, as commands: for its menus, its shortcut and the palette. */
export function addCommands(options: ICommandsOptions): void {
  const { app, panel, actions, trans } = options;
  addPanelCommands(options);
  const ids = [
    addItemCommand(options, CommandIds.openItem, {
      label: trans.__('Open'),
      icon: launchIcon,
      can: isUsable,
      execute: item => actions.open(item)
    }),
    addItemCommand(options, CommandIds.showInFileBrowser, {
      label: trans.__('Show in File Browser'),
      icon: folderIcon,
      can: isUsable,
      execute: item => actions.showInFileBrowser(item)
    }),
    addItemCommand(options, CommandIds.shareFound, {
      label: trans.__('Share…'),
      icon: sharedIcon,
      can: item => actions.canShare(item),
      execute: item => actions.share(item)
    }),
    addItemCommand(options, CommandIds.copyPath, {
      label: trans.__('Copy Path'),
      icon: copyIcon,
      can: isUsable,
      execute: item => actions.copyPath(item)
    }),
    addItemCommand(options, CommandIds.downloadItem, {
      label: trans.__('Download'),
      icon: downloadIcon,
      can: item => actions.canDownload(item),
      execute: item => actions.download(item)
    })
  ];
  panel.currentChanged.connect(() =>
    ids.forEach(id => app.commands.notifyCommandChanged(id))
  );
}

function addPanelCommands(options: ICommandsOptions): void {
  const { app, panel, palette, trans } = options;
  const category = trans.__('Workspace Finder');
  app.commands.addCommand(CommandIds.openFinder, {
    label: trans.__('Workspace Finder'),
    caption: trans.__('Find files of your own, and what others share with you'),
    icon: finderIcon,
    describedBy: { args: NO_ARGS },
    execute: () => app.shell.activateById(panel.id)
  });
  app.commands.addCommand(CommandIds.refreshFinder, {
    label: trans.__('Read the Lists Again'),
    icon: refreshIcon,
    describedBy: { args: NO_ARGS },
    isEnabled: () => panel.isVisible,
    execute: () => panel.refresh()
  });
  palette?.addItem({ command: CommandIds.openFinder, category });
  palette?.addItem({ command: CommandIds.refreshFinder, category });
}

interface IItemCommand {
  label: string;
  icon: typeof finderIcon;
  can: (item: Item) => boolean;
  execute: (item: Item) => Promise<void>;
}

/** A command about the item of its arguments, else about the row that the person is at. */
function addItemCommand(
  options: ICommandsOptions,
  id: string,
  command: IItemCommand
): string {
  const { app, panel, palette, trans } = options;
  app.commands.addCommand(id, {
    label: command.label,
    icon: command.icon,
    describedBy: { args: ITEM_ARGS },
    isEnabled: args => {
      const item = itemOf(args) ?? panel.current;
      return item !== null && command.can(item);
    },
    execute: async args => {
      const item = itemOf(args) ?? panel.current;
      if (item !== null) {
        await told(command.execute(item));
      }
    }
  });
  palette?.addItem({ command: id, category: trans.__('Workspace Finder') });
  return id;
}

/** Tells the person why something was not done; it is nobody's mistake in the program. */
export async function told(deed: Promise<void>): Promise<void> {
  try {
    await deed;
  } catch (reason) {
    Notification.warning(
      reason instanceof Error ? reason.message : String(reason)
    );
  }
}

function isUsable(item: Item): boolean {
  return item.path !== null && !item.suspended;
}

function itemOf(args: ReadonlyPartialJSONObject): Item | null {
  const { root, path, type } = args;
  if (typeof path !== 'string') {
    return null;
  }
  return {
    root: typeof root === 'string' ? root : null,
    path,
    name: path.split('/').pop() ?? '',
    type: type === 'folder' ? 'folder' : 'file',
    mayShare: true,
    suspended: false
  };
}
