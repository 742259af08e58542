"""Problem answers (RFC 9457) and their closed list of codes."""

from enum import StrEnum

from pydantic import Field

from .base import Model


class Code(StrEnum):
    """Why something was refused. The interface chooses its sentence by this, never by the status."""

    UNAUTHENTICATED = "unauthenticated"
    SCOPE_MISSING = "scope-missing"
    NOT_YOUR_SERVER = "not-your-server"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    MALFORMED = "malformed"
    INVALID = "invalid"
    CONFLICT = "conflict"
    CHANGED = "changed"
    PRECONDITION_REQUIRED = "precondition-required"
    TOO_LARGE = "too-large"
    RANGE = "range-not-satisfiable"
    TOO_MANY = "too-many-requests"
    STORAGE_FULL = "storage-full"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


class FieldError(Model):
    """One bad field: where (JSON pointer, RFC 6901, or `?name` for a query parameter) and what to do."""

    pointer: str
    detail: str


class Problem(Model):
    """An `application/problem+json` answer. `detail` says what to do; no path or token is in it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: Code
    errors: list[FieldError] = Field(default_factory=list)
