import { Notification } from '@jupyterlab/apputils';
import type { Contents } from '@jupyterlab/services';
import { CommandRegistry } from '@lumino/commands';

import { FakeClient } from '../../testing/fakeClient';
import { makeEntry, makeGrant, makeHit } from '../../testing/fixtures';
import { Actions } from '../actions';
import { told } from '../commands';
import { childRow, hitRow, ownRow, rowsWithMe } from '../rows';
import { trans } from './support';

const NONE = new Set<string>();
const own = (path: string, change = {}) =>
  ownRow(makeEntry({ path, ...change }), NONE);

describe('What can be done with a row', () => {
  const executed: [string, unknown][] = [];
  const seen = {
    copied: [] as string[],
    saved: [] as string[],
    browsed: [] as string[],
    dialog: [] as unknown[]
  };
  let isKnown: boolean;
  let actions: Actions;

  beforeEach(() => {
    executed.length = 0;
    Object.values(seen).forEach(list => (list.length = 0));
    isKnown = true;
    const commands = new CommandRegistry();
    for (const id of ['docmanager:open', 'filebrowser:go-to-path']) {
      commands.addCommand(id, {
        describedBy: { args: {} },
        execute: args => executed.push([id, args.path])
      });
    }
    const contents = {
      get: () => {
        isKnown = true;
        return Promise.resolve();
      },
      getDownloadUrl: (path: string) => Promise.resolve(`/files/${path}`)
    } as unknown as Contents.IManager;
    actions = new Actions({
      commands,
      contents,
      client: new FakeClient(),
      drive: {
        contentsPath: (share, path) =>
          isKnown && share === 's-1' ? `Shared:alice/x/${path}` : null,
        locate: () => null
      },
      shareDialog: {
        open: target => {
          seen.dialog.push(target);
          return Promise.resolve();
        }
      },
      browseShared: path => {
        seen.browsed.push(path);
        return Promise.resolve();
      },
      copy: text => seen.copied.push(text),
      save: address => seen.saved.push(address),
      trans
    });
  });

  it('opens own files, and shows own folders in the file browser', async () => {
    await actions.open(own('a/dem.tif'));
    await actions.open(own('a', { type: 'folder' }));
    expect(executed).toEqual([
      ['docmanager:open', 'a/dem.tif'],
      ['filebrowser:go-to-path', 'a']
    ]);
  });

  it('opens what others share through the drive', async () => {
    await actions.open(hitRow(makeHit({ path: 'dem.tif' })));
    await actions.open(
      hitRow(makeHit({ path: 'results', type: 'folder', kind: 'folder' }))
    );
    expect(executed).toEqual([['docmanager:open', 'Shared:alice/x/dem.tif']]);
    expect(seen.browsed).toEqual(['Shared:alice/x/results']);
  });

  it('lets the drive read the shares before it says that something is not shared', async () => {
    isKnown = false;
    await actions.open(hitRow(makeHit({ path: 'dem.tif' })));
    expect(executed).toHaveLength(1);
    const gone = hitRow(makeHit({ path: 'dem.tif', workspace: 's-9' }));
    await expect(actions.open(gone)).rejects.toThrow(/not shared with you/);
  });

  it('says why a name that no path can hold is not opened', async () => {
    const row = own('x', { path: null, entry: 'YmFk', name: 'bad\\xff' });
    await expect(actions.open(row)).rejects.toThrow(/cannot be written/);
    expect(actions.canDownload(row)).toBe(false);
    expect(actions.canShare(row)).toBe(false);
  });

  it('copies the path by which JupyterLab opens it', async () => {
    await actions.copyPath(own('a/dem.tif'));
    await actions.copyPath(hitRow(makeHit({ path: 'dem.tif' })));
    expect(seen.copied).toEqual(['a/dem.tif', 'Shared:alice/x/dem.tif']);
  });

  it('downloads files, not folders', async () => {
    await actions.download(own('a/dem.tif'));
    await actions.download(hitRow(makeHit({ path: 'dem.tif' })));
    expect(seen.saved).toEqual([
      '/files/a/dem.tif',
      '/jupyter-apex-ws/v1/workspaces/s-1/files/dem.tif'
    ]);
    expect(actions.canDownload(own('a', { type: 'folder' }))).toBe(false);
  });

  it('shares what one may share, and nothing whose name begins with a dot', async () => {
    expect(actions.canShare(own('a/dem.tif'))).toBe(true);
    expect(actions.canShare(own('.ssh/config'))).toBe(false);
    const [viewed] = rowsWithMe([makeGrant()]);
    const [managed] = rowsWithMe([makeGrant({ role: 'manager' })]);
    expect(actions.canShare(viewed)).toBe(false);
    expect(actions.canShare(managed)).toBe(true);
    const inside = childRow(managed, makeEntry({ path: 'dem.tif' }));
    expect(actions.canShare(inside)).toBe(false);
    await actions.share(own('a/dem.tif'));
    expect(seen.dialog).toEqual([
      { root: null, path: 'a/dem.tif', name: 'dem.tif', type: 'file' }
    ]);
  });

  it('tells the person why something was not done', async () => {
    const warning = jest.spyOn(Notification, 'warning');
    await told(Promise.reject(new Error('Not shared any more.')));
    expect(warning).toHaveBeenCalledWith('Not shared any more.');
  });
});
