import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useState } from 'react';

import { asApexError, isAbort } from '../api/errors';
import type { Principal } from '../api/types';

/** Fewer letters would list the hub. */
export const MIN_LETTERS = 2;

const DEBOUNCE_MS = 150;

export type PrincipalSearchState =
  | { readonly tag: 'idle' }
  | { readonly tag: 'searching' }
  | { readonly tag: 'found'; readonly people: readonly Principal[] }
  | { readonly tag: 'failed'; readonly detail: string };

export type PrincipalSearch = (
  query: string,
  signal: AbortSignal
) => Promise<Principal[]>;

const IDLE: PrincipalSearchState = { tag: 'idle' };

/** Looks people up while somebody types: waits for a pause, and only the newest question counts. */
export function usePrincipalSearch(
  query: string,
  search: PrincipalSearch,
  trans: TranslationBundle
): PrincipalSearchState {
  const [state, setState] = useState(IDLE);
  useEffect(() => {
    if ([...query].length < MIN_LETTERS) {
      setState(IDLE);
      return;
    }
    const abort = new AbortController();
    const ask = async () => {
      setState({ tag: 'searching' });
      try {
        const people = await search(query, abort.signal);
        if (!abort.signal.aborted) {
          setState({ tag: 'found', people });
        }
      } catch (reason) {
        if (!abort.signal.aborted && !isAbort(reason)) {
          const { detail } = asApexError(reason, trans);
          setState({ tag: 'failed', detail });
        }
      }
    };
    const timer = setTimeout(() => void ask(), DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, search, trans]);
  return state;
}
