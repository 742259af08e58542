import { type KeyboardEvent, type RefObject, useRef, useState } from 'react';

import type { Line } from '../lines';
import { fold } from '../marks';
import { useKeptFocus } from './useKeptFocus';

const PAGE = 10;
/** After such a pause a letter begins a new word. */
const PAUSE_MS = 800;

export interface IRowFocusOptions {
  lines: readonly Line[];
  list: RefObject<HTMLElement>;
  open: (line: Line) => void;
  expand: (line: Line) => void;
  collapse: (line: Line) => void;
  /** Past the first (-1) or the last row (1). */
  leave: (step: 1 | -1) => void;
  /** Out of the rows altogether. */
  back: () => void;
  /** The focused row is gone, and no other is there. */
  lost: () => void;
}

export interface IRowFocus {
  /** The one row that the Tab key comes to. */
  readonly active: number;
  onFocus: (index: number) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

/** One tab stop a list, arrows inside: the keyboard pattern of a tree grid (WAI-ARIA). */
export function useRowFocus(options: IRowFocusOptions): IRowFocus {
  const { lines, list } = options;
  const [at, setAt] = useState({ id: '', index: 0 });
  const focus = useKeptFocus(list, options.lost);
  const typeAhead = useTypeAhead(lines);
  const found = lines.findIndex(line => line.id === at.id);
  // The row that was active is gone: the one that stands in its place now.
  const active = found !== -1 ? found : Math.min(at.index, lines.length - 1);

  const go = (index: number) => {
    const to = Math.max(0, Math.min(index, lines.length - 1));
    focus.move();
    setAt({ id: lines[to].id, index: to });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || lines.length === 0) {
      return;
    }
    const handled =
      moveBy(event.key, active, options, go) ||
      actBy(event.key, active, options, go) ||
      typeAhead(event.key, active, go);
    if (handled) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const onFocus = (index: number) => {
    setAt({ id: lines[index].id, index });
  };
  return { active, onFocus, onKeyDown };
}

type Go = (index: number) => void;

function moveBy(
  key: string,
  active: number,
  { lines, leave }: IRowFocusOptions,
  go: Go
): boolean {
  const last = lines.length - 1;
  switch (key) {
    case 'ArrowDown':
      if (active < last) {
        go(active + 1);
      } else {
        leave(1);
      }
      return true;
    case 'ArrowUp':
      if (active > 0) {
        go(active - 1);
      } else {
        leave(-1);
      }
      return true;
    case 'Home':
      go(0);
      return true;
    case 'End':
      go(last);
      return true;
    case 'PageDown':
      go(active + PAGE);
      return true;
    case 'PageUp':
      go(active - PAGE);
      return true;
    default:
      return false;
  }
}

function actBy(
  key: string,
  active: number,
  options: IRowFocusOptions,
  go: Go
): boolean {
  const line = options.lines[active];
  const expanded = line.tag === 'row' ? line.expanded : null;
  switch (key) {
    case 'Enter':
      options.open(line);
      return true;
    case 'Escape':
      options.back();
      return true;
    case 'ArrowRight':
      if (expanded === false) {
        options.expand(line);
      } else if (expanded) {
        go(active + 1);
      }
      return true;
    case 'ArrowLeft':
      if (expanded) {
        options.collapse(line);
      } else {
        go(parentOf(options.lines, active));
      }
      return true;
    default:
      return false;
  }
}

function parentOf(lines: readonly Line[], index: number): number {
  const { level } = lines[index];
  let above = index;
  while (above > 0 && lines[above].level >= level) {
    above -= 1;
  }
  return lines[above].level < level ? above : index;
}

/** Letters go to the next name that begins with them. */
function useTypeAhead(
  lines: readonly Line[]
): (key: string, active: number, go: Go) => boolean {
  const typed = useRef({ text: '', at: 0 });
  return (key, active, go) => {
    const now = Date.now();
    const { text, at } = typed.current;
    const before = now - at > PAUSE_MS ? '' : text;
    if ([...key].length !== 1 || (key === ' ' && before === '')) {
      return false;
    }
    const wanted = before + key;
    typed.current = { text: wanted, at: now };
    // A first letter leaves the row that one is at; further ones may stay.
    const start = before === '' ? active + 1 : active;
    const order = [...lines.keys()].map(i => (start + i) % lines.length);
    const hit = order.find(index => {
      const line = lines[index];
      return line.tag === 'row' && fold(line.row.name).startsWith(fold(wanted));
    });
    if (hit !== undefined) {
      go(hit);
    }
    return true;
  };
}
