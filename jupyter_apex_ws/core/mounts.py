"""What is mounted in a person's server: decided when it starts, by the same rules as every check.

    plan(tx, subject, now=) -> list[Mount]      the folders shared with him, and how
    begin(tx, person, server, mounts, now=)     remember what a server that starts has mounted, and no more
    end(tx, person, server, kept=)              forget what it could not mount, or all when it stopped
    seen(tx, subject, grant, now=)              who has a grant mounted now, for who gave or may change it
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from ..contract.entries import EntryType
from .access import Act, GrantFact, Subject, acts, in_force
from .paths import display_name
from .ports import Reading, RelPath, Writing
from .records import ItemRecord, MountRecord, PrincipalRecord

_NEWEST = 1 << 62
_READS = frozenset({Act.LIST, Act.READ})
_WRITES = frozenset({Act.CREATE, Act.WRITE})
_ODD = re.compile(r"[\\/]|^[.\s]+|\s+$")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class Mount:
    """A folder to be at `shared/<owner>/<name>`. `grants` are those that let it be there, its own and those on
    folders in it; `writable_below` are folders in it that may be written although it may not."""

    owner: str
    name: str
    item: ItemRecord
    writable: bool
    writable_below: tuple[ItemRecord, ...]
    grants: tuple[str, ...]


def plan(tx: Reading, subject: Subject, *, now: datetime) -> list[Mount]:
    """The outermost folders that others share with the subject, oldest share first.

    Files are not mounted (a save replaces them), nor what one may add to but not read.
    """
    folders: dict[str, ItemRecord] = {}
    owners: dict[str, PrincipalRecord] = {}
    for line in reversed(tx.lines_with(subject, now, before=_NEWEST, limit=_NEWEST)):
        if line.item.type is EntryType.FOLDER and line.item.path:
            folders.setdefault(line.item.id, line.item)
            owners[line.item.workspace] = line.owner
    judged = {id_: _Judged(tx, subject, item, owners[item.workspace].id, now) for id_, item in folders.items()}
    readable = [item for item in folders.values() if judged[item.id].acts >= _READS]
    names = _Names()
    mounts = []
    for item in readable:
        if any(_inside(item, other) for other in readable):
            continue
        inner = [other for other in readable if _inside(other, item)]
        writable = judged[item.id].acts >= _WRITES
        mounts.append(
            Mount(
                *names.of(owners[item.workspace], item),
                item=item,
                writable=writable,
                writable_below=() if writable else _outermost(o for o in inner if judged[o.id].acts >= _WRITES),
                grants=tuple(sorted({id_ for each in (item, *inner) for id_ in judged[each.id].grants})),
            )
        )
    return mounts


def begin(tx: Writing, person: str, server: str, mounts: Iterable[Mount], *, now: datetime) -> None:
    """What the server had mounted before is over: it starts anew."""
    records = [
        MountRecord(grant, person, server, mount.writable or bool(mount.writable_below), now)
        for mount in mounts
        for grant in mount.grants
    ]
    tx.end_mounts(person, server, but=frozenset())
    tx.add_mounts(records)


def end(tx: Writing, person: str, server: str, *, kept: Collection[str]) -> None:
    """Of what was planned only these grants are mounted; none when the server stopped."""
    tx.end_mounts(person, server, but=frozenset(kept))


class _Judged:
    """What the subject may do in a folder, and by which grants."""

    def __init__(self, tx: Reading, subject: Subject, item: ItemRecord, owner: str, now: datetime) -> None:
        facts: list[GrantFact] = tx.facts(item.workspace, item.path, subject.grantees)
        self.acts = acts(subject, owner=owner, path=item.path, grants=facts, now=now)
        self.grants = [fact.grant for fact in in_force(subject, item.path, facts, now)]


class _Names:
    """Names inside: those of the owner and of the folder, without what is odd, and each once."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}
        self._taken: set[tuple[str, str]] = set()

    def of(self, owner: PrincipalRecord, item: ItemRecord) -> tuple[str, str]:
        # Another person whose name looks the same must not share a folder with this one.
        above = _clean(owner.name)
        if self._owners.setdefault(above, owner.id) != owner.id:
            above = f"{above}~{owner.id}"
        name = _clean(display_name(item.path[-1]))
        if (above, name) in self._taken:
            name = f"{name}~{item.id}"
        self._taken.add((above, name))
        return above, name


def _clean(text: str) -> str:
    # At most 60 characters: 240 bytes in UTF-8 would leave no room for what makes it unique.
    return _ODD.sub("_", display_name(text.encode(errors="surrogateescape")))[:_LONGEST_NAME] or "_"


def _inside(item: ItemRecord, other: ItemRecord) -> bool:
    shorter = len(other.path) < len(item.path)
    return shorter and item.workspace == other.workspace and _begins(item.path, other.path)


def _begins(path: RelPath, above: RelPath) -> bool:
    return path[: len(above)] == above


def _outermost(items: Iterable[ItemRecord]) -> tuple[ItemRecord, ...]:
    known = list(items)
    return tuple(item for item in known if not any(_inside(item, other) for other in known))
