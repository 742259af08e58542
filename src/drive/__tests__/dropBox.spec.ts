import { makeGrant } from '../../testing/fixtures';
import { type IDesk, makeDesk } from './support';

function deskOf(): IDesk {
  const desk = makeDesk();
  desk.client.withMe = [makeGrant({ role: 'contributor' })];
  desk.client.put('s-1', 'theirs.txt', 'one');
  return desk;
}

describe('A drop box in the drive', () => {
  it('lists nothing, and takes files', async () => {
    const desk = deskOf();
    const folder = await desk.contents.get('Shared:alice/hydrology-2026');
    expect(folder.content).toEqual([]);
    expect(folder.writable).toBe(true);

    await desk.contents.save('Shared:alice/hydrology-2026/mine.txt', {
      type: 'file',
      format: 'text',
      content: 'two'
    });
    expect(desk.client.textOf('s-1', 'mine.txt')).toBe('two');
    expect(desk.added).toEqual(['mine.txt']);
  });

  it('makes no untitled file that one could not open', async () => {
    const desk = deskOf();
    await expect(
      desk.contents.newUntitled({
        path: 'Shared:alice/hydrology-2026',
        type: 'file'
      })
    ).rejects.toThrow('This is a drop box');
  });
});
