import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import { moment } from '../ui/format';

/** What the person decides about a file that changed under his hands. */
export type ConflictChoice = 'keep-mine' | 'take-theirs' | 'cancel';

export interface IConflict {
  readonly name: string;
  readonly owner: string;
  /** When the version in the share was saved; null where that is not known. */
  readonly theirs: string | null;
  /** When the version was saved that the own text continues. */
  readonly mine: string | null;
}

/** Both changed it: nothing has been overwritten, and no button loses text. */
export async function askAboutConflict(
  conflict: IConflict,
  trans: TranslationBundle
): Promise<ConflictChoice> {
  const result = await showDialog({
    title: trans.__('“%1” has changed in the share', conflict.name),
    body: <ConflictBody conflict={conflict} trans={trans} />,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel'), actions: ['cancel'] }),
      Dialog.createButton({
        label: trans.__('Take theirs…'),
        accept: false,
        actions: ['take-theirs']
      }),
      Dialog.okButton({
        label: trans.__('Keep mine as a copy'),
        actions: ['keep-mine']
      })
    ]
  });
  return choiceOf(result.button.actions);
}

/** Before the own text goes: the copy is the default, dropping it is said in so many words. */
export async function askBeforeTakingTheirs(
  name: string,
  trans: TranslationBundle
): Promise<ConflictChoice> {
  const result = await showDialog({
    title: trans.__('Drop your changes to “%1”?', name),
    body: trans.__(
      'This tab will show the version in the share. What you changed is in this tab only.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel'), actions: ['cancel'] }),
      Dialog.warnButton({
        label: trans.__('Drop my changes'),
        actions: ['take-theirs']
      }),
      Dialog.okButton({
        label: trans.__('Keep a copy first'),
        actions: ['keep-mine']
      })
    ],
    defaultButton: 2
  });
  return choiceOf(result.button.actions);
}

/** Saving is not possible here; true when a copy in the own files is wanted. */
export async function offerCopy(
  title: string,
  detail: string,
  trans: TranslationBundle
): Promise<boolean> {
  const result = await showDialog({
    title,
    body: (
      <div className="jp-ApexSaveDialog">
        <p>{detail}</p>
        <p>{trans.__('Your text is kept in this tab.')}</p>
      </div>
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Save a copy to my files') })
    ]
  });
  return result.button.accept;
}

function ConflictBody(props: {
  conflict: IConflict;
  trans: TranslationBundle;
}): ReactElement {
  const { conflict, trans } = props;
  const at = (instant: string | null) =>
    instant === null ? trans.__('at a time unknown') : moment(instant, trans);
  return (
    <div className="jp-ApexSaveDialog">
      <p>
        {trans.__(
          'It is %1’s file, and somebody saved it after you opened it. Nothing has been overwritten.',
          conflict.owner
        )}
      </p>
      <dl>
        <dt>{trans.__('In the share')}</dt>
        <dd>{trans.__('saved %1', at(conflict.theirs))}</dd>
        <dt>{trans.__('Yours')}</dt>
        <dd>{trans.__('not saved; based on %1', at(conflict.mine))}</dd>
      </dl>
    </div>
  );
}

function choiceOf(actions: readonly string[]): ConflictChoice {
  if (actions.includes('keep-mine')) {
    return 'keep-mine';
  }
  return actions.includes('take-theirs') ? 'take-theirs' : 'cancel';
}
