import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useMemo, useState } from 'react';

import { EmptyState, RemoteView } from '../../ui';
import { linesOf } from '../lines';
import type { IRow } from '../rows';
import { type IFinderState, type Rows, rowsOf } from '../state';
import { OutageNotice } from './OutageNotice';
import { type IRowVerbs, RowList } from './RowList';
import { Section } from './Section';

/** Own files at first; the rest behind a button, so that what others share is in sight. */
const FIRST_RECENT = 8;
const NONE = new Map<string, never>();

export interface ISectionsProps {
  state: IFinderState;
  now: Date;
  verbs: IRowVerbs;
  retry: () => void;
  trans: TranslationBundle;
}

/** Own recent files; what others share with me; what I share. */
export function Sections(props: ISectionsProps): ReactElement {
  const { state, trans } = props;
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const { scope, sharing } = state;
  const showsShares = scope !== 'mine' && sharing === 'on';
  const { outage } = state;
  const notice = outage && (
    <OutageNotice
      outage={outage}
      tryNow={props.retry}
      lost={props.verbs.back}
      trans={trans}
    />
  );
  const list = (part: IPart) => (
    <ListSection
      {...props}
      {...part}
      key={part.title}
      folded={folded.has(part.title)}
      toggle={() => setFolded(without(folded, part.title))}
    />
  );
  return (
    <>
      {outage?.whole && notice}
      {scope !== 'shared' &&
        list({
          title: trans.__('My files'),
          rows: state.recent,
          first: FIRST_RECENT,
          empty: trans.__(
            'No files yet. What you save or upload is listed here, newest first.'
          )
        })}
      {!outage?.whole && notice}
      {showsShares &&
        list({
          title: trans.__('Shared with me'),
          rows: state.withMe,
          opened: state.opened,
          counted: true,
          empty: trans.__(
            'Nobody has shared anything with you yet. When somebody does, it appears here at once.'
          )
        })}
      {showsShares &&
        list({
          title: trans.__('Shared by me'),
          rows: state.byMe,
          counted: true,
          empty: trans.__(
            'You share nothing yet. Choose Share… in the menu of a file or folder.'
          )
        })}
    </>
  );
}

interface IPart {
  title: string;
  rows: Rows;
  empty: string;
  opened?: IFinderState['opened'];
  /** Say how many are in it. */
  counted?: boolean;
  /** Show only so many until asked for the rest. */
  first?: number;
}

interface IListSectionProps extends ISectionsProps, IPart {
  folded: boolean;
  toggle: () => void;
}

function ListSection(props: IListSectionProps): ReactElement | null {
  const { rows, state, trans } = props;
  // The notice of an outage stands for all lists that have nothing to show.
  if (state.outage !== null && rows.tag === 'unavailable') {
    return null;
  }
  return (
    <Section
      title={props.title}
      items={props.counted && rows.tag === 'ready' ? rows.value.length : null}
      folded={props.folded}
      toggle={props.toggle}
      trans={trans}
    >
      <RemoteView
        state={rows}
        trans={trans}
        retry={props.retry}
        empty={() => <EmptyState text={props.empty} />}
        ready={() => <SectionRows {...props} />}
      />
    </Section>
  );
}

function SectionRows(props: IListSectionProps): ReactElement {
  const { title, first, opened = NONE, trans } = props;
  const [all, setAll] = useState(false);
  const rows = rowsOf(props.rows);
  const more = first === undefined ? 0 : rows.length - first;
  const lines = useMemo(() => {
    const shown: readonly IRow[] = all ? rows : rows.slice(0, first);
    return linesOf(shown, opened, trans);
  }, [rows, all, first, opened, trans]);
  return (
    <>
      <RowList
        label={title}
        lines={lines}
        query=""
        now={props.now}
        verbs={props.verbs}
        trans={trans}
      />
      {more > 0 && (
        <button
          type="button"
          className="jp-ApexLink jp-ApexFinder-more"
          aria-expanded={all}
          onClick={() => setAll(!all)}
        >
          {all
            ? trans.__('Show fewer')
            : trans._n('Show %1 more', 'Show %1 more', more)}
        </button>
      )}
    </>
  );
}

function without(
  folded: ReadonlySet<string>,
  title: string
): ReadonlySet<string> {
  const next = new Set(folded);
  if (!next.delete(title)) {
    next.add(title);
  }
  return next;
}
