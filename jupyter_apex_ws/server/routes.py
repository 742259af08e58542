"""What is passed on to the service: the routes and methods of `contract/openapi.json`, nothing else."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

_SCHEMA = Path(__file__).parent.parent / "contract" / "openapi.json"
_METHODS = frozenset({"get", "head", "post", "put", "patch", "delete"})
_PARAMETER = re.compile(r"\{([^}]*)\}")
_VISIBLE = re.compile(r"[\x21-\x7e]*")
_REST = "path"
"""The parameter that holds slashes. Every other one ends at the next slash."""

REQUEST_HEADERS = (
    "Accept",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Last-Event-ID",
    "Range",
)
RESPONSE_HEADERS = (
    "Accept-Ranges",
    "Allow",
    "Cache-Control",
    "Content-Disposition",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "ETag",
    "Last-Modified",
    "Retry-After",
)


@dataclass(frozen=True)
class Route:
    """One path of the schema, as an expression for raw (percent-encoded) paths, and its methods."""

    pattern: re.Pattern[str]
    methods: frozenset[str]


class Routes:
    """The allow-list."""

    def __init__(self, schema: Mapping[str, Any]):
        self._routes = [
            Route(_pattern(path), frozenset(method.upper() for method in operations if method in _METHODS))
            for path, operations in schema["paths"].items()
        ]

    def methods(self, path: str) -> frozenset[str]:
        """The methods that a raw path takes; none where it is not on the list.

        Dots alone between slashes, however they are encoded, are never passed on: something on the way could
        fold them and so reach another route.
        """
        if not _VISIBLE.fullmatch(path) or any(_is_dots(part) for part in path.split("/")):
            return frozenset()
        found = [route.methods for route in self._routes if route.pattern.fullmatch(path)]
        return frozenset().union(*found)


def _pattern(path: str) -> re.Pattern[str]:
    literal_and_names = _PARAMETER.split(path.lstrip("/"))
    return re.compile(
        "".join(
            (".*" if part == _REST else "[^/]+") if number % 2 else re.escape(part)
            for number, part in enumerate(literal_and_names)
        )
    )


def _is_dots(part: str) -> bool:
    return unquote_to_bytes(part).replace(b"\\", b"/").strip(b"/") in (b".", b"..")


@cache
def service_routes() -> Routes:
    """The list that belongs to this version."""
    return Routes(json.loads(_SCHEMA.read_text(encoding="utf-8")))
