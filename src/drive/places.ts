import type { TranslationBundle } from '@jupyterlab/translation';

import type { Entry } from '../api/types';
import type { IApexClient } from '../tokens';
import { driveError } from './driveError';
import type { IShare, SharesModel } from './shares';

export const DRIVE_NAME = 'Shared';

/** A place in the drive that belongs to a share. */
export interface IPlace {
  readonly share: IShare;
  /** The share's id, to ask the service with. */
  readonly root: string;
  /** Below the share, "" for the share itself. */
  readonly path: string;
}

export interface IPlacesOptions {
  client: IApexClient;
  shares: SharesModel;
  trans: TranslationBundle;
}

/** Finds what a path of the drive, `owner/share/path below it`, stands for. */
export class Places {
  constructor(private readonly options: IPlacesOptions) {}

  /** Rejects where there is no such share for the person. */
  async find(localPath: string): Promise<IPlace> {
    const { shares, trans } = this.options;
    const [owner, name, ...rest] = partsOf(localPath);
    const share = name ? await shares.find(owner, name) : null;
    if (!share) {
      throw driveError(
        404,
        trans.__(
          'There is nothing here that you have access to. Check the address, or ask its owner.'
        )
      );
    }
    return { share, root: share.grant.workspace, path: rest.join('/') };
  }

  /** The same where something is added, with the reason why that is not possible above the shares. */
  async findWritable(localPath: string): Promise<IPlace> {
    if (partsOf(localPath).length < 2) {
      const { trans } = this.options;
      throw driveError(
        403,
        trans.__(
          'Here are the people who share with you. Open one of their shares to add something.'
        )
      );
    }
    return this.find(localPath);
  }

  async entry(place: IPlace): Promise<Entry> {
    const { client } = this.options;
    return (await client.list(place.root, place.path)).entry;
  }

  /** What is known of a path without asking. */
  known(localPath: string): Omit<IPlace, 'root'> | null {
    const [owner, name, ...rest] = partsOf(localPath);
    const share = name ? this.options.shares.byName(owner, name) : null;
    return share && { share, path: rest.join('/') };
  }

  /** The contents path of what lies in a share, null while the share is not known. */
  contentsPath(root: string, path: string): string | null {
    const share = this.options.shares.byRoot(root);
    if (!share) {
      return null;
    }
    const below = path === '' ? '' : `/${path}`;
    return `${DRIVE_NAME}:${share.owner}/${share.name}${below}`;
  }
}

export function partsOf(localPath: string): string[] {
  return localPath.split('/').filter(part => part !== '');
}
