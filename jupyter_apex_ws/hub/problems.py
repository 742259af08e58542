"""The one place where something that went wrong becomes an answer (RFC 9457)."""

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from ..contract.problems import Code, FieldError, Problem
from ..core.errors import ApexError, Malformed, NotFound, RangeNotSatisfiable, Unavailable
from .bodies import pointer

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


def answer(error: ApexError) -> Response:
    """The answer for an error of ours."""
    headers = {"Cache-Control": "no-store"}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, RangeNotSatisfiable):
        headers["Content-Range"] = f"bytes */{error.size}"
    return _write(
        Problem(
            title=error.title, status=error.status, detail=error.detail, code=error.code, errors=error.errors
        ),
        headers,
    )


def _write(problem: Problem, headers: dict[str, str]) -> Response:
    return Response(
        problem.model_dump_json(), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers
    )


def install(app: FastAPI) -> None:
    """Let every error of `app` be answered here."""
    app.add_exception_handler(ApexError, _ours)
    app.add_exception_handler(ClientDisconnect, _nobody_there)
    app.add_exception_handler(HTTPException, _of_the_framework)
    app.add_exception_handler(RequestValidationError, _bad_values)
    app.add_exception_handler(ResponseValidationError, _unexpected)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApexError)
    if isinstance(error, Unavailable) and error.retry_after is None:
        error.retry_after = 5
    return answer(error)


async def _nobody_there(request: Request, error: Exception) -> Response:
    """Who sent the body went away in the middle of it: that is no error of ours, and nobody reads this."""
    return answer(Malformed("The body was not complete."))


async def _of_the_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return answer(NotFound())
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        problem = Problem(
            title="Method not allowed",
            status=error.status_code,
            detail="This address does not take that method. The Allow header lists those it takes.",
            code=Code.METHOD_NOT_ALLOWED,
        )
        return _write(problem, {"Cache-Control": "no-store", "Allow": _allowed(request)})
    problem = Problem(
        title="Not understood", status=400, detail="The request was not understood.", code=Code.MALFORMED
    )
    return _write(problem, {"Cache-Control": "no-store"})


def _allowed(request: Request) -> str:
    """The methods of all routes of an address: the framework knows those of the first one only."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return ", ".join(sorted(methods))


async def _bad_values(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = []
    for item in error.errors()[:20]:
        place, *rest = item["loc"]
        where = f"?{rest[0]}" if place == "query" and rest else pointer(list(rest))
        errors.append(FieldError(pointer=where[:200], detail=str(item["msg"])[:300]))
    problem = Problem(
        title="Some values cannot be used",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail="Some parameters of the address cannot be used.",
        code=Code.INVALID,
        errors=errors,
    )
    return _write(problem, {"Cache-Control": "no-store"})


async def _unexpected(request: Request, error: Exception) -> Response:
    """An error that nobody foresaw: logged with its traceback, answered without it."""
    log.error("unexpected error in %s", request.method, exc_info=error)
    problem = Problem(
        title="Something went wrong",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        detail="Something went wrong on our side. Try again; tell an operator when it stays.",
        code=Code.INTERNAL,
    )
    return _write(problem, {"Cache-Control": "no-store"})
