"""Every route says what it does and which token it needs, and the schema says it too (ID-01)."""

import pytest
from fastapi import APIRouter, FastAPI

from jupyter_apex_ws.hub import openapi
from jupyter_apex_ws.hub.declared import DeclaredRoute, Needs, RouteAct, declare, refuse_undeclared
from jupyter_apex_ws.hub.routes import all_routes


def test_all_routes_are_declared() -> None:
    refuse_undeclared(all_routes())


def test_a_route_without_a_declaration_stops_the_start() -> None:
    router = APIRouter(route_class=DeclaredRoute)
    router.get("/forgotten")(lambda: None)

    with pytest.raises(RuntimeError, match="/forgotten"):
        refuse_undeclared([*all_routes(), *router.routes])


def test_a_route_of_another_class_stops_the_start() -> None:
    with pytest.raises(RuntimeError, match="/docs"):
        refuse_undeclared(FastAPI(openapi_url="/openapi.json").routes[1:])


def test_only_health_may_go_without_a_token() -> None:
    router = APIRouter(route_class=DeclaredRoute)
    router.get("/open", **declare(Needs.NOTHING, RouteAct.LIST))(lambda: None)

    with pytest.raises(RuntimeError, match="/open"):
        refuse_undeclared(router.routes)


def test_the_committed_schema_is_what_the_routes_say() -> None:
    assert openapi.PATH.read_text(encoding="utf-8") == openapi.text(), (
        "run: python -m jupyter_apex_ws.hub.openapi"
    )


def test_the_schema_has_scope_act_and_problem_of_each_operation() -> None:
    document = openapi.schema()
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]

    assert len(operations) == 22
    for path, _method, operation in operations:
        assert operation["x-apex-scope"] in {"act", "data", "none"}
        assert operation["x-apex-act"]
        assert ("security" in operation) == (path != "/health")
        problem = operation["responses"]["default"]["content"]["application/problem+json"]
        assert problem == {"schema": {"$ref": "#/components/schemas/Problem"}}
    assert "/spawn/{user}" not in document["paths"]


def test_reading_needs_data_and_granting_needs_act() -> None:
    """As semantics says: `data` suffices for files and for reading grants, all else needs `act`."""
    document = openapi.schema()
    act = {
        (method, path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if operation["x-apex-scope"] == "act"
    }

    assert act == {
        ("get", "/principals"),
        ("post", "/grants"),
        ("patch", "/grants/{id}"),
        ("delete", "/grants/{id}"),
        ("post", "/grants/bulk"),
        ("post", "/grants/revoke-given"),
        ("put", "/shares/{id}/hidden"),
        ("get", "/workspaces/{id}/access/{path}"),
    }


def test_every_reference_of_the_schema_leads_somewhere() -> None:
    document = openapi.schema()
    names = set(document["components"]["schemas"])

    def references(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"].rpartition("/")[2]} if "$ref" in node else set()
            return own.union(*map(references, node.values()))
        if isinstance(node, list):
            return set().union(*map(references, node))
        return set()

    assert references(document) <= names
