import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { IOutcome } from '../state';

export interface IOutcomeProps {
  outcome: IOutcome | null;
  undo: () => void;
  trans: TranslationBundle;
}

/** What came of the last act, spoken when the reader has a moment. Always there, so that readers notice its text. */
export function Outcome(props: IOutcomeProps): ReactElement {
  const { outcome, trans } = props;
  return (
    <div className="jp-ApexShare-outcome" data-failed={outcome?.failed}>
      <span role="status">{outcome?.text}</span>
      {outcome?.undo && (
        <button
          type="button"
          className="jp-ApexLink jp-ApexShare-undo"
          onClick={props.undo}
        >
          {trans.__('Undo')}
        </button>
      )}
    </div>
  );
}
