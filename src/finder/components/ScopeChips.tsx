import type { TranslationBundle } from '@jupyterlab/translation';
import { type KeyboardEvent, type ReactElement, useRef } from 'react';

import type { Scope } from '../state';

const SCOPES: readonly Scope[] = ['all', 'mine', 'shared'];
const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1
};

export interface IScopeChipsProps {
  scope: Scope;
  choose: (scope: Scope) => void;
  trans: TranslationBundle;
}

/** Whose files are listed: one of a few, by the arrow keys as for any group of radio buttons. */
export function ScopeChips(props: IScopeChipsProps): ReactElement {
  const { scope, choose, trans } = props;
  const group = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) {
      return;
    }
    event.preventDefault();
    const { length } = SCOPES;
    const next = (SCOPES.indexOf(scope) + step + length) % length;
    choose(SCOPES[next]);
    const chips = group.current?.querySelectorAll<HTMLElement>('[role=radio]');
    chips?.[next]?.focus();
  };
  return (
    <div
      ref={group}
      role="radiogroup"
      tabIndex={-1}
      className="jp-ApexFinder-scopes"
      aria-label={trans.__('Whose files')}
      onKeyDown={onKeyDown}
    >
      {SCOPES.map(each => (
        <button
          key={each}
          type="button"
          role="radio"
          className="jp-ApexFinder-chip"
          aria-checked={each === scope}
          tabIndex={each === scope ? 0 : -1}
          onClick={() => choose(each)}
        >
          {scopeWords(each, trans)}
        </button>
      ))}
    </div>
  );
}

function scopeWords(scope: Scope, trans: TranslationBundle): string {
  switch (scope) {
    case 'all':
      return trans.__('All');
    case 'mine':
      return trans.__('Mine');
    case 'shared':
      return trans.__('Shared');
  }
}
