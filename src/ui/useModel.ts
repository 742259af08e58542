import type { ISignal } from '@lumino/signaling';
import { useCallback, useSyncExternalStore } from 'react';

/** Anything with a signal that says when it is another one now; `VDomModel` is. */
export interface IObservable {
  readonly stateChanged: ISignal<unknown, unknown>;
}

/**
 * What a component reads from a model, read again whenever the model says that it changed.
 * `read` returns something that is replaced, not changed: a model's state object or a field of it.
 */
export function useModel<M extends IObservable, T>(
  model: M,
  read: (model: M) => T
): T {
  return useSignal(model.stateChanged, () => read(model));
}

/** The same for any signal. */
export function useSignal<T>(
  signal: ISignal<unknown, unknown>,
  read: () => T
): T {
  const subscribe = useCallback(
    (notify: () => void) => {
      const slot = () => notify();
      signal.connect(slot);
      return () => {
        signal.disconnect(slot);
      };
    },
    [signal]
  );
  return useSyncExternalStore(subscribe, read);
}
