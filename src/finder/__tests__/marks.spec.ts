import { visibleText } from '../../ui/visibleText';
import { cut, markedParts } from '../marks';

function marked(name: string, query: string): string {
  return markedParts(name, query)
    .map(part => (part.marked ? `[${part.text}]` : part.text))
    .join('');
}

describe('What is marked in a name', () => {
  it.each([
    ['dem_alps.tif', 'dem', '[dem]_alps.tif'],
    ['dem_alps.tif', 'ALPS dem', '[dem]_[alps].tif'],
    ['dem_alps.tif', 'data/dem', '[dem]_alps.tif'],
    ['Zürich.md', 'zurich', '[Zürich].md'],
    ['Zu\u0308rich.md', 'zü', '[Zu\u0308]rich.md'],
    ['İstanbul.csv', 'istanbul', '[İstanbul].csv'],
    ['aaa', 'aa', '[aa]a'],
    ['dem.tif', '', 'dem.tif'],
    ['dem.tif', '.*', 'dem.tif'],
    ['🛰dem🛰.tif', 'dem', '🛰[dem]🛰.tif']
  ])('marks %s searched for %s', (name, query, expected) => {
    expect(marked(name, query)).toBe(expected);
  });

  it('cuts a long name so that its end stays in sight', () => {
    const [begin, end] = cut(markedParts('S2A_T32TMT_143955.tif', 'tif'), 9);
    const text = (parts: typeof begin) => parts.map(p => p.text).join('');
    expect(text(begin)).toBe('S2A_T32TMT_1');
    expect(text(end)).toBe('43955.tif');
    expect(end.at(-1)).toEqual({ text: 'tif', marked: true });
  });
});

describe('What cannot be seen in a name', () => {
  it.each([
    ['invoice\u202Efdp.exe', 'invoice⟨U+202E⟩fdp.exe'],
    ['two\nlines', 'two⟨U+000A⟩lines'],
    ['zero\u200Bwidth', 'zero⟨U+200B⟩width'],
    ['half \uD83D', 'half ⟨U+D83D⟩'],
    ['family 👨‍👩‍👧', 'family 👨‍👩‍👧'],
    ['نهر.csv', 'نهر.csv']
  ])('is shown as a mark: %j', (name, expected) => {
    expect(visibleText(name)).toBe(expected);
  });
});
