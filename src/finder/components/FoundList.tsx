import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useMemo } from 'react';

import { EmptyState, RemoteView, count } from '../../ui';
import { type Answerer, type IFound, totalOf } from '../found';
import { linesOf } from '../lines';
import { type IRowVerbs, RowList } from './RowList';

const NONE = new Map<string, never>();
const SOURCES: readonly Answerer[] = ['own', 'shared'];

export interface IFoundListProps {
  found: IFound;
  now: Date;
  verbs: IRowVerbs;
  showLate: () => void;
  retry: () => void;
  trans: TranslationBundle;
}

/** What was found, best first, of all sources in one list. */
export function FoundList(props: IFoundListProps): ReactElement {
  const { found, trans } = props;
  const { rows, late } = found;
  const lines = useMemo(() => linesOf(rows, NONE, trans), [rows, trans]);
  return (
    <>
      <div className="jp-ApexFinder-summary">
        <span>{foundWords(found, trans)}</span>
        {late.length > 0 && (
          <button
            type="button"
            className="jp-ApexLink"
            onClick={props.showLate}
          >
            {trans._n('%1 more found', '%1 more found', late.length)}
          </button>
        )}
      </div>
      {lines.length > 0 && (
        <RowList
          label={trans.__('Found')}
          lines={lines}
          query={found.query}
          now={props.now}
          verbs={props.verbs}
          trans={trans}
        />
      )}
      {SOURCES.map(source => (
        <Unanswered key={source} {...props} source={source} />
      ))}
    </>
  );
}

/** The face of a source that has no rows to show. */
function Unanswered(
  props: IFoundListProps & { source: Answerer }
): ReactElement | null {
  const { found, retry, source, trans } = props;
  const answer = found.answers[source];
  const common = { trans, retry, ready: () => null, rows: 2 };
  if (answer.tag === 'waiting') {
    return (
      <RemoteView state={{ tag: 'loading' }} empty={() => null} {...common} />
    );
  }
  // That the service is away is said once for the whole panel.
  if (answer.tag === 'failed' && answer.face.tag !== 'unavailable') {
    return <RemoteView state={answer.face} empty={() => null} {...common} />;
  }
  const isLast = source === 'shared';
  return isLast && isOver(found) && totalOf(found) === 0 ? (
    <EmptyState
      text={trans.__(
        'No name or path has “%1” in it. Try fewer letters, or another part of the name.',
        found.query
      )}
    />
  ) : null;
}

function isOver(found: IFound): boolean {
  return SOURCES.every(source => found.answers[source].tag !== 'waiting');
}

/** "41 found", and how many of them are listed. */
export function foundWords(found: IFound, trans: TranslationBundle): string {
  const total = totalOf(found);
  if (total === null) {
    return isOver(found) ? '' : trans.__('Searching…');
  }
  const listed = found.rows.length + found.late.length;
  if (total > listed) {
    return trans.__(
      '%1 found, the best %2 are listed',
      count(total, trans),
      listed
    );
  }
  return isOver(found)
    ? trans._n('%1 found', '%1 found', total)
    : trans._n('%1 found so far', '%1 found so far', total);
}
