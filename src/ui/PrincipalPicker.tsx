import type { TranslationBundle } from '@jupyterlab/translation';
import { type KeyboardEvent, type ReactElement, useId, useState } from 'react';

import type { Principal } from '../api/types';
import { iconOfPrincipal } from './icons';
import { principalDetail, principalName } from './words';
import {
  type PrincipalSearch,
  type PrincipalSearchState,
  usePrincipalSearch
} from './principalSearch';

/** What stands in the field, and who it is once somebody was chosen. */
export interface IPickerValue {
  readonly text: string;
  readonly chosen: Principal | null;
}

export const NOBODY: IPickerValue = { text: '', chosen: null };

export interface IPrincipalPickerProps {
  value: IPickerValue;
  onChange: (value: IPickerValue) => void;
  /** Stable over renders: the client's `principals`. */
  search: PrincipalSearch;
  label: string;
  trans: TranslationBundle;
  /** Who needs no offer, as they have access already. */
  exclude?: (principal: Principal) => boolean;
  disabled?: boolean;
  /** The id of what is said about the field elsewhere, such as why it was refused. */
  describedBy?: string;
  invalid?: boolean;
}

/** A field that finds people and groups: type two letters, choose with the arrows and Enter. */
export function PrincipalPicker(props: IPrincipalPickerProps): ReactElement {
  const { value, onChange, trans } = props;
  const id = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const query = value.chosen ? '' : value.text.trim();
  const state = usePrincipalSearch(query, props.search, trans);
  const people =
    state.tag === 'found'
      ? state.people.filter(person => !props.exclude?.(person))
      : [];
  const shown = open && people.length > 0;
  const current = shown && active < people.length ? active : -1;

  const choose = (person: Principal) => {
    onChange({ text: principalName(person, trans), chosen: person });
    setOpen(false);
    setActive(-1);
  };
  const type = (text: string) => {
    onChange({ text, chosen: null });
    setOpen(true);
    setActive(-1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(event.key, current, people.length);
    if (step !== null && people.length > 0) {
      setOpen(true);
      setActive(step);
    } else if (event.key === 'Enter' && current >= 0) {
      choose(people[current]);
    } else if (event.key === 'Escape' && shown) {
      setOpen(false);
      setActive(-1);
    } else {
      return;
    }
    // Handled here: neither the caret moves nor does a dialog around take Enter or Escape for itself.
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="jp-ApexPrincipalPicker">
      <input
        type="text"
        className="jp-mod-styled"
        role="combobox"
        aria-label={props.label}
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-activedescendant={current >= 0 ? `${id}-${current}` : undefined}
        aria-describedby={props.describedBy}
        aria-invalid={props.invalid}
        autoComplete="off"
        spellCheck={false}
        placeholder={props.label}
        disabled={props.disabled}
        value={value.text}
        onChange={event => type(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => setOpen(false)}
      />
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={props.label}
        className="jp-ApexPrincipalPicker-list"
        hidden={!shown}
      >
        {shown &&
          people.map((person, index) => (
            <Offer
              key={`${person.kind}:${person.name}`}
              id={`${id}-${index}`}
              person={person}
              active={index === current}
              choose={() => choose(person)}
              trans={trans}
            />
          ))}
      </ul>
      <div className="jp-ApexPrincipalPicker-status" role="status">
        {statusText(query, open, state, people.length, trans)}
      </div>
    </div>
  );
}

interface IOfferProps {
  id: string;
  person: Principal;
  active: boolean;
  choose: () => void;
  trans: TranslationBundle;
}

function Offer(props: IOfferProps): ReactElement {
  const { person, trans } = props;
  const icon = iconOfPrincipal(person.kind);
  return (
    // The keys are the field's: focus never leaves it.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events
    <li
      id={props.id}
      role="option"
      tabIndex={-1}
      aria-selected={props.active}
      // Keeps the focus, and with it the list, until the click.
      onMouseDown={event => event.preventDefault()}
      onClick={props.choose}
    >
      <icon.react tag="span" width="16px" />
      <span className="jp-ApexPrincipalPicker-name">
        {principalName(person, trans)}
      </span>
      <span className="jp-ApexPrincipalPicker-detail">
        {principalDetail(person, trans)}
      </span>
    </li>
  );
}

/** Where an arrow key leads from `current`, round the end; null for other keys. */
function stepOf(key: string, current: number, length: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return current + 1 < length ? current + 1 : 0;
    case 'ArrowUp':
      return current > 0 ? current - 1 : length - 1;
    default:
      return null;
  }
}

function statusText(
  query: string,
  open: boolean,
  state: PrincipalSearchState,
  offers: number,
  trans: TranslationBundle
): string {
  if (query === '') {
    return '';
  }
  switch (state.tag) {
    case 'idle':
      return trans.__('Type at least two letters of a name.');
    case 'searching':
      return '';
    case 'failed':
      return state.detail;
    case 'found':
      if (!open) {
        return '';
      }
      return offers === 0
        ? trans.__('Nobody of that name. Check the spelling.')
        : trans._n('%1 found', '%1 found', offers);
  }
}
