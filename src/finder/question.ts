import type { TranslationBundle } from '@jupyterlab/translation';

import { type ApexError, asApexError, isAbort } from '../api/errors';

export interface IListener<T> {
  answer: (value: T) => void;
  refusal: (error: ApexError) => void;
}

/** One question at a time: asking anew aborts the one before, and its answer is never heard. */
export class Question {
  constructor(private readonly trans: TranslationBundle) {}

  async ask<T>(
    put: (signal: AbortSignal) => Promise<T>,
    listener: IListener<T>
  ): Promise<void> {
    this.drop();
    const abort = new AbortController();
    this.abort = abort;
    let heard: () => void;
    try {
      const value = await put(abort.signal);
      heard = () => listener.answer(value);
    } catch (reason) {
      if (isAbort(reason)) {
        return;
      }
      const error = asApexError(reason, this.trans);
      heard = () => listener.refusal(error);
    }
    if (!abort.signal.aborted) {
      heard();
    }
  }

  /** Nobody wants to know any more. */
  drop(): void {
    this.abort?.abort();
    this.abort = null;
  }

  private abort: AbortController | null = null;
}
