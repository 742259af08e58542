import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { Role } from '../../api/types';
import { roleExplanation, roleName } from '../../ui/words';
import { rolesFor } from '../words';
import { Choice } from './Choice';

export interface IRoleChoiceProps {
  label: string;
  role: Role;
  /** What is shared: not every role can be given on a file. */
  type: 'file' | 'folder';
  onChoose: (role: Role) => void;
  disabled?: boolean;
  describedBy?: string;
  trans: TranslationBundle;
}

/** A role, each explained in one line. */
export function RoleChoice(props: IRoleChoiceProps): ReactElement {
  const { trans } = props;
  const options = rolesFor(props.type).map(role => ({
    value: role,
    name: roleName(role, trans),
    detail: roleExplanation(role, trans)
  }));
  return (
    <Choice
      label={props.label}
      options={options}
      value={props.role}
      title={roleExplanation(props.role, trans)}
      onChoose={props.onChoose}
      disabled={props.disabled}
      describedBy={props.describedBy}
    />
  );
}
