"""A right that ends while bytes flow: the connection is cut, and a save is not made."""

import select
import socket
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.hub.conftest import Start
from tests.support.local_service import LocalService
from tests.support.waiting import until
from tests.support.wire import read_head, read_reply

SIZE = 64 * 1024 * 1024


@pytest.fixture
def data(service: LocalService) -> Path:
    folder = service.home("alice") / "data"
    folder.mkdir()
    with (folder / "big").open("wb") as file:
        file.truncate(SIZE)
    return folder


def read_to_the_end(connection: socket.socket) -> int:
    """How many bytes still came, whether or not the end was a reset."""
    count = 0
    try:
        while piece := connection.recv(1 << 20):
            count += len(piece)
    except ConnectionResetError:
        pass
    return count


def is_cut(connection: socket.socket) -> bool:
    """Whether the other side has reset the connection, seen without reading."""
    poll = select.poll()
    poll.register(connection, 0)
    return bool(poll.poll(0))


def revoke(service: LocalService, grant: dict[str, Any]) -> None:
    assert service.ask("DELETE", f"grants/{grant['id']}", by="alice").status_code == 204


def test_a_download_is_cut_when_its_grant_is_revoked(service: LocalService, data: Path) -> None:
    grant = service.share("alice", "data", "bob")
    wire = service.wire("bob")
    target = f"workspaces/{grant['share']}/files/big".encode()
    with wire.connection(receive_buffer=65536) as connection:
        connection.sendall(wire.request("GET", target))
        head, first = read_head(connection)
        assert (head.status, head.header("content-length")) == (200, str(SIZE))
        revoke(service, grant)
        until(lambda: is_cut(connection), 1)  # while the reader does not read at all
        rest = read_to_the_end(connection)

    assert len(first) + rest < SIZE // 4
    assert wire.ask("GET", target).status == 404


def test_a_download_is_cut_when_its_grant_expires(service: LocalService, data: Path) -> None:
    soon = service.clock().replace(microsecond=0)
    grant = service.share("alice", "data", "bob", expires_at=soon.replace(year=soon.year + 1).isoformat())
    wire = service.wire("bob")
    with wire.connection(receive_buffer=65536) as connection:
        connection.sendall(wire.request("GET", f"workspaces/{grant['share']}/files/big".encode()))
        read_head(connection)
        service.clock.ahead += soon.replace(year=soon.year + 2) - soon
        time.sleep(1)
        assert read_to_the_end(connection) < SIZE // 4


def test_a_download_is_cut_when_the_person_leaves_the_group(service: LocalService, data: Path) -> None:
    until(lambda: service.ask("GET", "me", by="bob").json()["teams"])
    grant = service.share("alice", "data", "hydrology")
    wire = service.wire("bob")
    with wire.connection(receive_buffer=65536) as connection:
        connection.sendall(wire.request("GET", f"workspaces/{grant['share']}/files/big".encode()))
        read_head(connection)
        service.hub.groups["hydrology"].remove("bob")
        time.sleep(2)
        assert read_to_the_end(connection) < SIZE // 4


def test_a_download_is_cut_when_the_account_is_removed(start: Start) -> None:
    with start(token_seconds=1.0) as service:
        home = service.home("bob")
        with (home / "big").open("wb") as file:
            file.truncate(SIZE)
        wire = service.wire("bob")
        with wire.connection(receive_buffer=65536) as connection:
            connection.sendall(wire.request("GET", f"workspaces/{home.name}/files/big".encode()))
            read_head(connection)
            service.hub.remove_person("bob")
            time.sleep(2.5)
            assert read_to_the_end(connection) < SIZE // 4


def test_other_downloads_go_on_while_grants_change(service: LocalService, data: Path) -> None:
    grant = service.share("alice", "data", "bob")
    other = service.share("alice", "data", "carol")
    wire = service.wire("bob")
    with wire.connection() as connection:
        connection.sendall(wire.request("GET", f"workspaces/{grant['share']}/files/big".encode()))
        _, first = read_head(connection)
        revoke(service, other)
        assert len(first) + read_to_the_end(connection) == SIZE


def test_a_file_that_shrinks_is_not_taken_for_whole(service: LocalService, data: Path) -> None:
    wire = service.wire("alice")
    with wire.connection(receive_buffer=65536) as connection:
        connection.sendall(wire.request("GET", f"workspaces/{data.parent.name}/files/data/big".encode()))
        _, first = read_head(connection)
        with (data / "big").open("r+b") as file:
            file.truncate(1000)
        assert len(first) + read_to_the_end(connection) < SIZE


def test_a_save_is_not_made_by_whom_the_right_was_taken_from(service: LocalService, data: Path) -> None:
    grant = service.share("alice", "data", "bob", "editor")
    (data / "a.txt").write_text("old")
    wire, where = service.wire("bob"), f"workspaces/{grant['share']}/files/a.txt"
    etag = service.ask("HEAD", where, by="bob").headers["etag"]
    with wire.connection() as connection:
        head = {"If-Match": etag, "Content-Length": "6"}
        connection.sendall(wire.request("PUT", where.encode(), headers=head) + b"new")
        until(lambda: len(list(data.iterdir())) == 3)
        revoke(service, grant)
        connection.sendall(b"new")
        assert read_reply(connection).status == 404

    assert (data / "a.txt").read_text() == "old"
    until(lambda: len(list(data.iterdir())) == 2)


def test_no_save_is_made_after_a_revoke_was_answered(service: LocalService, data: Path) -> None:
    """Many savers at once, revoked in the middle: after the answer the file stays as it is."""
    (data / "a.txt").write_text("0")
    grant = service.share("alice", "data", "bob", "editor")
    where = f"workspaces/{grant['share']}/files/a.txt"
    stop = threading.Event()

    def save_again_and_again() -> None:
        while not stop.is_set():
            etag = service.ask("HEAD", where, by="bob").headers.get("etag", '"none"')
            service.ask("PUT", where, by="bob", content=b"x", headers={"If-Match": etag})

    savers = [threading.Thread(target=save_again_and_again) for _ in range(4)]
    for saver in savers:
        saver.start()
    until(lambda: (data / "a.txt").read_text() == "x")
    revoke(service, grant)
    after = (data / "a.txt").stat()
    time.sleep(0.5)
    stop.set()
    for saver in savers:
        saver.join()

    now = (data / "a.txt").stat()
    assert (after.st_ino, after.st_mtime_ns) == (now.st_ino, now.st_mtime_ns)
