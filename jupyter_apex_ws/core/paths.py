"""Paths as bytes: decoded once, and refused when they could mean anything but names downwards."""

import base64
import binascii
import re
import secrets
from collections.abc import Iterator

from ..contract.problems import FieldError
from .errors import Invalid, Malformed
from .ports import RelPath

MAX_NAME_BYTES = 255
MAX_PATH_BYTES = 4095  # the kernel's PATH_MAX of 4096 counts the NUL at the end
MAX_NAMES = 200
_NUMBERED = 10

_SPECIAL = frozenset((b"", b".", b".."))
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_BROKEN_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_NOT_IN_A_TARGET = re.compile(rb"[^\x21-\x7e]|[?#]")
_ENTRY = re.compile(r"[A-Za-z0-9_-]{1,340}")

_LINE_BREAKS = "\u2028\u2029"
_UNWRITABLE = re.compile(f"[\x00-\x1f\x7f-\x9f{_LINE_BREAKS}]")
"""Control characters (C0, DEL, C1) and what ends a line: not to be written in a path."""

_DIRECTING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Unicode's bidirectional controls: they let a name look like another one."""
_UNSAFE_TO_SHOW = re.compile(f"[\x00-\x1f\x7f-\x9f{_LINE_BREAKS}{_DIRECTING}]")


def acceptable(name: bytes) -> bool:
    """Whether these bytes can be one name in a folder at all."""
    return name not in _SPECIAL and len(name) <= MAX_NAME_BYTES and b"/" not in name and b"\0" not in name


def well_formed(path: RelPath) -> bool:
    """Whether every name is acceptable and the whole is within the limits of length and depth."""
    return (
        len(path) <= MAX_NAMES
        and sum(map(len, path)) + len(path) - 1 <= MAX_PATH_BYTES
        and all(map(acceptable, path))
    )


def addressable(name: bytes) -> bool:
    """Whether a name can be written in a path: UTF-8 without control characters and line breaks."""
    try:
        text = name.decode()
    except UnicodeDecodeError:
        return False
    return acceptable(name) and _UNWRITABLE.search(text) is None


def hidden(path: RelPath) -> bool:
    """Whether any name on the way begins with a dot."""
    return any(name.startswith(b".") for name in path)


def display_name(name: bytes) -> str:
    """The name for people: what is no character, or steers others, spelled out (`\\xff`, `\\u202e`)."""
    return _UNSAFE_TO_SHOW.sub(_spelled_out, name.decode(errors="backslashreplace"))


def _spelled_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def names_beside(name: bytes) -> Iterator[bytes]:
    """Names for what shall not take the place of `name`: `report (2).pdf` and on, then unguessed ones."""
    numbers = [str(number) for number in range(2, _NUMBERED)]
    for mark in (*numbers, *(secrets.token_hex(8) for _ in range(3))):
        stem, dot, ending = name.rpartition(b".")
        if not stem:
            stem, dot, ending = name, b"", b""
        rest = f" ({mark})".encode() + dot + ending
        if len(rest) > MAX_NAME_BYTES // 2:
            stem, rest = name, f" ({mark})".encode()
        yield stem[: MAX_NAME_BYTES - len(rest)].decode(errors="ignore").encode() + rest


def parse_raw(raw: bytes, *, folder: bool = False) -> RelPath:
    """The path part of a request target, still percent-encoded, decoded exactly once; b"" is the root.

    `folder`: one slash at the end is allowed, as in the address of a folder. Raises Malformed.
    """
    if folder and raw.endswith(b"/"):
        raw = raw[:-1]
    if not raw:
        return ()
    if _NOT_IN_A_TARGET.search(raw) or _BROKEN_PERCENT.search(raw):
        raise Malformed("Percent-encode the path as UTF-8, one name between two slashes.")
    path = tuple(_decoded(part) for part in raw.split(b"/"))
    if not well_formed(path) or not all(map(addressable, path)):
        raise Malformed(_WHAT_A_PATH_IS)
    return path


def _decoded(part: bytes) -> bytes:
    return _PERCENT.sub(lambda found: bytes((int(found[1], 16),)), part)


_WHAT_A_PATH_IS = (
    "Use a path of names separated by single slashes, without '.' and '..', "
    f"of at most {MAX_NAME_BYTES} bytes a name and {MAX_NAMES} names. "
    "What has other characters in its name is asked for with ?entry= at its folder."
)


def from_text(text: str, *, pointer: str = "/path") -> RelPath:
    """A path from a JSON string, "" for the root. Raises Invalid that points to `pointer`."""
    if not text:
        return ()
    try:
        path = tuple(text.encode().split(b"/"))
    except UnicodeEncodeError:
        path = ()
    if not path or not well_formed(path) or not all(map(addressable, path)):
        raise Invalid(
            "The path cannot be used.", errors=[FieldError(pointer=pointer, detail=_WHAT_A_PATH_IS)]
        )
    return path


def to_text(path: RelPath) -> str | None:
    """The path as it is written, "" for the root; None where a name on the way cannot be written."""
    if not all(map(addressable, path)):
        return None
    return b"/".join(path).decode()


def entry_id(name: bytes) -> str:
    """A name as it is put after `?entry=`: base64url without padding."""
    return base64.urlsafe_b64encode(name).rstrip(b"=").decode()


def from_entry_id(entry: str) -> bytes:
    """The name behind an entry id. Raises Malformed for what `entry_id` never gave."""
    name = b""
    if _ENTRY.fullmatch(entry):
        try:
            name = base64.urlsafe_b64decode(entry + "=" * (-len(entry) % 4))
        except binascii.Error:
            name = b""
    # One spelling for one name: base64 has spare bits in its last letter.
    if not acceptable(name) or entry_id(name) != entry:
        raise Malformed("This entry id does not exist. Take it from a listing.")
    return name


def address(path: RelPath) -> tuple[str, str | None]:
    """How to ask for `path`: its written part, and the entry ids of the rest (joined by dots) or None.

    The inverse is `at_address`. A folder that has no writable path can so be gone into.
    """
    written = 0
    while written < len(path) and addressable(path[written]):
        written += 1
    rest = ".".join(entry_id(name) for name in path[written:])
    return b"/".join(path[:written]).decode(), rest or None


def at_address(path: RelPath, entry: str | None) -> RelPath:
    """What `?entry=` names beneath the folder at `path`. Raises Malformed."""
    if entry is None:
        return path
    whole = (*path, *(from_entry_id(part) for part in entry.split(".", MAX_NAMES)))
    if not well_formed(whole):
        raise Malformed(_WHAT_A_PATH_IS)
    return whole
