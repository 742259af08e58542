import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';

import { EmptyState } from './EmptyState';
import { relativeTime } from './format';
import type { RemoteState } from './remoteState';

/** Shorter waits show nothing: a flash of grey is worse than a blank. */
const PATIENCE_MS = 300;

export interface IRemoteViewProps<T> {
  state: RemoteState<T>;
  trans: TranslationBundle;
  ready: (value: T) => ReactNode;
  /** One sentence and the first step, usually an `EmptyState`. */
  empty: () => ReactNode;
  /** Reads it again, for *Try now*. */
  retry: () => void;
  /** Rows of the placeholder, about as many as are likely to come. */
  rows?: number;
}

/** A remote state's face. A new state does not compile before it has one here. */
export function RemoteView<T>(props: IRemoteViewProps<T>): ReactElement {
  const { state, trans, retry } = props;
  switch (state.tag) {
    case 'loading':
      return <Skeleton rows={props.rows ?? 3} trans={trans} />;
    case 'ready':
      return (
        <>
          {state.staleSince && (
            <Stale since={state.staleSince} trans={trans} retry={retry} />
          )}
          {props.ready(state.value)}
        </>
      );
    case 'empty':
      return <>{props.empty()}</>;
    case 'forbidden':
      return <EmptyState text={state.reason} tone="notice" />;
    case 'unavailable':
      return (
        <EmptyState
          text={state.reason}
          tone="notice"
          action={{ label: trans.__('Try now'), run: retry }}
        />
      );
    case 'failed':
      return (
        <EmptyState
          text={state.problem.detail}
          tone="error"
          action={{ label: trans.__('Try again'), run: retry }}
        />
      );
  }
}

function Skeleton(props: {
  rows: number;
  trans: TranslationBundle;
}): ReactElement | null {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) {
    return null;
  }
  return (
    <div
      className="jp-ApexSkeleton"
      role="status"
      aria-label={props.trans.__('Loading')}
    >
      {Array.from({ length: props.rows }, (_, row) => (
        <div key={row} className="jp-ApexSkeleton-row" aria-hidden="true" />
      ))}
    </div>
  );
}

function Stale(props: {
  since: Date;
  trans: TranslationBundle;
  retry: () => void;
}): ReactElement {
  const { since, trans, retry } = props;
  return (
    <p className="jp-ApexStale" role="status">
      {trans.__('As of %1.', relativeTime(since, new Date(), trans))}{' '}
      <button type="button" className="jp-ApexLink" onClick={retry}>
        {trans.__('Try now')}
      </button>
    </p>
  );
}
