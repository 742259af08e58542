import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { type ApexError, asApexError } from '../api/errors';
import type { Entry } from '../api/types';
import type { IApexClient } from '../tokens';
import type { OpenDocument, OpenDocuments } from './documents';
import { driveError, isTaken } from './driveError';
import {
  type IUnsaved,
  encode,
  hashOf,
  modelOf,
  nameOf,
  versionOf
} from './formats';
import { type IPlace, type Places, partsOf } from './places';
import type { Refusals } from './refusals';

export interface ISavingOptions {
  client: IApexClient;
  places: Places;
  documents: OpenDocuments;
  refusals: Refusals;
  /** Whether the person asked for the save that begins now; autosave does not. */
  isAsked: () => boolean;
  /** Tells the person that a file is in a drop box now. */
  added: (name: string) => void;
  trans: TranslationBundle;
}

/** Writes to shares: an open document over the version that it continues, everything else as something new. */
export class Saving {
  constructor(private readonly options: ISavingOptions) {}

  /** Resolves with the model of what is in the share then. */
  async save(path: string, unsaved: IUnsaved): Promise<Contents.IModel> {
    const document = this.documentToSave(path);
    return document
      ? this.saveDocument(path, document, unsaved)
      : this.create(path, encode(unsaved, this.options.trans));
  }

  /** A new file; never in place of one that is there. */
  async create(path: string, bytes: Blob): Promise<Contents.IModel> {
    const { client, places, trans } = this.options;
    const { root, path: below } = await places.findWritable(path);
    try {
      const entry = await client.write(root, below, bytes, null);
      if (entry.permissions.length === 0) {
        // A drop box: Lab lists the folder again and sees nothing, so the person is told.
        this.options.added(entry.name);
        return modelOf(entry, path);
      }
      return { ...modelOf(entry, path), ...hashOf(versionOf(entry).etag) };
    } catch (reason) {
      throw isTaken(reason)
        ? driveError(
            409,
            trans.__(
              '“%1” is already there, and nothing was overwritten. Choose another name.',
              nameOf(path)
            )
          )
        : reason;
    }
  }

  /**
   * What Lab is told is on disk while it saves a document: before the write what it believes itself, after it what was
   * written. Lab would compare and offer to overwrite; whether somebody else was faster is judged by the service
   * alone, with the version that the document continues, in the same instant as the write.
   */
  diskAsSeenBySave(path: string): Contents.IModel | null {
    const document = this.options.documents.at(path).find(d => d.isInSave);
    const model = document?.context.contentsModel;
    if (!document?.version || !model) {
      return null;
    }
    const seen = { ...model, path, content: null };
    if (document.isSaving) {
      return seen;
    }
    const { etag, modified } = document.version;
    return { ...seen, last_modified: modified, ...hashOf(etag) };
  }

  /** A renamed file has a new version, with the content that its open documents continue. */
  rebase(from: string, before: Entry, after: Entry): void {
    const isSame =
      before.modified_at === after.modified_at && before.size === after.size;
    if (!isSame || before.etag === null || after.etag === null) {
      return;
    }
    for (const document of this.options.documents.at(from)) {
      if (document.version?.etag === before.etag) {
        document.rebase(versionOf(after));
      }
    }
  }

  /** The document that Lab is saving to this path, null when it is something new. */
  private documentToSave(path: string): OpenDocument | null {
    const saving = this.options.documents.at(path).filter(d => d.isSaving);
    const versions = new Set(saving.map(d => d.version?.etag));
    if (versions.size > 1) {
      // The call does not say which one it is for; guessing could overwrite what one of them has not seen.
      const { trans } = this.options;
      throw driveError(
        409,
        trans.__(
          '“%1” is open in two tabs with different versions. Save them one after the other.',
          nameOf(path)
        )
      );
    }
    return saving.find(document => document.version !== null) ?? null;
  }

  private async saveDocument(
    path: string,
    document: OpenDocument,
    unsaved: IUnsaved
  ): Promise<Contents.IModel> {
    const { client, refusals, trans } = this.options;
    const isAsked = this.options.isAsked();
    const place = await this.placeOf(path, document);
    const bytes = encode(unsaved, trans);
    const etag = document.version?.etag ?? null;
    try {
      const entry = await client.write(place.root, place.path, bytes, etag);
      return this.savedModel(path, entry, document, unsaved);
    } catch (reason) {
      const error = asApexError(reason, trans);
      const same = await this.sameBytes(error, place, bytes);
      if (same) {
        return this.savedModel(path, same, document, unsaved);
      }
      const { share, path: below } = place;
      await refusals.settle({
        document,
        share,
        path: below,
        unsaved,
        error,
        isAsked
      });
    }
    // The document shows what is in the share now.
    const model = document.context.contentsModel;
    return { ...(model as Contents.IModel), path, content: null };
  }

  /** Where a document lives. Access may have ended since it was opened: the service says so, with its reason. */
  private async placeOf(path: string, document: OpenDocument): Promise<IPlace> {
    const { share } = document;
    if (!share) {
      return this.options.places.find(path);
    }
    const below = partsOf(path).slice(2).join('/');
    return { share, root: share.grant.workspace, path: below };
  }

  /** Somebody else's save of the very same text is no conflict. */
  private async sameBytes(
    error: ApexError,
    place: IPlace,
    mine: Blob
  ): Promise<Entry | null> {
    if (error.code !== 'changed') {
      return null;
    }
    const { client, places } = this.options;
    try {
      const entry = await places.entry(place);
      if (entry.size !== mine.size) {
        return null;
      }
      const theirs = await client.read(place.root, place.path);
      const isSame =
        theirs.etag === entry.etag && (await equal(theirs.blob, mine));
      return isSame ? entry : null;
    } catch {
      // The first refusal is the one to tell.
      return null;
    }
  }

  private savedModel(
    path: string,
    entry: Entry,
    document: OpenDocument,
    unsaved: IUnsaved
  ): Contents.IModel {
    const version = versionOf(entry);
    document.saved(version);
    return {
      ...modelOf(entry, path),
      type: unsaved.type,
      format: unsaved.format,
      writable: true,
      ...hashOf(version.etag)
    };
  }
}

/** As bytes: two different ones that are not UTF-8 can read as the same text. */
async function equal(one: Blob, other: Blob): Promise<boolean> {
  const [left, right] = (
    await Promise.all([one.arrayBuffer(), other.arrayBuffer()])
  ).map(buffer => new Uint8Array(buffer));
  return (
    left.length === right.length &&
    left.every((byte, index) => byte === right[index])
  );
}
