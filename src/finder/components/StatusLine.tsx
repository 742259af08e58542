import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { LocalStatus } from '../../api/types';
import { type RemoteState, count, exactTime } from '../../ui';
import { useNow } from './useNow';

/** How old the index is, is said to so many milliseconds. */
const STEP_MS = 5000;
const MINUTE = 60;
const HOUR = 60 * MINUTE;

export interface IStatusLineProps {
  status: RemoteState<LocalStatus>;
  trans: TranslationBundle;
}

/** How much is known of the own files, and since when. */
export function StatusLine(props: IStatusLineProps): ReactElement {
  const { status, trans } = props;
  const now = useNow(STEP_MS);
  const refreshed = status.tag === 'ready' ? status.value.refreshed_at : null;
  return (
    <div
      className="jp-ApexFinder-status"
      title={refreshed === null ? undefined : exactTime(refreshed, trans)}
    >
      {statusWords(status, now, trans)}
    </div>
  );
}

function statusWords(
  status: RemoteState<LocalStatus>,
  now: Date,
  trans: TranslationBundle
): string {
  switch (status.tag) {
    case 'ready':
      return indexWords(status.value, now, trans);
    case 'loading':
    case 'empty':
      return '';
    case 'forbidden':
    case 'unavailable':
      return status.reason;
    case 'failed':
      return trans.__(
        'The index of your files does not answer: %1',
        status.problem.detail
      );
  }
}

function indexWords(
  status: LocalStatus,
  now: Date,
  trans: TranslationBundle
): string {
  const items = count(status.items, trans);
  switch (status.state) {
    case 'reading':
      return trans._n(
        'Still reading your files: %2 item so far',
        'Still reading your files: %2 items so far',
        status.items,
        items
      );
    case 'failed':
      return (
        status.detail ?? trans.__('The index of your files could not be made.')
      );
    case 'ready':
      return status.refreshed_at === null
        ? trans._n('%2 item', '%2 items', status.items, items)
        : trans._n(
            '%2 item · index %3 old',
            '%2 items · index %3 old',
            status.items,
            items,
            ageWords(status.refreshed_at, now, trans)
          );
  }
}

function ageWords(since: string, now: Date, trans: TranslationBundle): string {
  const seconds = Math.max(
    0,
    Math.round((now.getTime() - Date.parse(since)) / 1000)
  );
  if (seconds < MINUTE) {
    return trans.__('%1 s', seconds);
  }
  return seconds < HOUR
    ? trans.__('%1 min', Math.floor(seconds / MINUTE))
    : trans.__('%1 h', Math.floor(seconds / HOUR));
}
