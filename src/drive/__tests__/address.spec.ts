import '@testing-library/jest-dom';
import { Dialog } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { screen } from '@testing-library/react';

import { makeGrant } from '../../testing/fixtures';
import { takeAddress } from '../address';
import { makeDesk, trans } from './support';

function setUp(treePath: string) {
  const desk = makeDesk();
  desk.client.withMe = [makeGrant()];
  desk.client.put('s-1', 'sub/a.txt', 'one');
  PageConfig.setOption('treePath', treePath);
  const opened: string[] = [];
  const folders: string[] = [];
  const docManager = {
    services: { contents: desk.contents },
    openOrReveal: (path: string) => void opened.push(path)
  };
  const open = takeAddress({
    isShared: path => desk.documents.has(path),
    docManager: docManager as never,
    showFolder: path => folders.push(path),
    trans
  });
  return { open, opened, folders, left: PageConfig.getOption('treePath') };
}

afterEach(() => {
  Dialog.flush();
});

describe('The address of the page', () => {
  it('opens a shared document, and keeps Lab from trying', async () => {
    const path = 'Shared:alice/hydrology-2026/sub/a.txt';
    const { open, opened, left } = setUp(path);
    expect(left).toBe('');
    await open();
    expect(opened).toEqual([path]);
  });

  it('shows a shared folder', async () => {
    const { open, opened, folders } = setUp('Shared:alice/hydrology-2026/sub');
    await open();
    expect(folders).toEqual(['Shared:alice/hydrology-2026/sub']);
    expect(opened).toEqual([]);
  });

  it('leaves own files to Lab', async () => {
    const { open, opened, left } = setUp('data/a.txt');
    await open();
    expect(left).toBe('data/a.txt');
    expect(opened).toEqual([]);
  });

  it('says that one has no access', async () => {
    const { open, opened } = setUp('Shared:dave/secret/a.txt');
    const done = open();
    expect(await screen.findByRole('dialog')).toHaveTextContent(
      'nothing here that you have access to'
    );
    expect(opened).toEqual([]);
    screen.getByRole('button', { name: 'Close' }).click();
    await done;
  });
});
