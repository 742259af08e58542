"""What SQLite and PostgreSQL write differently, under one name each. No other module here knows a dialect.

begins_with(value, start)  contains(value, part)  rest_of(value, from_)  size_of(value)   bytes or text
path_key(column) == path   path_key(column).in_(paths)    equality of paths, by index
where(condition)           keyword arguments of a partial index
"""

import hashlib
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Integer, LargeBinary, func, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from ...core.ports import RelPath


def path_bytes(path: RelPath) -> bytes:
    """How a path is stored: a slash after every name, so that "below" is "begins with", byte for byte."""
    return b"".join(name + b"/" for name in path)


def where(condition: str) -> dict[str, Any]:
    """A partial index: over rows of this condition only."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


def size_of(value: ColumnElement[Any]) -> ColumnElement[int]:
    """Number of bytes, or of characters of a text."""
    return func.length(value, type_=Integer)


def rest_of(value: ColumnElement[Any], first: int) -> ColumnElement[Any]:
    """From its byte or character `first` on; 1 is the first."""
    return func.substr(value, first, type_=value.type)


def begins_with(value: ColumnElement[Any], start: ColumnElement[Any]) -> ColumnElement[bool]:
    return func.substr(value, 1, size_of(start), type_=value.type) == start


def contains(value: ColumnElement[Any], part: ColumnElement[Any]) -> ColumnElement[bool]:
    return place_of(value, part) > 0


class place_of(FunctionElement[int]):  # noqa: N801 - used as a function
    """Where the part begins in the value, 1 for its first byte or character; 0: nowhere."""

    name = "place_of"
    type = Integer()
    inherit_cache = True


@compiles(place_of)
def _place_of(element: place_of, compiler: SQLCompiler, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(place_of, "postgresql")
def _place_of_postgresql(element: place_of, compiler: SQLCompiler, **options: Any) -> str:
    value, part = (compiler.process(clause, **options) for clause in element.clauses)
    return f"position({part} in {value})"


class _PathKey(TypeDecorator[RelPath]):
    """What stands for a path in an index."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: RelPath | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        stored = path_bytes(value)
        return hashlib.sha256(stored).digest() if dialect.name == "postgresql" else stored


class path_key(FunctionElement[RelPath]):  # noqa: N801 - used as a function
    """A path as its indices hold it: PostgreSQL's take no 4 KiB, so there it is a hash of it."""

    name = "path_key"
    type = _PathKey()
    inherit_cache = True


@compiles(path_key)
def _path_key(element: path_key, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(path_key, "postgresql")
def _path_key_postgresql(element: path_key, compiler: SQLCompiler, **options: Any) -> str:
    return f"sha256({compiler.process(element.clauses, **options)})"
