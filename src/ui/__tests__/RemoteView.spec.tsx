import '@testing-library/jest-dom';
import { nullTranslator } from '@jupyterlab/translation';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';

import { apexError } from '../../testing/fakeClient';
import { EmptyState } from '../EmptyState';
import {
  EMPTY,
  LOADING,
  type RemoteState,
  ready,
  readyList,
  stateOfError
} from '../remoteState';
import { RemoteView } from '../RemoteView';

const trans = nullTranslator.load('jupyter_apex_ws');

function show(state: RemoteState<string>, retry = jest.fn()) {
  render(
    <RemoteView
      state={state}
      trans={trans}
      ready={value => <p>{value}</p>}
      empty={() => <EmptyState text="Nothing is shared with you yet." />}
      retry={retry}
      rows={2}
    />
  );
  return retry;
}

describe('RemoteView', () => {
  it('shows nothing for a moment, then a placeholder', () => {
    jest.useFakeTimers();
    show(LOADING);
    expect(screen.queryByRole('status')).toBeNull();
    act(() => {
      jest.advanceTimersByTime(301);
    });
    expect(screen.getByRole('status', { name: 'Loading' })).toBeVisible();
    jest.useRealTimers();
  });

  it('shows what is ready', () => {
    show(ready('dem.tif'));
    expect(screen.getByText('dem.tif')).toBeVisible();
  });

  it('says how old something stale is', async () => {
    const retry = show(ready('dem.tif', new Date(Date.now() - 3_600_000)));
    expect(screen.getByRole('status')).toHaveTextContent('1 hr. ago');
    expect(screen.getByText('dem.tif')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Try now' }));
    expect(retry).toHaveBeenCalled();
  });

  it('shows the sentence for what is empty', () => {
    show(EMPTY);
    expect(screen.getByRole('status')).toHaveTextContent('Nothing is shared');
  });

  it('says why something is forbidden', () => {
    show(stateOfError(apexError('forbidden', 'Only managers see this.')));
    expect(screen.getByText('Only managers see this.')).toBeVisible();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('offers to try at once when something is unavailable', async () => {
    const retry = show(
      stateOfError(apexError('unavailable', 'The service is away.'))
    );
    expect(screen.getByText('The service is away.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Try now' }));
    expect(retry).toHaveBeenCalled();
  });

  it('speaks up when something failed', async () => {
    const retry = show(stateOfError(apexError('internal', 'That broke.')));
    expect(screen.getByRole('alert')).toHaveTextContent('That broke.');
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(retry).toHaveBeenCalled();
  });
});

describe('readyList', () => {
  it('is empty without items', () => {
    expect(readyList([])).toBe(EMPTY);
    expect(readyList([1])).toEqual(ready([1]));
  });
});
