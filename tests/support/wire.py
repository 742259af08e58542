"""HTTP as bytes on a socket: for what every decent client would mend before sending it."""

import contextlib
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

SECONDS = 30


@dataclass(frozen=True)
class Reply:
    """What came back. Header names in lower case; `headers` in the order in which they came."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return dict(self.headers).get(name)

    @property
    def shape(self) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
        """All of it but the time: two refusals that must not be told apart have the same."""
        return self.status, tuple(pair for pair in self.headers if pair[0] != "date"), self.body


class Wire:
    """Requests to the address of a service, byte for byte, for one token."""

    def __init__(self, url: str, token: str | None = None) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None and parts.port is not None
        self.address = (parts.hostname, parts.port)
        self.prefix = parts.path.encode()
        self.token = token

    def ask(
        self,
        method: str,
        target: bytes,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        prefixed: bool = True,
    ) -> Reply:
        """One request on a connection of its own. `target` is put after the prefix exactly as it is."""
        with self.connection() as connection:
            connection.sendall(self.request(method, target, body=body, headers=headers, prefixed=prefixed))
            return read_reply(connection, method)

    def request(
        self,
        method: str,
        target: bytes,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        prefixed: bool = True,
    ) -> bytes:
        """The bytes of a request."""
        sent = {"Host": "service.test", "Connection": "close"}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            sent["Content-Length"] = str(len(body))
        sent |= headers or {}
        start = b" ".join([method.encode(), (self.prefix + b"/" if prefixed else b"") + target, b"HTTP/1.1"])
        lines = [start, *(f"{name}: {value}".encode("latin-1") for name, value in sent.items())]
        return b"\r\n".join(lines) + b"\r\n\r\n" + (body or b"")

    @contextlib.contextmanager
    def connection(self, *, receive_buffer: int | None = None) -> Iterator[socket.socket]:
        """A connection; `receive_buffer` makes it one of a slow reader."""
        with socket.socket() as connection:
            connection.settimeout(SECONDS)
            if receive_buffer is not None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            connection.connect(self.address)
            yield connection


def read_head(connection: socket.socket) -> tuple[Reply, bytes]:
    """Status and headers, and what came of the body with them. Raises ConnectionError when nothing comes."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            raise ConnectionError(f"the connection ended after {data!r}")
        data += piece
    head, rest = data.split(b"\r\n\r\n", 1)
    start, *lines = head.decode("latin-1").split("\r\n")
    headers = tuple(
        (name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)
    )
    return Reply(int(start.split(" ")[1]), headers, b""), rest


def read_reply(connection: socket.socket, method: str = "GET") -> Reply:
    """A whole answer."""
    head, body = read_head(connection)
    length = head.header("content-length")
    if method == "HEAD" or head.status in {204, 304}:
        length = "0"
    while length is None or len(body) < int(length):
        piece = connection.recv(1 << 20)
        if not piece:
            break
        body += piece
    if head.header("transfer-encoding") == "chunked":
        body = _unchunked(body)
    return Reply(head.status, head.headers, body)


def _unchunked(data: bytes) -> bytes:
    whole = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        length = int(size, 16)
        whole, data = whole + data[:length], data[length + 2 :]
    return whole
