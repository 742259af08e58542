"""What the routes ask of a request: who asks, what it is about, and the parts of the service."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Request

from ..core import paths
from ..core.errors import ApexError, NotFound
from ..core.ports import RelPath
from .parts import Caller, Parts


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


def _caller(request: Request) -> Caller:
    """Who asks, as the gate found out. The gate runs before any dependency."""
    caller: Caller = request.state.caller
    return caller


_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

PartsOf = Annotated[Parts, Depends(_parts)]
CallerOf = Annotated[Caller, Depends(_caller)]

Limit = Annotated[int, Query(ge=1, le=1000)]
Cursor = Annotated[str | None, Query(min_length=1, max_length=2000)]
Words = Annotated[str, Query(min_length=1, max_length=200)]
EntryId = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=4096,
        description="Names something beneath the folder at `path` that has no writable path: the `entry` of a listing.",
    ),
]


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


def _target(
    id: Annotated[str, Path(description="A workspace or a share.")],  # noqa: A002 - the word of the contract
    path: Annotated[str, Path(description='Names from there, percent-encoded, "" for the root.')],
    entry: EntryId = None,
) -> Target:
    raw = path.encode("ascii")
    return Target(decoded_id(id), paths.at_address(paths.parse_raw(raw, folder=True), entry))


TargetOf = Annotated[Target, Depends(_target)]


def _grant_id(id: Annotated[str, Path(description="A grant.")]) -> str:  # noqa: A002 - the word of the contract
    return decoded_id(id)


def _workspace_id(id: Annotated[str, Path(description="A workspace.")]) -> str:  # noqa: A002 - the contract's word
    return decoded_id(id)


GrantIdOf = Annotated[str, Depends(_grant_id)]
WorkspaceIdOf = Annotated[str, Depends(_workspace_id)]
