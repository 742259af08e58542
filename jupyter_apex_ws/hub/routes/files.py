"""Bytes of files, both ways."""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from ...contract.entries import Entry
from ..asking import CallerOf, PartsOf, TargetOf
from ..declared import DeclaredRoute, Needs, RouteAct, declare

router = APIRouter(route_class=DeclaredRoute)

_BYTES = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
ETags = Annotated[str | None, Header(max_length=2000)]


@router.head(
    "/workspaces/{id}/files/{path:path}",
    response_class=Response,
    responses={200: {"description": "What GET would say of the file."}},
    **declare(Needs.DATA, RouteAct.READ),
)
def look_at_file(parts: PartsOf, caller: CallerOf, target: TargetOf, request: Request) -> Response:
    """The headers of a file."""
    return parts.downloads.head(caller, target, request)


@router.get(
    "/workspaces/{id}/files/{path:path}",
    response_class=Response,
    responses={200: _BYTES, 206: _BYTES, 304: {"description": "Not changed."}},
    **declare(Needs.DATA, RouteAct.READ),
)
async def read_file(parts: PartsOf, caller: CallerOf, target: TargetOf, request: Request) -> Response:
    """The bytes of a file, whole or one range (RFC 9110). The right is judged again while they flow."""
    return await parts.downloads.answer(caller, target, request)


@router.put(
    "/workspaces/{id}/files/{path:path}",
    responses={201: {"model": Entry}},
    **declare(Needs.DATA, RouteAct.CREATE, RouteAct.WRITE, takes_bytes=True),
)
async def write_file(
    parts: PartsOf,
    caller: CallerOf,
    target: TargetOf,
    *,
    request: Request,
    response: Response,
    if_match: ETags = None,
    if_none_match: ETags = None,
) -> Entry:
    """Save: `If-None-Match: *` makes a file (201), `If-Match` with its ETag replaces one (200)."""
    entry, response.status_code = await parts.uploads.save(caller, target, request)
    return entry


@router.delete("/workspaces/{id}/files/{path:path}", status_code=204, **declare(Needs.DATA, RouteAct.DELETE))
def delete_file(parts: PartsOf, caller: CallerOf, target: TargetOf, if_match: ETags = None) -> None:
    """Put a file of the given ETag, or a folder with all that is in it, into the owner's trash."""
    parts.trash.delete(caller.person, target.workspace, target.path, if_match=if_match)
