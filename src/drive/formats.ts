// Files between bytes and the models of Jupyter's contents API.
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Entry } from '../api/types';
import type { IVersion } from './documents';
import { driveError } from './driveError';
import { NotANotebook, readNotebook, writeNotebook } from './notebookText';

/** What a document gives to be saved. */
export interface IUnsaved {
  readonly type: Contents.ContentType;
  readonly format: Contents.FileFormat;
  readonly content: unknown;
}

/** A model without content, as in listings. `path` is the one in the drive. */
export function modelOf(entry: Entry, path: string): Contents.IModel {
  return {
    name: nameOf(path),
    path,
    type: typeOf(entry),
    writable: entry.permissions.includes(
      entry.type === 'folder' ? 'create' : 'write'
    ),
    created: entry.modified_at,
    last_modified: entry.modified_at,
    mimetype: entry.media_type ?? '',
    content: null,
    format: null,
    ...(entry.size === null ? {} : { size: entry.size })
  };
}

/** A folder that exists in the drive only: the drive itself and the owners. */
export function folderModel(
  path: string,
  content: Contents.IModel[] | null
): Contents.IModel {
  return {
    name: nameOf(path),
    path,
    type: 'directory',
    writable: false,
    created: EPOCH,
    last_modified: EPOCH,
    mimetype: '',
    content,
    format: content ? 'json' : null
  };
}

const EPOCH = '1970-01-01T00:00:00Z';

/** What Jupyter's contents API calls it. */
function typeOf(entry: Entry): Contents.ContentType {
  if (entry.type === 'folder') {
    return 'directory';
  }
  return entry.name.endsWith('.ipynb') ? 'notebook' : 'file';
}

/** The content of a file in the way that was asked for, or that its bytes suggest. */
export async function decode(
  blob: Blob,
  type: Contents.ContentType,
  format: Contents.FileFormat | undefined,
  trans: TranslationBundle
): Promise<Pick<Contents.IModel, 'content' | 'format' | 'mimetype'>> {
  if (type === 'notebook') {
    const content = notebookOf(await textOf(blob, trans), trans);
    return { content, format: 'json', mimetype: '' };
  }
  if (format === 'base64') {
    return base64Content(blob);
  }
  try {
    const content = await textOf(blob, trans);
    return { content, format: 'text', mimetype: 'text/plain' };
  } catch (reason) {
    if (format === 'text') {
      throw reason;
    }
    return base64Content(blob);
  }
}

/** The bytes that a save writes. */
export function encode(unsaved: IUnsaved, trans: TranslationBundle): Blob {
  const { type, format, content } = unsaved;
  if (type === 'notebook') {
    try {
      return new Blob([writeNotebook(content)]);
    } catch (reason) {
      throw notebookError(reason, trans);
    }
  }
  if (typeof content !== 'string') {
    return new Blob([JSON.stringify(content)]);
  }
  return format === 'base64'
    ? new Blob([bytesOf(content)])
    : new Blob([content]);
}

/** The version of a file, as a document keeps it. */
export function versionOf(entry: Entry): IVersion {
  return { etag: entry.etag ?? '', modified: entry.modified_at };
}

/** The version in the place that Lab's documents carry along. */
export function hashOf(etag: string): { hash: string; hash_algorithm: string } {
  return { hash: etag, hash_algorithm: 'etag' };
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** "flood (2).ipynb" for `name` "flood.ipynb" and `mark` "2". */
export function markedName(name: string, mark: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0
    ? `${name.slice(0, dot)} (${mark})${name.slice(dot)}`
    : `${name} (${mark})`;
}

async function base64Content(
  blob: Blob
): Promise<Pick<Contents.IModel, 'content' | 'format' | 'mimetype'>> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  // In pieces: the arguments of a call are limited.
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return {
    content: btoa(pieces.join('')),
    format: 'base64',
    mimetype: 'application/octet-stream'
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), char => char.charCodeAt(0));
}

async function textOf(blob: Blob, trans: TranslationBundle): Promise<string> {
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(await blob.arrayBuffer());
  } catch {
    throw driveError(
      400,
      trans.__('This file is not text in UTF-8. Download it to look at it.')
    );
  }
}

function notebookOf(text: string, trans: TranslationBundle): unknown {
  try {
    return readNotebook(text);
  } catch (reason) {
    throw notebookError(reason, trans);
  }
}

function notebookError(reason: unknown, trans: TranslationBundle): unknown {
  return reason instanceof NotANotebook
    ? driveError(
        400,
        trans.__(
          'This is not a notebook of format 4. Open it as text, or download it.'
        )
      )
    : reason;
}
