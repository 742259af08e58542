"""What the hub's spawner asks before a server starts."""

from typing import Annotated

from fastapi import APIRouter, Path

from ...contract.spawn import SpawnPlan
from ..asking import PartsOf
from ..declared import DeclaredRoute, Needs, RouteAct, declare
from ..target import decoded_name

router = APIRouter(route_class=DeclaredRoute)


# Not in the schema: what forwards by the schema shall not know it.
@router.post("/spawn/{user}", include_in_schema=False, **declare(Needs.SERVICE, RouteAct.SPAWN))
def plan_spawn(parts: PartsOf, user: Annotated[str, Path()]) -> SpawnPlan:
    """Make the person's workspace and its directory, where they are not there yet."""
    return parts.plan_spawn(decoded_name(user))
