"""Grants: giving, reading, changing and revoking."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ...contract.base import Id
from ...contract.grants import Direction, Grant, GrantChange, GrantPage, NewGrant
from ..asking import CallerOf, Cursor, GrantIdOf, Limit, PartsOf
from ..bodies import json_body
from ..declared import DeclaredRoute, Needs, RouteAct, declare

router = APIRouter(route_class=DeclaredRoute)


@router.get("/grants", **declare(Needs.DATA, RouteAct.LIST))
def list_grants(
    parts: PartsOf,
    caller: CallerOf,
    *,
    direction: Direction | None = None,
    workspace: Annotated[Id | None, Query()] = None,
    path: Annotated[str | None, Query(max_length=4096)] = None,
    limit: Limit = 200,
    cursor: Cursor = None,
) -> GrantPage:
    """Grants given by or to the asking person (`direction`), or on one item (`workspace`, `path`)."""
    return parts.list_grants(caller, direction, workspace, path, limit=limit, cursor=cursor)


@router.post("/grants", status_code=201, **declare(Needs.ACT, RouteAct.SHARE))
def create_grant(
    parts: PartsOf, caller: CallerOf, body: Annotated[NewGrant, Depends(json_body(NewGrant))]
) -> Grant:
    """Share one item with one person or group."""
    return parts.create_grant(caller, body)


@router.get("/grants/{id}", **declare(Needs.DATA, RouteAct.LIST))
def get_grant(parts: PartsOf, caller: CallerOf, grant: GrantIdOf) -> Grant:
    """One grant that the asking person gave, may change, or holds."""
    return parts.get_grant(caller, grant)


@router.patch("/grants/{id}", **declare(Needs.ACT, RouteAct.SHARE))
def change_grant(
    parts: PartsOf,
    caller: CallerOf,
    grant: GrantIdOf,
    body: Annotated[GrantChange, Depends(json_body(GrantChange))],
) -> Grant:
    """Change role, expiry or note: in force with the answer."""
    return parts.change_grant(caller, grant, body)


@router.delete("/grants/{id}", status_code=204, **declare(Needs.ACT, RouteAct.SHARE))
def revoke_grant(parts: PartsOf, caller: CallerOf, grant: GrantIdOf) -> None:
    """Revoke: in force with the answer, also for downloads under way."""
    parts.revoke_grant(caller, grant)
