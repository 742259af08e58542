// Which part of a name is what was searched for.

export interface IPart {
  readonly text: string;
  readonly marked: boolean;
}

/** The words of a query, parted by white space and slashes as the index parts them. */
export function wordsOf(query: string): string[] {
  return query
    .split(/[\s/]+/u)
    .map(word => fold(word))
    .filter(word => word !== '');
}

/** Small letters without accents: more generous than any source, so that all that it found is marked. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The name cut into parts, those marked that match a word of the query. */
export function markedParts(name: string, query: string): IPart[] {
  const characters = charactersOf(name);
  const marked = characters.map(() => false);
  // Folding changes lengths ("ﬁ", "İ", accents): each folded unit remembers the character that it comes of.
  const origin: number[] = [];
  let folded = '';
  characters.forEach((character, index) => {
    const each = fold(character);
    folded += each;
    origin.push(...Array.from({ length: each.length }, () => index));
  });
  for (const word of wordsOf(query)) {
    let at = folded.indexOf(word);
    while (at !== -1) {
      marked.fill(true, origin[at], origin[at + word.length - 1] + 1);
      at = folded.indexOf(word, at + word.length);
    }
  }
  return joined(characters, marked);
}

/** A long name as beginning and end, so that what is left out where room is short lies between them. */
export function cut(
  parts: readonly IPart[],
  endLength: number
): readonly [readonly IPart[], readonly IPart[]] {
  let left = endLength;
  const begin: IPart[] = [...parts];
  const end: IPart[] = [];
  while (left > 0 && begin.length > 0) {
    const { text, marked } = begin.pop() as IPart;
    const characters = charactersOf(text);
    end.unshift({ text: characters.slice(-left).join(''), marked });
    if (characters.length > left) {
      begin.push({ text: characters.slice(0, -left).join(''), marked });
    }
    left -= characters.length;
  }
  return [begin, end];
}

/** Letters with the accents that belong to them. */
function charactersOf(text: string): string[] {
  return text.match(/[\s\S]\p{M}*/gu) ?? [];
}

function joined(
  characters: readonly string[],
  marked: readonly boolean[]
): IPart[] {
  const parts: { text: string; marked: boolean }[] = [];
  characters.forEach((character, index) => {
    const last = parts[parts.length - 1];
    if (last && last.marked === marked[index]) {
      last.text += character;
    } else {
      parts.push({ text: character, marked: marked[index] });
    }
  });
  return parts;
}
