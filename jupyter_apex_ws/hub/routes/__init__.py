"""Every route of the service, one module a resource."""

from fastapi.routing import APIRoute

from . import entries, events, files, grants, health, me, principals, search, spawn, trash, workspaces

_MODULES = (me, principals, workspaces, files, entries, search, trash, grants, events, health, spawn)


def all_routes() -> list[APIRoute]:
    """The routes, flat, in the order in which they are tried."""
    found = []
    for module in _MODULES:
        for route in module.router.routes:
            assert isinstance(route, APIRoute)
            found.append(route)
    return found
