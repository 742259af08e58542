import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import { type ReactElement, type ReactNode, useId } from 'react';

import { count } from '../../ui';

export interface ISectionProps {
  title: string;
  /** How many are in it; null where that is not known. */
  items: number | null;
  folded: boolean;
  toggle: () => void;
  children: ReactNode;
  trans: TranslationBundle;
}

/** One part of the panel, under a title that folds it. */
export function Section(props: ISectionProps): ReactElement {
  const { folded } = props;
  const id = useId();
  const icon = folded ? caretRightIcon : caretDownIcon;
  return (
    <section className="jp-ApexFinder-section" aria-labelledby={id}>
      <h3 className="jp-ApexFinder-title">
        <button type="button" aria-expanded={!folded} onClick={props.toggle}>
          <icon.react tag="span" />
          <span id={id}>{props.title}</span>
          {props.items !== null && (
            <span className="jp-ApexFinder-count">
              {count(props.items, props.trans)}
            </span>
          )}
        </button>
      </h3>
      {!folded && props.children}
    </section>
  );
}
