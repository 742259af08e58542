import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';

export interface IKeptFocus {
  /** After the next rendering, the row that is the tab stop has the focus. */
  move: () => void;
}

/** Puts the focus on a list's tab stop: when it moves there, and when the row that had it is gone. */
export function useKeptFocus(
  list: RefObject<HTMLElement>,
  lost: () => void
): IKeptFocus {
  const moving = useRef(false);
  const inside = useRef(false);
  const whenLost = useRef(lost);
  whenLost.current = lost;

  useEffect(() => {
    const element = list.current;
    const onFocusIn = () => {
      inside.current = true;
    };
    const onFocusOut = ({ target }: FocusEvent) =>
      // A removed row loses the focus too, but nobody went elsewhere: only what is still there was left.
      queueMicrotask(() => {
        if ((target as Node).isConnected && target !== document.activeElement) {
          inside.current = element?.contains(document.activeElement) ?? false;
        }
      });
    element?.addEventListener('focusin', onFocusIn);
    element?.addEventListener('focusout', onFocusOut);
    return () => {
      element?.removeEventListener('focusin', onFocusIn);
      element?.removeEventListener('focusout', onFocusOut);
    };
  }, [list]);

  useLayoutEffect(() => {
    const gone = inside.current && document.activeElement === document.body;
    if (moving.current || gone) {
      moving.current = false;
      const row = list.current?.querySelector<HTMLElement>('[tabindex="0"]');
      row?.focus({ preventScroll: true });
      // Not in browsers without a layout, such as those of unit tests.
      row?.scrollIntoView?.({ block: 'nearest' });
    }
  });

  useLayoutEffect(
    () => () => {
      if (inside.current) {
        whenLost.current();
      }
    },
    []
  );

  return {
    move: () => {
      moving.current = true;
    }
  };
}
