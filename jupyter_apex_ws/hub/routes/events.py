"""The stream of changes."""

from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from ...core.errors import Malformed
from ..asking import CallerOf, PartsOf
from ..declared import DeclaredRoute, Needs, RouteAct, declare

router = APIRouter(route_class=DeclaredRoute)


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"$ref": "#/components/schemas/Change"}}}}},
    **declare(Needs.DATA, RouteAct.LIST),
)
async def follow_events(
    parts: PartsOf, caller: CallerOf, last_event_id: Annotated[str | None, Header(max_length=20)] = None
) -> StreamingResponse:
    """Server-sent events: that a list changed, never how. `Last-Event-ID` resumes after that revision."""
    if last_event_id is not None and not (last_event_id.isascii() and last_event_id.isdigit()):
        raise Malformed("Last-Event-ID is the id of an event of this stream.")
    stream = parts.follow_events(caller, None if last_event_id is None else int(last_event_id))
    return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})
