"""What the core needs from outside, as protocols. Adapters implement them; tests run each against the same
cases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from ..contract.entries import EntryType
from ..contract.events import Topic
from ..contract.principals import PrincipalKind

if TYPE_CHECKING:
    from .access import Act, GrantFact, Subject
    from .records import ChangeRecord, GrantLine, GrantRecord, ItemRecord, MountRecord, PrincipalRecord, WorkspaceRecord

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
    """A regular file or folder as it is now. `size` in bytes; `etag` is strong, quoted as in RFC 9110, ""
    for folders."""

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

    def prepare(self) -> None:
        """Bring what was written to the disk, so that `commit` is short. `commit` does it when it was not
        done."""

    def follow(self, anchor: Anchor) -> None:
        """The access begins here now: what was shared was renamed since the save began."""

    @property
    def name(self) -> bytes:
        """The name that it has, or will have, in its folder."""

    def commit(self, *, if_match: str | None, create: bool, otherwise: Iterable[bytes] = ()) -> Stat:
        """Make it durable and visible in one step.

        `create`: only where nothing is (Conflict -> Changed 412 otherwise); `otherwise`: names to take one
        after the other when that one is taken. `if_match`: the strong ETag that
        the target must have now; otherwise it is exchanged back and Changed is raised.
        """

    def abort(self) -> None:
        """Leave nothing behind. Safe to call after commit."""


class FileStore(Protocol):
    """Files of all workspaces. Every method raises NotFound for what is absent, is not a regular file or
    folder, leads through a link, or whose anchor is another object than remembered."""

    def create_root(self, workspace: str) -> None: ...

    def stat(self, anchor: Anchor, path: RelPath) -> Stat: ...

    def list(self, anchor: Anchor, path: RelPath) -> Iterable[tuple[bytes, Stat]]:
        """What is in a folder (dot-names left out), in no order. At most `limit` of the store, else
        TooLarge."""

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

    def find(self, workspace: str, wanted: Collection[Identity]) -> dict[Identity, RelPath]:
        """Where in the workspace these objects are now (one walk); what is not found is left out."""

    def sweep_temporaries(self) -> int:
        """Remove what saves left that were cut off before this process began; how many."""


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


class Reading(Protocol):
    """One moment of the database. Nothing that is inactive, ended or gone is given, except where it says
    so."""

    @property
    def revision(self) -> int:
        """`Database.revision` when this began: what is read here is at least as new."""

    def principal(self, id_: str) -> PrincipalRecord | None:
        """Also an inactive one."""

    def principal_named(self, kind: PrincipalKind, name: str) -> PrincipalRecord | None: ...

    def person_created(self, name: str, hub_created: str) -> PrincipalRecord | None:
        """The person of that name and creation time, also an inactive one."""

    def principals_matching(self, text: str, *, besides: str, limit: int) -> list[PrincipalRecord]:
        """Name or displayed name contains `text` without regard to case; names that begin with it first."""

    def people_once_named(self, name: str) -> list[PrincipalRecord]:
        """Everyone who ever had the name, active or not."""

    def active_principals(self, kind: PrincipalKind) -> list[PrincipalRecord]: ...

    def members(self, group: str) -> frozenset[str]: ...

    def counting_for(self, person: str) -> frozenset[str]:
        """The active principals besides himself whose grants count for a person: his groups, and everyone."""

    def groups_of(self, person: str) -> list[PrincipalRecord]: ...

    def workspace(self, id_: str) -> WorkspaceRecord | None: ...

    def personal_workspace(self, owner: str) -> WorkspaceRecord | None: ...

    def item(self, id_: str) -> ItemRecord | None:
        """Also a suspended or gone one."""

    def item_at(self, workspace: str, path: RelPath) -> ItemRecord | None:
        """The active item at exactly this path."""

    def items_under(self, workspace: str, path: RelPath) -> list[ItemRecord]:
        """Active items at this path and below, upper ones first."""

    def workspaces_with_items(self) -> list[str]:
        """Those in which something carries grants, also where it is suspended."""

    def suspended_items(self, workspace: str) -> list[ItemRecord]: ...

    def items_like(self, workspace: str, identity: Identity) -> list[ItemRecord]:
        """Active and suspended items that are this object (inode and birth time; devices are renumbered)."""

    def facts(self, workspace: str, path: RelPath, grantees: frozenset[str] | None) -> list[GrantFact]:
        """Grants on active items at the path or above it, to these grantees (None: to anyone)."""

    def facts_under(
        self, workspace: str, path: RelPath, grantees: frozenset[str] | None, *, direct: bool
    ) -> list[GrantFact]:
        """Grants on active items strictly below the path; `direct`: only on what is in that folder itself."""

    def grants_on(self, items: Iterable[str]) -> list[GrantRecord]: ...

    def grants_to(self, grantee: str) -> list[GrantRecord]: ...

    def grant_of(self, item: str, grantee: str) -> GrantRecord | None: ...

    def line(self, grant: str) -> GrantLine | None:
        """A grant and what is shown beside it; its item may be suspended."""

    def lines_on(self, items: Iterable[str]) -> list[GrantLine]:
        """Newest first."""

    def lines_with(self, subject: Subject, now: datetime, *, before: int, limit: int) -> list[GrantLine]:
        """Grants in force that give the subject something of others, newest first, positions below
        `before`."""

    def lines_by(self, subject: Subject, now: datetime, *, before: int, limit: int) -> list[GrantLine]:
        """Grants in the subject's workspaces, and those given by him that he may still share; newest
        first."""

    def shared_items(self) -> list[ItemRecord]:
        """Active items that carry a grant, of all workspaces."""

    def visible_items(self, subject: Subject, act: Act, now: datetime) -> list[ItemRecord]:
        """Active items that `act` is allowed on; the same rules as a check, in the database."""

    def mounts_of(self, grant: str) -> list[MountRecord]:
        """In which running servers a grant is mounted, also one that has ended."""

    def next_expiry(self) -> datetime | None:
        """The first expiry of a grant that was not told yet, also a passed one."""

    def expired_untold(self, now: datetime) -> list[GrantRecord]: ...

    def events_after(self, principal: str, revision: int, *, limit: int) -> list[ChangeRecord]: ...

    def events_since(self, revision: int) -> list[ChangeRecord]:
        """Everybody's, oldest first: for the one reader that hands them out."""

    def last_event(self) -> int:
        """The newest outbox revision, 0 before the first."""


class Writing(Reading, Protocol):
    """The one transaction that changes things. An exception undoes all of it."""

    def add_principal(self, record: PrincipalRecord) -> None: ...

    def change_principal(self, record: PrincipalRecord) -> None:
        """Displayed name, active and admin."""

    def set_members(self, group: str, people: frozenset[str]) -> None: ...

    def leave_all_groups(self, person: str) -> None: ...

    def add_workspace(self, record: WorkspaceRecord) -> None: ...

    def add_item(self, record: ItemRecord) -> None: ...

    def change_item(self, record: ItemRecord) -> None:
        """Path, type, identity and state."""

    def add_grant(self, record: GrantRecord) -> None: ...

    def change_grant(self, record: GrantRecord) -> None:
        """Role, expiry, note; its expiry will be told anew."""

    def end_grants(self, grants: Iterable[str], *, by: str | None, now: datetime) -> None: ...

    def add_mounts(self, records: Iterable[MountRecord]) -> None: ...

    def end_mounts(self, person: str, server: str, *, but: frozenset[str]) -> None:
        """Forget what a server has mounted, except of these grants."""

    def expiry_told(self, grants: Iterable[str]) -> None: ...

    def emit(self, people: Iterable[str], topic: Topic, now: datetime) -> None:
        """A row of the outbox for each person."""

    def drop_events(self, before: datetime) -> None: ...


class Database(Protocol):
    """Where it is kept. `revision` moves with each committed change; compare it to know whether to look
    again."""

    @property
    def revision(self) -> int: ...

    def reading(self) -> AbstractContextManager[Reading]: ...

    def writing(self) -> AbstractContextManager[Writing]:
        """Waits for other writers. Commits at the end of the block, undoes everything after an exception."""

    def when_changed(self, tell: Callable[[int], None]) -> Callable[[], None]:
        """Have `tell(revision)` called after each commit, in the writer's thread. Returns how to end that."""
