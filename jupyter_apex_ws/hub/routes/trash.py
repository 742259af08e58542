"""What was deleted: listed, brought back, deleted for good."""

from fastapi import APIRouter

from ...contract.trash import Restored, TrashPage
from ..asking import CallerOf, Cursor, Limit, PartsOf, TrashIdOf
from ..declared import DeclaredRoute, Needs, RouteAct, declare

router = APIRouter(route_class=DeclaredRoute)


@router.get("/trash", **declare(Needs.ACT, RouteAct.LIST))
def list_trash(parts: PartsOf, caller: CallerOf, limit: Limit = 200, cursor: Cursor = None) -> TrashPage:
    """The asking person's trash, and what he deleted in shares and may bring back; newest first."""
    return parts.trash.listing(caller.person, limit=limit, cursor=cursor)


@router.post("/trash/{id}/restore", **declare(Needs.ACT, RouteAct.CREATE))
def restore_from_trash(parts: PartsOf, caller: CallerOf, trash: TrashIdOf) -> Restored:
    """Bring it back to where it was, or beside it under another name."""
    return parts.trash.restore(caller.person, trash)


@router.delete("/trash/{id}", status_code=204, **declare(Needs.ACT, RouteAct.DELETE))
def delete_for_good(parts: PartsOf, caller: CallerOf, trash: TrashIdOf) -> None:
    """Delete for good: only the owner. Its grants end."""
    parts.trash.purge(caller.person, trash)
