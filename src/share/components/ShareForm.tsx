import type { TranslationBundle } from '@jupyterlab/translation';
import { type ReactElement, useId } from 'react';

import { PrincipalPicker } from '../../ui/PrincipalPicker';
import type { PrincipalSearch } from '../../ui/principalSearch';
import { fieldText } from '../expiry';
import type { IShareForm } from '../state';
import { ExpiryChoice } from './ExpiryChoice';
import { RoleChoice } from './RoleChoice';

const DAY_MS = 24 * 3600 * 1000;

export interface IShareFormProps {
  form: IShareForm;
  /** What is shared. */
  type: 'file' | 'folder';
  /** The longest life of a share in seconds, null without a limit. */
  limit: number | null;
  now: Date;
  search: PrincipalSearch;
  fill: (change: Partial<IShareForm>) => void;
  add: () => void;
  trans: TranslationBundle;
}

/** Who gets access, as what, until when. Only the button gives it. */
export function ShareForm(props: IShareFormProps): ReactElement {
  const { form, fill, trans } = props;
  const id = useId();
  const refused = form.refusal?.field;
  const about = form.refusal ? `${id}-refusal` : undefined;
  return (
    <section className="jp-ApexShare-form" aria-label={trans.__('Give access')}>
      <div className="jp-ApexShare-line">
        <PrincipalPicker
          value={form.who}
          onChange={who => fill({ who })}
          search={props.search}
          label={trans.__('Add people or groups')}
          describedBy={about}
          invalid={
            form.refusal !== null && (refused ?? 'grantee') === 'grantee'
          }
          trans={trans}
        />
        <RoleChoice
          label={trans.__('Role')}
          role={form.role}
          type={props.type}
          onChoose={role => fill({ role })}
          trans={trans}
        />
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-accept jp-ApexShare-add"
          // Not `disabled`: the focus would be lost while the service answers.
          aria-disabled={form.busy}
          onClick={props.add}
        >
          {trans.__('Add')}
        </button>
      </div>
      <EndAndNote {...props} about={about} />
      {form.who.chosen?.kind === 'everyone' && (
        <p className="jp-ApexShare-state" role="status">
          {trans.__(
            'Everyone on this hub: every person who can sign in, also who comes later. Whoever may read it may keep a copy.'
          )}
        </p>
      )}
      {form.refusal && (
        <p id={`${id}-refusal`} role="alert" className="jp-ApexShare-refusal">
          {form.refusal.detail}
        </p>
      )}
    </section>
  );
}

function EndAndNote(
  props: IShareFormProps & { about: string | undefined }
): ReactElement {
  const { form, fill, about, trans } = props;
  const refused = form.refusal?.field;
  return (
    <div className="jp-ApexShare-line">
      <span className="jp-ApexShare-field">
        <span aria-hidden="true">{trans.__('Expires')}</span>
        <ExpiryChoice
          label={trans.__('Expires')}
          expiry={form.expiry}
          limit={props.limit}
          own={form.expiry.own || fieldText(new Date(+props.now + 7 * DAY_MS))}
          onChoose={expiry => fill({ expiry })}
          describedBy={about}
          invalid={refused === 'expires_at'}
          trans={trans}
        />
      </span>
      <label className="jp-ApexShare-field jp-ApexShare-note">
        <span>{trans.__('Note')}</span>
        <input
          type="text"
          className="jp-mod-styled"
          maxLength={500}
          placeholder={trans.__('optional, they will see it')}
          value={form.note}
          aria-invalid={refused === 'note'}
          onChange={event => fill({ note: event.target.value })}
        />
      </label>
    </div>
  );
}
