import type { ReactElement } from 'react';

import { visibleText } from '../../ui/visibleText';
import { type IPart, cut, markedParts } from '../marks';

/** Names that differ at the end only, such as those of scenes, are told apart by this much of it. */
const END_LENGTH = 9;

export interface IMarkedNameProps {
  name: string;
  /** What to mark in it. */
  query: string;
}

/** A name as it is, whatever is in it: isolated in its direction, and what cannot be seen is shown as a mark. */
export function MarkedName(props: IMarkedNameProps): ReactElement {
  const [begin, end] = cut(markedParts(props.name, props.query), END_LENGTH);
  return (
    <bdi>
      <span className="jp-ApexFinder-begin">{begin.map(partOf)}</span>
      <span className="jp-ApexFinder-end">{end.map(partOf)}</span>
    </bdi>
  );
}

function partOf(part: IPart, index: number): ReactElement {
  const text = visibleText(part.text);
  return part.marked ? (
    <mark key={index}>{text}</mark>
  ) : (
    <span key={index}>{text}</span>
  );
}
