import { type ApexError } from '../api/errors';

/** What is known of something remote. Each has a face: `RemoteView` renders them. */
export type RemoteState<T> =
  | { readonly tag: 'loading' }
  /** `staleSince`: shown although reading it again failed, known to be right at that time. */
  | {
      readonly tag: 'ready';
      readonly value: T;
      readonly staleSince: Date | null;
    }
  | { readonly tag: 'empty' }
  | { readonly tag: 'forbidden'; readonly reason: string }
  /** `retryAfter` in seconds, null where nobody said. */
  | {
      readonly tag: 'unavailable';
      readonly reason: string;
      readonly retryAfter: number | null;
    }
  | { readonly tag: 'failed'; readonly problem: ApexError };

export const LOADING: RemoteState<never> = { tag: 'loading' };
export const EMPTY: RemoteState<never> = { tag: 'empty' };

export function ready<T>(
  value: T,
  staleSince: Date | null = null
): RemoteState<T> {
  return { tag: 'ready', value, staleSince };
}

/** `ready`, or `empty` for a list with nothing in it. */
export function readyList<T>(items: readonly T[]): RemoteState<readonly T[]> {
  return items.length === 0 ? EMPTY : ready(items);
}

/** The state that an error is shown as. */
export function stateOfError(error: ApexError): RemoteState<never> {
  switch (error.code) {
    case 'unauthenticated':
    case 'scope-missing':
    case 'not-your-server':
    case 'forbidden':
      return { tag: 'forbidden', reason: error.detail };
    case 'unavailable':
      return {
        tag: 'unavailable',
        reason: error.detail,
        retryAfter: error.retryAfter
      };
    default:
      return { tag: 'failed', problem: error };
  }
}
