import type { Event, ServiceManager } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';

import type { IApexClient } from '../tokens';
import { ALL_TOPICS, type ApexClient } from './client';

/** The Jupyter event by which the own server passes on that something changed. It carries no more than a topic. */
export const CHANGE_EVENT =
  'https://jupyter-apex-ws.readthedocs.io/events/change/v1';

const FIRST_RETRY_MS = 8_000;
const LAST_RETRY_MS = 64_000;
/** After being hidden for so long nobody knows which events were missed. */
const HIDDEN_MS = 60_000;

export interface IFreshnessOptions {
  client: ApexClient;
  events: Event.IManager;
  connectionFailure: ServiceManager.IManager['connectionFailure'];
}

/**
 * Says when lists should be read again: at a change on the hub, and when events may have been missed. While all is
 * well it asks nothing by itself; while the service is away it looks for it, ever more seldom.
 */
export class Freshness implements IDisposable {
  constructor(private readonly options: IFreshnessOptions) {
    const { client, events, connectionFailure } = options;
    this.search = new Poll({
      auto: false,
      factory: () => this.look(),
      frequency: {
        interval: FIRST_RETRY_MS,
        backoff: 2,
        max: LAST_RETRY_MS
      },
      name: 'jupyter-apex-ws:looking-for-the-service',
      standby: 'when-hidden'
    });
    events.stream.connect(this.onEvent, this);
    connectionFailure.connect(this.startLooking, this);
    client.lost.connect(this.onLost, this);
    window.addEventListener('online', this);
    document.addEventListener('visibilitychange', this);
  }

  get isDisposed(): boolean {
    return this.search.isDisposed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.search.dispose();
    window.removeEventListener('online', this);
    document.removeEventListener('visibilitychange', this);
    Signal.clearData(this);
  }

  handleEvent(event: { readonly type: string }): void {
    if (event.type === 'online') {
      this.announceAll();
      return;
    }
    if (document.hidden) {
      this.hiddenSince = Date.now();
    } else if (Date.now() - this.hiddenSince > HIDDEN_MS) {
      this.announceAll();
    }
  }

  private onEvent(_: Event.IManager, event: Event.Emission): void {
    if (event.schema_id !== CHANGE_EVENT) {
      return;
    }
    const topic = ALL_TOPICS.find(each => each === event.topic);
    if (topic) {
      this.options.client.announce(topic);
    }
  }

  private onLost(_: IApexClient, retryAfter: number | null): void {
    this.startLooking();
    if (retryAfter !== null) {
      this.notBefore = Date.now() + retryAfter * 1000;
    }
  }

  private startLooking(): void {
    if (!this.looking) {
      this.looking = true;
      void this.search.start();
    }
  }

  private async look(): Promise<void> {
    if (Date.now() < this.notBefore) {
      return;
    }
    const { client } = this.options;
    const { service } = await client.localStatus();
    if (service) {
      await client.me();
    }
    // Without a service configured there is none to look for: the own server answers, that is all there is.
    this.looking = false;
    void this.search.stop();
    this.announceAll();
  }

  private announceAll(): void {
    for (const topic of ALL_TOPICS) {
      this.options.client.announce(topic);
    }
  }

  private readonly search: Poll;
  private hiddenSince = Number.POSITIVE_INFINITY;
  private notBefore = 0;
  private looking = false;
}
