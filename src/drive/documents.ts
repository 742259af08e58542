import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { IDisposable } from '@lumino/disposable';
import { type ISignal, Signal } from '@lumino/signaling';

import type { IShare } from './shares';

/** The version that a document was read from or saved as. */
export interface IVersion {
  readonly etag: string;
  readonly modified: string;
}

/** Why the text of a document is not saved. */
export interface IUnsavedReason {
  readonly kind: 'changed' | 'forbidden' | 'gone' | 'failed';
  readonly detail: string;
}

/** One document that is open from the drive. */
export class OpenDocument implements IDisposable {
  constructor(readonly context: DocumentRegistry.Context) {
    context.fileChanged.connect(this.onFileChanged, this);
    context.saveState.connect(this.onSaveState, this);
    context.model.stateChanged.connect(this.onModelChanged, this);
    context.disposed.connect(this.dispose, this);
    this.onFileChanged();
  }

  /** The version that the text in the document continues; null while it is being loaded. */
  get version(): IVersion | null {
    return this._version;
  }

  /** Lab has started to save it, and the drive has not been asked to write yet. */
  get isSaving(): boolean {
    return this.saving === 'asked';
  }

  /** Between Lab's first and last question about one save. */
  get isInSave(): boolean {
    return this.saving !== 'no';
  }

  get unsaved(): IUnsavedReason | null {
    return this._unsaved;
  }

  /** The share that it was last seen in; access may have ended since. */
  get share(): IShare | null {
    return this._share;
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
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

  /** Its text is what is in the share, as this version. */
  saved(version: IVersion): void {
    this._version = version;
    this.saving = this.saving === 'no' ? 'no' : 'written';
    this.become(null);
  }

  /** Its text is kept here only. */
  refused(reason: IUnsavedReason): void {
    this.saving = 'no';
    this.become(reason);
  }

  /** Not saved, which is nothing new to say. */
  leftUnsaved(): void {
    this.saving = 'no';
  }

  /** The same content under a new version: it was renamed. */
  rebase(version: IVersion): void {
    this._version = version;
  }

  seenIn(share: IShare): void {
    this._share = share;
    this._stateChanged.emit();
  }

  private become(reason: IUnsavedReason | null): void {
    this._unsaved = reason;
    this._stateChanged.emit();
  }

  private onFileChanged(): void {
    const { hash, last_modified } = this.context.contentsModel ?? {};
    if (hash && last_modified) {
      this._version = { etag: hash, modified: last_modified };
    }
  }

  private onModelChanged(): void {
    // Read again, perhaps as the same version.
    if (this._unsaved && !this.context.model.dirty) {
      this.become(null);
    }
  }

  private onSaveState(
    _: DocumentRegistry.Context,
    state: DocumentRegistry.SaveState
  ): void {
    this.saving = state === 'started' ? 'asked' : 'no';
  }

  private readonly _stateChanged = new Signal<this, void>(this);
  private _version: IVersion | null = null;
  private _unsaved: IUnsavedReason | null = null;
  private _share: IShare | null = null;
  private saving: 'no' | 'asked' | 'written' = 'no';
  private _isDisposed = false;
}

/**
 * The documents that are open from the drive. Lab's contents API does not tell which document asks; the version that
 * a save may replace belongs to the document, though, not to the path: two tabs may hold two versions.
 */
export class OpenDocuments {
  constructor(private readonly driveName: string) {}

  /** Whether a contents path is one of the drive. */
  has(contentsPath: string): boolean {
    return contentsPath.startsWith(`${this.driveName}:`);
  }

  add(context: DocumentRegistry.Context): OpenDocument {
    const known = this.documents.get(context);
    if (known) {
      return known;
    }
    const document = new OpenDocument(context);
    this.documents.set(context, document);
    context.disposed.connect(() => this.documents.delete(context));
    return document;
  }

  at(path: string): OpenDocument[] {
    const contentsPath = `${this.driveName}:${path}`;
    return [...this.documents.values()].filter(
      document => document.context.path === contentsPath
    );
  }

  private readonly documents = new Map<
    DocumentRegistry.Context,
    OpenDocument
  >();
}
