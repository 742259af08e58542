import { type RefObject, useLayoutEffect, useState } from 'react';

/** Rows that are there beyond both edges, so that scrolling shows no gap. */
const BEYOND = 6;
/** Where nothing is laid out: before the first layout, and in tests without a browser. */
const ROW_PIXELS = 40;
const VIEW_PIXELS = 640;

/** The scrolling element around all lists of a panel. */
export const SCROLLER = 'jp-ApexFinder-body';

export interface IVisible {
  readonly first: number;
  /** The one after the last. */
  readonly end: number;
}

/** Which rows of a list can be seen in the scrolling panel around it. All rows have the same height. */
export function useVisible(
  list: RefObject<HTMLElement>,
  count: number
): IVisible {
  const [visible, setVisible] = useState<IVisible>({ first: 0, end: 0 });
  useLayoutEffect(() => {
    const scroller = list.current?.closest(`.${SCROLLER}`);
    if (!list.current || !scroller) {
      return;
    }
    const element = list.current;
    const look = () => {
      const next = visibleOf(element, scroller, count);
      setVisible(before =>
        before.first === next.first && before.end === next.end ? before : next
      );
    };
    look();
    scroller.addEventListener('scroll', look, { passive: true });
    const observer =
      'ResizeObserver' in window ? new ResizeObserver(look) : null;
    observer?.observe(scroller);
    return () => {
      scroller.removeEventListener('scroll', look);
      observer?.disconnect();
    };
  });
  return visible;
}

function visibleOf(list: Element, scroller: Element, count: number): IVisible {
  const box = list.getBoundingClientRect();
  const view = scroller.getBoundingClientRect();
  const height = (count > 0 && box.height / count) || ROW_PIXELS;
  const above = view.top - box.top;
  const rows = Math.ceil((view.height || VIEW_PIXELS) / height);
  const first = Math.max(0, Math.floor(above / height) - BEYOND);
  const last = Math.ceil(above / height) + rows + BEYOND;
  return {
    first: Math.min(first, count),
    end: Math.min(count, Math.max(0, last))
  };
}
