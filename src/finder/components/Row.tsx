import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import type { CSSProperties, ReactElement } from 'react';

import { exactTime, iconOfKind, sharedIcon } from '../../ui';
import type { IRowLine } from '../lines';
import type { IRow } from '../rows';
import { asideWords, rowLabel, rowTitle, whoWords } from '../words';
import { MarkedName } from './MarkedName';
import { Where } from './Where';

export interface IRowProps {
  line: IRowLine;
  /** Its place in the list, from 0. */
  index: number;
  isTabStop: boolean;
  query: string;
  now: Date;
  onFocus: () => void;
  onOpen: () => void;
  onToggle: () => void;
  trans: TranslationBundle;
}

/** One file or folder: what, where, whose and when. */
export function Row(props: IRowProps): ReactElement {
  const { line, trans } = props;
  const { row } = line;
  return (
    <div
      role="row"
      className="jp-ApexFinder-row"
      data-usable={row.path !== null && !row.suspended}
      data-bare={isBare(line)}
      aria-level={line.level}
      aria-posinset={line.position}
      aria-setsize={line.size}
      aria-expanded={line.expanded ?? undefined}
      tabIndex={props.isTabStop ? 0 : -1}
      style={place(props.index, line.level)}
      title={rowTitle(row, trans)}
      // The parts of a name that is cut are one word.
      aria-label={rowLabel(row, {
        amongOthers: props.query !== '',
        below: line.level > 1,
        now: props.now,
        trans
      })}
      onFocus={props.onFocus}
      onDoubleClick={props.onOpen}
      onContextMenu={props.onFocus}
    >
      <span role="gridcell" className="jp-ApexFinder-name">
        {line.expanded !== null && (
          <Twisty expanded={line.expanded} toggle={props.onToggle} />
        )}
        <Icon row={row} />
        <MarkedName name={row.name} query={props.query} />
        {row.shared && (
          <span
            className="jp-ApexFinder-badge"
            role="img"
            aria-label={trans.__('shared')}
            title={trans.__('Shared with others')}
          >
            <sharedIcon.react tag="span" />
          </span>
        )}
      </span>
      <Aside {...props} />
      {!isBare(line) && <Details {...props} />}
    </div>
  );
}

/** Where a line stands; the height of a row is the style sheet's. */
export function place(index: number, level: number): CSSProperties {
  return {
    '--jp-apex-index': index,
    '--jp-apex-level': level - 1
  } as CSSProperties;
}

function Twisty(props: {
  expanded: boolean;
  toggle: () => void;
}): ReactElement {
  const icon = props.expanded ? caretDownIcon : caretRightIcon;
  return (
    // The arrow keys do the same at the row, which says whether it is expanded.
    <span
      className="jp-ApexFinder-twisty"
      aria-hidden="true"
      onClick={props.toggle}
      onDoubleClick={event => event.stopPropagation()}
    >
      <icon.react tag="span" />
    </span>
  );
}

function Icon({ row }: { row: IRow }): ReactElement {
  const icon = iconOfKind(row.kind);
  return <icon.react tag="span" className="jp-ApexFinder-icon" />;
}

/** At the end of the first line. */
function Aside(props: IRowProps): ReactElement | null {
  const { now, trans } = props;
  const { row } = props.line;
  const words = asideWords(row, now, trans);
  return words === '' ? null : (
    <span
      role="gridcell"
      className="jp-ApexFinder-aside"
      title={row.modified === null ? undefined : exactTime(row.modified, trans)}
    >
      {words}
    </span>
  );
}

/** The second line: whose it is or who has access, and where it is. */
function Details(props: IRowProps): ReactElement {
  const { now, query, trans } = props;
  const { row } = props.line;
  const who = whoWords(row, query !== '', now, trans);
  const isHome = row.source === 'own' && row.where.length === 0;
  return (
    <span role="gridcell" className="jp-ApexFinder-details">
      {row.suspended && (
        <span className="jp-ApexFinder-gone">
          {trans.__('not found at the moment')}
        </span>
      )}
      {who !== '' && <bdi className="jp-ApexFinder-who">{who}</bdi>}
      {row.where.length > 0 && <Where folders={row.where} />}
      {isHome && (
        <span className="jp-ApexFinder-where">{trans.__('Home')}</span>
      )}
    </span>
  );
}

/** Below an opened folder the rows above say whose it is and where. */
function isBare(line: IRowLine): boolean {
  return line.level > 1 && !line.row.suspended;
}
