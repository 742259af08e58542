import { Notification } from '@jupyterlab/apputils';

import { apexError } from '../../testing/fakeClient';
import { ALICE, NOON, makeGrant } from '../../testing/fixtures';
import { type IDesk, makeDesk } from './support';

const CAROL = { ...ALICE, name: 'carol', display_name: 'Carol Diaz' };

function deskOf(role: 'viewer' | 'editor' = 'editor'): IDesk {
  const desk = makeDesk();
  desk.client.withMe = [makeGrant({ role })];
  desk.client.put('s-1', 'a.txt', 'one');
  desk.client.put('s-1', 'sub/b.ipynb', '{"cells": [], "nbformat": 4}');
  return desk;
}

async function names(desk: IDesk, path: string): Promise<string[]> {
  const model = await desk.contents.get(path, { content: true });
  return (model.content as { path: string }[]).map(item => item.path);
}

afterEach(() => {
  Notification.dismiss();
});

describe('Listing the drive', () => {
  it('has a folder for each owner, and the shares in it', async () => {
    const desk = makeDesk();
    desk.client.withMe = [
      makeGrant({ owner: CAROL, name: 'rivers', workspace: 's-2' }),
      makeGrant()
    ];
    expect(await names(desk, 'Shared:')).toEqual([
      'Shared:alice',
      'Shared:carol'
    ]);
    expect(await names(desk, 'Shared:alice')).toEqual([
      'Shared:alice/hydrology-2026'
    ]);
  });

  it('tells equal names apart, the older one first, files by their stem', async () => {
    const desk = makeDesk();
    const file = { type: 'file', name: 'a.tif', kind: 'dataset' } as const;
    desk.client.withMe = [
      makeGrant({ workspace: 's-2', created_at: '2026-11-21T12:00:00Z' }),
      makeGrant({ workspace: 's-1' }),
      makeGrant({ workspace: 's-3', ...file }),
      makeGrant({ workspace: 's-4', id: 'g-4', ...file })
    ];
    expect(await names(desk, 'Shared:alice')).toEqual([
      'Shared:alice/hydrology-2026',
      'Shared:alice/a.tif',
      'Shared:alice/a~2.tif',
      'Shared:alice/hydrology-2026~2'
    ]);
    expect(desk.drive.contentsPath('s-2', 'x/y')).toBe(
      'Shared:alice/hydrology-2026~2/x/y'
    );
  });

  it('keeps a name for its share when the other one is gone', async () => {
    const desk = makeDesk();
    const second = makeGrant({ workspace: 's-2', id: 'g-2' });
    desk.client.withMe = [makeGrant(), second];
    await names(desk, 'Shared:alice');
    desk.client.withMe = [second];
    expect(await names(desk, 'Shared:alice')).toEqual([
      'Shared:alice/hydrology-2026~2'
    ]);
  });

  it('shows two grants on one item as one share', async () => {
    const desk = makeDesk();
    desk.client.withMe = [makeGrant(), makeGrant({ id: 'g-2' })];
    expect(await names(desk, 'Shared:alice')).toHaveLength(1);
  });

  it('leaves out what is suspended', async () => {
    const desk = makeDesk();
    desk.client.withMe = [makeGrant({ state: 'suspended' })];
    expect(await names(desk, 'Shared:')).toEqual([]);
  });

  it('lists a folder of a share with the rights on it', async () => {
    const desk = deskOf('viewer');
    const model = await desk.contents.get('Shared:alice/hydrology-2026', {
      content: true
    });
    expect(model).toMatchObject({
      type: 'directory',
      writable: false,
      content: [
        {
          path: 'Shared:alice/hydrology-2026/a.txt',
          type: 'file',
          writable: false,
          size: 3,
          last_modified: NOON
        },
        { path: 'Shared:alice/hydrology-2026/sub', type: 'directory' }
      ]
    });
  });

  it('knows which share and path a contents path is', async () => {
    const desk = deskOf();
    await desk.shares.refresh();
    const found = desk.drive.locate('Shared:alice/hydrology-2026/sub/b.ipynb');
    expect(found).toMatchObject({ grant: { id: 'g-1' }, path: 'sub/b.ipynb' });
    expect(desk.drive.locate('alice/hydrology-2026/a.txt')).toBeNull();
    expect(desk.drive.locate('Shared:alice')).toBeNull();
  });

  it('is told of a new share by an event', async () => {
    const desk = deskOf();
    await desk.shares.refresh();
    desk.client.withMe = [
      ...desk.client.withMe,
      makeGrant({ workspace: 's-9' })
    ];
    desk.client.changed.emit('shared-with-me');
    await desk.shares.refresh();
    expect(desk.drive.contentsPath('s-9', '')).not.toBeNull();
  });
});

describe('Reading through the drive', () => {
  const at = 'Shared:alice/hydrology-2026/';

  it('gives text with its version', async () => {
    const desk = deskOf();
    const options = { content: true, type: 'file', format: 'text' } as const;
    expect(await desk.contents.get(at + 'a.txt', options)).toMatchObject({
      name: 'a.txt',
      type: 'file',
      format: 'text',
      mimetype: 'text/plain',
      content: 'one',
      hash: '"1"'
    });
  });

  it('gives bytes as base64, and text that is none not as text', async () => {
    const desk = deskOf();
    jest
      .spyOn(desk.client, 'read')
      .mockResolvedValue({ blob: new Blob([Uint8Array.of(255)]), etag: '"1"' });
    expect(await desk.contents.get(at + 'a.txt')).toMatchObject({
      format: 'base64',
      content: '/w=='
    });
    await expect(
      desk.contents.get(at + 'a.txt', { content: true, format: 'text' })
    ).rejects.toMatchObject({ response: { status: 400 } });
  });

  it('takes the trust out of a notebook', async () => {
    const desk = deskOf();
    const cell = { cell_type: 'code', metadata: { trusted: true }, source: [] };
    desk.client.put(
      's-1',
      'sub/b.ipynb',
      JSON.stringify({ cells: [cell], nbformat: 4 })
    );
    const model = await desk.contents.get(at + 'sub/b.ipynb', {
      content: true,
      type: 'notebook'
    });
    expect(model).toMatchObject({
      type: 'notebook',
      format: 'json',
      content: { cells: [{ metadata: {} }] }
    });
    expect(JSON.stringify(model.content)).not.toContain('trusted');
  });

  it('says that a notebook is none', async () => {
    const desk = deskOf();
    desk.client.put('s-1', 'sub/b.ipynb', 'text');
    await expect(desk.contents.get(at + 'sub/b.ipynb')).rejects.toThrow(
      'not a notebook'
    );
  });

  it('answers 404 as Lab expects it', async () => {
    const desk = deskOf();
    for (const path of [at + 'none.txt', 'Shared:dave/x', 'Shared:dave']) {
      await expect(desk.contents.get(path)).rejects.toMatchObject({
        response: { status: 404 }
      });
    }
  });

  it('says that the service is away', async () => {
    const desk = deskOf();
    const sentence = 'The sharing service does not answer.';
    desk.client.failures.set(
      'grantsWithMe',
      apexError('unavailable', sentence)
    );
    await expect(desk.contents.get('Shared:')).rejects.toThrow(sentence);
  });

  it('keeps what it knows while the service is away', async () => {
    const desk = deskOf();
    await desk.shares.refresh();
    desk.client.failures.set('grantsWithMe', apexError('unavailable'));
    await desk.shares.refresh();
    expect(desk.shares.state).toMatchObject({
      tag: 'ready',
      staleSince: expect.any(Date) as Date
    });
  });

  it('gives the address for a download', async () => {
    const desk = deskOf();
    expect(await desk.contents.getDownloadUrl(at + 'a.txt')).toContain(
      'workspaces/s-1/files/a.txt'
    );
  });
});

describe('Changing through the drive', () => {
  const at = 'Shared:alice/hydrology-2026';

  it('makes what has no name yet', async () => {
    const desk = deskOf();
    const make = (options: { type: string; ext?: string }) =>
      desk.contents.newUntitled({ path: at, ...options });
    expect((await make({ type: 'file', ext: 'md' })).name).toBe('untitled.md');
    expect((await make({ type: 'file', ext: '.md' })).name).toBe(
      'untitled1.md'
    );
    expect((await make({ type: 'notebook' })).name).toBe('Untitled.ipynb');
    expect((await make({ type: 'directory' })).name).toBe('Untitled Folder');
    expect((await make({ type: 'directory' })).path).toBe(
      at + '/Untitled Folder 1'
    );
    const notebook = await desk.contents.get(at + '/Untitled.ipynb');
    expect(notebook.content).toMatchObject({ cells: [], nbformat: 4 });
  });

  it('makes nothing for a viewer, nor above the shares', async () => {
    const desk = deskOf('viewer');
    await expect(
      desk.contents.newUntitled({ path: at, type: 'file' })
    ).rejects.toMatchObject({ response: { status: 403 } });
    await expect(
      desk.contents.newUntitled({ path: 'Shared:alice', type: 'file' })
    ).rejects.toThrow('Open one of their shares');
  });

  it('renames inside a share only', async () => {
    const desk = deskOf();
    desk.client.withMe.push(makeGrant({ workspace: 's-2', name: 'other' }));
    const renamed = await desk.contents.rename(at + '/a.txt', at + '/c.txt');
    expect(renamed.path).toBe(at + '/c.txt');
    expect(desk.client.textOf('s-1', 'c.txt')).toBe('one');
    await expect(
      desk.contents.rename(at + '/c.txt', 'Shared:alice/other/c.txt')
    ).rejects.toThrow('from one share to another');
    await expect(
      desk.contents.rename(at, 'Shared:alice/mine')
    ).rejects.toMatchObject({ response: { status: 404 } });
  });

  it('deletes nothing, and says whom to ask', async () => {
    const desk = deskOf();
    await expect(desk.contents.delete(at + '/a.txt')).rejects.toThrow(
      'Ask alice'
    );
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('one');
  });

  it('does not copy yet, and says so', async () => {
    const desk = deskOf();
    await expect(desk.contents.copy(at + '/a.txt', at)).rejects.toThrow(
      'not there yet'
    );
  });

  it('uploads a file in pieces as one', async () => {
    const desk = deskOf();
    const send = (chunk: number, text: string) =>
      desk.contents.save(at + '/up.bin', {
        type: 'file',
        format: 'base64',
        content: btoa(text),
        chunk
      });
    await send(1, 'first ');
    expect(desk.client.textOf('s-1', 'up.bin')).toBeUndefined();
    await send(2, 'second ');
    await send(-1, 'last');
    expect(desk.client.textOf('s-1', 'up.bin')).toBe('first second last');
  });

  it('never uploads over what is there', async () => {
    const desk = deskOf();
    await expect(
      desk.contents.save(at + '/a.txt', {
        type: 'file',
        format: 'base64',
        content: btoa('mine')
      })
    ).rejects.toThrow('nothing was overwritten');
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('one');
  });

  it('has no checkpoints', async () => {
    const desk = deskOf();
    expect(await desk.contents.listCheckpoints(at + '/a.txt')).toEqual([]);
    await desk.contents.createCheckpoint(at + '/a.txt');
    await expect(
      desk.contents.restoreCheckpoint(at + '/a.txt', 'none')
    ).rejects.toThrow('no checkpoints');
  });
});
