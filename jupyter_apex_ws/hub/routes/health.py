"""Whether the service is up."""

from fastapi import APIRouter

from ...contract.health import Health
from ..declared import DeclaredRoute, Needs, RouteAct, declare

router = APIRouter(route_class=DeclaredRoute)


@router.get("/health", **declare(Needs.NOTHING, RouteAct.HEALTH))
def get_health() -> Health:
    """Up, and nothing else. The only route without a token."""
    return Health(status="up")
