"""Grants: giving, reading, changing and revoking."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ...contract.access import AccessPage
from ...contract.base import Id
from ...contract.grants import (
    Direction,
    Grant,
    GrantChange,
    GrantPage,
    Hidden,
    NewGrant,
    NewGrants,
    Revoked,
    RevokeGiven,
)
from ..asking import CallerOf, Cursor, GrantIdOf, Limit, PartsOf, TargetOf
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
    hidden: bool = False,
    cursor: Cursor = None,
) -> GrantPage:
    """Grants given by or to the asking person (`direction`), or on one item (`workspace`, `path`). `hidden`:
    those to him that he put away."""
    return parts.list_grants(caller, direction, workspace, path, limit=limit, cursor=cursor, hidden=hidden)


@router.post("/grants", status_code=201, **declare(Needs.ACT, RouteAct.SHARE))
def create_grant(
    parts: PartsOf, caller: CallerOf, body: Annotated[NewGrant, Depends(json_body(NewGrant))]
) -> Grant:
    """Share one item with one person or group."""
    return parts.create_grant(caller, body)


@router.post("/grants/bulk", status_code=201, **declare(Needs.ACT, RouteAct.SHARE))
def create_grants(
    parts: PartsOf, caller: CallerOf, body: Annotated[NewGrants, Depends(json_body(NewGrants))]
) -> GrantPage:
    """Share several items with one grantee: all of them, or none."""
    return parts.create_grants(caller, body)


@router.post("/grants/revoke-given", **declare(Needs.ACT, RouteAct.SHARE))
def revoke_given(
    parts: PartsOf, caller: CallerOf, body: Annotated[RevokeGiven, Depends(json_body(RevokeGiven))]
) -> Revoked:
    """Revoke all that one person granted on what is the asking person's own, in one act."""
    return parts.revoke_given(caller, body)


@router.put("/shares/{id}/hidden", **declare(Needs.ACT, RouteAct.SELF))
def hide_share(
    parts: PartsOf,
    caller: CallerOf,
    grant: GrantIdOf,
    body: Annotated[Hidden, Depends(json_body(Hidden))],
) -> Grant:
    """Put away what a grant shares with the asking person, or bring it back: for himself only."""
    return parts.hide_share(caller, grant, body)


@router.get("/workspaces/{id}/access/{path:path}", **declare(Needs.ACT, RouteAct.SHARE))
def who_has_access(
    parts: PartsOf, caller: CallerOf, target: TargetOf, limit: Limit = 200, cursor: Cursor = None
) -> AccessPage:
    """Everybody who has access to an item, with each way it comes; for who may share it."""
    return parts.who_has_access(caller, target.workspace, target.path, limit=limit, cursor=cursor)


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
