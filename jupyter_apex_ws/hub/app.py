"""The service as an application: routes, the gate before them, problems behind them."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from . import problems
from .declared import Gate, refuse_undeclared
from .edge import Edge
from .parts import Parts
from .routes import all_routes


def create_app(parts: Parts, gate: Gate) -> ASGIApp:
    """The application. Raises RuntimeError where a route declares no act and scope."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.router.routes.extend(all_routes())
    refuse_undeclared(app.routes)
    app.state.parts = parts
    app.state.gate = gate
    problems.install(app)
    return Edge(app, parts.settings.prefix)
