import type { TranslationBundle } from '@jupyterlab/translation';
import { type CSSProperties, type ReactElement, useRef } from 'react';

import type { INoteLine, Line } from '../lines';
import type { IRow } from '../rows';
import { type IRowProps, Row, place } from './Row';
import { useRowFocus } from './useRowFocus';
import { useVisible } from './useVisible';

/** What a person does with rows. */
export interface IRowVerbs {
  open: (row: IRow) => void;
  select: (row: IRow) => void;
  expand: (row: IRow) => void;
  collapse: (row: IRow) => void;
  /** Go on past the first (-1) or the last row (1) of this list. */
  leave: (list: HTMLElement, step: 1 | -1) => void;
  /** Go back to the search box. */
  back: () => void;
}

export interface IRowListProps {
  label: string;
  lines: readonly Line[];
  /** What to mark in names; empty where nothing was searched for. */
  query: string;
  now: Date;
  verbs: IRowVerbs;
  trans: TranslationBundle;
}

/** A list of files and folders. Only the rows that can be seen are in the page. */
export function RowList(props: IRowListProps): ReactElement {
  const { lines, verbs } = props;
  const list = useRef<HTMLDivElement>(null);
  const visible = useVisible(list, lines.length);
  const { open, select, expand, collapse, toggle } = ofLines(verbs);
  const focus = useRowFocus({
    lines,
    list,
    open,
    expand,
    collapse,
    leave: step => list.current && verbs.leave(list.current, step),
    back: verbs.back,
    lost: verbs.back
  });
  // The tab stop is always there, else the focus would be lost by scrolling.
  const shown = [...lines.keys()].filter(
    index =>
      index === focus.active || (index >= visible.first && index < visible.end)
  );
  return (
    <div
      ref={list}
      role="treegrid"
      tabIndex={-1}
      className="jp-ApexFinder-list"
      aria-label={props.label}
      aria-rowcount={lines.length}
      style={{ '--jp-apex-count': lines.length } as CSSProperties}
      onKeyDown={focus.onKeyDown}
    >
      {shown.map(index => (
        <LineView
          key={lines[index].id}
          line={lines[index]}
          index={index}
          isTabStop={index === focus.active}
          query={props.query}
          now={props.now}
          trans={props.trans}
          onFocus={() => {
            focus.onFocus(index);
            select(lines[index]);
          }}
          onOpen={() => open(lines[index])}
          onToggle={() => toggle(lines[index])}
        />
      ))}
    </div>
  );
}

/** The verbs of rows for lines, some of which are notes. */
function ofLines(verbs: IRowVerbs) {
  const ofRow = (verb: (row: IRow) => void) => (line: Line) => {
    if (line.tag === 'row') {
      verb(line.row);
    }
  };
  const expand = ofRow(verbs.expand);
  const collapse = ofRow(verbs.collapse);
  return {
    select: ofRow(verbs.select),
    expand,
    collapse,
    toggle: (line: Line) =>
      line.tag === 'row' && line.expanded ? collapse(line) : expand(line),
    open: (line: Line) => {
      if (line.tag === 'row') {
        verbs.open(line.row);
      } else if (line.retry) {
        verbs.expand(line.retry);
      }
    }
  };
}

type ILineViewProps = Omit<IRowProps, 'line'> & { line: Line };

function LineView(props: ILineViewProps): ReactElement {
  const { line } = props;
  return line.tag === 'note' ? (
    <Note {...props} line={line} />
  ) : (
    <Row {...props} line={line} />
  );
}

type INoteProps = Omit<IRowProps, 'line'> & { line: INoteLine };

function Note(props: INoteProps): ReactElement {
  const { line } = props;
  return (
    <div
      role="row"
      className="jp-ApexFinder-note"
      aria-level={line.level}
      tabIndex={props.isTabStop ? 0 : -1}
      style={place(props.index, line.level)}
      title={line.text}
      onFocus={props.onFocus}
      onDoubleClick={props.onOpen}
    >
      <span role="gridcell">{line.text}</span>
    </div>
  );
}
