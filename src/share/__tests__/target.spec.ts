import { nullTranslator } from '@jupyterlab/translation';

import { PERMISSIONS, makeGrant } from '../../testing/fixtures';
import type { ISharedDrive } from '../../tokens';
import { type IPlaces, type Selected, shareable } from '../target';

const trans = nullTranslator.load('jupyter_apex_ws');

const places: IPlaces = {
  driveName: path => (path.includes(':') ? path.split(':')[0] : ''),
  localPath: path => path.split(':').pop() ?? ''
};

function drive(role: 'viewer' | 'manager'): ISharedDrive {
  return {
    contentsPath: () => null,
    locate: path =>
      path === 'Shared:alice/maps/north'
        ? {
            grant: makeGrant({ permissions: PERMISSIONS[role] }),
            path: 'north'
          }
        : null
  };
}

function item(path: string, type = 'directory'): Selected {
  return { path, name: path.split(/[/:]/).pop() ?? '', type };
}

function of(items: Selected[], shared: ISharedDrive | null = null) {
  return shareable(items, places, shared, trans);
}

function reasonOf(items: Selected[], shared: ISharedDrive | null = null) {
  const found = of(items, shared);
  return 'reason' in found ? found.reason : null;
}

describe('shareable', () => {
  it('takes a file or folder of one’s own, also through the drive of real-time collaboration', () => {
    expect(of([item('data/maps')])).toEqual({
      target: { root: null, path: 'data/maps', name: 'maps', type: 'folder' }
    });
    expect(of([item('RTC:a.ipynb', 'notebook')])).toEqual({
      target: { root: null, path: 'a.ipynb', name: 'a.ipynb', type: 'file' }
    });
  });

  it.each([
    [[], 'select a file'],
    [[item('a'), item('b')], 'one file or folder only'],
    [[item('')], 'home folder'],
    [[item('.ssh')], 'dot'],
    [[item('a/.git/b')], 'dot'],
    [[item('S3:bucket')], 'only your own']
  ])('says why not: %#', (items, reason) => {
    expect(reasonOf(items)).toContain(reason);
  });

  it('takes what was shared with a manager, and tells others who may share it', () => {
    const north = [item('Shared:alice/maps/north')];

    expect(of(north, drive('manager'))).toEqual({
      target: { root: 's-1', path: 'north', name: 'north', type: 'folder' }
    });
    expect(reasonOf(north, drive('viewer'))).toContain(
      'alice shared this with you'
    );
    expect(reasonOf([item('Shared:alice')], drive('manager'))).toContain(
      'shared with you'
    );
  });
});
