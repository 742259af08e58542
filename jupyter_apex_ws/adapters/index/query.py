"""What is typed, as words; and words as expressions for the trigram tables.

Trigrams of FTS5 with `detail=none` know which rows hold a trigram, not where in the row. So a word becomes
"all of its trigrams", which may find too much, and what is found is compared with the word itself afterwards.
"""

import re
from dataclasses import dataclass

MAX_QUERY = 256
"""Characters that a query may have. The longest name has 255 bytes."""

_MAX_TRIGRAMS = 16
"""Of one word. More would narrow nothing down: the comparison afterwards is exact anyway."""

START = "\uf8f1"
"""Stands twice before each name in the trigram table, so that one and two characters at the beginning of a
name are trigrams too. A name that holds this character itself is dropped by the comparison."""

_MARK_FIRST = 0xE000
_MARK_BASE = 0xE001
_MARK_DIGITS = 4096
_BETWEEN_WORDS = re.compile(r"[\s/]+")


def fold(name: bytes) -> str:
    """A name as it is compared: letter case does not count, bytes beyond UTF-8 are spelled out (`\\xff`)."""
    if name.isascii():
        return name.decode("ascii").lower()
    return name.decode("utf-8", "backslashreplace").casefold()


def typed(text: str) -> str:
    """Typed text, folded like a name; surrogates (of `os.fsdecode`) stand for the bytes they came from."""
    try:
        return fold(text.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return fold(text.encode("utf-8", "backslashreplace"))


def root_mark(number: int) -> str:
    """Three characters, one trigram, that stand for a root in the trigram tables."""
    high, low = divmod(number, _MARK_DIGITS)
    return chr(_MARK_FIRST) + chr(_MARK_BASE + high) + chr(_MARK_BASE + low)


@dataclass(frozen=True)
class Query:
    """Words that must all occur in a path, in any order, at least one of them in the last name.

    Where no word has three characters, one of them must begin the name: anything else would be everything.
    """

    words: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "Query":
        """White space and slashes separate words. Raises ValueError beyond MAX_QUERY characters."""
        if len(text) > MAX_QUERY:
            raise ValueError(f"at most {MAX_QUERY} characters")
        return cls(tuple(dict.fromkeys(word for word in _BETWEEN_WORDS.split(typed(text)) if word)))

    @property
    def long(self) -> tuple[str, ...]:
        """Words that have trigrams."""
        return tuple(word for word in self.words if len(word) >= 3)

    @property
    def short(self) -> tuple[str, ...]:
        """Words of one and two characters."""
        return tuple(word for word in self.words if len(word) < 3)

    @property
    def impossible(self) -> bool:
        """Whether no name can match: nothing is asked for, or a NUL, which no name holds."""
        return not self.words or any("\0" in word for word in self.words)

    def matches(self, folder: str, name: str) -> bool:
        """The rule itself, on folded text; the SQL of `search` says the same."""
        if self.impossible or not all(word in name or word in folder for word in self.words):
            return False
        if not self.long:
            return any(name.startswith(word) for word in self.words)
        return any(word in name for word in self.words)


def all_of(word: str) -> str:
    """An expression for rows that hold all trigrams of a word of three or more characters."""
    trigrams = list(dict.fromkeys(word[at : at + 3] for at in range(len(word) - 2)))
    if len(trigrams) > _MAX_TRIGRAMS:
        step = len(trigrams) / _MAX_TRIGRAMS
        trigrams = [trigrams[int(number * step)] for number in range(_MAX_TRIGRAMS)]
    return "(" + " AND ".join(map(_quoted, trigrams)) + ")"


def beginning(word: str) -> str:
    """An expression for names that begin with the first two characters of a word."""
    return _quoted(START + word[:2] if len(word) >= 2 else START + START + word)


def any_of(expressions: list[str]) -> str:
    """Rows that one of the expressions finds."""
    return "(" + " OR ".join(expressions) + ")"


def marked(numbers: list[int]) -> str:
    """An expression for rows of these roots."""
    return any_of([_quoted(root_mark(number)) for number in numbers])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
