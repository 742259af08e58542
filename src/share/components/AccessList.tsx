import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useId } from 'react';

import type { Grant, Principal, Role } from '../../api/types';
import { iconOfPrincipal } from '../../ui/icons';
import { visibleText } from '../../ui/visibleText';
import type { IExpiry } from '../expiry';
import type { IAccess } from '../state';
import { AccessLine } from './AccessLine';

export interface IAccessListProps {
  access: IAccess;
  now: Date;
  changeRole: (grant: Grant, role: Role) => void;
  changeExpiry: (grant: Grant, expiry: IExpiry) => Promise<boolean>;
  remove: (grant: Grant) => void;
  /** Opens the dialog of the folder that an inherited share belongs to. */
  openFolder: (grant: Grant) => void;
  trans: TranslationBundle;
}

/** Who has access: the owner, what comes from folders above, and the shares of the item itself. */
export function AccessList(props: IAccessListProps): ReactElement {
  const { access, trans } = props;
  const { lines, me, owner } = access;
  const id = useId();
  return (
    <section className="jp-ApexShare-access">
      <h3 id={`${id}-title`} tabIndex={-1}>
        {trans.__('Who has access')}
      </h3>
      <ul aria-labelledby={`${id}-title`}>
        {owner && <OwnerLine owner={owner} me={me.user} trans={trans} />}
        {lines.map(line => (
          <AccessLine
            key={line.grant.id}
            line={line}
            otherGroups={lines.some(
              other =>
                other.grant.grantee.kind !== 'user' &&
                other.grant.state === 'active' &&
                other !== line
            )}
            limit={me.limits.max_grant_seconds}
            now={props.now}
            changeRole={role => props.changeRole(line.grant, role)}
            changeExpiry={expiry => props.changeExpiry(line.grant, expiry)}
            remove={() => props.remove(line.grant)}
            openFolder={() => props.openFolder(line.grant)}
            trans={trans}
          />
        ))}
      </ul>
      {lines.length === 0 && (
        <p className="jp-ApexShare-hint">
          {trans.__('Nobody else has access.')}
        </p>
      )}
    </section>
  );
}

interface IOwnerLineProps {
  owner: Principal;
  me: string;
  trans: TranslationBundle;
}

function OwnerLine(props: IOwnerLineProps): ReactElement {
  const { owner, trans } = props;
  const name = visibleText(owner.name);
  const icon = iconOfPrincipal(owner.kind);
  return (
    <li className="jp-ApexShare-row">
      <span className="jp-ApexShare-who">
        <icon.react tag="span" width="16px" aria-hidden="true" />
        <span
          className="jp-ApexShare-name"
          title={visibleText(owner.display_name)}
        >
          {owner.name === props.me ? trans.__('%1 (you)', name) : name}
        </span>
      </span>
      <span className="jp-ApexShare-role">{trans.__('Owner')}</span>
    </li>
  );
}
