"""What the hub's spawner asks before a server starts, and tells afterwards."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from ...contract.spawn import Mounted, SpawnPlan
from ..asking import PartsOf
from ..bodies import json_body
from ..declared import DeclaredRoute, Needs, RouteAct, declare
from ..target import decoded_name

router = APIRouter(route_class=DeclaredRoute)

Server = Annotated[str, Query(max_length=255, description='Which server of the person, "" for the usual one.')]


# Not in the schema: what forwards by the schema shall not know them.
@router.post("/spawn/{user}", include_in_schema=False, **declare(Needs.SERVICE, RouteAct.SPAWN))
def plan_spawn(parts: PartsOf, user: Annotated[str, Path()], server: Server = "") -> SpawnPlan:
    """Where the person's home is, made where it is missing, and what is to be mounted in it."""
    return parts.spawning.plan(decoded_name(user), server)


@router.put(
    "/spawn/{user}/mounts",
    status_code=204,
    include_in_schema=False,
    **declare(Needs.SERVICE, RouteAct.SPAWN),
)
def tell_mounted(
    parts: PartsOf,
    user: Annotated[str, Path()],
    body: Annotated[Mounted, Depends(json_body(Mounted))],
    server: Server = "",
) -> None:
    """Which of the planned grants are mounted; none when the server stopped."""
    parts.spawning.mounted(decoded_name(user), server, body.grants)
