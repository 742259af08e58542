import type { Event } from '@jupyterlab/services';
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import type { ChangeTopic } from '../../tokens';
import { makeLocalStatus, makeMe } from '../../testing/fixtures';
import { ApexClient } from '../client';
import { CHANGE_EVENT, Freshness } from '../freshness';

type Answer =
  'up' | 'lists-down' | 'no-service' | 'service-down' | 'server-down';

function setUp() {
  const state: { answer: Answer; asked: number } = { answer: 'up', asked: 0 };
  const fetch = (input: RequestInfo | URL): Promise<Response> => {
    state.asked += 1;
    const { url } = input as Request;
    const isLocal = url.endsWith('local/status');
    if (state.answer === 'lists-down' && url.includes('grants')) {
      return Promise.resolve(new Response(null, { status: 503 }));
    }
    if (state.answer === 'server-down') {
      return Promise.reject(new TypeError('Failed to fetch'));
    }
    if (!isLocal && /service/.test(state.answer)) {
      return Promise.resolve(new Response(null, { status: 503 }));
    }
    const service = state.answer !== 'no-service';
    const body = isLocal ? makeLocalStatus({ service }) : makeMe();
    return Promise.resolve(new Response(JSON.stringify(body)));
  };
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost:8888/',
    fetch,
    Request,
    Headers
  });
  const trans = nullTranslator.load('jupyter_apex_ws');
  const client = new ApexClient(settings, trans);
  const stream = new Signal<unknown, Event.Emission>({});
  const connectionFailure = new Signal<unknown, Error>({});
  const freshness = new Freshness({
    client,
    events: { stream } as unknown as Event.IManager,
    connectionFailure: connectionFailure as never
  });
  const topics: ChangeTopic[] = [];
  client.changed.connect((_, topic) => topics.push(topic));
  return { state, client, stream, freshness, topics };
}

describe('Freshness', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('passes on what the event is about', () => {
    const { stream, freshness, topics } = setUp();
    stream.emit({ schema_id: CHANGE_EVENT, revision: 3, topic: 'principals' });
    stream.emit({ schema_id: 'other', topic: 'principals' });
    stream.emit({ schema_id: CHANGE_EVENT, revision: 4, topic: 'made-up' });
    expect(topics).toEqual(['principals']);
    freshness.dispose();
  });

  it('asks nothing while all is well', async () => {
    const { state, freshness } = setUp();
    await jest.advanceTimersByTimeAsync(600_000);
    expect(state.asked).toBe(0);
    freshness.dispose();
  });

  it('looks for a service that is away and says when it is back', async () => {
    const { state, client, freshness, topics } = setUp();
    state.answer = 'service-down';
    await client.me().catch(() => undefined);
    await jest.advanceTimersByTimeAsync(8_000);
    expect(topics).toEqual([]);
    state.answer = 'up';
    await jest.advanceTimersByTimeAsync(16_000);
    expect(topics).toContain('shared-with-me');
    const { asked } = state;
    await jest.advanceTimersByTimeAsync(600_000);
    expect(state.asked).toBe(asked);
    freshness.dispose();
  });

  it('asks ever more seldom, never more than once a minute after a while', async () => {
    const { state, client, freshness } = setUp();
    state.answer = 'server-down';
    await client.me().catch(() => undefined);
    await jest.advanceTimersByTimeAsync(200_000);
    const { asked } = state;
    await jest.advanceTimersByTimeAsync(640_000);
    expect(state.asked - asked).toBeLessThanOrEqual(10);
    freshness.dispose();
  });

  it('does not look for a service that is not configured', async () => {
    const { state, client, freshness, topics } = setUp();
    state.answer = 'no-service';
    client.changed.connect(() => void client.me().catch(() => undefined));
    await client.me().catch(() => undefined);
    await jest.advanceTimersByTimeAsync(60_000);
    const { asked } = state;
    await jest.advanceTimersByTimeAsync(600_000);
    expect(state.asked).toBe(asked);
    expect(topics).toEqual(['local-index']);
    freshness.dispose();
  });

  it('does not hurry when lists keep failing though the service answers', async () => {
    const { state, client, freshness, topics } = setUp();
    client.changed.connect(() => void client.grantsByMe().catch(() => {}));
    state.answer = 'service-down';
    await client.me().catch(() => undefined);
    state.answer = 'lists-down';
    await jest.advanceTimersByTimeAsync(300_000);
    expect(topics.length).toBeLessThanOrEqual(4 * 6);
    freshness.dispose();
  });

  it('has all read again when the network is back', () => {
    const { freshness, topics } = setUp();
    window.dispatchEvent(new Event('online'));
    expect(topics).toHaveLength(4);
    freshness.dispose();
    window.dispatchEvent(new Event('online'));
    expect(topics).toHaveLength(4);
  });
});
