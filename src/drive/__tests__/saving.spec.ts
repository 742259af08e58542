import '@testing-library/jest-dom';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { apexError } from '../../testing/fakeClient';
import { PERMISSIONS, makeGrant } from '../../testing/fixtures';
import { type IDesk, makeDesk, setText } from './support';

const PATH = 'Shared:alice/hydrology-2026/a.txt';

async function openAs(role: 'viewer' | 'editor') {
  const desk = makeDesk();
  desk.client.withMe = [makeGrant({ role })];
  desk.client.put('s-1', 'a.txt', 'one');
  const context = await desk.open(PATH);
  return { desk, context };
}

function become(desk: IDesk, role: 'viewer' | 'editor'): void {
  desk.client.withMe = [makeGrant({ role, permissions: PERMISSIONS[role] })];
}

/** Saves as the person, and answers the dialogs that come with the named buttons. */
async function saveAnd(
  desk: IDesk,
  context: DocumentRegistry.Context,
  ...buttons: string[]
): Promise<string> {
  const saved = desk.save(context).then(
    () => 'saved',
    (error: Error) => error.name
  );
  for (const button of buttons) {
    await userEvent.click(await screen.findByRole('button', { name: button }));
  }
  return saved;
}

function notices(): string[] {
  return Notification.manager.notifications.map(each => each.message);
}

afterEach(() => {
  Dialog.flush();
  Notification.dismiss();
});

describe('Saving as an editor', () => {
  it('writes over the version that was opened', async () => {
    const { desk, context } = await openAs('editor');
    setText(context, 'two');
    expect(await saveAnd(desk, context)).toBe('saved');
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('two');
    expect(desk.client.calls).toContain('write s-1:a.txt "1"');
    expect(context.model.dirty).toBe(false);
  });

  it('goes on from the version that it saved', async () => {
    const { desk, context } = await openAs('editor');
    for (const text of ['two', 'three', 'four']) {
      setText(context, text);
      expect(await saveAnd(desk, context)).toBe('saved');
    }
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('four');
  });

  it('goes on after a rename', async () => {
    const { desk, context } = await openAs('editor');
    await context.rename('b.txt');
    setText(context, 'two');
    expect(await saveAnd(desk, context)).toBe('saved');
    expect(desk.client.textOf('s-1', 'b.txt')).toBe('two');
  });

  it('strips the trust from the cells of a notebook', async () => {
    const { desk } = await openAs('editor');
    desk.client.put('s-1', 'n.ipynb', '{"cells": [], "nbformat": 4}');
    const context = await desk.open('Shared:alice/hydrology-2026/n.ipynb');
    context.model.fromJSON({
      cells: [{ cell_type: 'code', metadata: { trusted: true }, source: '1' }],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5
    });
    expect(await saveAnd(desk, context)).toBe('saved');
    const text = desk.client.textOf('s-1', 'n.ipynb') ?? '';
    expect(text).toContain('"1"');
    expect(text).not.toContain('trusted');
  });
});

describe('When both change one file', () => {
  async function conflict() {
    const { desk, context } = await openAs('editor');
    setText(context, 'bob’s');
    desk.client.put('s-1', 'a.txt', 'alice’s', '2026-11-21T09:00:00Z');
    return { desk, context };
  }

  it('nothing is overwritten, and the text stays on Cancel', async () => {
    const { desk, context } = await conflict();
    expect(await saveAnd(desk, context, 'Cancel')).toBe('ModalCancelError');
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('alice’s');
    expect(context.model.toString()).toBe('bob’s');
    expect(context.model.dirty).toBe(true);
  });

  it('both times are said, and no button overwrites', async () => {
    const { desk, context } = await conflict();
    const saved = saveAnd(desk, context, 'Cancel');
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('“a.txt” has changed in the share');
    expect(dialog).toHaveTextContent('alice’s file');
    expect(dialog).toHaveTextContent('Nov 21, 2026');
    expect(dialog).toHaveTextContent('Nov 20, 2026');
    const buttons = within(dialog).getAllByRole('button');
    expect(buttons.map(button => button.textContent)).toEqual(
      expect.arrayContaining(['Cancel', 'Take theirs…', 'Keep mine as a copy'])
    );
    expect(dialog).not.toHaveTextContent(/overwrite$|revert/i);
    await saved;
  });

  it('the own text goes into a copy beside it, and the tab shows theirs', async () => {
    const { desk, context } = await conflict();
    expect(await saveAnd(desk, context, 'Keep mine as a copy')).toBe('saved');
    expect(desk.client.textOf('s-1', "a (bob's copy).txt")).toBe('bob’s');
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('alice’s');
    expect(context.model.toString()).toBe('alice’s');
    expect(context.model.dirty).toBe(false);
    expect(desk.shown).toEqual([
      "Shared:alice/hydrology-2026/a (bob's copy).txt"
    ]);
  });

  it('a second copy gets another name', async () => {
    const { desk, context } = await conflict();
    desk.client.put('s-1', "a (bob's copy).txt", 'earlier');
    await saveAnd(desk, context, 'Keep mine as a copy');
    expect(desk.client.textOf('s-1', "a (bob's copy).txt")).toBe('earlier');
    expect(desk.client.textOf('s-1', "a (bob's copy 2).txt")).toBe('bob’s');
  });

  it('the copy goes into the own files where none may be added', async () => {
    const { desk, context } = await conflict();
    desk.client.failures.set('write', apexError('changed'));
    const write = jest.spyOn(desk.client, 'write');
    write.mockRejectedValueOnce(apexError('changed'));
    write.mockRejectedValue(apexError('forbidden'));
    expect(await saveAnd(desk, context, 'Keep mine as a copy')).toBe('saved');
    expect(desk.own.files.get("a (bob's copy).txt")).toBe('bob’s');
  });

  it('nothing is taken when the copy fails', async () => {
    const { desk, context } = await conflict();
    jest
      .spyOn(desk.client, 'write')
      .mockRejectedValueOnce(apexError('changed'))
      .mockRejectedValue(apexError('storage-full', 'No room left.'));
    expect(await saveAnd(desk, context, 'Keep mine as a copy', 'Close')).toBe(
      'ModalCancelError'
    );
    expect(context.model.toString()).toBe('bob’s');
  });

  it('theirs is taken only after a second question', async () => {
    const { desk, context } = await conflict();
    expect(await saveAnd(desk, context, 'Take theirs…', 'Cancel')).toBe(
      'ModalCancelError'
    );
    expect(context.model.toString()).toBe('bob’s');
    expect(
      await saveAnd(desk, context, 'Take theirs…', 'Drop my changes')
    ).toBe('saved');
    expect(context.model.toString()).toBe('alice’s');
  });

  it('saving goes on after theirs was taken', async () => {
    const { desk, context } = await conflict();
    await saveAnd(desk, context, 'Take theirs…', 'Keep a copy first');
    setText(context, 'both');
    expect(await saveAnd(desk, context)).toBe('saved');
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('both');
  });

  it('the same text saved by both is no conflict', async () => {
    const { desk, context } = await openAs('editor');
    setText(context, 'same');
    desk.client.put('s-1', 'a.txt', 'same');
    expect(await saveAnd(desk, context)).toBe('saved');
  });

  it('a second tab with the newer version does not pass the older text', async () => {
    const { desk, context } = await conflict();
    const newer = await desk.open(PATH);
    expect(newer.model.toString()).toBe('alice’s');
    expect(await saveAnd(desk, context, 'Cancel')).toBe('ModalCancelError');
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('alice’s');
  });

  it('an autosave asks nothing: one notice, and the text stays', async () => {
    const { context } = await conflict();
    for (let times = 0; times < 2; times++) {
      await expect(context.save()).rejects.toMatchObject({
        name: 'ModalCancelError'
      });
    }
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(notices()).toHaveLength(1);
    expect(context.model.toString()).toBe('bob’s');
  });
});

describe('Saving without the right', () => {
  it('is nothing to tell when it was only the autosave of a viewer', async () => {
    const { desk, context } = await openAs('viewer');
    setText(context, 'bob’s');
    await expect(context.save()).rejects.toMatchObject({
      name: 'ModalCancelError'
    });
    expect(notices()).toEqual([]);
    expect(context.model.dirty).toBe(true);
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('one');
  });

  it('is told to whom the right was taken, also at an autosave', async () => {
    const { desk, context } = await openAs('editor');
    become(desk, 'viewer');
    setText(context, 'bob’s');
    await expect(context.save()).rejects.toMatchObject({
      name: 'ModalCancelError'
    });
    expect(notices()).toEqual([expect.stringContaining('is not saved')]);
  });

  it('is told when a dialog of Lab asked for it, as before a tab is closed', async () => {
    const { context } = await openAs('viewer');
    setText(context, 'bob’s');
    const asked = showDialog({ buttons: [Dialog.okButton()] });
    await userEvent.click(await screen.findByRole('button', { name: 'Ok' }));
    await asked;
    const saved = context.save().catch(() => undefined);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Cancel' })
    );
    await saved;
    expect(context.model.toString()).toBe('bob’s');
  });

  it('is refused with whose file it is, and the text stays', async () => {
    const { desk, context } = await openAs('viewer');
    setText(context, 'bob’s');
    const saved = saveAnd(desk, context, 'Cancel');
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('alice’s file · you may read');
    expect(await saved).toBe('ModalCancelError');
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('one');
    expect(context.model.toString()).toBe('bob’s');
    expect(context.model.dirty).toBe(true);
  });

  it('offers a copy in the own files', async () => {
    const { desk, context } = await openAs('viewer');
    desk.own.files.set('a.txt', 'mine already');
    setText(context, 'bob’s');
    await saveAnd(desk, context, 'Save a copy to my files');
    expect(desk.own.files.get('a.txt')).toBe('mine already');
    expect(desk.own.files.get('a (copy 2).txt')).toBe('bob’s');
    expect(desk.shown).toEqual(['a (copy 2).txt']);
    expect(context.model.dirty).toBe(true);
  });

  it('works as soon as the role is another one', async () => {
    const { desk, context } = await openAs('viewer');
    setText(context, 'bob’s');
    await saveAnd(desk, context, 'Cancel');
    become(desk, 'editor');
    expect(await saveAnd(desk, context)).toBe('saved');
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('bob’s');
  });

  it('is refused as soon as the role is another one', async () => {
    const { desk, context } = await openAs('editor');
    become(desk, 'viewer');
    setText(context, 'bob’s');
    expect(await saveAnd(desk, context, 'Cancel')).toBe('ModalCancelError');
    expect(desk.client.textOf('s-1', 'a.txt')).toBe('one');
  });

  it('says that access has ended, and keeps the text', async () => {
    const { desk, context } = await openAs('editor');
    desk.client.withMe = [];
    await desk.shares.refresh();
    setText(context, 'bob’s');
    const saved = saveAnd(desk, context, 'Save a copy to my files');
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('your access to it has ended');
    await saved;
    expect(desk.own.files.get('a.txt')).toBe('bob’s');
    expect(context.model.toString()).toBe('bob’s');
  });

  it('leaves one dialog, Lab’s, when the service is away', async () => {
    const { desk, context } = await openAs('editor');
    desk.client.failures.set(
      'write',
      apexError('unavailable', 'The sharing service does not answer.')
    );
    setText(context, 'bob’s');
    const saved = saveAnd(desk, context);
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('The sharing service does not answer.');
    expect(screen.getAllByRole('dialog')).toHaveLength(1);
    await saved;
    expect(context.model.dirty).toBe(true);
    desk.client.failures.clear();
    await userEvent.click(screen.getByRole('button', { name: 'Close' }));
    expect(await saveAnd(desk, context)).toBe('saved');
  });
});
