"""What the core needs from outside, as protocols. Adapters implement them; tests run each against the same cases."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..contract.entries import EntryType

RelPath = tuple[bytes, ...]
"""Names from a root downwards, as the bytes on disk; () is the root itself. Made by `core.paths` only."""


@dataclass(frozen=True)
class Identity:
    """Which object on disk: device, inode and birth time (ns, 0 where the file system keeps none)."""

    device: int
    inode: int
    birth_ns: int


@dataclass(frozen=True)
class Stat:
    """A regular file or folder as it is now. `size` in bytes; `etag` is strong, quoted as in RFC 9110, "" for folders."""

    type: EntryType
    size: int
    modified_ns: int
    identity: Identity
    etag: str


@dataclass(frozen=True)
class Anchor:
    """Where an access starts: a folder or file of a workspace whose identity must still be this one.

    `identity` None means the root of the workspace itself (path is then ()), or a file item, which stays
    the same item when it is replaced at its path.
    """

    workspace: str
    path: RelPath
    identity: Identity | None


class OpenFile(Protocol):
    """A file opened for reading: one descriptor, so what is read is what was checked."""

    stat: Stat

    def read_at(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`, b"" at the end."""

    def close(self) -> None: ...


class Writer(Protocol):
    """A save under way: a temporary file beside the target, invisible until `commit`."""

    def write(self, data: bytes) -> None:
        """Append. Raises StorageFull."""

    def commit(self, *, if_match: str | None, create: bool) -> Stat:
        """Make it durable and visible in one step.

        `create`: only where nothing is (Conflict -> Changed 412 otherwise). `if_match`: the strong ETag that the
        target must have now; otherwise it is exchanged back and Changed is raised.
        """

    def abort(self) -> None:
        """Leave nothing behind. Safe to call after commit."""


class FileStore(Protocol):
    """Files of all workspaces. Every method raises NotFound for what is absent, is not a regular file or
    folder, leads through a link, or whose anchor is another object than remembered."""

    def create_root(self, workspace: str) -> None: ...

    def stat(self, anchor: Anchor, path: RelPath) -> Stat: ...

    def list(self, anchor: Anchor, path: RelPath) -> Iterable[tuple[bytes, Stat]]:
        """What is in a folder (dot-names left out), in no order. At most `limit` of the store, else TooLarge."""

    def open(self, anchor: Anchor, path: RelPath) -> OpenFile: ...

    def writer(self, anchor: Anchor, path: RelPath) -> Writer: ...

    def mkdir(self, anchor: Anchor, path: RelPath) -> Stat:
        """Raises Conflict where something is."""

    def move(self, anchor: Anchor, source: RelPath, target: RelPath) -> Stat:
        """Within one anchor; never replaces: Conflict where something is."""

    def delete(self, anchor: Anchor, path: RelPath, *, if_match: str | None) -> None:
        """A file, or an empty folder (Conflict otherwise)."""

    def walk(self, anchor: Anchor) -> Iterator[tuple[RelPath, Stat]]:
        """Everything below, folders before what is in them, links and dot-names left out."""


class Clock(Protocol):
    """Now, in UTC. Tests turn it."""

    def __call__(self) -> datetime: ...


@dataclass(frozen=True)
class HubUser:
    """A person as the hub describes him. Another `created` under the same name is another person."""

    name: str
    created: str
    admin: bool
    groups: tuple[str, ...]


class HubDirectory(Protocol):
    """People and groups of the hub. Raises Unavailable while the hub does not answer."""

    def user(self, name: str) -> HubUser | None: ...

    def users(self) -> Iterable[HubUser]: ...

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Group name -> names of its members."""


class UnitOfWork(AbstractContextManager["UnitOfWork"], Protocol):
    """One transaction of the database adapter."""
