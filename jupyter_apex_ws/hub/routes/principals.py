"""People and groups to share with."""

from typing import Annotated

from fastapi import APIRouter, Query

from ...contract.principals import PrincipalPage
from ..asking import CallerOf, Cursor, Limit, PartsOf
from ..declared import DeclaredRoute, Needs, RouteAct, declare

router = APIRouter(route_class=DeclaredRoute)


@router.get("/principals", **declare(Needs.ACT, RouteAct.FIND_PEOPLE))
def find_principals(
    parts: PartsOf,
    caller: CallerOf,
    q: Annotated[str, Query(min_length=2, max_length=200)],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> PrincipalPage:
    """People and hub groups whose name has `q` in it. Limited in rate."""
    return parts.find_principals(caller, q, limit, cursor)
