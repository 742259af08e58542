// A sharing service in memory, for tests of models, components and the drive.
import { Signal } from '@lumino/signaling';

import { ApexError, type ApexCode } from '../api/errors';
import type {
  Entry,
  EntryPage,
  Grant,
  Hit,
  LocalStatus,
  Me,
  NewGrant,
  Principal
} from '../api/types';
import type {
  ChangeTopic,
  IApexClient,
  IFileContent,
  IGrantChange
} from '../tokens';
import { isDropBox } from '../ui/words';
import {
  ALICE,
  BOB,
  HYDROLOGY,
  NOON,
  PERMISSIONS,
  makeEntry,
  makeGrant,
  makeLocalStatus,
  makeMe
} from './fixtures';

const STATUS: Partial<Record<ApexCode, number>> = {
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  changed: 412,
  'too-large': 413,
  invalid: 422,
  'storage-full': 507,
  unavailable: 503
};

/** An error as the service answers it. */
export function apexError(code: ApexCode, detail: string = code): ApexError {
  return new ApexError({ code, status: STATUS[code] ?? 500, detail });
}

interface IStoredFile {
  text: string;
  version: number;
  modified: string;
}

type Method = Exclude<keyof IApexClient, 'changed' | 'downloadUrl'>;

/**
 * Shares are the roots of `withMe`; their files are put with `put`. Rights follow the `permissions` of the grant that
 * names the root. `failures` makes a method reject; `calls` lists what was asked.
 */
export class FakeClient implements IApexClient {
  readonly changed: Signal<IApexClient, ChangeTopic> = new Signal<
    IApexClient,
    ChangeTopic
  >(this);
  readonly calls: string[] = [];
  readonly failures = new Map<Method, Error>();

  status: LocalStatus = makeLocalStatus();
  person: Me = makeMe();
  people: Principal[] = [ALICE, BOB, HYDROLOGY];
  own: Entry[] = [];
  hits: Hit[] = [];
  withMe: Grant[] = [];
  byMe: Grant[] = [];

  /** Put a file into a share, as somebody else would: the version goes up, no right is asked. */
  put(root: string, path: string, text: string, modified = NOON): void {
    const files = this.filesOf(root);
    const version = (files.get(path)?.version ?? 0) + 1;
    files.set(path, { text, version, modified });
    for (const folder of ancestors(path)) {
      this.foldersOf(root).add(folder);
    }
  }

  /** The text of a file in a share, undefined where there is none. */
  textOf(root: string, path: string): string | undefined {
    return this.filesOf(root).get(path)?.text;
  }

  async localStatus(): Promise<LocalStatus> {
    await this.asked('localStatus');
    return this.status;
  }

  async localRecent(limit: number, signal?: AbortSignal): Promise<Entry[]> {
    await this.asked('localRecent', `${limit}`, signal);
    return this.own.slice(0, limit);
  }

  async localSearch(
    query: string,
    limit: number,
    signal?: AbortSignal
  ): Promise<{ items: Entry[]; total: number }> {
    await this.asked('localSearch', query, signal);
    const found = this.own.filter(entry => entry.name.includes(query));
    return { items: found.slice(0, limit), total: found.length };
  }

  async me(): Promise<Me> {
    await this.asked('me');
    return this.person;
  }

  async principals(query: string, signal?: AbortSignal): Promise<Principal[]> {
    await this.asked('principals', query, signal);
    const wanted = query.toLowerCase();
    return this.people.filter(p =>
      `${p.name} ${p.display_name}`.toLowerCase().includes(wanted)
    );
  }

  async search(
    query: string,
    limit: number,
    signal?: AbortSignal
  ): Promise<{ items: Hit[]; total: number | null }> {
    await this.asked('search', query, signal);
    const found = this.hits.filter(hit => hit.name.includes(query));
    return { items: found.slice(0, limit), total: found.length };
  }

  async grantsWithMe(): Promise<Grant[]> {
    await this.asked('grantsWithMe');
    return this.withMe;
  }

  async grantsByMe(): Promise<Grant[]> {
    await this.asked('grantsByMe');
    return this.byMe;
  }

  async grantsOf(root: string, path: string): Promise<Grant[]> {
    await this.asked('grantsOf', `${root}:${path}`);
    return this.byMe.filter(g => g.workspace === root && g.path === path);
  }

  async createGrant(given: NewGrant): Promise<Grant> {
    await this.asked('createGrant', `${given.path} ${given.grantee.name}`);
    const grantee =
      this.people.find(p => p.name === given.grantee.name) ??
      ({ ...given.grantee, display_name: given.grantee.name } as Principal);
    const grant = makeGrant({
      ...given,
      grantee,
      id: `g-${this.byMe.length + 1}-new`,
      name: given.path.split('/').pop() ?? '',
      owner: ALICE,
      permissions: PERMISSIONS.owner
    });
    this.byMe = [grant, ...this.byMe];
    return grant;
  }

  async changeGrant(id: string, change: IGrantChange): Promise<Grant> {
    await this.asked('changeGrant', id);
    const grant = { ...this.given(id), ...change };
    this.byMe = this.byMe.map(g => (g.id === id ? grant : g));
    return grant;
  }

  async revokeGrant(id: string): Promise<void> {
    await this.asked('revokeGrant', id);
    const revoked = this.given(id);
    this.byMe = this.byMe.filter(g => g !== revoked);
  }

  async list(
    root: string,
    path: string,
    signal?: AbortSignal
  ): Promise<EntryPage> {
    await this.asked('list', `${root}:${path}`, signal);
    if (this.isDropBox(root)) {
      return { entry: this.entry(root, path), items: [], next_cursor: null };
    }
    this.need(root, 'list');
    const inside = (each: string) => each !== '' && parentOf(each) === path;
    const paths = [
      ...[...this.foldersOf(root)].filter(inside),
      ...[...this.filesOf(root).keys()].filter(inside)
    ];
    return {
      entry: this.entry(root, path),
      items: paths.sort().map(each => this.entry(root, each)),
      next_cursor: null
    };
  }

  async read(root: string, path: string): Promise<IFileContent> {
    await this.asked('read', `${root}:${path}`);
    this.need(root, 'read');
    const { etag } = this.entry(root, path);
    const text = this.textOf(root, path);
    if (etag === null || text === undefined) {
      throw apexError('invalid');
    }
    return { blob: new Blob([text]), etag };
  }

  async write(
    root: string,
    path: string,
    content: Blob,
    etag: string | null
  ): Promise<Entry> {
    await this.asked('write', `${root}:${path} ${etag ?? 'new'}`);
    this.need(root, etag === null ? 'create' : 'write');
    const there = this.filesOf(root).get(path);
    if (this.isDropBox(root)) {
      this.put(root, there ? `${path} (2)` : path, await content.text());
      return { ...this.entry(root, path), permissions: [], etag: null };
    }
    if (etag === null ? there : !there || etagOf(there) !== etag) {
      throw apexError('changed');
    }
    this.put(root, path, await content.text(), new Date().toISOString());
    return this.entry(root, path);
  }

  async makeFolder(root: string, path: string): Promise<Entry> {
    await this.asked('makeFolder', `${root}:${path}`);
    this.need(root, 'create');
    if (this.foldersOf(root).has(path) || this.filesOf(root).has(path)) {
      throw apexError('conflict');
    }
    this.foldersOf(root).add(path);
    return this.entry(root, path);
  }

  async move(root: string, path: string, to: string): Promise<Entry> {
    await this.asked('move', `${root}:${path} ${to}`);
    this.need(root, 'rename');
    const files = this.filesOf(root);
    const file = files.get(path);
    if (files.has(to)) {
      throw apexError('conflict');
    }
    if (!file) {
      throw apexError('not-found');
    }
    files.delete(path);
    // A rename changes the file's ctime, and with it the ETag.
    files.set(to, { ...file, version: file.version + 1 });
    return this.entry(root, to);
  }

  downloadUrl(root: string, path: string): string {
    return `/jupyter-apex-ws/v1/workspaces/${root}/files/${path}`;
  }

  private async asked(method: Method, what = '', signal?: AbortSignal) {
    this.calls.push(what ? `${method} ${what}` : method);
    await Promise.resolve();
    if (signal?.aborted) {
      throw new DOMException('Aborted', 'AbortError');
    }
    const failure = this.failures.get(method);
    if (failure) {
      throw failure;
    }
  }

  private given(id: string): Grant {
    const grant = this.byMe.find(g => g.id === id);
    if (!grant) {
      throw apexError('not-found');
    }
    return grant;
  }

  private isDropBox(root: string): boolean {
    const grants = this.withMe.filter(g => g.workspace === root);
    return grants.length > 0 && grants.every(g => isDropBox(g.permissions));
  }

  private need(root: string, act: string): void {
    const grants = this.withMe.filter(g => g.workspace === root);
    if (grants.length === 0) {
      throw apexError('not-found');
    }
    if (!grants.some(g => g.permissions.includes(act))) {
      throw apexError('forbidden', 'You may read here, not change.');
    }
  }

  private entry(root: string, path: string): Entry {
    const grant = this.withMe.find(g => g.workspace === root);
    const permissions = grant?.permissions ?? [];
    const name = path === '' ? (grant?.name ?? '') : nameOf(path);
    const file = this.filesOf(root).get(path);
    if (file) {
      return makeEntry({
        name,
        path,
        permissions,
        kind: name.endsWith('.ipynb') ? 'notebook' : 'document',
        size: file.text.length,
        modified_at: file.modified,
        etag: etagOf(file)
      });
    }
    if (path !== '' && !this.foldersOf(root).has(path)) {
      throw apexError('not-found');
    }
    return makeEntry({ name, path, permissions, type: 'folder' });
  }

  private filesOf(root: string): Map<string, IStoredFile> {
    return valueOf(this.files, root, () => new Map<string, IStoredFile>());
  }

  private foldersOf(root: string): Set<string> {
    return valueOf(this.folders, root, () => new Set<string>());
  }

  private readonly files = new Map<string, Map<string, IStoredFile>>();
  private readonly folders = new Map<string, Set<string>>();
}

function valueOf<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function etagOf(file: IStoredFile): string {
  return `"${file.version}"`;
}

function parentOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

function nameOf(path: string): string {
  return path.split('/').pop() ?? '';
}

function ancestors(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}
