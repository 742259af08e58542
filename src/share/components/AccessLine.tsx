import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useId, useRef, useState } from 'react';

import type { Role } from '../../api/types';
import { exactTime } from '../../ui/format';
import { iconOfPrincipal } from '../../ui/icons';
import { visibleText } from '../../ui/visibleText';
import { principalDetail, principalName, roleName } from '../../ui/words';
import { type IExpiry, fieldText, untilText } from '../expiry';
import type { ILine } from '../state';
import { removeQuestion, stateSentence } from '../words';
import { ExpiryChoice } from './ExpiryChoice';
import { RoleChoice } from './RoleChoice';

const DAY_MS = 24 * 3600 * 1000;

export interface IAccessLineProps {
  line: ILine;
  /** Another group has access: it may be a way in for the one who is removed. */
  otherGroups: boolean;
  limit: number | null;
  now: Date;
  changeRole: (role: Role) => void;
  changeExpiry: (expiry: IExpiry) => Promise<boolean>;
  remove: () => void;
  openFolder: () => void;
  trans: TranslationBundle;
}

/** One way in. Inherited ones are changed where they come from, one's own by somebody else. */
export function AccessLine(props: IAccessLineProps): ReactElement {
  const { line, trans } = props;
  const { grant } = line;
  const id = useId();
  const changeable = grant.inherited_from === null && !line.mine;
  const state = stateSentence(grant, trans);
  return (
    <li
      className="jp-ApexShare-row"
      aria-busy={line.busy}
      data-state={grant.state}
    >
      <Grantee line={line} trans={trans} />
      {changeable ? (
        <Controls {...props} describedBy={`${id}-said`} />
      ) : (
        <Fixed {...props} />
      )}
      <div id={`${id}-said`} className="jp-ApexShare-said">
        {grant.note && (
          <p className="jp-ApexShare-hint">“{visibleText(grant.note)}”</p>
        )}
        {state && <p className="jp-ApexShare-state">{state}</p>}
        {line.refusal && (
          <p role="alert" className="jp-ApexShare-refusal">
            {line.refusal}
          </p>
        )}
      </div>
    </li>
  );
}

function Grantee(props: {
  line: ILine;
  trans: TranslationBundle;
}): ReactElement {
  const { line, trans } = props;
  const { grantee } = line.grant;
  const name = principalName(grantee, trans);
  const icon = iconOfPrincipal(grantee.kind);
  const detail = principalDetail(grantee, trans);
  return (
    <span className="jp-ApexShare-who">
      <icon.react tag="span" width="16px" aria-hidden="true" />
      <span className="jp-ApexShare-name" title={detail}>
        {line.mine ? trans.__('%1 (you)', name) : name}
      </span>
      {detail !== name && <span className="jp-ApexShare-detail">{detail}</span>}
    </span>
  );
}

function Fixed(props: IAccessLineProps): ReactElement {
  const { line, now, trans } = props;
  const { grant } = line;
  const folder = visibleText(grant.name);
  return (
    <>
      <span className="jp-ApexShare-role">{roleName(grant.role, trans)}</span>
      {grant.expires_at && (
        <span
          className="jp-ApexShare-until"
          title={exactTime(grant.expires_at, trans)}
        >
          {trans.__(
            'until %1',
            untilText(grant.expires_at, now, trans, 'short')
          )}
        </span>
      )}
      {grant.inherited_from !== null && (
        <button
          type="button"
          className="jp-ApexLink jp-ApexShare-via"
          title={trans.__('Changed there: opens the dialog of that folder')}
          onClick={props.openFolder}
        >
          {trans.__('via folder “%1” →', folder)}
        </button>
      )}
    </>
  );
}

function Controls(
  props: IAccessLineProps & { describedBy: string }
): ReactElement {
  const { line, trans } = props;
  const { grant } = line;
  const name = principalName(grant.grantee, trans);
  const [asking, setAsking] = useState(false);
  const removeButton = useRef<HTMLButtonElement>(null);
  const keep = () => {
    setAsking(false);
    removeButton.current?.focus();
  };
  return (
    <>
      <RoleChoice
        label={trans.__('Role of %1', name)}
        role={grant.role}
        type={grant.type}
        onChoose={props.changeRole}
        disabled={line.busy}
        describedBy={props.describedBy}
        trans={trans}
      />
      <LineExpiry {...props} />
      <button
        ref={removeButton}
        type="button"
        className="jp-ApexLink jp-ApexShare-remove"
        aria-label={trans.__('Remove %1', name)}
        aria-disabled={line.busy}
        aria-expanded={asking}
        onClick={() => {
          if (line.busy) {
            return;
          }
          if (line.lastWayIn && grant.state === 'active') {
            setAsking(true);
          } else {
            props.remove();
          }
        }}
      >
        {trans.__('Remove')}
      </button>
      {asking && (
        <Question
          text={removeQuestion(grant, props.otherGroups, trans)}
          yes={() => {
            setAsking(false);
            props.remove();
          }}
          no={keep}
          trans={trans}
        />
      )}
    </>
  );
}

/** When this share ends. A date of one's own is given, then set. */
function LineExpiry(
  props: IAccessLineProps & { describedBy: string }
): ReactElement {
  const { line, limit, now, trans } = props;
  const { grant } = line;
  const [own, setOwn] = useState<string | null>(null);
  const end = grant.expires_at;
  const choose = (expiry: IExpiry) => {
    if (expiry.choice === 'own') {
      setOwn(expiry.own);
    } else {
      setOwn(null);
      void props.changeExpiry(expiry);
    }
  };
  const set = async () => {
    if (await props.changeExpiry({ choice: 'own', own: own ?? '' })) {
      setOwn(null);
    }
  };
  const shown = (): IExpiry | null =>
    own !== null
      ? { choice: 'own', own }
      : end === null
        ? { choice: 'never', own: '' }
        : null;
  return (
    <>
      <ExpiryChoice
        label={trans.__(
          'Access of %1 ends',
          principalName(grant.grantee, trans)
        )}
        expiry={shown()}
        text={
          end
            ? trans.__('until %1', untilText(end, now, trans, 'short'))
            : undefined
        }
        title={end ? exactTime(end, trans) : undefined}
        limit={limit}
        own={fieldText(end ? new Date(end) : new Date(+now + 7 * DAY_MS))}
        onChoose={choose}
        disabled={line.busy}
        describedBy={props.describedBy}
        trans={trans}
      />
      {own !== null && (
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-ApexButton"
          aria-disabled={line.busy}
          onClick={() => void set()}
        >
          {trans.__('Set')}
        </button>
      )}
    </>
  );
}

interface IQuestionProps {
  text: string;
  yes: () => void;
  no: () => void;
  trans: TranslationBundle;
}

function Question(props: IQuestionProps): ReactElement {
  const { text, trans } = props;
  const id = useId();
  return (
    <div className="jp-ApexShare-question" role="group" aria-labelledby={id}>
      <span id={id}>{text}</span>
      <button
        type="button"
        // The question came because of the person's own click: the focus is where the answer is given.
        // eslint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        aria-describedby={id}
        className="jp-Button jp-mod-styled jp-mod-warn jp-ApexButton"
        onClick={props.yes}
      >
        {trans.__('Remove')}
      </button>
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-ApexButton"
        onClick={props.no}
      >
        {trans.__('Keep')}
      </button>
    </div>
  );
}
