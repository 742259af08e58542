"""The schema of the service, from its routes: `python -m jupyter_apex_ws.hub.openapi` writes it."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter

from ..contract.events import Change
from ..contract.local import LocalPage, LocalStatus
from ..contract.problems import Problem
from .bodies import JsonBody
from .declared import Needs, declaration_of
from .routes import all_routes

PATH = Path(__file__).parent.parent / "contract" / "openapi.json"

Schema = dict[str, Any]
_REF = "#/components/schemas/{model}"

_BESIDE: tuple[type[BaseModel], ...] = (Problem, Change, LocalStatus, LocalPage)
"""Models that no route answers with by itself: errors, events, and what the person's own server answers."""


def schema() -> Schema:
    """The schema as a document. Its paths are relative to `/services/apex-ws/v1`."""
    routes = all_routes()
    document: Schema = get_openapi(
        title="JupyterHub file sharing: the service",
        version="1",
        description="Bearer tokens of the hub. Errors are problems (RFC 9457).",
        routes=routes,
        servers=[{"url": "/services/apex-ws/v1"}],
    )
    schemas: Schema = document.setdefault("components", {}).setdefault("schemas", {})
    document["components"]["securitySchemes"] = {"hub": {"type": "http", "scheme": "bearer"}}
    for model in _BESIDE:
        _add(schemas, TypeAdapter(model), "serialization")
    for route in routes:
        for operation in _operations(document, route):
            _complete(operation, route, schemas)
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


def _operations(document: Schema, route: APIRoute) -> Iterable[Schema]:
    path: Mapping[str, Schema] = document["paths"].get(route.path_format, {})
    return [path[method.lower()] for method in route.methods or () if method.lower() in path]


def _complete(operation: Schema, route: APIRoute, schemas: Schema) -> None:
    """What FastAPI does not know of our routes: bodies that we decode, problems, and who needs no token."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, JsonBody):
            body = _add(schemas, dependency.call.adapter, "validation")
            operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    operation["operationId"] = route.name
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = {
        "description": "A problem.",
        "content": {"application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}},
    }
    declaration = declaration_of(route)
    if declaration is not None and declaration.needs is not Needs.NOTHING:
        operation["security"] = [{"hub": []}]


def _add(schemas: Schema, adapter: TypeAdapter[Any], mode: Any) -> Schema:
    """Put a model and those in it among the schemas; the schema that stands for it."""
    found = adapter.json_schema(ref_template=_REF, mode=mode)
    schemas.update(found.pop("$defs", {}))
    if found.get("type") != "object":
        return found
    schemas[found["title"]] = found
    return {"$ref": _REF.format(model=found["title"])}


def text() -> str:
    """The file's text: sorted, so that a change shows as one."""
    return json.dumps(schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
