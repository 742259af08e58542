"""What goes to the service and what comes back, over real sockets in both directions."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from jupyter_apex_ws.contract.problems import Problem
from jupyter_apex_ws.server.app import ApexExtension
from jupyter_apex_ws.server.upstream import ServiceAddress

from .conftest import OWNER_TOKEN, SERVER_TOKEN, VISITOR_TOKEN, Asked, Fetch, Upstream, until

FILE = "workspaces/w-1/files/a.bin"


@pytest.fixture(autouse=True)
def _hub(on_hub: Upstream, extension: ApexExtension) -> None:
    """All of these are on a hub with the service."""


def problem(body: bytes) -> Problem:
    return Problem.model_validate_json(body)


async def test_the_service_is_asked_with_the_requests_own_token(upstream: Upstream, ask: Fetch) -> None:
    upstream.answer("me", body=b'{"user": "alice"}')
    answer = await ask("GET", "me", OWNER_TOKEN)
    assert (answer.code, json.loads(answer.body)) == (200, {"user": "alice"})
    (asked,) = upstream.asked
    assert asked.headers["authorization"] == f"Bearer {OWNER_TOKEN}"
    assert OWNER_TOKEN not in str(answer.headers)


async def test_paths_stay_as_they_were_written(upstream: Upstream, ask: Fetch) -> None:
    path = "workspaces/s-9/entries/caf%E9/%2F/%25/a%20b;c=1/%C3%A4"
    await ask("GET", f"{path}?entry=YQ&cursor=%2B%26", OWNER_TOKEN)
    assert [asked.target for asked in upstream.asked] == [f"{path}?entry=YQ&cursor=%2B%26"]


async def test_what_is_jupyters_in_a_query_stays_here(upstream: Upstream, ask: Fetch) -> None:
    await ask("GET", "search?q=12&no_track_activity=1&1795318516364&_xsrf=x&%74oken=t&token=t", OWNER_TOKEN)
    assert [asked.target for asked in upstream.asked] == ["search?q=12"]


@pytest.mark.parametrize(
    "path",
    [
        "spawn/alice",
        "nothing",
        "",
        "workspaces/w-1/files/../../spawn/alice",
        "workspaces/w-1/files/%2e%2E/x",
        "workspaces/w-1/files/a/./b",
        "workspaces/w-1/files/..%5c",
        "workspaces/../spawn/alice",
        "me/more",
        "https://elsewhere.example/me",
        "@elsewhere.example/me",
    ],
)
async def test_fs_01_only_what_the_schema_lists_is_passed_on(
    upstream: Upstream, ask: Fetch, path: str
) -> None:
    answer = await ask("GET", path, OWNER_TOKEN)
    assert (answer.code, problem(answer.body).code) == (404, "not-found")
    assert upstream.asked == []


async def test_methods_that_a_route_does_not_take(upstream: Upstream, ask: Fetch) -> None:
    answer = await ask("DELETE", "me", OWNER_TOKEN)
    assert (answer.code, problem(answer.body).code) == (405, "method-not-allowed")
    answer = await ask("OPTIONS", "me", OWNER_TOKEN)
    assert answer.code == 405
    assert upstream.asked == []


async def test_id_03_only_listed_headers_go_and_come(upstream: Upstream, ask: Fetch) -> None:
    upstream.answer(
        FILE,
        body=b"12345",
        ETag='"v1"',
        Set_Cookie="session=stolen",
        Server="secret/1.0",
        X_Internal="/srv/path",
        Access_Control_Allow_Origin="*",
        Content_Type="text/html",
        Content_Disposition='inline; filename="x.html"',
    )
    sent = {
        "Cookie": "hub=1",
        "X-Forwarded-User": "bob",
        "X-Real-IP": "1.2.3.4",
        "X-Forwarded-Host": "evil.example",
        "X-HTTP-Method-Override": "DELETE",
        "Origin": "http://127.0.0.1",
        "Referer": "http://127.0.0.1/secret",
        "Range": "bytes=0-4",
        "If-Range": '"v1"',
        "If-None-Match": '"v0"',
        "Accept": "*/*",
    }
    answer = await ask("GET", FILE, OWNER_TOKEN, headers=sent)
    assert answer.code == 200
    assert set(upstream.asked[0].headers) == {
        *("host", "connection", "accept-encoding", "authorization"),
        *("range", "if-range", "if-none-match", "accept"),
    }
    assert upstream.asked[0].headers["host"] == f"127.0.0.1:{upstream.port}"
    for name in ("Set-Cookie", "X-Internal"):
        assert name not in answer.headers
    assert "secret" not in answer.headers.get("Server", "")
    assert answer.headers.get("Access-Control-Allow-Origin") != "*"
    # Other people's bytes are never a page of this origin.
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert (answer.headers["ETag"], answer.body) == ('"v1"', b"12345")


async def test_a_head_has_the_length_and_no_body(upstream: Upstream, ask: Fetch) -> None:
    upstream.answer(FILE, body=b"x" * 1000, ETag='"v1"')
    answer = await ask("HEAD", FILE, OWNER_TOKEN)
    assert (answer.code, answer.headers["Content-Length"], answer.body) == (200, "1000", b"")


@pytest.mark.parametrize("status", [204, 304])
async def test_answers_without_a_body(upstream: Upstream, ask: Fetch, status: int) -> None:
    async def say(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f'HTTP/1.1 {status} X\r\nETag: "v"\r\n\r\n'.encode())

    upstream.answers[FILE] = say
    answer = await ask("GET", FILE, OWNER_TOKEN)
    assert (answer.code, answer.body, answer.headers["ETag"]) == (status, b"", '"v"')


@pytest.mark.parametrize("status", [401, 403, 404, 409, 412, 416, 422, 429, 503])
async def test_refusals_of_the_service_come_as_they_are(upstream: Upstream, ask: Fetch, status: int) -> None:
    body = b'{"title": "T", "status": 1, "detail": "D", "code": "changed"}'
    upstream.answer("me", status, body, Content_Type="application/problem+json", Retry_After="7")
    answer = await ask("GET", "me", OWNER_TOKEN)
    assert (answer.code, answer.body, answer.headers["Retry-After"]) == (status, body, "7")


@pytest.mark.parametrize("status", [302, 404, 500, 502, 503])
async def test_what_a_proxy_says_for_the_service_is_no_answer_of_its(
    upstream: Upstream, ask: Fetch, status: int
) -> None:
    page = b"<h1>proxy at /srv/hub</h1>"
    upstream.answer("me", status, page, Content_Type="text/html", Location="http://127.0.0.1/hub")
    answer = await ask("GET", "me", OWNER_TOKEN)
    assert (answer.code, problem(answer.body).code) == (503, "unavailable")
    assert answer.headers["Retry-After"]
    assert b"/srv" not in answer.body
    assert "Location" not in answer.headers


async def test_a_service_that_is_down_is_said(
    upstream: Upstream, extension: ApexExtension, ask: Fetch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        extension.service = ServiceAddress(f"http://127.0.0.1:{free.getsockname()[1]}/v1")
    answer = await ask("GET", "me", OWNER_TOKEN)
    assert (answer.code, problem(answer.body).code, answer.headers["Retry-After"]) == (
        503,
        "unavailable",
        "5",
    )
    answer = await ask("PUT", FILE, OWNER_TOKEN, body=b"x" * 3_000_000)
    assert answer.code == 503


async def test_a_service_that_hangs_up_at_once_is_down(upstream: Upstream, ask: Fetch) -> None:
    async def say(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    upstream.answers["me"] = say
    assert (await ask("GET", "me", OWNER_TOKEN)).code == 503


@pytest.mark.parametrize("token", [VISITOR_TOKEN, "service"])
async def test_id_05_a_visitor_acts_as_nobody(upstream: Upstream, ask: Fetch, token: str) -> None:
    for method, path in (("GET", "me"), ("POST", "grants"), ("PUT", FILE), ("GET", "nothing")):
        answer = await ask(method, path, token, body=b"{}" if method in ("POST", "PUT") else None)
        assert (answer.code, problem(answer.body).code) == (403, "not-your-server")
    assert upstream.asked == []
    status = json.loads((await ask("GET", "local/status", token)).body)
    assert (status["own_server"], status["user"], status["service"]) == (False, "alice", True)


@pytest.mark.parametrize("token", [None, "garbage", "x" * 9000])
async def test_id_01_nobody_is_answered_without_identity(
    upstream: Upstream, ask: Fetch, token: str | None
) -> None:
    for path in ("me", "local/status", "local/search?q=a", "local/recent", "events", FILE, "nothing"):
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            body = b"{}" if method in ("POST", "PUT", "PATCH") else None
            answer = await ask(method, path, token, body=body)
            assert answer.code in (403, 405), (method, path)
            assert answer.code == 403 or method not in ("GET", "HEAD")
    assert upstream.asked == []


async def test_every_verb_of_every_handler_asks_who_it_is(
    extension: ApexExtension, jp_serverapp: Any
) -> None:
    from jupyter_apex_ws.server.handlers import handlers

    assert len(handlers) >= 4
    for _, handler in handlers:
        assert handler.auth_resource == "jupyter_apex_ws"
        for verb in handler.SUPPORTED_METHODS:
            method = getattr(handler, verb.lower())
            if method.__name__ == "_unimplemented_method":
                continue
            outer, inner = method, method.__wrapped__
            assert outer.__code__.co_qualname.startswith("authenticated"), (handler, verb)
            assert inner.__code__.co_qualname.startswith("authorized"), (handler, verb)


async def test_a_write_with_a_cookie_needs_the_page_s_own_mark(upstream: Upstream, ask: Fetch) -> None:
    answer = await ask("POST", "grants", OWNER_TOKEN, body=b"{}", headers={"X-With-Cookie": "1"})
    assert answer.code == 403
    assert upstream.asked == []


@pytest.mark.parametrize("size", [0, 1, 70_000, 5_000_000])
async def test_bodies_arrive_whole_in_both_directions(upstream: Upstream, ask: Fetch, size: int) -> None:
    async def say(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 X\r\nContent-Length: {len(asked.body)}\r\n\r\n".encode() + asked.body)

    upstream.answers[FILE] = say
    sent = bytes(range(256)) * (size // 256) + b"z" * (size % 256)
    answer = await ask("PUT", FILE, OWNER_TOKEN, body=sent, headers={"If-None-Match": "*"})
    assert (answer.code, answer.body == sent) == (200, True)
    assert upstream.asked[0].headers["content-length"] == str(size)


async def test_a_body_of_unknown_length_is_passed_on_in_pieces(upstream: Upstream, ask: Fetch) -> None:
    upstream.answer(FILE, 201)

    async def produce(write: Any) -> None:
        for _ in range(20):
            await write(b"piece" * 1000)

    answer = await ask("PUT", FILE, OWNER_TOKEN, body_producer=produce)
    assert (answer.code, upstream.asked[0].body) == (201, b"piece" * 20_000)


async def test_a_refused_upload_is_answered_and_not_sent(upstream: Upstream, ask: Fetch) -> None:
    upstream.reads_body = False
    body = b'{"title": "T", "status": 412, "detail": "D", "code": "changed"}'
    upstream.answer(FILE, 412, body, Content_Type="application/problem+json")
    answer = await ask("PUT", FILE, OWNER_TOKEN, body=b"x" * 20_000_000, headers={"If-Match": '"old"'})
    assert (answer.code, answer.body) == (412, body)
    assert upstream.asked[0].headers["expect"] == "100-continue"


async def test_an_upload_that_is_refused_halfway_is_answered(upstream: Upstream, ask: Fetch) -> None:
    upstream.reads_body = False
    body = b'{"title": "T", "status": 413, "detail": "D", "code": "too-large"}'

    async def say(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await reader.readexactly(1_000_000)
        head = f"Content-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        writer.write(b"HTTP/1.1 413 X\r\n" + head + body)
        await writer.drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reader.read(), 1)  # as uvicorn: what still comes is thrown away

    upstream.answers[FILE] = say
    answer = await ask("PUT", FILE, OWNER_TOKEN, body=b"x" * 20_000_000)
    assert (answer.code, answer.body) == (413, body)


def raw_request(jp_base_url: str, path: str, *lines: str) -> bytes:
    head = [f"GET {jp_base_url}jupyter-apex-ws/v1/{path} HTTP/1.1", "Host: 127.0.0.1"]
    return "\r\n".join([*head, f"Authorization: Bearer {OWNER_TOKEN}", *lines, "", ""]).encode()


@pytest.fixture
async def raw(http_server_client: Any, jp_base_url: str) -> AsyncIterator[Any]:
    """Send a GET by hand; gives the reader and writer."""
    writers = []

    async def send(path: str, *lines: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        port = http_server_client.get_http_port()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        writer.write(raw_request(jp_base_url, path, *lines))
        return reader, writer

    yield send
    for writer in writers:
        writer.close()


async def test_a_connection_that_ends_with_a_refusal_says_so(
    http_server_client: Any, jp_base_url: str
) -> None:
    """A proxy would use it for the next request otherwise, and answer that one with 503."""
    reader, writer = await asyncio.open_connection("127.0.0.1", http_server_client.get_http_port())
    writer.write(f"GET {jp_base_url}jupyter-apex-ws/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
    head, _, _ = (await reader.read()).partition(b"\r\n\r\n")  # to the end: it is closed
    writer.close()
    assert head.startswith(b"HTTP/1.1 403")
    assert b"\r\nconnection: close" in head.lower()


@pytest.mark.parametrize("framing", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
async def test_a_download_that_breaks_off_never_looks_whole(
    upstream: Upstream, raw: Any, framing: str
) -> None:
    async def say(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 X\r\n{framing}\r\n\r\n".encode())
        part = b"x" * 1000
        writer.write(part if "Length" in framing else b"3e8\r\n" + part + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)

    upstream.answers[FILE] = say
    reader, _ = await raw(FILE)
    received = await reader.read()
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body.count(b"x") == 1000
    assert not body.endswith(b"0\r\n\r\n")
    assert b"Content-Length: 1000000" in head or b"chunked" in head


async def test_an_answer_whose_end_cannot_be_told_is_refused(upstream: Upstream, ask: Fetch) -> None:
    async def say(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 X\r\n\r\nhalf of so")

    upstream.answers[FILE] = say
    assert (await ask("GET", FILE, OWNER_TOKEN)).code == 503


async def test_a_slow_reader_holds_the_service_back_and_not_our_memory(upstream: Upstream, raw: Any) -> None:
    written = 0

    async def say(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 200000000\r\n\r\n")
        for _ in range(200):
            writer.write(b"x" * 1_000_000)
            await writer.drain()
            written += 1_000_000

    upstream.answers[FILE] = say
    reader, writer = await raw(FILE)
    await reader.readuntil(b"\r\n\r\n")
    await asyncio.sleep(1.0)
    assert written < 60_000_000
    writer.close()
    await until(lambda: upstream.connections == 0)


async def test_changes_pass_as_they_come_and_end_with_the_page(upstream: Upstream, raw: Any) -> None:
    async def say(asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(
            b"HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        for number in range(1000):
            event = f"id: {number}\n\n".encode()
            writer.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
            await writer.drain()
            await asyncio.sleep(0.05)

    upstream.answers["events"] = say
    reader, writer = await raw("events", "Last-Event-ID: 7", "Accept: text/event-stream")
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"text/event-stream" in head
    await asyncio.wait_for(reader.readuntil(b"id: 3\n\n"), 5)
    assert upstream.asked[0].headers["last-event-id"] == "7"
    writer.close()
    await until(lambda: upstream.connections == 0, 5)


async def test_sc_01_tokens_are_in_no_log_and_no_answer(
    upstream: Upstream, ask: Fetch, caplog: pytest.LogCaptureFixture, extension: ApexExtension
) -> None:
    with caplog.at_level(logging.DEBUG):
        upstream.answer("me", 500, b"x", Content_Type="text/plain")
        answers = [
            await ask("GET", f"me?token={OWNER_TOKEN}", OWNER_TOKEN),
            await ask("GET", "nothing", OWNER_TOKEN),
        ]
        answers.append(await ask("GET", "me", VISITOR_TOKEN))
        extension.service = ServiceAddress("http://127.0.0.1:1/v1")
        answers.append(await ask("POST", "grants", OWNER_TOKEN, body=b"{}"))
    logged = "\n".join(record.getMessage() for record in caplog.records)
    for token in (OWNER_TOKEN, VISITOR_TOKEN, SERVER_TOKEN):
        assert token not in logged
        assert all(token.encode() not in answer.body + str(answer.headers).encode() for answer in answers)


async def test_listening_is_no_activity_and_acting_is(
    upstream: Upstream, ask: Fetch, jp_serverapp: Any
) -> None:
    upstream.answer("events", body=b"")
    upstream.answer("grants")
    settings = jp_serverapp.web_app.settings
    before = settings.get("api_last_activity")
    await ask("GET", "events", OWNER_TOKEN)
    await ask("GET", "grants?direction=with-me&no_track_activity=1", OWNER_TOKEN)
    assert settings.get("api_last_activity") == before
    await ask("POST", "grants", OWNER_TOKEN, body=b"{}")
    assert settings.get("api_last_activity") != before


async def test_an_authorizer_that_only_lets_read(
    upstream: Upstream, ask: Fetch, jp_serverapp: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    authorizer = jp_serverapp.web_app.settings["authorizer"]
    monkeypatch.setattr(
        authorizer,
        "is_authorized",
        lambda handler, user, act, resource: (act, resource) == ("read", "jupyter_apex_ws"),
        raising=False,
    )
    upstream.answer("me")
    upstream.answer("grants")
    assert (await ask("GET", "me", OWNER_TOKEN)).code == 200
    assert (await ask("GET", "local/status", OWNER_TOKEN)).code == 200
    answer = await ask("POST", "grants", OWNER_TOKEN, body=b"{}")
    assert (answer.code, problem(answer.body).code) == (403, "forbidden")
    assert [asked.method for asked in upstream.asked] == ["GET"]
