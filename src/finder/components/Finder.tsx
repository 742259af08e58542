import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import {
  type FocusEvent,
  type ReactElement,
  type RefObject,
  useMemo,
  useRef
} from 'react';

import { RemoteView, useModel } from '../../ui';
import type { FinderModel } from '../model';
import type { IRow } from '../rows';
import type { IFinderState } from '../state';
import { Announcer } from './Announcer';
import { FoundList, foundWords } from './FoundList';
import { OutageNotice } from './OutageNotice';
import type { IRowVerbs } from './RowList';
import { ScopeChips } from './ScopeChips';
import { SearchBox } from './SearchBox';
import { Sections } from './Sections';
import { SharingSentence } from './SharingSentence';
import { StatusLine } from './StatusLine';
import { useNow } from './useNow';
import { SCROLLER } from './useVisible';

/** Relative times change by the minute. */
const MINUTE_MS = 60_000;

export interface IFinderProps {
  model: FinderModel;
  /** Opens a file or folder. */
  open: (row: IRow) => void;
  /** Gives the focus back to where it was before. */
  leave: () => void;
  /** The address that leads to one's own server; null without a hub. */
  ownServer: string | null;
  trans: TranslationBundle;
}

/** The Workspace Finder. */
export function Finder(props: IFinderProps): ReactElement {
  const { model, trans } = props;
  const state = useModel(model, m => m.state);
  const now = useNow(MINUTE_MS);
  const input = useRef<HTMLInputElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const verbs = useVerbs(props, input, body);
  const holding = useHolding(model);
  const retry = () => model.tryNow();
  return (
    <div className="jp-ApexFinder-panel">
      <Head {...props} state={state} input={input} body={body} />
      <div ref={body} className={SCROLLER} {...holding}>
        {state.query.trim() === '' ? (
          <>
            <Sections
              state={state}
              now={now}
              verbs={verbs}
              retry={retry}
              trans={trans}
            />
            <SharingSentence
              state={state}
              ownServer={props.ownServer}
              trans={trans}
            />
          </>
        ) : (
          <>
            <Found {...props} state={state} now={now} verbs={verbs} />
            {/* Below the rows, that they need not move. */}
            {state.outage && (
              <OutageNotice
                outage={state.outage}
                tryNow={retry}
                lost={verbs.back}
                trans={trans}
              />
            )}
          </>
        )}
      </div>
      <StatusLine status={state.status} trans={trans} />
      <Announcer text={state.found ? foundWords(state.found, trans) : ''} />
    </div>
  );
}

interface IHeadProps extends IFinderProps {
  state: IFinderState;
  input: RefObject<HTMLInputElement>;
  body: RefObject<HTMLElement>;
}

function Head(props: IHeadProps): ReactElement {
  const { model, state, input, body, trans } = props;
  const [first] = state.found?.rows ?? [];
  const label =
    state.sharing === 'on'
      ? trans.__('Search files and shares')
      : trans.__('Search files');
  return (
    <div className="jp-ApexFinder-head">
      <div className="jp-ApexFinder-bar">
        <h2>{trans.__('Workspace Finder')}</h2>
        <button
          type="button"
          className="jp-Button jp-mod-minimal jp-ApexFinder-refresh"
          title={trans.__('Read everything again')}
          aria-label={trans.__('Read everything again')}
          onClick={() => model.refresh()}
        >
          <refreshIcon.react tag="span" />
        </button>
      </div>
      <SearchBox
        query={state.query}
        input={input}
        label={label}
        search={query => model.search(query)}
        enter={() => stops(body.current)[0]?.focus()}
        openFirst={() => first && props.open(first)}
        leave={props.leave}
        trans={trans}
      />
      {state.sharing === 'on' && (
        <ScopeChips
          scope={state.scope}
          choose={scope => model.choose(scope)}
          trans={trans}
        />
      )}
    </div>
  );
}

interface IFoundProps extends IFinderProps {
  state: IFinderState;
  now: Date;
  verbs: IRowVerbs;
}

function Found(props: IFoundProps): ReactElement {
  const { model, state, trans } = props;
  const retry = () => model.tryNow();
  return state.found === null ? (
    <RemoteView
      state={{ tag: 'loading' }}
      trans={trans}
      retry={retry}
      ready={() => null}
      empty={() => null}
      rows={6}
    />
  ) : (
    <FoundList
      found={state.found}
      now={props.now}
      verbs={props.verbs}
      showLate={() => {
        model.showLate();
        // The button goes, and with it would the focus.
        props.verbs.back();
      }}
      retry={retry}
      trans={trans}
    />
  );
}

function useVerbs(
  props: IFinderProps,
  input: RefObject<HTMLInputElement>,
  body: RefObject<HTMLElement>
): IRowVerbs {
  const { model, open } = props;
  return useMemo(
    () => ({
      open,
      select: row => model.select(row),
      expand: row => model.expand(row),
      collapse: row => model.collapse(row),
      leave: (list, step) => {
        const all = stops(body.current);
        const here = all.findIndex(stop => list.contains(stop));
        const next = all[here + step];
        if (next) {
          next.focus();
        } else if (step === -1) {
          input.current?.focus();
        }
      },
      back: () => input.current?.focus()
    }),
    [model, open, input, body]
  );
}

/** Rows keep their places while somebody points at them or has the focus among them. */
function useHolding(model: FinderModel) {
  return useMemo(() => {
    const by = { pointer: false, focus: false };
    const hold = (change: Partial<typeof by>) => {
      Object.assign(by, change);
      model.hold(by.pointer || by.focus);
    };
    return {
      onPointerEnter: () => hold({ pointer: true }),
      onPointerLeave: () => hold({ pointer: false }),
      onFocus: () => hold({ focus: true }),
      onBlur: ({ currentTarget, relatedTarget }: FocusEvent) =>
        hold({ focus: currentTarget.contains(relatedTarget) })
    };
  }, [model]);
}

/** The tab stops of the lists, from top to bottom. */
function stops(body: HTMLElement | null): HTMLElement[] {
  return [
    ...(body?.querySelectorAll<HTMLElement>('[role=row][tabindex="0"]') ?? [])
  ];
}
