import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import { type IExpiry, expiryChoices, expiryName } from '../expiry';
import { Choice } from './Choice';

export interface IExpiryChoiceProps {
  label: string;
  /** Null: `text` says when it ends. */
  expiry: IExpiry | null;
  text?: string;
  title?: string;
  /** The longest life of a share in seconds, null without a limit. */
  limit: number | null;
  onChoose: (expiry: IExpiry) => void;
  /** What the date field begins with. */
  own: string;
  disabled?: boolean;
  describedBy?: string;
  invalid?: boolean;
  trans: TranslationBundle;
}

/** When a share ends: one of a few spans, or a date and time of one's own. */
export function ExpiryChoice(props: IExpiryChoiceProps): ReactElement {
  const { expiry, trans } = props;
  const options = expiryChoices(props.limit).map(value => ({
    value,
    name: expiryName(value, trans)
  }));
  return (
    <>
      <Choice
        label={props.label}
        options={options}
        value={expiry?.choice ?? null}
        text={expiry ? undefined : props.text}
        title={props.title}
        onChoose={choice =>
          props.onChoose({ choice, own: choice === 'own' ? props.own : '' })
        }
        disabled={props.disabled}
        describedBy={props.describedBy}
      />
      {expiry?.choice === 'own' && (
        <input
          type="datetime-local"
          className="jp-mod-styled jp-ApexShare-date"
          aria-label={trans.__('Date and time when access ends')}
          aria-describedby={props.describedBy}
          aria-invalid={props.invalid}
          value={expiry.own}
          onChange={event =>
            props.onChoose({ choice: 'own', own: event.target.value })
          }
        />
      )}
    </>
  );
}
