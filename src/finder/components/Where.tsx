import type { ReactElement } from 'react';

import { visibleText } from '../../ui/visibleText';

/** Between a folder and what is in it. */
const STEP = ' › ';

/** The folders above an item; where the room is short, the middle goes and the last folder stays. */
export function Where(props: { folders: readonly string[] }): ReactElement {
  const names = props.folders.map(visibleText);
  const above = names.slice(0, -1).join(STEP);
  return (
    <span
      className="jp-ApexFinder-where"
      title={props.folders.map(visibleText).join('/')}
    >
      {above && (
        <>
          <bdi className="jp-ApexFinder-above">{above}</bdi>
          <span className="jp-ApexFinder-step">{STEP}</span>
        </>
      )}
      <bdi className="jp-ApexFinder-last">{names.at(-1)}</bdi>
    </span>
  );
}
