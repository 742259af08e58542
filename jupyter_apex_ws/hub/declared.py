"""One declaration a route: what it does, which scope its token needs, and no parameter beyond those."""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypedDict
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from ..contract.problems import FieldError
from ..core.errors import Invalid, Malformed


class Needs(StrEnum):
    """What a token must carry. `data` is met by `act` as well; `service` is the service's own token."""

    ACT = "act"
    DATA = "data"
    SERVICE = "service"
    NOTHING = "none"


class RouteAct(StrEnum):
    """What a route does. The first seven are the acts of access on an item, the others are about no item."""

    LIST = "list"
    READ = "read"
    CREATE = "create"
    WRITE = "write"
    RENAME = "rename"
    DELETE = "delete"
    SHARE = "share"
    SELF = "self"
    FIND_PEOPLE = "find-people"
    SPAWN = "spawn"
    HEALTH = "health"


@dataclass(frozen=True)
class Declaration:
    """What a route says about itself."""

    acts: tuple[RouteAct, ...]
    needs: Needs


class Declared(TypedDict):
    """Keyword arguments for a route's decorator."""

    openapi_extra: dict[str, Any]


class Gate(Protocol):
    """Lets a request through or raises; what it found out lies in `request.state.caller` afterwards."""

    async def admit(self, request: Request, needs: Needs) -> None: ...


def declare(needs: Needs, *acts: RouteAct, takes_bytes: bool = False) -> Declared:
    """The declaration of a route, as in `@router.get("/me", **declare(Needs.DATA, RouteAct.SELF))`.

    It is part of the schema: `x-apex-scope` and `x-apex-act`. `takes_bytes`: the body is a file.
    """
    extra: dict[str, Any] = {"x-apex-scope": needs.value, "x-apex-act": [act.value for act in acts]}
    if takes_bytes:
        schema = {"type": "string", "format": "binary"}
        extra["requestBody"] = {"required": True, "content": {"application/octet-stream": {"schema": schema}}}
    return {"openapi_extra": extra}


def declaration_of(route: BaseRoute) -> Declaration | None:
    """What the route declared, None where it declared nothing."""
    extra = (route.openapi_extra or {}) if isinstance(route, DeclaredRoute) else {}
    if not extra.get("x-apex-act") or not extra.get("x-apex-scope"):
        return None
    return Declaration(tuple(map(RouteAct, extra["x-apex-act"])), Needs(extra["x-apex-scope"]))


class DeclaredRoute(APIRoute):
    """A route that asks the gate before it reads anything, and refuses unknown query parameters."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        declaration = declaration_of(self)
        known = _query_names(self.dependant)

        async def admit_then_handle(request: Request) -> Response:
            if declaration is None:
                raise RuntimeError(f"{self.path} has no declaration")
            gate: Gate = request.app.state.gate
            await gate.admit(request, declaration.needs)
            _refuse_unknown_query(request, known)
            return await handle(request)

        return admit_then_handle


def refuse_undeclared(routes: Iterable[BaseRoute]) -> None:
    """Stop the start where a route lacks a declaration (ID-01), or only `health` may go without a token."""
    for route in routes:
        declaration = declaration_of(route)
        path = getattr(route, "path", repr(route))
        if declaration is None:
            raise RuntimeError(f"The route {path} declares no act and scope: the service does not start.")
        if declaration.needs is Needs.NOTHING and path != "/health":
            raise RuntimeError(f"The route {path} asks for no token: the service does not start.")


def _query_names(dependant: Dependant) -> set[str]:
    own = {parameter.alias for parameter in dependant.query_params}
    return own.union(*(_query_names(inner) for inner in dependant.dependencies))


def _refuse_unknown_query(request: Request, known: set[str]) -> None:
    raw: bytes = request.scope["query_string"]
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50)
    except ValueError as error:
        raise Malformed("The query of the address is not UTF-8, or has too many parts.") from error
    errors = []
    for name, times in Counter(name for name, _ in pairs).items():
        if name not in known:
            errors.append(FieldError(pointer=f"?{name[:80]}", detail="This parameter is not known. Omit it."))
        elif times > 1:
            errors.append(FieldError(pointer=f"?{name}", detail="Give this parameter once."))
    if errors:
        raise Invalid("The address has parameters that cannot be used.", errors=errors)
