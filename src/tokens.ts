// The public tokens of the extension and their interfaces. Types only: nothing here runs.
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type {
  Entry,
  EntryPage,
  Grant,
  Hit,
  LocalStatus,
  Me,
  NewGrant,
  Principal,
  Topic
} from './api/types';

/** What a change on the hub, or in the index of the own files, was about. */
export type ChangeTopic = Topic | 'local-index';

/** What a grantee or a sharer changes on a grant; absent fields stay. */
export interface IGrantChange {
  role?: Grant['role'];
  expires_at?: string | null;
  note?: string | null;
}

/** A file's bytes with the version that they are. */
export interface IFileContent {
  blob: Blob;
  etag: string;
}

/**
 * The one way to the person's own server. Every method rejects with an `ApexError` of `api/errors.ts`.
 * `root` is the id of a workspace or of a share; paths are relative to it, "" for the root itself.
 */
export interface IApexClient {
  /** Emitted when a list should be read again. Never polls faster than a minute by itself. */
  readonly changed: ISignal<IApexClient, ChangeTopic>;

  localStatus(): Promise<LocalStatus>;
  localRecent(limit: number, signal?: AbortSignal): Promise<Entry[]>;
  localSearch(
    query: string,
    limit: number,
    signal?: AbortSignal
  ): Promise<{ items: Entry[]; total: number }>;

  me(): Promise<Me>;
  principals(query: string, signal?: AbortSignal): Promise<Principal[]>;
  search(
    query: string,
    limit: number,
    signal?: AbortSignal
  ): Promise<{ items: Hit[]; total: number | null }>;

  grantsWithMe(): Promise<Grant[]>;
  grantsByMe(): Promise<Grant[]>;
  grantsOf(root: string, path: string): Promise<Grant[]>;
  createGrant(grant: NewGrant): Promise<Grant>;
  changeGrant(id: string, change: IGrantChange): Promise<Grant>;
  revokeGrant(id: string): Promise<void>;

  /** One entry and, for a folder, everything in it (all pages). */
  list(root: string, path: string, signal?: AbortSignal): Promise<EntryPage>;
  read(root: string, path: string): Promise<IFileContent>;
  /** `etag` null creates and refuses to replace; else only that version is replaced. */
  write(
    root: string,
    path: string,
    content: Blob,
    etag: string | null
  ): Promise<Entry>;
  makeFolder(root: string, path: string): Promise<Entry>;
  move(root: string, path: string, to: string): Promise<Entry>;
  /** The address on the own server that downloads a file. No token is in it. */
  downloadUrl(root: string, path: string): string;
}

export const IApexClient = new Token<IApexClient>(
  'jupyter-apex-ws:IApexClient',
  'The client of the sharing service, through the own server.'
);

/** One item to share, as the file browser or the Finder knows it. */
export interface IShareTarget {
  /** A workspace or share id; null for the person's own workspace. */
  root: string | null;
  path: string;
  name: string;
  type: 'file' | 'folder';
}

/** Opens the share dialog. */
export interface IShareDialog {
  open(target: IShareTarget): Promise<void>;
}

export const IShareDialog = new Token<IShareDialog>(
  'jupyter-apex-ws:IShareDialog',
  'Opens the dialog that shares a file or folder.'
);

/** The `Shared` drive: what others shared with me, as contents paths. */
export interface ISharedDrive {
  /** The contents path (`Shared:owner/name/…`) of a path below a share, or null while the share is not known. */
  contentsPath(share: string, path: string): string | null;
  /** The share and the path below it of a contents path, or null where it is not one of the drive. */
  locate(contentsPath: string): { grant: Grant; path: string } | null;
}

export const ISharedDrive = new Token<ISharedDrive>(
  'jupyter-apex-ws:ISharedDrive',
  'The drive with what others shared with me.'
);
