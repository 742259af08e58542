"""What a request may look like, and that every refusal is a problem that tells nothing."""

import json
import logging
import socket
from typing import Any

import pytest

from tests.support.local_service import LocalService
from tests.support.waiting import until

GRANT = {"workspace": "w-x", "path": "a", "grantee": {"kind": "user", "name": "bob"}, "role": "viewer"}


def post(service: LocalService, content: bytes, media_type: str = "application/json") -> Any:
    return service.ask("POST", "grants", by="alice", content=content, headers={"Content-Type": media_type})


def changed(**fields: object) -> bytes:
    return json.dumps({**GRANT, **fields}).encode()


@pytest.mark.parametrize(
    ("content", "status", "pointer"),
    [
        (b'{"workspace":"w-x","workspace":"w-y"}', 422, "/workspace"),
        (b'{"grantee":{"name":"a","name":"b"}}', 422, "/name"),
        (changed(owner="bob"), 422, "/owner"),
        (changed(grantee={"kind": "user", "name": "bob", "id": "p-1"}), 422, "/grantee/id"),
        (changed(role="owner"), 422, "/role"),
        (changed(role=["viewer"]), 422, "/role"),
        (changed(workspace=5), 422, "/workspace"),
        (changed(note="n" * 501), 422, "/note"),
        (changed(**{"a/b~c": 1}), 422, "/a~1b~0c"),
        (b'{"workspace":NaN}', 400, None),
        (b'{"workspace":"\xff"}', 400, None),
        (b"\xef\xbb\xbf{}", 400, None),
        (b'{"workspace":"\\ud800"}', 422, ""),
        (b"[" * 30_000 + b"]" * 30_000, 400, None),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 400, None),
        (b"", 400, None),
        (b"null", 422, ""),
        (b"[]", 422, ""),
        (b'"grant"', 422, ""),
        (b'{"workspace":"w-x"} trailing', 400, None),
    ],
)
def test_bodies_are_read_strictly(
    service: LocalService, content: bytes, status: int, pointer: str | None
) -> None:
    answer = post(service, content)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert (pointer in pointers) if pointer is not None else pointers == []


def test_a_million_keys_are_too_large(service: LocalService) -> None:
    body = b"{" + b",".join(b'"%d":1' % number for number in range(100_000)) + b"}"
    assert post(service, body).status_code == 413


def test_the_limit_of_a_body_is_64_kib(service: LocalService) -> None:
    padding = b" " * (64 * 1024)
    assert post(service, padding + b"{}").status_code == 413
    assert post(service, padding[:-2] + b"{}").status_code == 422


def test_a_body_of_another_type_is_refused(service: LocalService) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
        assert post(service, changed(), media_type).status_code == 400
    assert post(service, changed(), "application/json; charset=utf-8").status_code == 404


def test_the_tag_of_an_operation_is_not_part_of_a_pointer(service: LocalService) -> None:
    home = service.home_id("alice")
    answer = service.ask("POST", f"workspaces/{home}/entries/a", by="alice", json={"operation": "move"})

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/to"]


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("me?x=1", "?x"),
        ("me?", None),
        ("grants?direction=sideways", "?direction"),
        ("grants?direction=by-me&direction=with-me", "?direction"),
        ("grants?direction=by-me&limit=0", "?limit"),
        ("grants?direction=by-me&limit=1e309", "?limit"),
        ("grants?direction=by-me&limit=99999999999999999999", "?limit"),
        ("grants", "?direction"),
        ("grants?workspace=w-x", "?direction"),
        ("grants?direction=by-me&workspace=w-x&path=", "?direction"),
        ("grants?direction=with-me&cursor=nonsense", "?cursor"),
        ("principals?q=a", "?q"),
        ("principals", "?q"),
        ("search?q=", "?q"),
        ("search?q=a&scope=mine", "?scope"),
        ("search?q=a&cursor=%00", "?cursor"),
        ("search?q=" + "a" * 201, "?q"),
    ],
)
def test_parameters_are_read_strictly(service: LocalService, path: str, pointer: str | None) -> None:
    answer = service.ask("GET", path, by="alice")

    assert answer.status_code == (200 if pointer is None else 422), answer.text
    if pointer is not None:
        assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def test_a_query_that_is_not_utf8_is_malformed(service: LocalService) -> None:
    assert service.wire("alice").ask("GET", b"search?q=%ff").status == 400


def test_what_the_framework_refuses_is_a_problem_too(service: LocalService) -> None:
    absent = service.ask("GET", "nothing/here", by="alice")
    wrong = service.ask("PATCH", "grants", by="alice")

    assert (absent.status_code, absent.json()["code"]) == (404, "not-found")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method-not-allowed")
    assert wrong.headers["allow"] == "GET, POST"
    assert service.ask("GET", "docs", by="alice").status_code == 404
    assert service.ask("GET", "openapi.json", by="alice").status_code == 404


def test_what_is_outside_of_the_prefix_is_not_found(service: LocalService) -> None:
    wire = service.wire("alice")
    for target in (
        b"/",
        b"/me",
        b"/services/apex-ws/v1me",
        b"/services/apex-ws/v1",
        b"//services/apex-ws/v1/me",
    ):
        assert wire.ask("GET", target, prefixed=False).status == 404
    assert wire.ask("GET", b"me").status == 200


def test_an_unexpected_error_is_a_500_that_tells_nothing(
    service: LocalService, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("/secret/path")

    monkeypatch.setattr(type(service.parts), "list_workspaces", broken)
    answer = service.ask("GET", "workspaces", by="alice")

    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text and "Zero" not in answer.text
    assert any(record.exc_info for record in caplog.records)


def test_a_body_that_breaks_off_is_no_error_of_ours(
    service: LocalService, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    target = f"workspaces/{service.home_id('alice')}/files/a.txt".encode()
    wire, home = service.wire("alice"), service.home("alice")
    headers = {"If-None-Match": "*", "Content-Length": "1000"}
    with socket.create_connection(wire.address) as connection:
        connection.sendall(wire.request("PUT", target, headers=headers) + b"half")
        until(lambda: list(home.glob(".~apex*")))
    until(lambda: [line for line in caplog.messages if line.startswith("PUT")])
    assert [line.getMessage() for line in caplog.records if line.levelno > logging.INFO] == []
    assert list(home.iterdir()) == []


def test_absent_and_hidden_are_the_same_to_the_byte(service: LocalService) -> None:
    home = service.home("alice")
    (home / "private").mkdir()
    (home / "private" / "plan.txt").write_text("secret")
    grant = service.share("alice", "private", "bob")
    wire, real, none = service.wire("dave"), service.home_id("alice"), "w-aaaaaaaaaaaaaaaaaaaa"

    pairs = [
        (f"workspaces/{real}", f"workspaces/{none}"),
        (f"workspaces/{real}/entries/private", f"workspaces/{none}/entries/private"),
        (f"workspaces/{real}/entries/private", f"workspaces/{real}/entries/nothing"),
        (f"workspaces/{real}/files/private/plan.txt", f"workspaces/{real}/files/private/other.txt"),
        (f"workspaces/{grant['share']}/entries/", f"workspaces/s-{'a' * 20}/entries/"),
        (f"grants/{grant['id']}", f"grants/g-{'a' * 20}"),
        (f"grants?workspace={real}&path=private", f"grants?workspace={none}&path=private"),
    ]
    for hidden, absent in pairs:
        first, second = wire.ask("GET", hidden.encode()), wire.ask("GET", absent.encode())
        assert first.status == 404
        assert first.shape == second.shape
