"""The one door to files: from who asks and what he names to where the store may start, or a refusal.

    resolve(tx, subject, id, path, act, now=) -> Access      id: a workspace (w-…) or a share (s-…), path below it
    resolve_move(tx, subject, id, source, target, now=) -> (Access of the source, target below the same anchor)
    judge_again(database, access, now=) -> Access            for open streams, before each piece: cheap while nothing
                                                             changed; raises NotFound or Forbidden when it ended
    judge_within(tx, access, now=) -> Access                 the same inside a transaction: a save's last check
    below(tx, access, now=) -> Below                         `.acts(path)`, `.shared(path)` for the rows of a listing
    shares(tx, subject, now=) -> list[Access]                every item that was shared with him, to search in

Nothing visible there: NotFound. Visible, but the act is not allowed: Forbidden. For `Act.CREATE` name the thing to be
made: the right is judged at the folder it will be in (so for `rename` and `delete`). `Access.anchor` and `.path` go to
the FileStore as they are. When the store answers NotFound to an anchor that has an `item`, call `items.check(...)`:
it suspends the item if it is another object now.
"""

from dataclasses import dataclass
from datetime import datetime

from .access import Act, Subject
from .ports import Anchor, Database, Reading, RelPath
from .records import WorkspaceRecord


@dataclass(frozen=True)
class Access:
    """A right that was found.

    `address` and `asked` are what the person named (echo these). `full` is the same from the workspace's root.
    `item` is the share that was entered through, None for the owner. `acts`: all that he may do at `full`.
    """

    subject: Subject
    act: Act
    address: str
    asked: RelPath
    workspace: WorkspaceRecord
    full: RelPath
    acts: frozenset[Act]
    anchor: Anchor
    path: RelPath
    item: str | None
    revision: int
    looks_again_at: datetime | None


class Below:
    """What the person may do with the entries at and below an access; paths are relative to `access.full`."""

    def acts(self, path: RelPath) -> frozenset[Act]:
        raise NotImplementedError

    def shared(self, path: RelPath) -> bool:
        raise NotImplementedError


def resolve(tx: Reading, subject: Subject, id_: str, path: RelPath, act: Act, *, now: datetime) -> Access:
    raise NotImplementedError


def resolve_move(
    tx: Reading, subject: Subject, id_: str, source: RelPath, target: RelPath, *, now: datetime
) -> tuple[Access, RelPath]:
    raise NotImplementedError


def judge_again(database: Database, access: Access, *, now: datetime) -> Access:
    raise NotImplementedError


def judge_within(tx: Reading, access: Access, *, now: datetime) -> Access:
    raise NotImplementedError


def below(tx: Reading, access: Access, *, now: datetime) -> Below:
    raise NotImplementedError


def shares(tx: Reading, subject: Subject, *, now: datetime) -> list[Access]:
    raise NotImplementedError
