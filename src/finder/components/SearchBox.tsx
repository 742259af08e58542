import type { TranslationBundle } from '@jupyterlab/translation';
import { InputGroup } from '@jupyterlab/ui-components';
import type { KeyboardEvent, ReactElement, RefObject } from 'react';

/** Longer than the longest name; the index takes no more. */
const MAX_QUERY = 256;

export interface ISearchBoxProps {
  query: string;
  input: RefObject<HTMLInputElement>;
  label: string;
  search: (query: string) => void;
  /** Go to the rows. */
  enter: () => void;
  /** Open what is found first. */
  openFirst: () => void;
  /** Go back to where one was before; there is nothing more to clear. */
  leave: () => void;
  trans: TranslationBundle;
}

/** Where one writes what one looks for: every letter counts at once. */
export function SearchBox(props: ISearchBoxProps): ReactElement {
  const { query } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') {
      props.enter();
    } else if (event.key === 'Enter' && query !== '') {
      props.openFirst();
    } else if (event.key === 'Escape' && query !== '') {
      props.search('');
    } else if (event.key === 'Escape') {
      props.leave();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="jp-ApexFinder-search" role="search">
      <InputGroup
        type="search"
        rightIcon="ui-components:search"
        inputRef={props.input}
        aria-label={props.label}
        placeholder={props.label}
        autoComplete="off"
        spellCheck={false}
        maxLength={MAX_QUERY}
        value={query}
        onChange={event => props.search(event.target.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
