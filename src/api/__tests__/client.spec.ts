import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';

import { makeEntry, makeGrant, makeMe } from '../../testing/fixtures';
import { ApexClient } from '../client';
import { ApexError } from '../errors';

const trans = nullTranslator.load('jupyter_apex_ws');
const BASE = 'http://localhost:8888/user/bob/';

interface IAsked {
  method: string;
  url: string;
  headers: Headers;
  body: string;
}

/** A client whose own server gives these answers in turn, and what it was asked. */
function clientWith(...answers: (Response | Error)[]) {
  const asked: IAsked[] = [];
  const fetch = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request;
    asked.push({
      method: request.method,
      url: request.url.replace(BASE + 'jupyter-apex-ws/v1/', ''),
      headers: request.headers,
      body: await request.text()
    });
    const answer = answers.shift();
    if (answer instanceof Response) {
      return answer;
    }
    throw answer ?? new Error('asked too often');
  };
  const settings = ServerConnection.makeSettings({
    baseUrl: BASE,
    fetch,
    Request,
    Headers
  });
  return { client: new ApexClient(settings, trans), asked };
}

function json(body: unknown, init: ResponseInit = {}): Response {
  return new Response(JSON.stringify(body), {
    ...init,
    headers: { 'Content-Type': 'application/json', ...init.headers }
  });
}

function problem(status: number, code: string, detail: string): Response {
  return new Response(
    JSON.stringify({ type: 'about:blank', title: '', status, code, detail }),
    {
      status,
      headers: {
        'Content-Type': 'application/problem+json',
        'Retry-After': '7'
      }
    }
  );
}

async function rejection(promise: Promise<unknown>): Promise<ApexError> {
  const reason: unknown = await promise.then(
    () => null,
    (error: unknown) => error
  );
  expect(reason).toBeInstanceOf(ApexError);
  return reason as ApexError;
}

describe('ApexClient', () => {
  it('asks its own server for who is there', async () => {
    const { client, asked } = clientWith(json(makeMe()));
    expect((await client.me()).user).toBe('bob');
    expect(asked[0]).toMatchObject({ method: 'GET', url: 'me' });
  });

  it('adds nothing to the query that was not said', async () => {
    const { client, asked } = clientWith(json({ items: [], total: 0 }));
    await client.localSearch('a b&c', 20);
    expect(asked[0].url).toBe('local/search?q=a+b%26c&limit=20');
  });

  it('encodes each part of a path, once', async () => {
    const page = { entry: makeEntry(), items: [], next_cursor: null };
    const { client, asked } = clientWith(json(page));
    await client.list('s-1', 'a/50% #?ü/x y');
    expect(asked[0].url).toBe(
      'workspaces/s-1/entries/a/50%25%20%23%3F%C3%BC/x%20y?limit=1000'
    );
  });

  it('asks for the root of a share with an empty path', async () => {
    const page = { entry: makeEntry(), items: [], next_cursor: null };
    const { client, asked } = clientWith(json(page));
    await client.list('s-1', '');
    expect(asked[0].url).toBe('workspaces/s-1/entries/?limit=1000');
  });

  it.each(['..', 'a/../b', './a'])('does not send the path %s', async path => {
    const { client, asked } = clientWith();
    expect((await rejection(client.read('s-1', path))).code).toBe('not-found');
    expect(asked).toEqual([]);
  });

  it('reads all pages of a list', async () => {
    const { client, asked } = clientWith(
      json({ items: [makeGrant({ id: 'g-1' })], next_cursor: 'c 1' }),
      json({ items: [makeGrant({ id: 'g-2' })], next_cursor: null })
    );
    const grants = await client.grantsWithMe();
    expect(grants.map(grant => grant.id)).toEqual(['g-1', 'g-2']);
    expect(asked[1].url).toBe('grants?direction=with-me&limit=1000&cursor=c+1');
  });

  it('reads a file with its version', async () => {
    const { client } = clientWith(
      new Response('hello', { headers: { ETag: '"7"' } })
    );
    const { blob, etag } = await client.read('s-1', 'a.txt');
    expect(etag).toBe('"7"');
    expect(await blob.text()).toBe('hello');
  });

  it('refuses a file without a version', async () => {
    const { client } = clientWith(new Response('hello'));
    const error = await rejection(client.read('s-1', 'a.txt'));
    expect(error.code).toBe('internal');
  });

  it('creates only what is not there, and replaces only the version it names', async () => {
    const { client, asked } = clientWith(
      json(makeEntry(), { status: 201 }),
      json(makeEntry())
    );
    await client.write('s-1', 'a.txt', new Blob(['one']), null);
    await client.write('s-1', 'a.txt', new Blob(['two']), '"1"');
    expect(asked.map(each => each.body)).toEqual(['one', 'two']);
    expect(asked[0].headers.get('If-None-Match')).toBe('*');
    expect(asked[0].headers.get('If-Match')).toBeNull();
    expect(asked[1].headers.get('If-Match')).toBe('"1"');
    expect(asked[1].headers.get('Content-Type')).toBe(
      'application/octet-stream'
    );
  });

  it('revokes a grant, which answers nothing', async () => {
    const { client, asked } = clientWith(new Response(null, { status: 204 }));
    await client.revokeGrant('g-1');
    expect(asked[0]).toMatchObject({ method: 'DELETE', url: 'grants/g-1' });
  });

  it('gives an address for downloads that carries no token', () => {
    const { client } = clientWith();
    expect(client.downloadUrl('s-1', 'a b/c.tif')).toBe(
      `${BASE}jupyter-apex-ws/v1/workspaces/s-1/files/a%20b/c.tif`
    );
  });
});

describe('Errors of the client', () => {
  it('carry code, sentence and patience of the problem', async () => {
    const { client } = clientWith(problem(429, 'too-many-requests', 'Wait.'));
    const error = await rejection(client.me());
    expect(error).toMatchObject({
      code: 'too-many-requests',
      status: 429,
      detail: 'Wait.',
      retryAfter: 7
    });
  });

  it.each([
    [403, 'forbidden'],
    [404, 'not-found'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [500, 'internal'],
    [418, 'malformed']
  ])('call a bare %i %s', async (status, code) => {
    const { client } = clientWith(new Response('<html>', { status }));
    const error = await rejection(client.me());
    expect(error.code).toBe(code);
    expect(error.detail).not.toContain('html');
  });

  it('do not believe a problem with a code that is not ours', async () => {
    const { client } = clientWith(problem(403, 'made-up', 'Nonsense.'));
    expect((await rejection(client.me())).code).toBe('forbidden');
  });

  it('say that the own server does not answer', async () => {
    const { client } = clientWith(new TypeError('Failed to fetch'));
    const lost: ApexError[] = [];
    client.lost.connect((_, error) => lost.push(error));
    const error = await rejection(client.me());
    expect(error).toMatchObject({ code: 'unavailable', status: 0 });
    expect(lost).toEqual([error]);
  });

  it('say that the answer was no answer', async () => {
    const { client } = clientWith(new Response('{"user":'));
    expect((await rejection(client.me())).code).toBe('unavailable');
  });

  it('leave an abort an abort', async () => {
    const abort = new AbortController();
    const { client } = clientWith(new TypeError('aborted'));
    const lost = jest.fn();
    client.lost.connect(lost);
    abort.abort();
    await expect(client.principals('al', abort.signal)).rejects.toMatchObject({
      name: 'AbortError'
    });
    expect(lost).not.toHaveBeenCalled();
  });

  it('say which field was wrong', () => {
    const error = new ApexError({
      code: 'invalid',
      status: 422,
      detail: '',
      errors: [{ pointer: '/note', detail: 'Too long.' }]
    });
    expect(error.fieldError('/note')).toBe('Too long.');
    expect(error.fieldError('/role')).toBeNull();
  });
});
