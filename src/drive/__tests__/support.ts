// A drive over the fake service with real documents of Lab in front of it.
import { Context, TextModelFactory } from '@jupyterlab/docregistry';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import {
  type Contents,
  ContentsManager,
  ServerConnection,
  type ServiceManager
} from '@jupyterlab/services';
import { ServiceManagerMock } from '@jupyterlab/services/lib/testutils';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import { FakeClient } from '../../testing/fakeClient';
import { Copies } from '../copies';
import { OpenDocuments } from '../documents';
import { SharedDrive } from '../drive';
import { driveError } from '../driveError';
import { DRIVE_NAME, Places } from '../places';
import { Refusals } from '../refusals';
import { SaveWishes } from '../saveWishes';
import { Saving } from '../saving';
import { SharesModel } from '../shares';
import { Watcher } from '../watcher';

export const trans = nullTranslator.load('jupyter_apex_ws');

/** Notebooks as Lab sees them: JSON of type notebook. */
class NotebookLikeFactory extends TextModelFactory {
  override get contentType(): Contents.ContentType {
    return 'notebook';
  }

  override get fileFormat(): Contents.FileFormat {
    return 'json';
  }
}

/** The person's own files: a drive with just what a copy needs. */
export class OwnFiles {
  readonly files = new Map<string, unknown>();

  asDrive(): Contents.IDrive {
    const drive = {
      name: 'Own',
      fileChanged: new Signal<object, Contents.IChangedArgs>({}),
      get: (path: string) =>
        this.files.has(path)
          ? Promise.resolve({ path, name: path })
          : Promise.reject(driveError(404, 'No such file')),
      save: (path: string, model: Partial<Contents.IModel>) => {
        this.files.set(path, model.content);
        return Promise.resolve({ ...model, path, name: path });
      }
    };
    return drive as unknown as Contents.IDrive;
  }
}

export interface IDesk {
  client: FakeClient;
  shares: SharesModel;
  drive: SharedDrive;
  documents: OpenDocuments;
  watcher: Watcher;
  contents: ContentsManager;
  own: OwnFiles;
  /** The contents paths of documents that were shown. */
  shown: string[];
  /** What the person was told is in a drop box now. */
  added: string[];
  /** Opens a document as Lab does, the way that `docManager.open` goes. */
  open(path: string): Promise<DocumentRegistry.Context>;
  /** Saves as the save command does. */
  save(context: DocumentRegistry.Context): Promise<void>;
}

export function makeDesk(): IDesk {
  const client = new FakeClient();
  const shares = new SharesModel(client, trans);
  const documents = new OpenDocuments(DRIVE_NAME);
  const places = new Places({ client, shares, trans });
  const own = new OwnFiles();
  const serverSettings = ServerConnection.makeSettings();
  const contents = new ContentsManager({
    defaultDrive: own.asDrive(),
    serverSettings
  });
  const wishes = new SaveWishes({ commandExecuted: new Signal({}) });
  const shown: string[] = [];
  const refusals = new Refusals({
    client,
    copies: new Copies({ client, contents, driveName: DRIVE_NAME, trans }),
    open: path => shown.push(path),
    trans
  });
  const added: string[] = [];
  const saving = new Saving({
    added: name => added.push(name),
    client,
    places,
    documents,
    refusals,
    isAsked: wishes.isAsked,
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
  const manager = Object.assign(new ServiceManagerMock(), { contents });
  return {
    client,
    shares,
    drive,
    documents,
    watcher,
    contents,
    own,
    shown,
    added,
    open: path => openDocument(path, manager, documents),
    save: context => wishes.during(() => context.save())
  };
}

async function openDocument(
  path: string,
  manager: ServiceManager.IManager,
  documents: OpenDocuments
): Promise<DocumentRegistry.Context> {
  const factory = path.endsWith('.ipynb')
    ? new NotebookLikeFactory()
    : new TextModelFactory();
  const context = new Context({
    manager,
    factory,
    path
  });
  documents.add(context);
  await context.initialize(false);
  await context.ready;
  return context;
}

export function setText(context: DocumentRegistry.Context, text: string): void {
  context.model.fromString(text);
  context.model.dirty = true;
}

// Lab shows its dialogs by its stylesheet, without `open`; roles leave out what is not displayed.
const sheet = document.head.appendChild(document.createElement('style')).sheet;
sheet?.insertRule('dialog.jp-Dialog { display: flex; }');
