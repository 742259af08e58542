// Names are other people's: some are made to look like something else.

// What draws nothing, or turns the direction of what follows: C0, DEL and C1, soft hyphen, Arabic letter mark, zero-width
// space, direction marks, line and paragraph separators, embeddings, overrides, isolates, word joiner and invisible
// operators, byte order mark, and the language tags nobody can see. Joiners (U+200C, U+200D) stay: scripts and emoji
// need them. Lone surrogates stand for bytes that are not UTF-8.
const HIDDEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** The text with a visible mark, such as "⟨U+202E⟩", in place of each character that cannot be seen. */
export function visibleText(text: string): string {
  return text.replace(HIDDEN, character => {
    const code = character.codePointAt(0) ?? 0;
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
