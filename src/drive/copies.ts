import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ApexError } from '../api/errors';
import type { IApexClient } from '../tokens';
import { type IUnsaved, encode, markedName, nameOf } from './formats';
import type { IShare } from './shares';

const MOST_NAMES = 100;

export interface ICopiesOptions {
  client: IApexClient;
  contents: Contents.IManager;
  driveName: string;
  trans: TranslationBundle;
}

/** Puts the text of a document into another file, so that it is safe whatever happens to the document. */
export class Copies {
  constructor(private readonly options: ICopiesOptions) {}

  /** A new file in the top folder of the own files; resolves with its contents path. */
  async toOwnFiles(name: string, unsaved: IUnsaved): Promise<string> {
    const { contents } = this.options;
    for (const candidate of this.candidates(name, null)) {
      if (await this.isFree(candidate)) {
        const { type, format, content } = unsaved;
        await contents.save(candidate, { type, format, content });
        return candidate;
      }
    }
    throw this.noName();
  }

  /** Next to the original where adding is allowed, else in the own files; resolves with its contents path. */
  async besideOriginal(
    share: IShare,
    path: string,
    unsaved: IUnsaved
  ): Promise<string> {
    const { driveName } = this.options;
    const name = nameOf(path) || share.name;
    const mark = await this.whose();
    // The service says whether adding is allowed: what was known when the document was opened may be old.
    if (share.grant.type === 'folder') {
      const folder = path.slice(0, path.length - nameOf(path).length);
      const kept = await this.inShare(share, folder, name, mark, unsaved);
      if (kept !== null) {
        return `${driveName}:${share.owner}/${share.name}/${kept}`;
      }
    }
    return this.toOwnFiles(markedName(name, mark), unsaved);
  }

  private async inShare(
    share: IShare,
    folder: string,
    name: string,
    mark: string,
    unsaved: IUnsaved
  ): Promise<string | null> {
    const { client, trans } = this.options;
    const bytes = encode(unsaved, trans);
    for (const candidate of this.candidates(name, mark)) {
      try {
        const path = folder + candidate;
        await client.write(share.grant.workspace, path, bytes, null);
        return path;
      } catch (reason) {
        if (isTaken(reason)) {
          continue;
        }
        // The right may just have ended: the own files are always there.
        if (isRefused(reason)) {
          return null;
        }
        throw reason;
      }
    }
    return null;
  }

  private async isFree(path: string): Promise<boolean> {
    try {
      await this.options.contents.get(path, { content: false });
      return false;
    } catch (reason) {
      const { response } = reason as { response?: Response };
      if (response?.status === 404) {
        return true;
      }
      throw reason;
    }
  }

  private *candidates(name: string, mark: string | null): Iterable<string> {
    const { trans } = this.options;
    yield mark === null ? name : markedName(name, mark);
    for (let n = 2; n < MOST_NAMES; n++) {
      yield mark === null
        ? markedName(name, trans.__('copy %1', n))
        : markedName(name, trans.__('%1 %2', mark, n));
    }
  }

  /** "bob's copy". */
  private async whose(): Promise<string> {
    const { client, trans } = this.options;
    try {
      const { user } = await client.localStatus();
      return user === null ? trans.__('my copy') : trans.__("%1's copy", user);
    } catch {
      return trans.__('my copy');
    }
  }

  private noName(): Error {
    const { trans } = this.options;
    return new Error(
      trans.__('There are too many copies of that name. Remove some first.')
    );
  }
}

function isTaken(reason: unknown): boolean {
  return (
    reason instanceof ApexError &&
    (reason.code === 'changed' || reason.code === 'conflict')
  );
}

function isRefused(reason: unknown): boolean {
  return (
    reason instanceof ApexError &&
    (reason.code === 'forbidden' || reason.code === 'not-found')
  );
}
