import type { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { type ISignal, Signal } from '@lumino/signaling';

import type {
  ChangeTopic,
  IApexClient,
  IFileContent,
  IGrantChange
} from '../tokens';
import { ApexError } from './errors';
import { type IRequest, Requests } from './requests';
import type {
  Entry,
  EntryPage,
  Grant,
  GrantPage,
  Hit,
  HitPage,
  LocalPage,
  LocalStatus,
  Me,
  NewGrant,
  Principal,
  PrincipalPage
} from './types';

/** The largest page that the service gives. */
const PAGE = 1000;

/** Every topic, for the moments at which nobody knows what was missed. */
export const ALL_TOPICS: readonly ChangeTopic[] = [
  'shared-with-me',
  'shared-by-me',
  'principals',
  'local-index'
];

interface IPage {
  next_cursor: string | null;
}

/** The client of the sharing service, through the person's own server. */
export class ApexClient implements IApexClient {
  constructor(
    settings: ServerConnection.ISettings,
    private readonly trans: TranslationBundle
  ) {
    this.requests = new Requests(settings, trans);
  }

  get changed(): ISignal<IApexClient, ChangeTopic> {
    return this._changed;
  }

  /** Emitted when the service, or the own server (status 0), did not answer. */
  get lost(): ISignal<IApexClient, ApexError> {
    return this._lost;
  }

  /** Tell all who read lists of this topic to read them again. */
  announce(topic: ChangeTopic): void {
    this._changed.emit(topic);
  }

  localStatus(): Promise<LocalStatus> {
    return this.get<LocalStatus>(['local', 'status']);
  }

  async localRecent(limit: number, signal?: AbortSignal): Promise<Entry[]> {
    const query = { limit };
    const page = await this.get<LocalPage>(['local', 'recent'], {
      query,
      signal
    });
    return page.items;
  }

  async localSearch(
    query: string,
    limit: number,
    signal?: AbortSignal
  ): Promise<{ items: Entry[]; total: number }> {
    const { items, total } = await this.get<LocalPage>(['local', 'search'], {
      query: { q: query, limit },
      signal
    });
    return { items, total };
  }

  me(): Promise<Me> {
    return this.get<Me>(['me']);
  }

  async principals(query: string, signal?: AbortSignal): Promise<Principal[]> {
    const page = await this.get<PrincipalPage>(['principals'], {
      query: { q: query },
      signal
    });
    return page.items;
  }

  async search(
    query: string,
    limit: number,
    signal?: AbortSignal
  ): Promise<{ items: Hit[]; total: number | null }> {
    const { items, total } = await this.get<HitPage>(['search'], {
      query: { q: query, scope: 'shared', limit },
      signal
    });
    return { items, total };
  }

  grantsWithMe(): Promise<Grant[]> {
    return this.grants({ query: { direction: 'with-me' } });
  }

  grantsByMe(): Promise<Grant[]> {
    return this.grants({ query: { direction: 'by-me' } });
  }

  grantsOf(root: string, path: string): Promise<Grant[]> {
    return this.grants({ query: { workspace: root, path } });
  }

  createGrant(grant: NewGrant): Promise<Grant> {
    return this.get<Grant>(['grants'], { method: 'POST', json: grant });
  }

  changeGrant(id: string, change: IGrantChange): Promise<Grant> {
    return this.get<Grant>(['grants', id], { method: 'PATCH', json: change });
  }

  async revokeGrant(id: string): Promise<void> {
    await this.send(['grants', id], { method: 'DELETE' });
  }

  async list(
    root: string,
    path: string,
    signal?: AbortSignal
  ): Promise<EntryPage> {
    const parts = entryParts(root, path);
    const pages = await this.pages<EntryPage>(parts, { signal });
    const [first] = pages;
    return {
      entry: first.entry,
      items: pages.flatMap(page => page.items),
      next_cursor: null
    };
  }

  async read(root: string, path: string): Promise<IFileContent> {
    const response = await this.send(fileParts(root, path), {});
    const etag = response.headers.get('ETag');
    if (etag === null) {
      // Without a version nothing read here could be saved safely.
      throw new ApexError({
        code: 'internal',
        status: response.status,
        detail: this.trans.__(
          'The server gave the file without its version. Tell the operators of this hub.'
        )
      });
    }
    return { blob: await response.blob(), etag };
  }

  write(
    root: string,
    path: string,
    content: Blob,
    etag: string | null
  ): Promise<Entry> {
    const condition: Record<string, string> =
      etag === null ? { 'If-None-Match': '*' } : { 'If-Match': etag };
    return this.get<Entry>(fileParts(root, path), {
      method: 'PUT',
      bytes: content,
      headers: condition
    });
  }

  makeFolder(root: string, path: string): Promise<Entry> {
    return this.get<Entry>(entryParts(root, path), {
      method: 'POST',
      json: { operation: 'mkdir' }
    });
  }

  move(root: string, path: string, to: string): Promise<Entry> {
    return this.get<Entry>(entryParts(root, path), {
      method: 'POST',
      json: { operation: 'move', to }
    });
  }

  async remove(root: string, path: string, etag: string | null): Promise<void> {
    await this.send(fileParts(root, path), {
      method: 'DELETE',
      headers: etag === null ? {} : { 'If-Match': etag }
    });
  }

  async trash(): Promise<TrashEntry[]> {
    const pages = await this.pages<TrashPage>(['trash'], {});
    return pages.flatMap(page => page.items);
  }

  restore(id: string): Promise<Restored> {
    return this.get<Restored>(['trash', id, 'restore'], { method: 'POST' });
  }

  async purge(id: string): Promise<void> {
    await this.send(['trash', id], { method: 'DELETE' });
  }

  downloadUrl(root: string, path: string): string {
    return this.requests.url(fileParts(root, path));
  }

  private async grants(request: IRequest): Promise<Grant[]> {
    const pages = await this.pages<GrantPage>(['grants'], request);
    return pages.flatMap(page => page.items);
  }

  /** All pages of a list, at least one. */
  private async pages<P extends IPage>(
    parts: readonly string[],
    request: IRequest
  ): Promise<[P, ...P[]]> {
    const page = (cursor: string | null): Promise<P> =>
      this.get<P>(parts, {
        ...request,
        query: { ...request.query, limit: PAGE, cursor }
      });
    const pages: [P, ...P[]] = [await page(null)];
    let cursor = pages[0].next_cursor;
    while (cursor) {
      const next = await page(cursor);
      pages.push(next);
      cursor = next.next_cursor;
    }
    return pages;
  }

  private get<T>(parts: readonly string[], request: IRequest = {}): Promise<T> {
    return this.noticing(this.requests.json<T>(parts, request));
  }

  private send(parts: readonly string[], request: IRequest): Promise<Response> {
    return this.noticing(this.requests.send(parts, request));
  }

  private async noticing<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (reason) {
      if (reason instanceof ApexError && reason.code === 'unavailable') {
        this._lost.emit(reason);
      }
      throw reason;
    }
  }

  private readonly requests: Requests;
  private readonly _changed = new Signal<IApexClient, ChangeTopic>(this);
  private readonly _lost = new Signal<IApexClient, ApexError>(this);
}

function entryParts(root: string, path: string): string[] {
  return ['workspaces', root, 'entries', ...path.split('/')];
}

function fileParts(root: string, path: string): string[] {
  return ['workspaces', root, 'files', ...path.split('/')];
}
