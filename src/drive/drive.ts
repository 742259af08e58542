import type { Contents, ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';

import { ApexError } from '../api/errors';
import type { Grant } from '../api/types';
import type { IApexClient, ISharedDrive } from '../tokens';
import { isDropBox } from '../ui/words';
import type { OpenDocuments } from './documents';
import { driveError, driveErrorOf, isTaken } from './driveError';
import { type IUnsaved, decode, folderModel, hashOf, modelOf } from './formats';
import { DRIVE_NAME, type Places, partsOf } from './places';
import type { Saving } from './saving';
import type { IShare, SharesModel } from './shares';
import { untitledContent, untitledNames } from './untitled';
import { Uploads } from './uploads';

export interface ISharedDriveOptions {
  client: IApexClient;
  shares: SharesModel;
  places: Places;
  documents: OpenDocuments;
  saving: Saving;
  serverSettings: ServerConnection.ISettings;
  trans: TranslationBundle;
}

/** What others shared with the person: `owner/share/path below it`. */
export class SharedDrive implements Contents.IDrive, ISharedDrive {
  constructor(private readonly options: ISharedDriveOptions) {
    this.serverSettings = options.serverSettings;
  }

  readonly name = DRIVE_NAME;
  readonly serverSettings: ServerConnection.ISettings;

  get fileChanged(): ISignal<Contents.IDrive, Contents.IChangedArgs> {
    return this._fileChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  contentsPath(share: string, path: string): string | null {
    return this.options.places.contentsPath(share, path);
  }

  locate(contentsPath: string): { grant: Grant; path: string } | null {
    if (!this.options.documents.has(contentsPath)) {
      return null;
    }
    const localPath = contentsPath.slice(DRIVE_NAME.length + 1);
    const known = this.options.places.known(localPath);
    return known && { grant: known.share.grant, path: known.path };
  }

  get(
    localPath: string,
    options: Contents.IFetchOptions = { content: true }
  ): Promise<Contents.IModel> {
    return this.answer(async () => {
      const path = partsOf(localPath).join('/');
      const [owner, name] = partsOf(path);
      if (name === undefined) {
        return this.folderOfShares(owner ?? null);
      }
      return options.content
        ? this.getContent(path, options)
        : (this.options.saving.diskAsSeenBySave(path) ??
            this.getEntry(path, options.hash ?? false));
    });
  }

  getDownloadUrl(localPath: string): Promise<string> {
    return this.answer(async () => {
      const place = await this.options.places.find(localPath);
      return this.options.client.downloadUrl(place.root, place.path);
    });
  }

  newUntitled(options: Contents.ICreateOptions = {}): Promise<Contents.IModel> {
    return this.answer(async () => {
      const { client, places, trans } = this.options;
      const folder = partsOf(options.path ?? '').join('/');
      const { share, root, path } = await places.findWritable(folder);
      if (isDropBox(share.grant.permissions)) {
        throw driveError(
          403,
          trans.__(
            'This is a drop box: upload files to it. What is in it cannot be opened here.'
          )
        );
      }
      const inFolder = (name: string) => (path ? `${path}/${name}` : name);
      for (const name of untitledNames(options, trans)) {
        try {
          const entry =
            options.type === 'directory'
              ? await client.makeFolder(root, inFolder(name))
              : await client.write(
                  root,
                  inFolder(name),
                  new Blob([untitledContent(options)]),
                  null
                );
          const model = modelOf(entry, `${folder}/${name}`);
          this.emit('new', null, model);
          return model;
        } catch (reason) {
          if (!isTaken(reason)) {
            throw reason;
          }
        }
      }
      throw driveError(
        409,
        trans.__('There are too many untitled ones here. Rename some first.')
      );
    });
  }

  delete(localPath: string): Promise<void> {
    return this.answer(async () => {
      const { client, places, trans } = this.options;
      const path = partsOf(localPath).join('/');
      const place = await places.find(path);
      if (place.path === '') {
        throw driveError(
          403,
          trans.__('A share itself is for its owner to delete.')
        );
      }
      const entry = await places.entry(place);
      await client.remove(place.root, place.path, entry.etag);
      this.emit('delete', modelOf(entry, path), null);
    });
  }

  rename(oldLocalPath: string, newLocalPath: string): Promise<Contents.IModel> {
    return this.answer(async () => {
      const { client, places, saving, trans } = this.options;
      const from = partsOf(oldLocalPath).join('/');
      const to = partsOf(newLocalPath).join('/');
      const source = await places.find(from);
      const target = await places.find(to);
      if (source.path === '' || target.path === '') {
        throw driveError(
          403,
          trans.__('The name of a share is for its owner to change.')
        );
      }
      if (source.root !== target.root) {
        throw driveError(
          400,
          trans.__('Nothing can be moved from one share to another yet.')
        );
      }
      const before = await places.entry(source);
      const entry = await client.move(source.root, source.path, target.path);
      saving.rebase(from, before, entry);
      const model = modelOf(entry, to);
      this.emit('rename', modelOf(before, from), model);
      return model;
    });
  }

  save(
    localPath: string,
    options: Partial<Contents.IModel> = {}
  ): Promise<Contents.IModel> {
    return this.answer(async () => {
      const path = partsOf(localPath).join('/');
      const unsaved: IUnsaved = {
        type: options.type ?? 'file',
        format: options.format ?? 'text',
        content: options.content as unknown
      };
      const model =
        options.chunk === undefined
          ? await this.options.saving.save(path, unsaved)
          : await this.saveChunk(path, options.chunk, unsaved);
      this.emit('save', null, model);
      return model;
    });
  }

  copy(): Promise<Contents.IModel> {
    const { trans } = this.options;
    return Promise.reject(
      driveError(
        400,
        trans.__(
          'Copying in and out of a share is not there yet. Open the file and save a copy to your files, or download it.'
        )
      )
    );
  }

  /** Lab makes one after each save; versions of shared files are the service's, later. */
  createCheckpoint(): Promise<Contents.ICheckpointModel> {
    return Promise.resolve({
      id: 'none',
      last_modified: new Date().toISOString()
    });
  }

  listCheckpoints(): Promise<Contents.ICheckpointModel[]> {
    return Promise.resolve([]);
  }

  restoreCheckpoint(): Promise<void> {
    const { trans } = this.options;
    return Promise.reject(
      driveError(400, trans.__('Files in a share have no checkpoints.'))
    );
  }

  deleteCheckpoint(): Promise<void> {
    return Promise.resolve();
  }

  private async folderOfShares(owner: string | null): Promise<Contents.IModel> {
    const { shares, trans } = this.options;
    await shares.refresh();
    const all = await shares.known();
    if (owner === null) {
      const owners = [...new Set(all.map(share => share.owner))].sort();
      return folderModel(
        '',
        owners.map(each => folderModel(each, null))
      );
    }
    const theirs = all.filter(share => share.owner === owner);
    if (theirs.length === 0) {
      throw driveError(404, trans.__('%1 shares nothing with you.', owner));
    }
    return folderModel(owner, theirs.map(shareModel));
  }

  private async getEntry(
    path: string,
    isHashed: boolean
  ): Promise<Contents.IModel> {
    const { places } = this.options;
    const entry = await places.entry(await places.find(path));
    const model = modelOf(entry, path);
    return isHashed && entry.etag ? { ...model, ...hashOf(entry.etag) } : model;
  }

  private async getContent(
    path: string,
    options: Contents.IFetchOptions
  ): Promise<Contents.IModel> {
    const { client, places, trans } = this.options;
    const place = await places.find(path);
    const page = await client.list(place.root, place.path);
    if (page.entry.type === 'folder') {
      return {
        ...modelOf(page.entry, path),
        format: 'json',
        // A name that cannot be written in a path cannot be asked for by Lab either.
        content: page.items
          .filter(item => item.path !== null)
          .map(item => modelOf(item, `${path}/${item.name}`))
      };
    }
    const file = await client.read(place.root, place.path);
    const model = modelOf(page.entry, path);
    const type = options.type ?? model.type;
    const content = await decode(file.blob, type, options.format, trans);
    for (const document of this.options.documents.at(path)) {
      document.seenIn(place.share);
    }
    return {
      ...model,
      ...content,
      type,
      // For a document Lab refuses to save what is not writable, and offers no way out. The service refuses instead,
      // by the right of that moment, and the person is offered a copy.
      writable: true,
      ...hashOf(file.etag)
    };
  }

  private async saveChunk(
    path: string,
    chunk: number,
    piece: IUnsaved
  ): Promise<Contents.IModel> {
    const whole = this.uploads.add(path, chunk, piece);
    return whole
      ? this.options.saving.create(path, whole)
      : { ...folderModel(path, null), type: 'file' };
  }

  private async answer<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (reason) {
      throw reason instanceof ApexError ? driveErrorOf(reason) : reason;
    }
  }

  private emit(
    type: Contents.IChangedArgs['type'],
    oldValue: Contents.IModel | null,
    newValue: Contents.IModel
  ): void {
    this._fileChanged.emit({ type, oldValue, newValue });
  }

  private readonly uploads = new Uploads();
  private readonly _fileChanged = new Signal<
    Contents.IDrive,
    Contents.IChangedArgs
  >(this);
  private _isDisposed = false;
}

function shareModel(share: IShare): Contents.IModel {
  const { grant, owner, name } = share;
  const isFolder = grant.type === 'folder';
  const type = grant.kind === 'notebook' ? 'notebook' : 'file';
  return {
    ...folderModel(`${owner}/${name}`, null),
    type: isFolder ? 'directory' : type,
    writable: grant.permissions.includes(isFolder ? 'create' : 'write'),
    created: grant.created_at,
    last_modified: grant.created_at
  };
}
