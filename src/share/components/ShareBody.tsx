import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, type RefObject, useEffect, useRef } from 'react';

import type { Grant } from '../../api/types';
import { RemoteView } from '../../ui/RemoteView';
import { useModel } from '../../ui/useModel';
import type { ShareModel } from '../model';
import type { IAccess, IShareState } from '../state';
import { AccessList } from './AccessList';
import { CopyAddress } from './CopyAddress';
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
  const { access, outcome } = useModel(model, m => m.state);
  const root = useRef<HTMLDivElement>(null);
  const toPicker = () => root.current?.querySelector('input')?.focus();
  useKeptFocus(root, toPicker, access, outcome);
  return (
    <div className="jp-ApexShare" ref={root}>
      <RemoteView
        state={access}
        trans={trans}
        empty={() => null}
        retry={() => void model.refresh()}
        rows={4}
        ready={value => <Access {...props} access={value} added={toPicker} />}
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

interface IAccessProps extends IShareBodyProps {
  access: IAccess;
  added: () => void;
}

function Access(props: IAccessProps): ReactElement {
  const { access, model, trans } = props;
  const { form } = useModel(model, m => m.state);
  const add = async () => {
    if (await model.add()) {
      props.added();
    }
  };
  return (
    <>
      <ShareForm
        form={form}
        type={model.target.type}
        limit={access.me.limits.max_grant_seconds}
        now={model.now}
        search={model.search}
        fill={change => model.fill(change)}
        add={() => void add()}
        trans={trans}
      />
      <AccessList
        access={access}
        now={model.now}
        changeRole={(grant, role) => void model.changeRole(grant, role)}
        changeExpiry={(grant, end) => model.changeExpiry(grant, end)}
        remove={grant => void model.remove(grant)}
        openFolder={props.openFolder}
        trans={trans}
      />
    </>
  );
}

/** The focus is in the dialog at any time, and where one goes on. */
function useKeptFocus(
  root: RefObject<HTMLElement>,
  toPicker: () => void,
  access: IShareState['access'],
  outcome: IShareState['outcome']
): void {
  const isReady = access.tag === 'ready';
  const lines = isReady ? access.value.lines.length : 0;
  useEffect(() => {
    // The dialog may have been opened while this was loading.
    if (isReady) {
      toPicker();
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isReady]);
  useEffect(() => {
    // A removed line takes the focus with it: go on where it can be undone.
    if (document.activeElement === document.body) {
      const next = ['.jp-ApexShare-undo', '.jp-ApexShare-access h3'];
      const found = next.flatMap(each => [
        ...(root.current?.querySelectorAll<HTMLElement>(each) ?? [])
      ]);
      found[0]?.focus();
    }
  }, [root, lines, outcome]);
}
