import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useEffect, useRef } from 'react';

import type { Grant } from '../../api/types';
import { RemoteView } from '../../ui/RemoteView';
import { useModel } from '../../ui/useModel';
import type { ShareModel } from '../model';
import { AccessList } from './AccessList';
import { Outcome } from './Outcome';
import { ShareForm } from './ShareForm';

export interface IShareBodyProps {
  model: ShareModel;
  openFolder: (grant: Grant) => void;
  trans: TranslationBundle;
}

/** The inside of the share dialog. */
export function ShareBody(props: IShareBodyProps): ReactElement {
  const { model, trans } = props;
  const { access, form, outcome } = useModel(model, m => m.state);
  const root = useRef<HTMLDivElement>(null);
  const lines = access.tag === 'ready' ? access.value.lines.length : 0;
  useEffect(() => {
    // A removed line takes the focus with it: go on where it can be undone.
    if (document.activeElement === document.body) {
      const next = ['.jp-ApexShare-undo', '.jp-ApexShare-access h3'];
      const found = next.flatMap(each => [
        ...(root.current?.querySelectorAll<HTMLElement>(each) ?? [])
      ]);
      found[0]?.focus();
    }
  }, [lines, outcome]);
  const toPicker = () => root.current?.querySelector('input')?.focus();
  const add = async () => {
    if (await model.add()) {
      toPicker();
    }
  };
  const isReady = access.tag === 'ready';
  useEffect(() => {
    // The dialog was opened while this was loading: what the focus is wanted for is there now.
    if (isReady) {
      toPicker();
    }
  }, [isReady]);
  return (
    <div className="jp-ApexShare" ref={root}>
      <RemoteView
        state={access}
        trans={trans}
        empty={() => null}
        retry={() => void model.refresh()}
        rows={4}
        ready={value => (
          <>
            <ShareForm
              form={form}
              limit={value.me.limits.max_grant_seconds}
              now={model.now}
              search={model.search}
              fill={change => model.fill(change)}
              add={() => void add()}
              trans={trans}
            />
            <AccessList
              access={value}
              now={model.now}
              changeRole={(grant, role) => void model.changeRole(grant, role)}
              changeExpiry={(grant, end) => model.changeExpiry(grant, end)}
              remove={grant => void model.remove(grant)}
              openFolder={props.openFolder}
              trans={trans}
            />
          </>
        )}
      />
      <Outcome outcome={outcome} undo={() => void model.undo()} trans={trans} />
      <div className="jp-ApexShare-foot">
        <span>
          {trans.__(
            'In force at once. Who may read it may also keep a copy of it.'
          )}
        </span>
        {access.tag === 'ready' && access.value.address !== null && (
          <CopyAddress
            address={access.value.address}
            done={isCopied => model.copied(isCopied)}
            trans={trans}
          />
        )}
      </div>
    </div>
  );
}

interface ICopyAddressProps {
  address: string;
  done: (isCopied: boolean) => void;
  trans: TranslationBundle;
}

function CopyAddress(props: ICopyAddressProps): ReactElement {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(props.address);
      props.done(true);
    } catch {
      props.done(false);
    }
  };
  return (
    <button
      type="button"
      className="jp-ApexLink jp-ApexShare-copy"
      title={props.address}
      onClick={() => void copy()}
    >
      {props.trans.__('Copy address')}
    </button>
  );
}
