"""Names and files that nobody means well, at a real hub: told, refused or left out, and never a 5xx."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.support.hub import RealHub
from tests.support.shared_folder import Sharing, write
from tests.support.waiting import until

NEW = {"If-None-Match": "*"}


def listing(hub: RealHub, share: str, more: str = "") -> list[dict[str, Any]]:
    answer = hub.service("GET", f"workspaces/{share}/entries/{more}", by="bob")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def make(folder: Path, name: bytes, text: str) -> None:
    with open(os.fsencode(folder) + b"/" + name, "w") as file:  # noqa: PTH123 - a Path is text
        file.write(text)


ODD = {
    "newline": b"two\nlines.txt",
    "return": b"a\rb",
    "bell": b"bell\x07",
    "escape": b"\x1b[31mred",
    "delete": b"del\x7f",
    "bidi override": "txt.\u202eexe".encode(),
    "isolate": "a\u2066b".encode(),
    "line separator": "a\u2028b".encode(),
    "latin-1": b"caf\xe9",
    "broken utf-8": b"\xe2\x82",
    "surrogate": b"\xed\xa0\x80",
    "nfc": b"\xc3\xa9",
    "nfd": b"e\xcc\x81",
    "quotes": b"\"'`$(id)",
    "html": b"<script>alert(1)<",
    "percent": b"%2e%2e%2fx",
    "backslash": b"a\\..\\x",
    "spaces": b" lead and trail ",
    "question": b"a?b#c&d",
    "255 bytes": b"n" * 255,
    "emoji": "🛰".encode() * 20,
}


def test_odd_names_are_told_apart_and_reached(hub: RealHub, sharing: Sharing) -> None:
    for label, name in ODD.items():
        make(sharing.folder, name, label)
    share = sharing.give("bob", "editor")["share"]
    items = listing(hub, share)

    assert len(items) == len(ODD)
    read = set()
    for item in items:
        assert not any(ord(letter) < 32 or letter in "\u007f\u2028\u202e\u2066" for letter in item["name"])
        where = quote(item["path"]) if item["path"] is not None else f"?entry={item['entry']}"
        answer = hub.service("GET", f"workspaces/{share}/files/{where}", by="bob")
        assert answer.status_code == 200, item
        read.add(answer.text)
        headers = {"If-Match": answer.headers["etag"]}
        saved = hub.service(
            "PUT", f"workspaces/{share}/files/{where}", by="bob", content=answer.content, headers=headers
        )
        assert saved.status_code == 200, saved.text
    assert read == set(ODD)
    assert {os.fsencode(path.name) for path in sharing.folder.iterdir()} == set(ODD.values())


TWINS = ("\u00e9", "e\u0301")


def test_twins_in_nfc_and_nfd_stay_two(hub: RealHub, sharing: Sharing) -> None:
    share = sharing.give("bob", "editor")["share"]
    for name in TWINS:
        where = f"workspaces/{share}/files/{quote(name)}"
        assert hub.service("PUT", where, by="bob", content=name, headers=NEW).status_code == 201
    for name in TWINS:
        where = f"workspaces/{share}/files/{quote(name)}"
        assert hub.service("GET", where, by="bob").text == name
    assert len(list(sharing.folder.iterdir())) == 2


@pytest.mark.parametrize(
    "path",
    [
        quote("two\nlines"),
        quote("nul\0"),
        quote("bell\x07"),
        "%ff",
        "caf%E9",
        "n" * 256,
        quote("é" * 128),
        "/".join("d" * 10 for _ in range(400)),
        "a//b",
        "./a",
        "a/..",
        "%",
        "%zz",
        "a%2fb",
    ],
)
def test_names_that_cannot_be_made_are_refused(hub: RealHub, sharing: Sharing, path: str) -> None:
    share = sharing.give("bob", "editor")["share"]
    wire, target = sharing.wire("bob"), f"workspaces/{share}/files/{path}".encode()
    put = wire.ask("PUT", target, body=b"x", headers=NEW)
    made = wire.ask(
        "POST",
        target.replace(b"/files/", b"/entries/"),
        body=b'{"operation":"mkdir"}',
        headers={"Content-Type": "application/json"},
    )
    assert {put.status, made.status} <= {400, 404}
    assert list(sharing.folder.iterdir()) == []


@pytest.mark.parametrize("to", ["two\nlines", "nul\0", "n" * 256, "é" * 128, "a/../b", "\ud800", "d/" * 3000])
def test_names_that_cannot_be_moved_to_are_refused(hub: RealHub, sharing: Sharing, to: str) -> None:
    write(sharing.folder, a="a")
    share = sharing.give("bob", "editor")["share"]
    answer = hub.service(
        "POST",
        f"workspaces/{share}/entries/a",
        by="bob",
        content=b'{"operation":"move","to":"' + to.encode("unicode_escape").replace(b"\\x", b"\\u00") + b'"}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422, answer.text
    assert [path.name for path in sharing.folder.iterdir()] == ["a"]


def test_what_is_no_file_is_not_there(hub: RealHub, sharing: Sharing) -> None:
    """A FIFO would hang whoever opens it, a device would do worse. Each answer comes within two seconds."""
    write(sharing.folder, plain="p")
    os.mkfifo(sharing.folder / "fifo")
    (sharing.folder / "link").symlink_to("plain")
    (sharing.folder / "away").symlink_to("/etc")
    beside = socket.socket(socket.AF_UNIX)
    directory = os.open(sharing.folder, os.O_PATH)
    beside.bind(f"/proc/self/fd/{directory}/socket")
    os.close(directory)
    odd = ["fifo", "link", "away", "socket"]
    if os.geteuid() == 0:
        os.mknod(sharing.folder / "device", 0o666 | 0o020000, os.makedev(1, 5))  # /dev/zero
        odd.append("device")
    share = sharing.give("bob", "editor")["share"]

    assert [item["name"] for item in listing(hub, share)] == ["plain"]
    for name in odd:
        for method, where, rest in (
            ("GET", "files", {}),
            ("HEAD", "files", {}),
            ("PUT", "files", {"content": b"x", "headers": {"If-Match": '"x"'}}),
            ("GET", "entries", {}),
        ):
            began = time.monotonic()
            answer = hub.service(method, f"workspaces/{share}/{where}/{name}", by="bob", **rest)
            assert answer.status_code in {404, 412}, (name, method)
            assert time.monotonic() - began < 2
        made = hub.service("PUT", f"workspaces/{share}/files/{name}", by="bob", content=b"x", headers=NEW)
        assert made.status_code in {404, 409, 412}
    beside.close()
    assert sorted(path.name for path in sharing.folder.iterdir()) == sorted(["plain", *odd])
    assert (sharing.folder / "plain").read_text() == "p"


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A file system of its own at the folder."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        until(lambda: subprocess.run(["umount", str(folder)], check=False).returncode == 0)


def test_a_disk_that_fills_during_a_save_loses_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A state folder on a small disk: 507, the old text stays, and it goes on when there is room again."""
    home = tmp_path_factory.mktemp("full")
    with RealHub(home) as hub:
        sharing = Sharing(hub, "data")
        with small_disk(sharing.folder, "2m"):
            write(sharing.folder, a="old")
            where = f"workspaces/{sharing.home.name}/files/data/a"
            etag = {"If-Match": hub.service("HEAD", where, by="alice").headers["etag"]}
            full = hub.service("PUT", where, by="alice", content=b"x" * 4_000_000, headers=etag)
            assert (full.status_code, full.json()["code"]) == (507, "storage-full")
            assert os.listdir(sharing.folder) == ["a"]  # noqa: PTH208
            assert (sharing.folder / "a").read_text() == "old"
            again = hub.service("PUT", where, by="alice", content=b"new", headers=etag)
            assert again.status_code == 200
            assert (sharing.folder / "a").read_text() == "new"
