"""FS-01: generated strings in every path, name and id parameter, over raw sockets: 0 bytes from outside."""

import hashlib
import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from traversals import traversals

from tests.support.hub import RealHub
from tests.support.shared_folder import Sharing, write
from tests.support.wire import Reply, Wire, read_reply

CANARY = "a line that is only outside: 6d0c9f"


class KeptWire:
    """Many requests on one connection, which is opened anew when the service has closed it."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._connection: socket.socket | None = None

    def ask(self, method: str, target: bytes, body: bytes | None = None, **headers: str) -> Reply:
        sent = {
            "Connection": "keep-alive",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        data = self._wire.request(method, target, body=body, headers=sent)
        for _ in range(2):
            connection = self._connection or self._connect()
            try:
                connection.sendall(data)
                return read_reply(connection, method)
            except ConnectionError:
                self.close()
        raise AssertionError(f"no answer to {target!r}")

    def _connect(self) -> socket.socket:
        self._connection = socket.create_connection(self._wire.address, timeout=30)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


@pytest.fixture
def prepared(hub: RealHub, sharing: Sharing) -> Iterator[tuple[Sharing, dict[str, str]]]:
    """Canaries beside, above and in another person's home; a share with a link in it."""
    write(sharing.folder, shared__inside__deeper__a="a", shared__a="a", canary=CANARY)
    (sharing.folder / "canary.txt").write_text(CANARY)
    (sharing.folder / "shared" / "link").symlink_to("..")
    outside = [sharing.home / "canary.txt", hub.workspace("bob") / "canary.txt", hub.state / "canary.txt"]
    for file in outside:
        file.write_text(CANARY)
    viewer = sharing.give("bob", "viewer", path="shared")["share"]
    yield sharing, {"viewer": viewer}
    for file in outside:
        file.unlink()


def fingerprint(hub: RealHub, inside: Path) -> dict[str, str]:
    """All files of the state but those that the service itself writes, and but `inside`."""
    own = re.compile(r"(apex-ws|names)\.sqlite")
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for path in hub.state.rglob("*")
        if not own.match(path.name) and not path.is_relative_to(inside) and not path.is_symlink()
    }


def quoted(text: bytes) -> bytes:
    """As it is inside of a query: what separates parameters there is escaped."""
    return text.replace(b"&", b"%26").replace(b"#", b"%23").replace(b"+", b"%2b")


def requests_of_a_viewer(share: bytes, evil: bytes) -> list[tuple[str, bytes, bytes | None, dict[str, str]]]:
    """One string in each parameter that names something."""
    mkdir = json.dumps({"operation": "mkdir"}).encode()
    kinds = {"Content-Type": "application/json"}
    decoded = unquote(evil.decode("ascii"), errors="surrogateescape")
    texts = [evil.decode("ascii"), decoded.encode(errors="replace").decode()]
    found: list[tuple[str, bytes, bytes | None, dict[str, str]]] = []
    for place in (b"files", b"entries"):
        found.append(("GET", b"workspaces/" + share + b"/" + place + b"/" + evil, None, {}))
        found.append(("GET", b"workspaces/" + evil + b"/" + place + b"/a", None, {}))
        entry = b"/?entry=" + quoted(evil)
        found.append(("GET", b"workspaces/" + share + b"/" + place + entry, None, {}))
    found += [
        ("HEAD", b"workspaces/" + share + b"/files/" + evil, None, {}),
        ("GET", b"workspaces/" + share + b"/files/" + evil, None, {"Range": "bytes=0-9"}),
        ("PUT", b"workspaces/" + share + b"/files/" + evil, b"x", {"If-None-Match": "*"}),
        ("PUT", b"workspaces/" + share + b"/files/" + evil, b"x", {"If-Match": '"x"'}),
        ("DELETE", b"workspaces/" + share + b"/files/" + evil, None, {"If-Match": '"x"'}),
        ("POST", b"workspaces/" + share + b"/entries/" + evil, mkdir, kinds),
        ("GET", b"workspaces/" + evil, None, {}),
        ("GET", b"grants/" + evil, None, {}),
        ("DELETE", b"grants/" + evil, None, {}),
        ("PATCH", b"grants/" + evil, b'{"role":"viewer"}', kinds),
        ("POST", b"spawn/" + evil, None, {}),
        ("GET", b"grants?workspace=" + share + b"&path=" + quoted(evil), None, {}),
        ("GET", b"grants?workspace=" + quoted(evil) + b"&path=a", None, {}),
        ("GET", b"workspaces/" + share + b"/entries/?cursor=" + quoted(evil), None, {}),
    ]
    named = {"kind": "user", "name": "dave"}
    for text in texts:
        wishes = [{"workspace": share.decode(), "path": text}, {"workspace": text, "path": "a"}]
        for wish in wishes:
            body = json.dumps({**wish, "role": "viewer", "grantee": named}).encode()
            found.append(("POST", b"grants", body, kinds))
        for operation in ("move", "moved"):
            body = json.dumps({"operation": operation, "to": text}).encode()
            found.append(("POST", b"workspaces/" + share + b"/entries/a", body, kinds))
    return found


@pytest.mark.timeout(1800)  # 2,000 strings in 28 places
def test_fs_01_no_string_leads_a_grantee_outside(
    hub: RealHub, prepared: tuple[Sharing, dict[str, str]], count: Callable[[int, int], int]
) -> None:
    sharing, shares = prepared
    share = shares["viewer"].encode()
    before = fingerprint(hub, sharing.folder / "nothing")
    wire = KeptWire(sharing.wire("bob"))
    asked = 0
    for evil in traversals(count(150, 2000), more_targets=(f"{sharing.name}/canary.txt".encode(),)):
        for method, target, body, headers in requests_of_a_viewer(share, evil):
            reply = wire.ask(method, target, body, **headers)
            asked += 1
            assert 400 <= reply.status < 500, (method, target, body, reply.status)
            assert CANARY.encode() not in reply.body, (method, target)
            assert b"root:" not in reply.body and b"SQLite" not in reply.body
            assert str(hub.state).encode() not in reply.body, target
    wire.close()

    assert asked >= count(150, 2000) * 28
    assert fingerprint(hub, sharing.folder / "nothing") == before


@pytest.mark.timeout(1800)  # 2,000 strings in 28 places
def test_fs_01_no_string_leads_an_owner_outside_of_his_home(
    hub: RealHub, prepared: tuple[Sharing, dict[str, str]], count: Callable[[int, int], int]
) -> None:
    """He may write, so names that only look like a step up become files: in his home, nowhere else."""
    sharing, _ = prepared
    home = sharing.home.name.encode()
    before = fingerprint(hub, sharing.home)
    wire = KeptWire(sharing.wire("alice"))
    for evil in traversals(count(150, 2000), seed=2):
        where = b"workspaces/" + home + b"/files/" + sharing.name.encode() + b"/shared/" + evil
        folder = where.replace(b"/files/", b"/entries/")
        got = wire.ask("GET", where)
        put = wire.ask("PUT", where, b"x", If_None_Match="*")
        made = wire.ask("POST", folder, b'{"operation":"mkdir"}', Content_Type="application/json")
        move = json.dumps(
            {"operation": "move", "to": unquote(evil.decode("ascii"), errors="replace")}
        ).encode()
        moved = wire.ask("POST", folder, move, Content_Type="application/json")
        assert CANARY.encode() not in got.body, evil
        for reply in (got, put, made, moved):
            assert reply.status in {200, 201} or 400 <= reply.status < 500, (evil, reply.status)
            assert str(hub.state).encode() not in reply.body
    wire.close()

    assert fingerprint(hub, sharing.home) == before
    assert not any(path.is_symlink() and path.name != "link" for path in sharing.folder.rglob("*"))
