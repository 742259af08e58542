import type { Event, ServiceManager } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ChangeTopic, IApexClient } from '../tokens';
import { ALL_TOPICS, type ApexClient } from './client';
import type { ApexError } from './errors';

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
    events.stream.connect(this.onEvent, this);
    connectionFailure.connect(this.lookSoon, this);
    client.lost.connect(this.onLost, this);
    window.addEventListener('online', this);
    document.addEventListener('visibilitychange', this);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this.timer ?? undefined);
    window.removeEventListener('online', this);
    document.removeEventListener('visibilitychange', this);
    Signal.clearData(this);
  }

  handleEvent(event: { readonly type: string }): void {
    if (event.type === 'online') {
      this.announce(ALL_TOPICS);
    } else if (document.hidden) {
      this.hiddenSince = Date.now();
    } else if (Date.now() - this.hiddenSince > HIDDEN_MS) {
      this.announce(ALL_TOPICS);
    }
  }

  private onEvent(_: Event.IManager, event: Event.Emission): void {
    if (event.schema_id !== CHANGE_EVENT) {
      return;
    }
    const topic = ALL_TOPICS.find(each => each === event.topic);
    if (topic) {
      this.announce([topic]);
    }
  }

  private onLost(_: IApexClient, error: ApexError): void {
    // Where no service is configured there is none to look for; the own server always is.
    if (this.hasService || error.status === 0) {
      this.lookSoon();
      this.notBefore = Date.now() + (error.retryAfter ?? 0) * 1000;
    }
  }

  private lookSoon(): void {
    if (this.timer !== null || this._isDisposed) {
      return;
    }
    // A service that comes and goes is not asked more often for it.
    const isNew = Date.now() - this.foundAt > LAST_RETRY_MS;
    this.delay = isNew ? FIRST_RETRY_MS : this.delay * 2;
    this.lookIn(this.delay);
  }

  private lookIn(delay: number): void {
    this.delay = Math.min(delay, LAST_RETRY_MS);
    this.timer = setTimeout(() => void this.look(), this.delay);
  }

  private async look(): Promise<void> {
    if (document.hidden || Date.now() < this.notBefore) {
      this.lookIn(this.delay);
      return;
    }
    const { client } = this.options;
    try {
      this.hasService = (await client.localStatus()).service;
      if (this.hasService) {
        await client.me();
      }
    } catch {
      this.lookIn(this.delay * 2);
      return;
    }
    this.timer = null;
    this.foundAt = Date.now();
    this.announce(this.hasService ? ALL_TOPICS : ['local-index']);
  }

  private announce(topics: readonly ChangeTopic[]): void {
    for (const topic of topics) {
      this.options.client.announce(topic);
    }
  }

  private timer: ReturnType<typeof setTimeout> | null = null;
  private delay = FIRST_RETRY_MS;
  private foundAt = Number.NEGATIVE_INFINITY;
  private notBefore = 0;
  private hiddenSince = Number.POSITIVE_INFINITY;
  private hasService = true;
  private _isDisposed = false;
}
