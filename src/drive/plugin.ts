// A drive named “Shared” with what others share, and a line above its documents that says whose they are.
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import {
  IDocumentManager,
  IDocumentWidgetOpener
} from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIds } from '../commandIds';
import { IApexClient, ISharedDrive } from '../tokens';
import { visibleText } from '../ui/visibleText';
import { takeAddress } from './address';
import { Copies } from './copies';
import { OpenDocuments } from './documents';
import { SharedDrive } from './drive';
import { DRIVE_NAME, Places } from './places';
import { Refusals } from './refusals';
import { SaveWishes } from './saveWishes';
import { Saving } from './saving';
import { SharesModel } from './shares';
import { Watcher } from './watcher';

export const drivePlugin: JupyterFrontEndPlugin<ISharedDrive> = {
  id: 'jupyter-apex-ws:drive',
  description: 'Provides the drive with what others shared.',
  autoStart: true,
  provides: ISharedDrive,
  requires: [IApexClient, IDocumentManager, IDocumentWidgetOpener],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    client: IApexClient,
    docManager: IDocumentManager,
    opener: IDocumentWidgetOpener,
    translator: ITranslator | null
  ): ISharedDrive => {
    const trans = (translator ?? nullTranslator).load('jupyter_apex_ws');
    const { contents, serverSettings } = app.serviceManager;
    const shares = new SharesModel(client, trans);
    const documents = new OpenDocuments(DRIVE_NAME);
    const places = new Places({ client, shares, trans });
    const wishes = new SaveWishes(app.commands);
    const refusals = new Refusals({
      client,
      copies: new Copies({ client, contents, driveName: DRIVE_NAME, trans }),
      open: path => void docManager.openOrReveal(path),
      trans
    });
    const saving = new Saving({
      client,
      places,
      documents,
      refusals,
      isAsked: wishes.isAsked,
      added: name =>
        Notification.success(
          trans.__('“%1” was added to the drop box.', visibleText(name)),
          { autoClose: 5000 }
        ),
      trans
    });
    const drive = new SharedDrive({
      client,
      shares,
      places,
      saving,
      documents,
      serverSettings,
      trans
    });
    const watcher = new Watcher({ shares, documents, refusals, wishes, trans });

    contents.addDrive(drive);
    opener.opened.connect((_, widget) => watcher.watch(widget));
    const openAddress = takeAddress({
      isShared: path => documents.has(path),
      docManager,
      showFolder: address => {
        const found = drive.locate(address);
        void (found
          ? app.commands.execute(CommandIds.showInFileBrowser, {
              root: found.grant.workspace,
              path: found.path,
              type: 'folder'
            })
          : app.commands.execute(CommandIds.openFinder));
      },
      trans
    });
    void app.restored.then(async () => {
      // So that others can name what is shared by its path in the drive.
      await shares.refresh();
      await openAddress();
    });
    return drive;
  }
};
