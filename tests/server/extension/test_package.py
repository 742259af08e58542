"""What Jupyter finds in the package."""

import builtins
import importlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import jupyter_apex_ws
from jupyter_apex_ws.server.app import ApexExtension
from jupyter_apex_ws.server.routes import Routes, service_routes


def test_jupyter_finds_the_extension_and_the_front_end() -> None:
    assert jupyter_apex_ws._jupyter_labextension_paths() == [
        {"src": "labextension", "dest": "jupyter-apex-ws"}
    ]
    (point,) = jupyter_apex_ws._jupyter_server_extension_points()
    assert point == {"module": "jupyter_apex_ws", "app": ApexExtension}


def test_a_checkout_that_was_not_built_has_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def unbuilt(name: str, *rest: Any, **more: Any) -> Any:
        if name == "_version":
            raise ImportError
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", unbuilt)
    try:
        assert importlib.reload(jupyter_apex_ws).__version__ == version("jupyter_apex_ws")
    finally:
        monkeypatch.undo()
        importlib.reload(jupyter_apex_ws)


def test_every_route_of_the_service_is_passed_on_with_its_methods() -> None:
    schema = json.loads((Path(jupyter_apex_ws.__file__).parent / "contract" / "openapi.json").read_text())
    for path, operations in schema["paths"].items():
        example = path.lstrip("/").replace("{path}", "a/b%2Fc").replace("{", "").replace("}", "")
        methods = {
            method.upper()
            for method in operations
            if method in ("get", "head", "put", "post", "patch", "delete")
        }
        assert methods <= service_routes().methods(example), path
    assert not service_routes().methods("spawn/alice")


def test_only_the_last_parameter_holds_slashes() -> None:
    routes = Routes({"paths": {"/a/{id}": {"get": {}, "parameters": []}, "/b/{id}/c/{path}": {"put": {}}}})
    assert routes.methods("a/1") == {"GET"}
    assert routes.methods("a/1/2") == frozenset()
    assert routes.methods("a/") == frozenset()
    assert routes.methods("b/1/c/") == {"PUT"}
    assert routes.methods("b/1/c/x/y%2F") == {"PUT"}
    assert routes.methods("b/1/c/x y") == frozenset()
    assert routes.methods("b/1/c/\xff") == frozenset()
