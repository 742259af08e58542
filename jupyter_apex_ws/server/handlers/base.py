"""What all our handlers share: who may ask, and problem answers (RFC 9457)."""

import os
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote_plus

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from ...contract.problems import Code, FieldError, Problem
from ...core.errors import ApexError, Invalid, Malformed

if TYPE_CHECKING:
    from ..app import ApexExtension

AUTH_RESOURCE = "jupyter_apex_ws"

PROBLEM_TYPE = "application/problem+json"

_IGNORED_PARAMETERS = frozenset({"no_track_activity", "token", "_xsrf"})
"""Jupyter's own, told to this server and to nobody behind it."""

_PROBLEMS = {
    400: (Code.MALFORMED, "Not understood", "The request was not understood. Reload the page and try again."),
    401: (Code.UNAUTHENTICATED, "Not signed in", "Sign in again, then reload the page."),
    403: (
        Code.FORBIDDEN,
        "Not allowed",
        "This server does not let you do that. Sign in again, or ask its owner.",
    ),
    404: (Code.NOT_FOUND, "Not found", "There is nothing at this address."),
    405: (Code.METHOD_NOT_ALLOWED, "Method not allowed", "This address does not take that method."),
    413: (Code.TOO_LARGE, "Too large", "This is more than the server takes at once."),
}
_UNFORESEEN = (
    Code.INTERNAL,
    "Something went wrong",
    "Something went wrong. Try again; tell an operator if it stays.",
)


class NotYourServer(ApexError):
    """Somebody who visits a server acts there as nobody: through it the owner could act as him."""

    code, status, title = Code.NOT_YOUR_SERVER, 403, "Not your server"

    def __init__(self) -> None:
        super().__init__(
            "You are on somebody else's server. What is shared with you opens in your own server."
        )


def server_owner() -> str | None:
    """The hub's name of the person whose server this is; None without a hub."""
    return os.environ.get("JUPYTERHUB_USER") or None


class MethodNotAllowed(ApexError):
    """The address exists, but does not take this."""

    code, status, title = Code.METHOD_NOT_ALLOWED, 405, "Method not allowed"

    def __init__(self) -> None:
        super().__init__("This address does not take that method.")


class ApexHandler(APIHandler):
    """Every verb of a subclass is `@web.authenticated @authorized`, each by itself: `authorized` keeps the
    act of the first verb that it meets."""

    auth_resource = AUTH_RESOURCE

    @property
    def extension(self) -> "ApexExtension":
        """The extension as it runs in this server."""
        found: ApexExtension = self.settings["jupyter_apex_ws"]
        return found

    def is_own_server(self) -> bool:
        """Whether who asks is the owner of this server. Without a hub everyone who may ask at all is.

        A service of the hub can have the name of a person, so the kind is compared as well.
        """
        owner = server_owner()
        if owner is None:
            return True
        user = self.current_user
        hub_user = getattr(user, "hub_user", None) or {}
        return getattr(user, "username", None) == owner and hub_user.get("kind") == "user"

    @web.authenticated
    @authorized
    async def options(self, *args: str) -> None:  # type: ignore[override]  # authorized makes it async
        """No answer for pages of other origins."""
        raise MethodNotAllowed

    def query(self, *names: str) -> dict[str, str]:
        """The query's parameters. Raises Malformed; Invalid for unknown and repeated ones."""
        try:
            raw = own_query(self.request.query)
            pairs = parse_qsl(raw, keep_blank_values=True, errors="strict", max_num_fields=50)
        except ValueError as error:
            raise Malformed("The query of the address is not UTF-8, or has too many parts.") from error
        errors = [
            FieldError(pointer=f"?{name[:80]}", detail="This parameter is not known here. Leave it out.")
            for name in dict(pairs)
            if name not in names
        ]
        if not errors and len(dict(pairs)) < len(pairs):
            errors.append(FieldError(pointer="?", detail="Give each parameter once."))
        if errors:
            raise Invalid("The address has parameters that cannot be used.", errors=errors)
        return dict(pairs)

    def answer(self, body: str) -> Awaitable[None]:
        """JSON that is not kept by anyone."""
        self.set_header("Cache-Control", "no-store")
        return self.finish(body)

    def problem(self, error: ApexError) -> None:
        """The answer for an error of ours."""
        self.set_status(error.status)
        self.set_header("Cache-Control", "no-store")
        retry_after = error.retry_after or (5 if error.status == 503 else None)
        if retry_after is not None:
            self.set_header("Retry-After", str(retry_after))
        body = Problem(
            title=error.title, status=error.status, detail=error.detail, code=error.code, errors=error.errors
        )
        self.finish(body.model_dump_json(), set_content_type=PROBLEM_TYPE)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """What a handler raised, as a problem. Nothing of an unforeseen error is told."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        if isinstance(error, ApexError):
            self.problem(error)
            return
        code, title, detail = _PROBLEMS.get(status_code, _UNFORESEEN)
        self.set_header("Cache-Control", "no-store")
        body = Problem(title=title, status=status_code, detail=detail, code=code)
        self.finish(body.model_dump_json(), set_content_type=PROBLEM_TYPE)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Our own errors are answers, not exceptions."""
        if not isinstance(value, ApexError):
            super().log_exception(typ, value, tb)


def own_query(raw: str) -> str:
    """The query without what is for Jupyter: its parameters, and the bare number that JupyterLab adds so
    that no cache answers. Everything else stays as it was written."""
    return "&".join(
        part
        for part in raw.split("&")
        if part and not part.isdigit() and unquote_plus(part.partition("=")[0]) not in _IGNORED_PARAMETERS
    )
