import '@testing-library/jest-dom';
import { Dialog, Notification } from '@jupyterlab/apputils';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { BoxPanel, Widget } from '@lumino/widgets';
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { apexError } from '../../testing/fakeClient';
import { makeGrant } from '../../testing/fixtures';
import { type IDesk, makeDesk, setText } from './support';

const PATH = 'Shared:alice/hydrology-2026/a.txt';

/** A document with its header on the page, as Lab opens it. */
async function openAs(role: 'viewer' | 'editor') {
  const desk = makeDesk();
  desk.client.withMe = [makeGrant({ role })];
  desk.client.put('s-1', 'a.txt', 'one');
  const context = await desk.open(PATH);
  const contentHeader = new BoxPanel();
  Widget.attach(contentHeader, document.body);
  const { node } = contentHeader;
  const widget = { context, contentHeader, node } as unknown as IDocumentWidget;
  act(() => {
    desk.watcher.watch(widget);
    desk.watcher.watch(widget);
  });
  await screen.findByText(/alice’s file/);
  return { desk, context, contentHeader };
}

function line(): HTMLElement {
  return screen.getByRole('status');
}

async function learn(desk: IDesk, ...grants: IDesk['client']['withMe']) {
  desk.client.withMe = grants;
  await act(async () => {
    desk.client.changed.emit('shared-with-me');
    await desk.shares.refresh();
  });
}

afterEach(() => {
  document.body.replaceChildren();
  Dialog.flush();
  Notification.dismiss();
});

describe('The banner above a document from the drive', () => {
  it('says whose it is and that one may read, once, with the way out', async () => {
    const { desk } = await openAs('viewer');
    expect(line()).toHaveTextContent('alice’s file · you may read');
    await userEvent.click(
      screen.getByRole('button', { name: 'Save a copy to my files' })
    );
    await waitFor(() => expect(desk.own.files.get('a.txt')).toBe('one'));
    expect(desk.shown).toEqual(['a.txt']);
  });

  it('says that one may change it', async () => {
    await openAs('editor');
    expect(line()).toHaveTextContent('alice’s file · you may change it');
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('follows the grant', async () => {
    const { desk } = await openAs('viewer');
    await learn(desk, makeGrant({ role: 'editor' }));
    expect(line()).toHaveTextContent('you may change it');
    await learn(desk, makeGrant({ role: 'viewer' }));
    expect(line()).toHaveTextContent('you may read');
  });

  it('says that a refused text can be saved now', async () => {
    const { desk, context } = await openAs('viewer');
    setText(context, 'bob’s');
    const saved = desk.save(context).catch(() => undefined);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Cancel' })
    );
    await saved;
    expect(line()).toHaveTextContent('not saved: You may read here');
    await learn(desk, makeGrant({ role: 'editor' }));
    expect(line()).toHaveTextContent('you may change it now');
    await userEvent.click(screen.getByRole('button', { name: 'Save again' }));
    await waitFor(() => expect(line()).toHaveTextContent('you may change it'));
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('bob’s');
  });

  it('says that access is gone and the text is not', async () => {
    const { desk, context } = await openAs('editor');
    setText(context, 'bob’s');
    await learn(desk);
    expect(line()).toHaveTextContent('your access has ended');
    expect(line()).toHaveTextContent('your text is kept');
    expect(context.model.toString()).toBe('bob’s');
    await userEvent.click(
      screen.getByRole('button', { name: 'Save a copy to my files' })
    );
    await waitFor(() => expect(desk.own.files.get('a.txt')).toBe('bob’s'));
  });

  it('says that the service is away, and that it is back', async () => {
    const { desk } = await openAs('editor');
    desk.client.failures.set('grantsWithMe', apexError('unavailable'));
    await act(() => desk.shares.refresh());
    expect(line()).toHaveTextContent('does not answer');
    desk.client.failures.clear();
    await userEvent.click(screen.getByRole('button', { name: 'Try now' }));
    await waitFor(() => expect(line()).toHaveTextContent('you may change it'));
  });

  it('tells of a conflict that an autosave met, and leads to the decision', async () => {
    const { desk, context } = await openAs('editor');
    setText(context, 'bob’s');
    desk.client.put('s-1', 'a.txt', 'alice’s');
    await act(() => context.save().catch(() => undefined));
    expect(line()).toHaveTextContent('not saved: Somebody else has changed');
    await userEvent.click(screen.getByRole('button', { name: 'Decide…' }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Keep mine as a copy' })
    );
    await waitFor(() => expect(line()).toHaveTextContent('you may change it'));
    expect(context.model.toString()).toBe('alice’s');
  });

  it('tells of a save that was refused until one succeeds', async () => {
    const { desk, context } = await openAs('editor');
    desk.client.failures.set('write', apexError('storage-full', 'No room.'));
    setText(context, 'bob’s');
    await act(() => context.save().catch(() => undefined));
    expect(line()).toHaveTextContent('not saved: No room.');
    desk.client.failures.clear();
    await userEvent.click(screen.getByRole('button', { name: 'Save again' }));
    await waitFor(() => expect(line()).toHaveTextContent('you may change it'));
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('bob’s');
  });

  it('is not above own files', () => {
    const desk = makeDesk();
    const contentHeader = new BoxPanel();
    const widget = { context: { path: 'a.txt' }, contentHeader };
    desk.watcher.watch(widget as unknown as IDocumentWidget);
    expect(contentHeader.widgets).toHaveLength(0);
  });
});
