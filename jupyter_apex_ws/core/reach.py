"""The one door to files: from who asks and what he names to where the store may start, or a refusal.

    resolve(tx, subject, id, path, act, now=)           -> Access. id: a workspace (w-…) or share (s-…)
    resolve_move(tx, subject, id, source, target, now=) -> (Access of the source, target below its anchor)
    judge_again(database, access, now=)                 -> Access. For open streams, before each piece: cheap
                                                        while nothing changed; NotFound, Forbidden when over
    judge_within(tx, access, now=)                      -> Access. In a transaction: the last check of a save
    below(tx, access, now=, deep=)                      -> Below: `.acts(path)`, `.shared(path)` for its rows
    shares(tx, subject, now=)                           -> list[Access]: what is shared with him, to search in

Nothing visible there: NotFound. Visible, but the act is not allowed: Forbidden. For `Act.CREATE` name the
thing to be made: the right is judged at the folder it will be in (so for `rename` and `delete`).
`Access.anchor` and `.path` go to the FileStore as they are. When the store answers NotFound to an access that
has an `item`, call `items.check(…)`: it suspends the item if another object is there now; then resolve again.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from ..contract.entries import EntryType
from .access import FROM_ABOVE, Act, GrantFact, Subject, acts, allowed_by, changes_at, deciding
from .errors import Forbidden, NotFound
from .paths import hidden
from .ports import Anchor, Database, Reading, RelPath
from .principals import subject as subject_now
from .records import ItemRecord, ItemState, WorkspaceRecord

_NEWEST = 1 << 62


@dataclass(frozen=True)
class Access:
    """A right that was found.

    `address` and `asked` are what the person named (echo these). `full` is the same from the workspace's
    root. `item` is the share that was entered through, None for the owner. `acts`: all that he may do at
    `full`. `revision` and `looks_again_at` say until when this holds without looking again.
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


def resolve(tx: Reading, subject: Subject, id_: str, path: RelPath, act: Act, *, now: datetime) -> Access:
    """The right to do `act` at what `id_` and `path` name. Raises NotFound, Forbidden."""
    workspace, full, facts = _found(tx, subject, id_, path, now)
    allowed, entered = _judged(subject, workspace, full, act, facts, now=now)
    if entered is None:
        anchor, rest = Anchor(workspace.id, (), None), full
    else:
        anchor, rest = _anchor(tx, entered), full[len(entered.path) :]
    return Access(
        subject=subject,
        act=act,
        address=id_,
        asked=path,
        workspace=workspace,
        full=full,
        acts=allowed,
        anchor=anchor,
        path=rest,
        item=entered.item if entered else None,
        revision=tx.revision,
        looks_again_at=changes_at(facts, now),
    )


def resolve_drop_box(tx: Reading, subject: Subject, id_: str, path: RelPath, *, now: datetime) -> Access:
    """A folder that the person may add to without seeing what is in it. Raises NotFound, Forbidden."""
    workspace, full, facts = _found(tx, subject, id_, path, now)
    allowed = _acts(subject, workspace, full, facts, now)
    if not allowed:
        raise NotFound
    entered = deciding(subject, path=full, act=Act.CREATE, grants=facts, now=now)
    if not entered or Act.LIST in allowed:
        raise Forbidden(_REFUSED[Act.LIST])
    return Access(
        subject=subject,
        act=Act.CREATE,
        address=id_,
        asked=path,
        workspace=workspace,
        full=full,
        acts=allowed,
        anchor=_anchor(tx, entered[0]),
        path=full[len(entered[0].path) :],
        item=entered[0].item,
        revision=tx.revision,
        looks_again_at=changes_at(facts, now),
    )


def resolve_move(
    tx: Reading, subject: Subject, id_: str, source: RelPath, target: RelPath, *, now: datetime
) -> tuple[Access, RelPath]:
    """The right to move `source` to `target`, both below `id_`.

    In its folder that is renaming. Into another folder it is deleting here and creating there (D4), because
    who had inherited a right here loses it. Raises NotFound, Forbidden.
    """
    same_folder = source[:-1] == target[:-1]
    leaving = resolve(tx, subject, id_, source, Act.RENAME if same_folder else Act.DELETE, now=now)
    arriving = resolve(tx, subject, id_, target, Act.CREATE, now=now)
    refuse_unseen(arriving)
    shift = len(leaving.full) - len(leaving.path)
    if arriving.full[:shift] != leaving.full[:shift]:
        raise Forbidden("This cannot be moved out of the folder that was shared with you.")
    return leaving, arriving.full[shift:]


def adds_unseen(access: Access) -> bool:
    """Whether the person adds to a drop box: a name that is taken there must not be told from a free one."""
    return Act.LIST not in access.acts


def refuse_unseen(access: Access) -> None:
    """For what would tell whether a name is taken. Raises Forbidden in a drop box, whatever is there."""
    if adds_unseen(access):
        raise Forbidden("You may add files to this drop box, by uploading them, and nothing else.")


def judge_again(database: Database, access: Access, *, now: datetime) -> Access:
    """The access as it is now. Looks only when something was committed or a grant expired since."""
    unexpired = access.looks_again_at is None or now < access.looks_again_at
    if unexpired and database.revision == access.revision:
        return access
    with database.reading() as tx:
        return judge_within(tx, access, now=now)


def judge_within(tx: Reading, access: Access, *, now: datetime) -> Access:
    """The access as it is in this transaction: he, his groups, and the grants on the object that was entered.

    A share that was renamed meanwhile is followed: what is open is still the same object.
    """
    subject, workspace = subject_now(tx, access.subject.id), tx.workspace(access.workspace.id)
    if workspace is None:
        raise NotFound
    if access.item is None:
        full, facts, anchor = access.full, [], access.anchor
        if not _owns(subject, workspace):
            raise NotFound
    else:
        item = tx.item(access.item)
        if item is None or item.state is not ItemState.ACTIVE:
            raise NotFound
        full, anchor = item.path + access.path, replace(access.anchor, path=item.path)
        facts = tx.facts(workspace.id, full, subject.grantees)
    allowed, _ = _judged(subject, workspace, full, access.act, facts, now=now)
    return replace(
        access,
        subject=subject,
        workspace=workspace,
        full=full,
        acts=allowed,
        anchor=anchor,
        revision=tx.revision,
        looks_again_at=changes_at(facts, now),
    )


class Below:
    """What the person may do with the entries at and below an access; paths are relative to `access.full`."""

    def __init__(
        self, access: Access, own: list[GrantFact], carrying: frozenset[RelPath], now: datetime, *, deep: bool
    ):
        self._access, self._carrying, self._now, self._deep = access, carrying, now, deep
        self._own: dict[RelPath, list[GrantFact]] = {}
        for fact in own:
            self._own.setdefault(fact.path, []).append(fact)

    def acts(self, path: RelPath) -> frozenset[Act]:
        """All that is allowed there; empty for what is not to be shown."""
        if len(path) > 1 and not self._deep:
            raise ValueError("ask below(..., deep=True) for more than what is in the folder")
        full = self._access.full + path
        facts = [fact for length in range(len(full) + 1) for fact in self._own.get(full[:length], ())]
        return _acts(self._access.subject, self._access.workspace, full, facts, self._now)

    def shared(self, path: RelPath) -> bool:
        """Whether it carries a grant itself; told to those who may share it, False for others."""
        return self._access.full + path in self._carrying and Act.SHARE in self.acts(path)


def below(tx: Reading, access: Access, *, now: datetime, deep: bool = False) -> Below:
    """One look for a whole listing. `deep`: for everything below, not only what is in the folder itself."""
    workspace, full = access.workspace.id, access.full
    here = tx.facts(workspace, full, None)
    inside = tx.facts_under(workspace, full, None, direct=not deep)
    grantees = access.subject.grantees
    return Below(
        access,
        [fact for fact in (*here, *inside) if fact.grantee in grantees],
        frozenset(fact.path for fact in (*here, *inside) if not fact.expired(now)),
        now,
        deep=deep,
    )


def shares(tx: Reading, subject: Subject, *, now: datetime) -> list[Access]:
    """An access to read to each item that was shared with the subject and is not inside another such one."""
    lines = tx.lines_with(subject, now, before=_NEWEST, limit=_NEWEST)
    shared = {line.item.id: line.item for line in lines if Act.READ in allowed_by(line.grant.role)}
    outermost = [
        item
        for item in shared.values()
        if not any(_inside(item, other) for other in shared.values() if other.id != item.id)
    ]
    return [resolve(tx, subject, item.id, (), Act.READ, now=now) for item in outermost]


def _inside(item: ItemRecord, other: ItemRecord) -> bool:
    return (
        item.workspace == other.workspace
        and other.type is EntryType.FOLDER
        and item.path[: len(other.path)] == other.path
    )


def _place(tx: Reading, id_: str) -> tuple[WorkspaceRecord, ItemRecord | None]:
    share = tx.item(id_) if id_.startswith("s-") else None
    if share is not None and share.state is not ItemState.ACTIVE:
        raise NotFound
    workspace = tx.workspace(share.workspace if share else id_)
    if workspace is None:
        raise NotFound
    return workspace, share


def _found(
    tx: Reading, subject: Subject, id_: str, path: RelPath, now: datetime
) -> tuple[WorkspaceRecord, RelPath, list[GrantFact]]:
    """What `id_` and `path` name, from the workspace's root, and the person's grants there and above."""
    workspace, share = _place(tx, id_)
    full = (share.path if share else ()) + path
    facts = [] if _owns(subject, workspace) else tx.facts(workspace.id, full, subject.grantees)
    # A share's id is worth nothing to whom it was not given: not even to reach what is his below it.
    if share and not _acts(subject, workspace, share.path, facts, now):
        raise NotFound
    return workspace, full, facts


def _owns(subject: Subject, workspace: WorkspaceRecord) -> bool:
    return subject.active and subject.id == workspace.owner


def _acts(
    subject: Subject, workspace: WorkspaceRecord, path: RelPath, facts: list[GrantFact], now: datetime
) -> frozenset[Act]:
    return acts(subject, owner=workspace.owner, path=path, grants=facts, now=now)


def _judged(
    subject: Subject,
    workspace: WorkspaceRecord,
    full: RelPath,
    act: Act,
    facts: list[GrantFact],
    *,
    now: datetime,
) -> tuple[frozenset[Act], GrantFact | None]:
    """All that is allowed at `full`, and the grant to enter by; None: as the owner."""
    allowed = _acts(subject, workspace, full, facts, now)
    if not allowed and not (act is Act.CREATE and _adds(subject, workspace, full, facts, now)):
        raise NotFound
    # A root is in no folder: it is neither made, nor renamed, nor deleted.
    if full or act not in {Act.CREATE, *FROM_ABOVE}:
        if _owns(subject, workspace):
            if act in allowed:
                return allowed, None
        else:
            where = full[:-1] if act is Act.CREATE else full
            chosen = deciding(subject, path=where, act=act, grants=facts, now=now)
            if chosen:
                return allowed, chosen[0]
    raise Forbidden(_REFUSED[act])


def _adds(
    subject: Subject, workspace: WorkspaceRecord, full: RelPath, facts: list[GrantFact], now: datetime
) -> bool:
    """Whether something may be made at `full`, also by who would not see it there."""
    if not full or hidden(full):
        return False
    return Act.CREATE in _acts(subject, workspace, full[:-1], facts, now)


def _anchor(tx: Reading, entered: GrantFact) -> Anchor:
    item = tx.item(entered.item)
    if item is None:
        raise NotFound
    # A file keeps being the item when a save puts another object in its place.
    return Anchor(item.workspace, item.path, item.identity if entered.folder else None)


_REFUSED = {
    Act.LIST: "You may not see what is in here. Ask its owner for more.",
    Act.READ: "You may not read this. Ask its owner for more.",
    Act.CREATE: "You may not add anything here. Ask its owner to make you an editor.",
    Act.WRITE: "You may not change this. Ask its owner to make you an editor.",
    Act.RENAME: "You may not rename this. Ask its owner to do it.",
    Act.DELETE: "You may not delete or move this. Ask its owner to make you an editor.",
    Act.SHARE: "You may not share this. Ask its owner to do it.",
}
