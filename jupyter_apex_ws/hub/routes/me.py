"""Who is asking."""

from fastapi import APIRouter

from ...contract.me import Me
from ..asking import CallerOf, PartsOf
from ..declared import DeclaredRoute, Needs, RouteAct, declare

router = APIRouter(route_class=DeclaredRoute)


@router.get("/me", **declare(Needs.DATA, RouteAct.SELF))
def get_me(parts: PartsOf, caller: CallerOf) -> Me:
    """The person behind the token, and what is there for them."""
    return parts.me(caller)
