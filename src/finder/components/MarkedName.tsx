import type { ReactElement } from 'react';

import { visibleText } from '../../ui/visibleText';
import { markedParts } from '../marks';

export interface IMarkedNameProps {
  name: string;
  /** What to mark in it. */
  query: string;
}

/** A name as it is, whatever is in it: isolated in its direction, and what cannot be seen is shown as a mark. */
export function MarkedName(props: IMarkedNameProps): ReactElement {
  return (
    <bdi>
      {markedParts(props.name, props.query).map((part, index) =>
        part.marked ? (
          <mark key={index}>{visibleText(part.text)}</mark>
        ) : (
          visibleText(part.text)
        )
      )}
    </bdi>
  );
}
