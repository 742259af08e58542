import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ApexError, errorOfNetwork, errorOfResponse, isAbort } from './errors';

const BASE = 'jupyter-apex-ws/v1';

export type Query = Readonly<Record<string, string | number | null>>;

export interface IRequest {
  method?: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  query?: Query;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  bytes?: Blob;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

/** Speaks HTTP with the own server; every rejection is an `ApexError`, or the abort that was asked for. */
export class Requests {
  constructor(
    private readonly settings: ServerConnection.ISettings,
    private readonly trans: TranslationBundle
  ) {}

  /** The address of a route. `parts` are single components, each encoded whole. */
  url(parts: readonly string[], query: Query = {}): string {
    if (parts.some(part => part === '.' || part === '..')) {
      // The browser would fold them into another route.
      throw new ApexError({
        code: 'not-found',
        status: 404,
        detail: this.trans.__('A path cannot go through “.” or “..”.')
      });
    }
    const path = parts.map(encodeURIComponent).join('/');
    const given = Object.entries(query).flatMap(([name, value]) =>
      value === null ? [] : [[name, String(value)]]
    );
    const search = new URLSearchParams(given).toString();
    const url = URLExt.join(this.settings.baseUrl, BASE) + '/' + path;
    return search ? `${url}?${search}` : url;
  }

  async send(parts: readonly string[], request: IRequest): Promise<Response> {
    const headers: Record<string, string> = { ...request.headers };
    let body: BodyInit | undefined;
    if (request.bytes) {
      headers['Content-Type'] = 'application/octet-stream';
      body = request.bytes;
    } else if (request.json !== undefined) {
      headers['Content-Type'] = 'application/json';
      body = JSON.stringify(request.json);
    }
    const init: RequestInit = {
      method: request.method ?? 'GET',
      headers,
      // With `no-store` Lab adds a number to the query, which the service refuses as an unknown field;
      // its answers say `no-store` themselves.
      cache: 'no-cache',
      signal: request.signal
    };
    if (body !== undefined) {
      init.body = body;
    }
    const response = await this.answer(this.url(parts, request.query), init);
    if (!response.ok) {
      throw await errorOfResponse(response, this.trans);
    }
    return response;
  }

  /** The answer's body. The models are the contract's; the service is tested to keep it. */
  async json<T>(parts: readonly string[], request: IRequest = {}): Promise<T> {
    const response = await this.send(parts, request);
    try {
      return (await response.json()) as T;
    } catch (reason) {
      if (isAbort(reason)) {
        throw reason;
      }
      throw errorOfNetwork(this.trans);
    }
  }

  private async answer(url: string, init: RequestInit): Promise<Response> {
    try {
      return await ServerConnection.makeRequest(url, init, this.settings);
    } catch (reason) {
      // Lab wraps every failed fetch, also the abort that was asked for.
      if (init.signal?.aborted) {
        throw new DOMException('Aborted', 'AbortError');
      }
      if (reason instanceof ServerConnection.NetworkError) {
        throw errorOfNetwork(this.trans);
      }
      throw reason;
    }
  }
}
