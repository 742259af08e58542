// Which item of a file browser can be shared, and if not, why.
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IShareTarget, ISharedDrive } from '../tokens';

/** What is known of a selected item. */
export type Selected = Pick<Contents.IModel, 'path' | 'name' | 'type'>;

/** An item that the dialog opens for, or the reason why there is none, as the end of a sentence. */
export type Shareable = { target: IShareTarget } | { reason: string };

export interface IPlaces {
  driveName(path: string): string;
  localPath(path: string): string;
}

/** Drives over the person's own files: Jupyter's default one, and the one of real-time collaboration. */
const OWN_DRIVES = ['', 'RTC'];
const SHARED_DRIVE = 'Shared';

/** The one selected item as the dialog takes it. */
export function shareable(
  selected: readonly Selected[],
  places: IPlaces,
  drive: ISharedDrive | null,
  trans: TranslationBundle
): Shareable {
  if (selected.length === 0) {
    return { reason: trans.__('select a file or folder first') };
  }
  if (selected.length > 1) {
    return { reason: trans.__('select one file or folder only') };
  }
  const [item] = selected;
  const path = places.localPath(item.path);
  if (path.split('/').some(name => name.startsWith('.'))) {
    return { reason: trans.__('names that begin with a dot cannot be shared') };
  }
  const driveName = places.driveName(item.path);
  if (OWN_DRIVES.includes(driveName)) {
    return path === ''
      ? {
          reason: trans.__(
            'the home folder cannot be shared as a whole, share a folder in it'
          )
        }
      : { target: targetOf(item, null, path) };
  }
  if (driveName === SHARED_DRIVE && drive !== null) {
    return sharedFurther(item, drive, trans);
  }
  return { reason: trans.__('only your own files can be shared') };
}

function sharedFurther(
  item: Selected,
  drive: ISharedDrive,
  trans: TranslationBundle
): Shareable {
  const found = drive.locate(item.path);
  if (found === null) {
    return { reason: trans.__('select something that was shared with you') };
  }
  const { grant, path } = found;
  return grant.permissions.includes('share')
    ? { target: targetOf(item, grant.workspace, path) }
    : {
        reason: trans.__(
          '%1 shared this with you, and only managers can share it further',
          grant.owner.name
        )
      };
}

function targetOf(
  item: Selected,
  root: string | null,
  path: string
): IShareTarget {
  const type = item.type === 'directory' ? 'folder' : 'file';
  return { root, path, name: item.name, type };
}
