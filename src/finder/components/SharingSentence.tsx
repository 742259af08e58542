import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import { visibleText } from '../../ui/visibleText';
import type { IFinderState } from '../state';

export interface ISharingSentenceProps {
  state: IFinderState;
  /** The address that leads to one's own server; null without a hub. */
  ownServer: string | null;
  trans: TranslationBundle;
}

/** Where nothing can be shared: why, and what would be needed. */
export function SharingSentence(
  props: ISharingSentenceProps
): ReactElement | null {
  const { state, ownServer, trans } = props;
  switch (state.sharing) {
    case 'unknown':
    case 'on':
      return null;
    case 'off':
      return (
        <p className="jp-ApexFinder-sentence">
          {trans.__(
            'Sharing needs a JupyterHub with the sharing service: ask its operators to install jupyter_apex_ws there.'
          )}
        </p>
      );
    case 'visiting': {
      const owner =
        state.status.tag === 'ready' ? state.status.value.user : null;
      return (
        <p className="jp-ApexFinder-sentence">
          {owner === null
            ? trans.__(
                'This is somebody else’s server. What is shared with you opens in your own.'
              )
            : trans.__(
                'You are visiting the server of %1. What is shared with you opens in your own.',
                visibleText(owner)
              )}{' '}
          {ownServer !== null && (
            <a href={ownServer}>{trans.__('Go to my server')}</a>
          )}
        </p>
      );
    }
  }
}
