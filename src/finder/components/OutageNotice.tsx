import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useLayoutEffect, useRef } from 'react';

import { relativeTime } from '../../ui';
import type { IOutage } from '../state';
import { useNow } from './useNow';

const MINUTE_MS = 60_000;

export interface IOutageNoticeProps {
  outage: IOutage;
  tryNow: () => void;
  /** It goes while the focus is in it. */
  lost: () => void;
  trans: TranslationBundle;
}

/** Somebody does not answer: what that means, and when it is tried again. */
export function OutageNotice(props: IOutageNoticeProps): ReactElement {
  const { outage, trans } = props;
  const now = useNow(1000);
  const notice = useRef<HTMLDivElement>(null);
  const { lost } = props;
  useLayoutEffect(() => {
    const element = notice.current;
    return () => {
      if (element?.contains(document.activeElement)) {
        lost();
      }
    };
  }, [lost]);
  return (
    <div ref={notice} className="jp-ApexFinder-notice">
      {/* Spoken once; the countdown beside it is for eyes only. */}
      <p role="status">{outage.reason}</p>
      {outage.since && isOld(outage.since, now) && (
        <p>
          {trans.__(
            'What is listed below is as of %1.',
            relativeTime(outage.since, now, trans)
          )}
        </p>
      )}
      <p>
        <span aria-hidden="true">{whenWords(outage.retryAt, now, trans)}</span>{' '}
        <button type="button" className="jp-ApexLink" onClick={props.tryNow}>
          {trans.__('Try now')}
        </button>
      </p>
    </div>
  );
}

/** The lists of just now are not worth a word. */
function isOld(since: Date, now: Date): boolean {
  return now.getTime() - since.getTime() >= MINUTE_MS;
}

function whenWords(
  retryAt: Date | null,
  now: Date,
  trans: TranslationBundle
): string {
  if (retryAt === null) {
    return trans.__('Trying again…');
  }
  const seconds = Math.ceil((retryAt.getTime() - now.getTime()) / 1000);
  return trans.__('Trying again in %1 s.', Math.max(1, seconds));
}
