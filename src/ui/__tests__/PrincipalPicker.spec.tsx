import '@testing-library/jest-dom';
import { nullTranslator } from '@jupyterlab/translation';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';

import type { Principal } from '../../api/types';
import { apexError } from '../../testing/fakeClient';
import { ALICE, BOB, HYDROLOGY } from '../../testing/fixtures';
import { type IPickerValue, NOBODY, PrincipalPicker } from '../PrincipalPicker';
import type { PrincipalSearch } from '../principalSearch';

const trans = nullTranslator.load('jupyter_apex_ws');
const everybody = [ALICE, BOB, HYDROLOGY];

function show(search: PrincipalSearch, exclude?: (p: Principal) => boolean) {
  const values: IPickerValue[] = [];
  function Harness() {
    const [value, setValue] = useState(NOBODY);
    return (
      <PrincipalPicker
        value={value}
        onChange={next => {
          values.push(next);
          setValue(next);
        }}
        search={search}
        exclude={exclude}
        label={trans.__('Add people')}
        trans={trans}
      />
    );
  }
  render(<Harness />);
  return {
    field: screen.getByRole('combobox', { name: 'Add people' }),
    last: () => values[values.length - 1]
  };
}

const found = () => Promise.resolve(everybody);

describe('PrincipalPicker', () => {
  it('asks for nobody before the second letter', async () => {
    const search = jest.fn(found);
    const { field } = show(search);
    await userEvent.type(field, 'a');
    expect(screen.getByRole('status')).toHaveTextContent('at least two');
    await userEvent.type(field, 'l');
    await screen.findByRole('option', { name: /alice/ });
    expect(search).toHaveBeenCalledTimes(1);
    expect(search).toHaveBeenCalledWith('al', expect.any(AbortSignal));
  });

  it('offers people by name and groups by size, and says how many', async () => {
    const { field } = show(found);
    await userEvent.type(field, 'al');
    expect(await screen.findAllByRole('option')).toHaveLength(3);
    expect(screen.getByText('Alice Ahn')).toBeVisible();
    expect(screen.getByText('group, 3 people')).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent('3 found');
    expect(field).toHaveAttribute('aria-expanded', 'true');
  });

  it('is worked with the keys alone', async () => {
    const { field, last } = show(found);
    await userEvent.type(field, 'al');
    await screen.findAllByRole('option');
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    const option = screen.getByRole('option', { name: /bob/ });
    expect(option).toHaveAttribute('aria-selected', 'true');
    expect(field).toHaveAttribute('aria-activedescendant', option.id);
    await userEvent.keyboard('{Enter}');
    expect(last()).toEqual({ text: 'bob', chosen: BOB });
    expect(field).toHaveValue('bob');
    expect(field).toHaveFocus();
    expect(screen.queryByRole('option')).toBeNull();
  });

  it('goes round with the arrows', async () => {
    const { field } = show(found);
    await userEvent.type(field, 'al');
    await screen.findAllByRole('option');
    await userEvent.keyboard('{ArrowUp}');
    expect(screen.getByRole('option', { name: /hydrology/ })).toHaveAttribute(
      'aria-selected',
      'true'
    );
  });

  it('closes its list on Escape, and leaves the next Escape to others', async () => {
    const escaped = jest.fn();
    document.body.addEventListener('keydown', escaped);
    const { field } = show(found);
    await userEvent.type(field, 'al');
    await screen.findAllByRole('option');
    escaped.mockClear();
    await userEvent.keyboard('{Escape}');
    expect(field).toHaveAttribute('aria-expanded', 'false');
    expect(field).toHaveValue('al');
    await userEvent.keyboard('{Escape}');
    expect(escaped).toHaveBeenCalled();
    document.body.removeEventListener('keydown', escaped);
  });

  it('chooses by click', async () => {
    const { field, last } = show(found);
    await userEvent.type(field, 'al');
    await userEvent.click(await screen.findByRole('option', { name: /alice/ }));
    expect(last().chosen).toBe(ALICE);
  });

  it('forgets who was chosen when the text changes', async () => {
    const { field, last } = show(found);
    await userEvent.type(field, 'al');
    await userEvent.click(await screen.findByRole('option', { name: /alice/ }));
    await userEvent.type(field, 'x');
    expect(last()).toEqual({ text: 'alicex', chosen: null });
  });

  it('gives up the question before when another is asked', async () => {
    const signals: AbortSignal[] = [];
    const search: PrincipalSearch = (query, signal) => {
      signals.push(signal);
      return query === 'al'
        ? new Promise(() => undefined)
        : Promise.resolve([BOB]);
    };
    const { field } = show(search);
    await userEvent.type(field, 'al');
    await waitFor(() => expect(signals).toHaveLength(1));
    await userEvent.type(field, 'i');
    await screen.findByRole('option', { name: /bob/ });
    expect(signals[0].aborted).toBe(true);
  });

  it('does not offer who has access already', async () => {
    const { field } = show(found, person => person.name === 'alice');
    await userEvent.type(field, 'al');
    expect(await screen.findAllByRole('option')).toHaveLength(2);
  });

  it('says that there is nobody', async () => {
    const { field } = show(() => Promise.resolve([]));
    await userEvent.type(field, 'zz');
    await waitFor(() =>
      expect(screen.getByRole('status')).toHaveTextContent('Nobody')
    );
  });

  it('says why it cannot look', async () => {
    const { field } = show(() =>
      Promise.reject(apexError('too-many-requests', 'Wait a little.'))
    );
    await userEvent.type(field, 'al');
    await waitFor(() =>
      expect(screen.getByRole('status')).toHaveTextContent('Wait a little.')
    );
  });
});
