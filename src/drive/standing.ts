import type { TranslationBundle } from '@jupyterlab/translation';

import { youMay } from '../ui/words';
import type { RemoteState } from '../ui/remoteState';
import type { IUnsavedReason, OpenDocument } from './documents';
import type { IShare } from './shares';

/** What a banner offers to do. */
export type BannerAct = 'copy' | 'decide' | 'retry' | 'look-again';

/** How a document from the drive stands: whose it is, what one may do, whether the text is safe. */
export interface IStanding {
  readonly text: string;
  readonly tone: 'plain' | 'notice';
  readonly acts: readonly BannerAct[];
}

const WAYS_OUT: Readonly<Record<IUnsavedReason['kind'], readonly BannerAct[]>> =
  {
    changed: ['decide'],
    forbidden: ['copy'],
    gone: ['copy'],
    failed: ['retry', 'copy']
  };

export function standingOf(
  document: OpenDocument,
  shares: RemoteState<readonly IShare[]>,
  trans: TranslationBundle
): IStanding {
  const { share, unsaved } = document;
  const owner = share ? trans.__('%1’s file', share.owner) : '';
  if (shares.tag === 'unavailable' || isStale(shares)) {
    return {
      text: joined(
        owner,
        trans.__(
          'the sharing service does not answer; your text is kept in this tab'
        )
      ),
      tone: 'notice',
      acts: ['look-again', 'copy']
    };
  }
  const now = share && currentShare(shares, share);
  if (share && !now) {
    return {
      text: joined(
        owner,
        trans.__(
          'your access has ended or it was moved; your text is kept in this tab'
        )
      ),
      tone: 'notice',
      acts: ['copy']
    };
  }
  const permissions = now?.grant.permissions ?? [];
  const mayWrite = permissions.includes('write');
  if (unsaved?.kind === 'forbidden' && mayWrite) {
    return {
      text: joined(
        owner,
        trans.__('you may change it now; your text is not saved yet')
      ),
      tone: 'notice',
      acts: ['retry']
    };
  }
  if (unsaved) {
    const text = joined(owner, trans.__('not saved: %1', unsaved.detail));
    return { text, tone: 'notice', acts: WAYS_OUT[unsaved.kind] };
  }
  return {
    text: joined(owner, now ? youMay(permissions, trans) : ''),
    tone: 'plain',
    acts: now && !mayWrite ? ['copy'] : []
  };
}

export function labelOfAct(act: BannerAct, trans: TranslationBundle): string {
  switch (act) {
    case 'copy':
      return trans.__('Save a copy to my files');
    case 'decide':
      return trans.__('Decide…');
    case 'retry':
      return trans.__('Save again');
    case 'look-again':
      return trans.__('Try now');
  }
}

function currentShare(
  shares: RemoteState<readonly IShare[]>,
  share: IShare
): IShare | null {
  if (shares.tag !== 'ready') {
    return shares.tag === 'loading' ? share : null;
  }
  const root = share.grant.workspace;
  return shares.value.find(each => each.grant.workspace === root) ?? null;
}

function isStale(shares: RemoteState<readonly IShare[]>): boolean {
  return shares.tag === 'ready' && shares.staleSince !== null;
}

function joined(owner: string, rest: string): string {
  return [owner, rest].filter(part => part !== '').join(' · ');
}
