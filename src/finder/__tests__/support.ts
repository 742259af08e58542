// What the Finder's tests share.
import { nullTranslator } from '@jupyterlab/translation';
import { PromiseDelegate } from '@lumino/coreutils';

import type { Entry, Hit } from '../../api/types';
import { FakeClient } from '../../testing/fakeClient';
import {
  ALICE,
  BOB,
  HYDROLOGY,
  makeEntry,
  makeGrant
} from '../../testing/fixtures';

export const trans = nullTranslator.load('jupyter_apex_ws');

/** Lets everything that waits for an answer go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await Promise.resolve();
  }
}

type OwnAnswer = { items: Entry[]; total: number };
type SharedAnswer = { items: Hit[]; total: number | null };

/** Searches are answered by the test, when it wants. */
export class SlowClient extends FakeClient {
  readonly own_ = new Map<string, PromiseDelegate<OwnAnswer>>();
  readonly shared_ = new Map<string, PromiseDelegate<SharedAnswer>>();
  readonly signals = new Map<string, AbortSignal>();

  override localSearch(
    query: string,
    _: number,
    signal?: AbortSignal
  ): Promise<OwnAnswer> {
    this.calls.push(`localSearch ${query}`);
    return this.ask(this.own_, query, signal);
  }

  override search(
    query: string,
    _: number,
    signal?: AbortSignal
  ): Promise<SharedAnswer> {
    this.calls.push(`search ${query}`);
    return this.ask(this.shared_, query, signal);
  }

  async answerOwn(query: string, ...paths: string[]): Promise<void> {
    const items = paths.map(path => makeEntry({ path }));
    this.own_.get(query)?.resolve({ items, total: items.length });
    await settle();
  }

  async answerShared(query: string, ...items: Hit[]): Promise<void> {
    this.shared_.get(query)?.resolve({ items, total: items.length });
    await settle();
  }

  private ask<T>(
    asked: Map<string, PromiseDelegate<T>>,
    query: string,
    signal?: AbortSignal
  ): Promise<T> {
    const answer = new PromiseDelegate<T>();
    asked.set(query, answer);
    if (signal) {
      this.signals.set(query, signal);
    }
    return answer.promise;
  }
}

/** bob shares a folder with alice and a group, and a notebook with the group. */
export function sharesOfBob() {
  const folder = {
    workspace: 'w-bob',
    path: 'projects/runoff',
    name: 'runoff',
    owner: BOB
  };
  return [
    makeGrant({
      ...folder,
      id: 'g-10',
      grantee: ALICE,
      role: 'editor',
      expires_at: '2026-11-30T12:00:00Z'
    }),
    makeGrant({ ...folder, id: 'g-11', grantee: HYDROLOGY }),
    makeGrant({
      ...folder,
      id: 'g-12',
      path: 'analysis.ipynb',
      name: 'analysis.ipynb',
      type: 'file',
      kind: 'notebook',
      grantee: HYDROLOGY
    })
  ];
}
