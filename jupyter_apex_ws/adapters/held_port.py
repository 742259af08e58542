"""The service's port, held by the hub as long as it runs and lent to the service.

All sandboxes share the machine's loopback network. A port that only the service binds is free from its crash
until its next start, and whoever takes it then is sent the tokens of everybody. JupyterHub starts services
with all descriptors closed: so the service fetches the socket, over a unix socket in the state folder.
"""

import contextlib
import os
import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

VARIABLE: Final = "APEX_WS_SOCKET"
"""The variable with the path of the unix socket."""

HOST: Final = "127.0.0.1"
_BACKLOG: Final = 128
_SECONDS: Final = 10


class HeldPort:
    """Listens on a port of 127.0.0.1, and lends that socket to one process at a time.

    While nobody has it, whoever connects is hung up on: he shall learn at once that the service is down.
    """

    def __init__(self, folder: Path, port: int) -> None:
        """Raises OSError, also where something else listens on that port."""
        # Listens from here on, without a break: only then a second bind fails also with SO_REUSEADDR.
        self._listening = socket.create_server((HOST, port), backlog=_BACKLOG)
        self._listening.setblocking(False)
        # Named by the port: it is ours, and so is the name.
        self.path = folder / f"service-{port}.sock"
        try:
            _remove_dead(folder)
            self._door = _unix_socket()
            with _short(self.path) as name:
                self._door.bind(name)
            self._door.listen()
        except BaseException:
            self._listening.close()
            raise
        self._door.setblocking(False)
        self._taker: socket.socket | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="apex-ws-port", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Let go of the port. A hub never does: it ends."""
        self._closed = True
        for held in (self._door, self._taker):
            if held is not None:
                with contextlib.suppress(OSError):
                    held.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self.path.unlink(missing_ok=True)

    def _run(self) -> None:
        with self._listening, self._door:
            while not self._closed:
                try:
                    self._hang_up_until_asked()
                    self._lend()
                except OSError:
                    # Too many open files, say, or closed. The port stays ours.
                    time.sleep(0.1)

    def _hang_up_until_asked(self) -> None:
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._listening, selectors.EVENT_READ)
            waiting.register(self._door, selectors.EVENT_READ)
            while True:
                ready = [key.fileobj for key, _ in waiting.select()]
                if self._door in ready:
                    return
                with contextlib.suppress(BlockingIOError):
                    self._listening.accept()[0].close()

    def _lend(self) -> None:
        taker, _ = self._door.accept()
        with taker:
            # Blocking, whatever the door is.
            taker.setblocking(True)
            self._taker = taker
            socket.send_fds(taker, [b"."], [self._listening.fileno()])
            # Ends when the process does, however that comes.
            while not self._closed and taker.recv(1):
                pass
            self._taker = None


@contextmanager
def borrowed(path: Path, host: str, port: int) -> Iterator[socket.socket]:
    """In the service: the socket that the hub holds for it, for as long as this process runs.

    Raises OSError where there is none, or it is not the one that listens on `host` and `port`.
    """
    with _unix_socket() as door:
        door.settimeout(_SECONDS)
        with _short(path) as name:
            door.connect(name)
        _, descriptors, _, _ = socket.recv_fds(door, 1, 1)
        if not descriptors:
            raise OSError("the hub sent no socket")
        with socket.socket(fileno=descriptors[0]) as listening:
            listening.setblocking(False)
            os.set_inheritable(listening.fileno(), False)
            if listening.family != socket.AF_INET or listening.getsockname() != (host, port):
                raise OSError(f"the hub sent a socket that is not the one of {host}:{port}")
            if not listening.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                raise OSError("the hub sent a socket that does not listen")
            yield listening


def _unix_socket() -> socket.socket:
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for `path` that fits into a socket's address, which has 108 bytes."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _remove_dead(folder: Path) -> None:
    """Remove what hubs left that were killed. Another hub's that still runs stays."""
    for path in folder.glob("service-*.sock"):
        with _unix_socket() as probe, _short(path) as name:
            probe.setblocking(False)
            try:
                probe.connect(name)
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)
            except OSError:
                continue
