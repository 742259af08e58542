"""What the routes ask of a request: who asks, what it is about, and the parts of the service."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from ..core import paths
from .caller import Caller
from .parts import Parts
from .target import Target, decoded_id


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


def _caller(request: Request) -> Caller:
    """Who asks, as the gate found out. The gate runs before any dependency."""
    caller: Caller = request.state.caller
    return caller


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
        description="Names what has no writable path beneath the folder at `path`: the `entry` of a listing.",
    ),
]


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


def _trash_id(id: Annotated[str, Path(description="Something deleted.")]) -> str:  # noqa: A002 - the contract's word
    return decoded_id(id)


TrashIdOf = Annotated[str, Depends(_trash_id)]
GrantIdOf = Annotated[str, Depends(_grant_id)]
WorkspaceIdOf = Annotated[str, Depends(_workspace_id)]
