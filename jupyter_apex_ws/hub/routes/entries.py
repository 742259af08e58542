"""Listings, and acts on files and folders that carry no bytes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from ...contract.entries import Entry, EntryOperation, EntryPage
from ..asking import CallerOf, Cursor, Limit, PartsOf, TargetOf
from ..bodies import json_body
from ..declared import DeclaredRoute, Needs, RouteAct, declare

router = APIRouter(route_class=DeclaredRoute)

_STATUS = {"mkdir": 201, "move": 200, "moved": 204, "deleted": 204}


@router.get("/workspaces/{id}/entries/{path:path}", **declare(Needs.DATA, RouteAct.LIST))
def list_entries(
    parts: PartsOf, caller: CallerOf, target: TargetOf, limit: Limit = 200, cursor: Cursor = None
) -> EntryPage:
    """A file or folder itself, and a part of what is in the folder: folders first, then by name."""
    return parts.files.listing(caller.person, target.workspace, target.path, limit=limit, cursor=cursor)


@router.post(
    "/workspaces/{id}/entries/{path:path}",
    response_model=None,
    responses={200: {"model": Entry}, 201: {"model": Entry}, 204: {"description": "Noted."}},
    **declare(Needs.DATA, RouteAct.CREATE, RouteAct.RENAME, RouteAct.DELETE),
)
def change_entry(
    parts: PartsOf,
    caller: CallerOf,
    target: TargetOf,
    body: Annotated[EntryOperation, Depends(json_body(EntryOperation))],
    response: Response,
) -> Entry | None:
    """Make a folder (201), move something (200), or tell what was moved or deleted elsewhere (204)."""
    response.status_code = _STATUS[body.operation]
    return parts.files.change(caller.person, target.workspace, target.path, body)
