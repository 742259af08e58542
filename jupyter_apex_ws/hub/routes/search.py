"""Search over what others share with the asking person."""

from fastapi import APIRouter

from ...contract.search import HitPage, SearchScope
from ..asking import CallerOf, Cursor, Limit, PartsOf, Words
from ..declared import DeclaredRoute, Needs, RouteAct, declare

router = APIRouter(route_class=DeclaredRoute)


@router.get("/search", **declare(Needs.DATA, RouteAct.LIST))
def search(
    parts: PartsOf,
    caller: CallerOf,
    *,
    q: Words,
    scope: SearchScope = SearchScope.ALL,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> HitPage:
    """Files and folders whose name or path has all words of `q`, best first."""
    return parts.search.find(caller.person, q, scope, limit=limit, cursor=cursor)
