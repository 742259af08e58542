"""Where every request but `health` shows its token."""

import hmac
import re
from collections.abc import Callable

from fastapi import Request

from ..core.errors import ScopeMissing, Unauthenticated
from .caller import Caller, Callers
from .declared import Needs

_BEARER = re.compile(r"(?:bearer|token) +([!-~]{1,512})", re.IGNORECASE)


class Gate:
    """Bearer tokens of the hub, in the header and nowhere else. Other names decide nothing."""

    def __init__(self, callers: Callers, service_token: str, require_groups: Callable[[], None]) -> None:
        self._callers = callers
        self._require_groups = require_groups
        self._service_token = service_token.encode()

    async def admit(self, request: Request, needs: Needs) -> None:
        """Raises Unauthenticated, ScopeMissing, or Unavailable while the hub does not answer."""
        if needs is Needs.NOTHING:
            return
        token = _token(request)
        if needs is Needs.SERVICE:
            if not hmac.compare_digest(token.encode(), self._service_token):
                raise Unauthenticated("Only the hub's own spawner asks this.")
            return
        caller = await self._callers.behind(token)
        if not (caller.may("act") or (needs is Needs.DATA and caller.may("data"))):
            raise ScopeMissing(_WHY[needs])
        self._require_groups()
        request.state.caller = caller

    async def still(self, caller: Caller) -> Caller:
        """The same person, asked again when it is time. Raises as `admit` does."""
        again = await self._callers.behind(caller.token)
        if again.person != caller.person:
            raise Unauthenticated("Sign in again.")
        self._require_groups()
        return again


_WHY = {
    Needs.ACT: "This needs a token that may act for you (custom:apex-ws:act), such as your own browser's. "
    "Kernels and visitors of a server do not have one.",
    Needs.DATA: "This needs a token that may reach your files (custom:apex-ws:data). Ask the hub's operator.",
}


def _token(request: Request) -> str:
    headers = request.headers.getlist("authorization")
    found = _BEARER.fullmatch(headers[0]) if len(headers) == 1 else None
    if found is None:
        raise Unauthenticated("Send a token of this hub as `Authorization: Bearer …`.")
    return found[1]
