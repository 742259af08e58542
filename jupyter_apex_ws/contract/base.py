"""The base of every model: strict types, no unknown fields, times in UTC."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer


class Model(BaseModel):
    """A request or an answer. Unknown fields and wrong types are refused (422)."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        # An answer always has all its fields: null, never absent.
        json_schema_serialization_defaults_required=True,
    )


def _rfc3339(value: Any) -> Any:
    """Read an RFC 3339 date-time with its zone; everything else is an error that says so."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or len(value) > 40 or "T" not in value:
        raise ValueError("give a date and time with its zone, like 2026-11-30T12:00:00Z")
    try:
        return datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError("give a date and time that exists, like 2026-11-30T12:00:00Z") from error


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("give the zone as well, like 2026-11-30T12:00:00Z")
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("give a date between the years 1 and 9999 in UTC") from error


def _z(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


Instant = Annotated[
    datetime, BeforeValidator(_rfc3339), AfterValidator(_in_utc), PlainSerializer(_z, return_type=str)
]
"""A moment in UTC, RFC 3339 on the wire."""

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
"""An opaque identifier."""


class Page(Model):
    """A part of a list. `next_cursor` is opaque and null on the last page."""

    next_cursor: str | None = None
