import type { ReactElement } from 'react';

export interface IEmptyStateProps {
  /** One sentence. */
  text: string;
  /** `error` is spoken at once, the others when the reader has a moment. */
  tone?: 'plain' | 'notice' | 'error';
  /** The first step, or the way out. */
  action?: { label: string; run: () => void };
}

/** In place of content: what is the matter, in one sentence, and what to do about it. */
export function EmptyState(props: IEmptyStateProps): ReactElement {
  const { text, tone = 'plain', action } = props;
  return (
    <div
      className="jp-ApexEmptyState"
      data-tone={tone}
      role={tone === 'error' ? 'alert' : 'status'}
    >
      <p>{text}</p>
      {action && (
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-minimal jp-ApexButton"
          onClick={action.run}
        >
          {action.label}
        </button>
      )}
    </div>
  );
}
