import { type ReactElement, useEffect, useState } from 'react';

/** A reader hears what came of it, not every letter. */
const PAUSE_MS = 700;

/** Speaks a text to screen readers, once it stands for a moment. */
export function Announcer(props: { text: string }): ReactElement {
  const { text } = props;
  const [spoken, setSpoken] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSpoken(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className="jp-ApexFinder-spoken" role="status">
      {spoken}
    </div>
  );
}
