"""Bytes over HTTP: conditions, ranges, limits, and what a download looks like."""

import hashlib
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.hub.conftest import Start
from tests.support.local_service import LocalService
from tests.support.waiting import until
from tests.support.wire import read_reply

NEW = {"If-None-Match": "*"}


@pytest.fixture
def home(service: LocalService) -> Path:
    return service.home("alice")


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def put(service: LocalService, path: str, content: bytes, **headers: str) -> httpx.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    where = f"workspaces/{service.home_id('alice')}/files/{path}"
    return service.ask("PUT", where, by="alice", content=content, headers=sent)


def get(service: LocalService, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    where = f"workspaces/{service.home_id('alice')}/files/{path}"
    return service.ask(method, where, by="alice", headers=sent)


def test_a_file_is_made_replaced_and_deleted(service: LocalService, home: Path) -> None:
    made = put(service, "a.txt", b"one", If_None_Match="*")
    assert made.status_code == 201
    assert (home / "a.txt").read_bytes() == b"one"

    first = made.json()["etag"]
    replaced = put(service, "a.txt", b"two", If_Match=first)
    assert replaced.status_code == 200
    assert replaced.json()["etag"] != first
    assert get(service, "a.txt").headers["etag"] == replaced.json()["etag"]

    where = f"workspaces/{home.name}/files/a.txt"
    assert service.ask("DELETE", where, by="alice").status_code == 428
    assert service.ask("DELETE", where, by="alice", headers={"If-Match": first}).status_code == 412
    now = {"If-Match": replaced.json()["etag"]}
    assert service.ask("DELETE", where, by="alice", headers=now).status_code == 204
    assert service.ask("DELETE", where, by="alice", headers=now).status_code == 404
    assert not (home / "a.txt").exists()


def test_a_save_says_what_it_replaces(service: LocalService, home: Path) -> None:
    (home / "a.txt").write_bytes(b"one")
    etag = get(service, "a.txt").headers["etag"]

    assert put(service, "a.txt", b"x").status_code == 428
    assert put(service, "a.txt", b"x", If_None_Match="*").status_code == 412
    assert put(service, "a.txt", b"x", If_Match='"other"').status_code == 412
    assert put(service, "none.txt", b"x", If_Match='"other"').status_code == 412
    assert put(service, "a.txt", b"x", If_Match=etag, If_None_Match="*").status_code == 428
    for odd in ("*", f"W/{etag}", f'{etag}, "x"', etag.strip('"'), '""extra'):
        assert put(service, "a.txt", b"x", If_Match=odd).status_code == 400, odd
    assert put(service, "a.txt", b"x", If_None_Match=etag).status_code == 400
    assert (home / "a.txt").read_bytes() == b"one"
    assert names_in(home) == ["a.txt"]


def test_parts_and_coded_bodies_are_not_saved_as_whole_files(service: LocalService, home: Path) -> None:
    assert put(service, "a", b"x", If_None_Match="*", Content_Range="bytes 0-0/5").status_code == 400
    assert put(service, "a", b"x", If_None_Match="*", Content_Encoding="gzip").status_code == 400
    assert list(home.iterdir()) == []


def test_a_download_is_never_a_page(service: LocalService, home: Path) -> None:
    for name in ("page.html", "image.svg", "script.js", "no-type", 'quote";\r.html'.replace("\r", "")):
        (home / name).write_text("<script>alert(1)</script>")
        headers = get(
            service, httpx.URL("http://x/").copy_with(path=f"/{name}").raw_path.decode()[1:]
        ).headers
        assert headers["content-disposition"].startswith("attachment;"), name
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert "\n" not in headers["content-disposition"]


@pytest.mark.parametrize(
    ("asked", "status", "body", "content_range"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=7-99", 206, b"789", "bytes 7-9/10"),
        ("bytes=-4", 206, b"6789", "bytes 6-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, None, "bytes */10"),
        ("bytes=-0", 416, None, "bytes */10"),
        ("bytes=0-1,3-4", 200, b"0123456789", None),
        ("bytes=5-2", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
        ("bytes=" + "9" * 40 + "-", 200, b"0123456789", None),
    ],
)
def test_ranges(
    service: LocalService,
    home: Path,
    *,
    asked: str,
    status: int,
    body: bytes | None,
    content_range: str | None,
) -> None:
    (home / "ten").write_bytes(b"0123456789")
    answer = get(service, "ten", Range=asked)

    assert answer.status_code == status
    assert answer.headers.get("content-range") == content_range
    if body is not None:
        assert answer.content == body


def test_a_range_of_another_version_is_the_whole(service: LocalService, home: Path) -> None:
    (home / "ten").write_bytes(b"0123456789")
    etag = get(service, "ten").headers["etag"]

    assert get(service, "ten", Range="bytes=0-1", If_Range=etag).status_code == 206
    assert get(service, "ten", Range="bytes=0-1", If_Range='"old"').status_code == 200
    assert get(service, "ten", Range="bytes=0-1", If_Range="Sun, 01 Nov 2026 00:00:00 GMT").status_code == 200


def test_what_is_known_is_not_sent_again(service: LocalService, home: Path) -> None:
    (home / "ten").write_bytes(b"0123456789")
    etag = get(service, "ten").headers["etag"]
    for known in (etag, f"W/{etag}", f'"a", {etag}', "*"):
        for method in ("GET", "HEAD"):
            answer = get(service, "ten", method, If_None_Match=known)
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == etag
    assert get(service, "ten", If_None_Match='"a"').status_code == 200


def test_head_says_what_get_says(service: LocalService, home: Path) -> None:
    (home / "ten").write_bytes(b"0123456789")
    head, whole = get(service, "ten", "HEAD"), get(service, "ten")
    ours = {name: value for name, value in head.headers.items() if name != "date"}
    assert ours == {name: value for name, value in whole.headers.items() if name != "date"}
    assert head.content == b""


def test_an_empty_file(service: LocalService, home: Path) -> None:
    assert put(service, "empty", b"", If_None_Match="*").status_code == 201
    answer = get(service, "empty")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")
    assert get(service, "empty", Range="bytes=0-").status_code == 416


def test_a_large_file_comes_back_as_it_went(service: LocalService, home: Path) -> None:
    content = os.urandom(5 * 1024 * 1024 + 7)
    assert put(service, "large.bin", content, If_None_Match="*").status_code == 201
    answer = get(service, "large.bin")
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(content).digest()
    assert get(service, "large.bin", Range="bytes=262143-524289").content == content[262143:524290]


def test_files_beyond_the_limit_leave_nothing(start: Start) -> None:
    with start(max_file_bytes=1000) as service:
        home = service.home("alice")
        assert put(service, "a", b"x" * 1000, If_None_Match="*").status_code == 201
        assert put(service, "b", b"x" * 1001, If_None_Match="*").status_code == 413
        chunked = service.ask(
            "PUT",
            f"workspaces/{home.name}/files/c",
            by="alice",
            headers=NEW,
            content=(b"x" * 100 for _ in range(11)),
        )
        assert chunked.status_code == 413
        assert names_in(home) == ["a"]
        assert service.ask("GET", "me", by="alice").json()["limits"]["max_file_bytes"] == 1000


def test_a_save_that_breaks_off_leaves_nothing(service: LocalService, home: Path) -> None:
    (home / "a").write_bytes(b"one")
    wire, etag = service.wire("alice"), get(service, "a").headers["etag"]
    target = f"workspaces/{home.name}/files/a".encode()
    with wire.connection() as connection:
        connection.sendall(
            wire.request("PUT", target, headers={"If-Match": etag, "Content-Length": "1000"}) + b"x" * 500
        )
        until(lambda: len(names_in(home)) == 2)
    until(lambda: names_in(home) == ["a"])
    assert (home / "a").read_bytes() == b"one"


def test_lengths_that_lie(service: LocalService, home: Path) -> None:
    """More than was said is the next request, and nobody takes it for a part of the file (AR-05)."""
    wire = service.wire("alice")
    target = f"workspaces/{home.name}/files/a".encode()
    with wire.connection() as connection:
        head = {**NEW, "Content-Length": "3"}
        connection.sendall(wire.request("PUT", target, headers=head) + b"abcdef")
        assert read_reply(connection).status == 201
    assert (home / "a").read_bytes() == b"abc"

    both = {**NEW, "Content-Length": "3", "Transfer-Encoding": "chunked"}
    answer = wire.ask(
        "PUT", f"workspaces/{home.name}/files/b".encode(), body=b"3\r\nabc\r\n0\r\n\r\n", headers=both
    )
    assert answer.status == 400
    assert not (home / "b").exists()


def test_folders_are_no_files(service: LocalService, home: Path) -> None:
    (home / "folder").mkdir()
    assert get(service, "folder").status_code == 404
    assert get(service, "").status_code == 404
    assert put(service, "folder", b"x", If_None_Match="*").status_code in {409, 412}
    assert put(service, "nowhere/a", b"x", If_None_Match="*").status_code == 404
    where = f"workspaces/{home.name}/files/folder"
    (home / "folder" / "in").write_text("x")
    assert service.ask("DELETE", where, by="alice").status_code == 204


def test_names_that_no_path_can_hold_are_reached_by_entry(service: LocalService, home: Path) -> None:
    names = [b"caf\xe9.txt", b"line\nbreak.txt", b"bell\x07", b"e\xcc\x81.txt", "é.txt".encode()]
    for number, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(home) + b"/" + name)).write_text(str(number))
    where = f"workspaces/{home.name}"
    items: list[dict[str, Any]] = service.ask("GET", f"{where}/entries/", by="alice").json()["items"]

    assert len(items) == 5
    contents = set()
    for item in items:
        assert (item["path"] is None) == (item["entry"] is not None)
        assert not any(ord(letter) < 32 for letter in item["name"])
        asked = f"{where}/files/{item['path']}" if item["path"] else f"{where}/files/?entry={item['entry']}"
        answer = service.ask("GET", asked, by="alice")
        contents.add(answer.text)
        entry = service.ask("GET", asked.replace("/files/", "/entries/"), by="alice").json()["entry"]
        assert (entry["name"], entry["path"], entry["entry"]) == (item["name"], item["path"], item["entry"])
    assert contents == {"0", "1", "2", "3", "4"}


def test_what_cannot_be_an_entry_is_refused(service: LocalService, home: Path) -> None:
    for entry in ("Li4", "Lg", "YS9i", "AA", "!!", "YQ==", ".", "YQ.Li4"):
        answer = service.ask("GET", f"workspaces/{home.name}/files/?entry={entry}", by="alice")
        assert answer.status_code in {400, 404}, entry
