import { caretDownEmptyIcon, checkIcon } from '@jupyterlab/ui-components';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactElement,
  useId,
  useLayoutEffect,
  useRef,
  useState
} from 'react';

/** One of several; `detail` explains it in a line. */
export interface IOption<T extends string> {
  readonly value: T;
  readonly name: string;
  readonly detail?: string;
}

export interface IChoiceProps<T extends string> {
  label: string;
  options: readonly IOption<T>[];
  /** Null: `text` stands for something that is not offered, such as a date. */
  value: T | null;
  text?: string;
  title?: string;
  onChoose: (value: T) => void;
  disabled?: boolean;
  describedBy?: string;
}

/**
 * One of several, each with a line that explains it. Nothing is chosen before Enter or a click: a plain `select`
 * changes with every arrow key, which would give somebody every right on the way to the one that was meant.
 */
export function Choice<T extends string>(props: IChoiceProps<T>): ReactElement {
  const { options, value } = props;
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const { active, chosen, choose, toggle, close, onKeyDown } = useChoice(props);
  const open = active !== null;
  const shown = options.find(option => option.value === value)?.name;

  return (
    <div className="jp-ApexChoice">
      <button
        ref={button}
        type="button"
        role="combobox"
        className="jp-ApexChoice-button"
        aria-label={props.label}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-activedescendant={open ? `${id}-${active}` : undefined}
        aria-describedby={props.describedBy}
        aria-disabled={props.disabled}
        title={props.title}
        onClick={toggle}
        onKeyDown={onKeyDown}
        onBlur={close}
      >
        <span className="jp-ApexChoice-value">{props.text ?? shown}</span>
        <caretDownEmptyIcon.react tag="span" width="16px" aria-hidden="true" />
      </button>
      <OptionList
        id={id}
        label={props.label}
        options={options}
        chosen={chosen}
        active={active}
        anchor={button.current}
        choose={choose}
      />
    </div>
  );
}

/** Which option the keys are at (null: the list is closed), and what clicks and keys do. */
function useChoice<T extends string>(props: IChoiceProps<T>) {
  const { options, value, disabled } = props;
  const [active, setActive] = useState<number | null>(null);
  const chosen = options.findIndex(option => option.value === value);
  const first = Math.max(chosen, 0);
  const choose = (index: number) => {
    setActive(null);
    const option = options[index];
    // "own" may be chosen again to change it; the others are no change.
    if (option.value !== value || value === 'own') {
      props.onChoose(option.value);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const act = disabled ? null : keyAct(event.key, active, first, options);
    if (act === null) {
      return;
    }
    if (act.choose) {
      choose(act.index);
    } else {
      setActive(act.index);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    active,
    chosen,
    choose,
    toggle: () => disabled || setActive(active === null ? first : null),
    close: () => setActive(null),
    onKeyDown
  };
}

interface IOptionListProps {
  id: string;
  label: string;
  options: readonly IOption<string>[];
  chosen: number;
  active: number | null;
  anchor: HTMLElement | null;
  choose: (index: number) => void;
}

function OptionList(props: IOptionListProps): ReactElement {
  const { id, options, chosen, active } = props;
  const list = useRef<HTMLUListElement>(null);
  const [place, setPlace] = useState<CSSProperties>({});
  const open = active !== null;
  useLayoutEffect(() => {
    if (open && list.current && props.anchor) {
      setPlace(placeAt(props.anchor, list.current));
    }
  }, [open, props.anchor]);
  return (
    <ul
      ref={list}
      id={`${id}-list`}
      role="listbox"
      aria-label={props.label}
      className="jp-ApexChoice-list"
      hidden={!open}
      style={place}
    >
      {open &&
        options.map((option, index) => (
          // The keys are the button's: focus never leaves it.
          // eslint-disable-next-line jsx-a11y/click-events-have-key-events
          <li
            key={option.value}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            data-active={index === active}
            onMouseDown={event => event.preventDefault()}
            onClick={() => props.choose(index)}
          >
            <span className="jp-ApexChoice-mark" aria-hidden="true">
              {index === chosen && <checkIcon.react tag="span" width="16px" />}
            </span>
            <span>{option.detail ?? option.name}</span>
          </li>
        ))}
    </ul>
  );
}

/** Below the button, above it where there is no room; never outside the window, never cut by the dialog. */
function placeAt(anchor: HTMLElement, list: HTMLElement): CSSProperties {
  const button = anchor.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = button.bottom + height <= window.innerHeight;
  const left = Math.min(button.left, window.innerWidth - width - 4);
  return {
    left: Math.max(4, left),
    top: below ? button.bottom : Math.max(4, button.top - height),
    minWidth: button.width
  };
}

/** What a key does: move to an option, choose it, or close (index null). */
function keyAct(
  key: string,
  active: number | null,
  chosen: number,
  options: readonly IOption<string>[]
):
  | { index: number; choose: true }
  | { index: number | null; choose: false }
  | null {
  const last = options.length - 1;
  const move = (index: number | null) => ({ index, choose: false }) as const;
  if (active === null) {
    return ['ArrowDown', 'ArrowUp', 'Enter', ' '].includes(key)
      ? move(chosen)
      : null;
  }
  switch (key) {
    case 'ArrowDown':
      return move(Math.min(active + 1, last));
    case 'ArrowUp':
      return move(Math.max(active - 1, 0));
    case 'Home':
      return move(0);
    case 'End':
      return move(last);
    case 'Escape':
      return move(null);
    case 'Enter':
    case ' ':
      return { index: active, choose: true };
    default:
      return letterAct(key, active, options);
  }
}

/** A letter goes to the next option that begins with it. */
function letterAct(
  key: string,
  active: number,
  options: readonly IOption<string>[]
): { index: number; choose: false } | null {
  if ([...key].length !== 1) {
    return null;
  }
  const wanted = key.toLocaleLowerCase();
  const order = options.map((_, i) => (active + 1 + i) % options.length);
  const found = order.find(i =>
    options[i].name.toLocaleLowerCase().startsWith(wanted)
  );
  return found === undefined ? null : { index: found, choose: false };
}
