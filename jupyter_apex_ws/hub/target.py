"""What a request is about, from the raw path: decoded once, here."""

import re
from dataclasses import dataclass

from ..core import paths
from ..core.errors import ApexError, NotFound
from ..core.ports import RelPath

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def decoded_name(raw: str) -> str:
    """A name from one piece of the raw path, decoded once. What no name can be is not found."""
    try:
        (name,) = paths.parse_raw(raw.encode("ascii"))
    except (ApexError, ValueError):
        raise NotFound from None
    return name.decode()


def decoded_id(raw: str) -> str:
    """An id from one piece of the raw path. What cannot be an id is not found, like every id that is none."""
    name = decoded_name(raw)
    if not _ID.fullmatch(name):
        raise NotFound
    return name


@dataclass(frozen=True)
class Target:
    """An item as a request names it: a workspace or share, and the path in it."""

    workspace: str
    path: RelPath
