"""JSON bodies: read once, bounded, strict from the bytes."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from ..contract.problems import FieldError
from ..core.errors import Invalid, Malformed, TooLarge

LIMIT: Final = 64 * 1024

T = TypeVar("T")


class JsonBody:
    """A dependency that gives the body as a model. Also read by the export of OpenAPI."""

    def __init__(self, adapter: TypeAdapter[Any]) -> None:
        self.adapter = adapter

    async def __call__(self, request: Request) -> Any:
        return decode(await _read(request), self.adapter)


def json_body(model: Any) -> Callable[[Request], Awaitable[Any]]:
    """A dependency for `model`: a class of the contract or a union of them."""
    return JsonBody(TypeAdapter(model))


def decode(data: bytes, adapter: TypeAdapter[T]) -> T:
    """Decode strictly. Raises Malformed for what is no JSON, Invalid for what is not of the model."""
    _refuse_odd_json(data)
    tagged = adapter.core_schema["type"] == "tagged-union"
    try:
        return adapter.validate_json(data)
    except ValidationError as error:
        errors = field_errors(error, tagged=tagged)
        raise Invalid("Some fields of the body cannot be used.", errors=errors) from error


async def _read(request: Request) -> bytes:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Malformed("Send the body as application/json.")
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LIMIT:
            raise TooLarge(f"The body is larger than {LIMIT} bytes.")
    return bytes(data)


def _refuse_odd_json(data: bytes) -> None:
    """Refuse what pydantic's own parser takes silently: keys given twice, NaN and Infinity."""
    try:
        json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise Malformed("The body is not UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not JSON, or nested too deeply.") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            twice = FieldError(pointer=pointer([key]), detail="Give this field once.")
            raise Invalid("A field is given twice.", errors=[twice])
        found[key] = value
    return found


def pointer(location: list[str | int]) -> str:
    """A JSON pointer (RFC 6901), each part cut to 80 characters."""
    return "".join("/" + str(part)[:80].replace("~", "~0").replace("/", "~1") for part in location)


def field_errors(error: ValidationError, *, tagged: bool = False) -> list[FieldError]:
    """Where and what, at most 20. `tagged`: of a union, whose tag pydantic puts before each place."""
    found = []
    for item in error.errors(include_url=False, include_context=False, include_input=False)[:20]:
        place = list(item["loc"])[1:] if tagged else list(item["loc"])
        found.append(FieldError(pointer=pointer(place), detail=item["msg"][:300]))
    return found
