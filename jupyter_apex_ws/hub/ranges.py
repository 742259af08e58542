"""Which part of a file was asked for, and whether it is new to who asks (RFC 9110, 13 and 14)."""

import re
from collections.abc import Sequence

from ..core.errors import Malformed, RangeNotSatisfiable

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_ETAGS = re.compile(r'(?:W/)?"[\x21\x23-\x7e]*"')
_STRONG = re.compile(r'"[\x21\x23-\x7e]*"')


def known(if_none_match: str | None, etag: str) -> bool:
    """Whether the asking side has this version (304). The comparison is weak, as RFC 9110 13.1.2 says."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return etag in (tag.removeprefix("W/") for tag in _ETAGS.findall(if_none_match))


def part(header: str | None, if_range: str | None, etag: str, size: int) -> tuple[int, int] | None:
    """First byte and length of the one range, None for the whole file.

    Several ranges, other units and what is no range at all mean the whole (RFC 9110 14.2 allows it). Raises
    RangeNotSatisfiable.
    """
    found = _RANGE.fullmatch(header.replace(" ", "")) if header is not None else None
    if found is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last = found[1], found[2]
    if not first and not last:
        return None
    if not first:
        length = min(int(last), size)
        start = size - length
    else:
        start = int(first)
        end = min(int(last), size - 1) if last else size - 1
        if last and int(last) < start:
            return None
        length = end - start + 1
    if length <= 0 or start >= size:
        raise RangeNotSatisfiable("The file is shorter than that. Ask for a part that it has.", size=size)
    return start, length


def one_etag(headers: Sequence[str]) -> str | None:
    """The strong ETag of an `If-Match`. Raises Malformed for lists, `*` and weak ones."""
    if not headers:
        return None
    if len(headers) != 1 or not _STRONG.fullmatch(headers[0].strip()):
        raise Malformed('Send one ETag as If-Match, in its quotes, as it was read: "…".')
    return headers[0].strip()


def makes_new(headers: Sequence[str]) -> bool:
    """Whether `If-None-Match: *` was sent. Raises Malformed for anything else in that header."""
    if not headers:
        return False
    if len(headers) != 1 or headers[0].strip() != "*":
        raise Malformed("A save takes If-None-Match with * only: for a file that is not there yet.")
    return True
