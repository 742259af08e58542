"""`core.ports.Reading` over one connection in one transaction: everything it says is of one moment."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    union,
)

from ...contract.events import Topic
from ...contract.principals import PrincipalKind
from ...contract.workspaces import WorkspaceKind
from ...core.access import EVERYONE, Act, GrantFact, Subject, roles_allowing
from ...core.ports import Identity, RelPath
from ...core.records import (
    ChangeRecord,
    GrantLine,
    GrantRecord,
    ItemRecord,
    ItemState,
    MountRecord,
    PrincipalRecord,
    WorkspaceRecord,
)
from .rows import (
    Values,
    fact_columns,
    fact_from,
    grant_columns,
    grant_from,
    item_columns,
    item_from,
    line_from,
    mount_columns,
    mount_from,
    principal_columns,
    principal_from,
    select_lines,
    workspace_columns,
    workspace_from,
)
from .tables import grants, items, memberships, mounts, outbox, path_bytes, principals, workspaces
from .visible import hidden, in_force, visible

_ACTIVE = items.c.state == ItemState.ACTIVE.value
_LIVE = grants.c.ended_at.is_(None)


def _under(path: RelPath) -> ColumnElement[bool]:
    """Strictly below, as a range that the index serves: a stored path begins with that of what it is in."""
    start = path_bytes(path)
    if not start:
        return items.c.path != ()
    end = start[:-1] + b"0"  # the byte after the slash
    return and_(items.c.path > literal(start, LargeBinary), items.c.path < literal(end, LargeBinary))


def _at_or_above(path: RelPath) -> ColumnElement[bool]:
    return items.c.path.in_([path[:length] for length in range(len(path) + 1)])


class SqlReading:
    """See `core.ports.Reading`."""

    def __init__(self, connection: Connection, revision: int):
        self._connection = connection
        self._revision = revision

    @property
    def revision(self) -> int:
        return self._revision

    def _one(self, query: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]] | None:
        return self._connection.execute(query).one_or_none()

    def _all(self, query: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
        return self._connection.execute(query).all()

    # People and groups

    def _principal(self, *where: ColumnElement[bool]) -> PrincipalRecord | None:
        row = self._one(select(*principal_columns(principals)).where(*where))
        return None if row is None else principal_from(row)

    def principal(self, id_: str) -> PrincipalRecord | None:
        return self._principal(principals.c.id == id_)

    def principal_named(self, kind: PrincipalKind, name: str) -> PrincipalRecord | None:
        return self._principal(
            principals.c.kind == kind.value, principals.c.name == name, principals.c.active.is_(True)
        )

    def person_created(self, name: str, hub_created: str) -> PrincipalRecord | None:
        return self._principal(principals.c.name == name, principals.c.hub_created == hub_created)

    def principals_matching(self, text: str, *, besides: str, limit: int) -> list[PrincipalRecord]:
        sought = text.casefold()
        name, display = principals.c.name_folded, principals.c.display_folded
        begins = case(
            (name == sought, 0),
            (func.substr(name, 1, len(sought)) == sought, 1),
            (func.substr(display, 1, len(sought)) == sought, 2),
            else_=3,
        )
        rows = self._all(
            select(*principal_columns(principals))
            .where(principals.c.active.is_(True), principals.c.id != besides)
            .where(or_(func.instr(name, sought) > 0, func.instr(display, sought) > 0))
            .order_by(begins, name, principals.c.kind)
            .limit(limit)
        )
        return [principal_from(row) for row in rows]

    def people_once_named(self, name: str) -> list[PrincipalRecord]:
        rows = self._all(
            select(*principal_columns(principals)).where(
                principals.c.kind == PrincipalKind.USER.value, principals.c.name == name
            )
        )
        return [principal_from(row) for row in rows]

    def active_principals(self, kind: PrincipalKind) -> list[PrincipalRecord]:
        rows = self._all(
            select(*principal_columns(principals)).where(
                principals.c.kind == kind.value, principals.c.active.is_(True)
            )
        )
        return [principal_from(row) for row in rows]

    def members(self, group: str) -> frozenset[str]:
        rows = self._all(select(memberships.c.user_id).where(memberships.c.group_id == group))
        return frozenset(row[0] for row in rows)

    def counting_for(self, person: str) -> frozenset[str]:
        his = select(memberships.c.group_id).where(memberships.c.user_id == person)
        counting = or_(principals.c.id.in_(his), principals.c.id == EVERYONE)
        rows = self._all(select(principals.c.id).where(counting, principals.c.active.is_(True)))
        return frozenset(row[0] for row in rows)

    def groups_of(self, person: str) -> list[PrincipalRecord]:
        rows = self._all(
            select(*principal_columns(principals))
            .join_from(memberships, principals, memberships.c.group_id == principals.c.id)
            .where(memberships.c.user_id == person, principals.c.active.is_(True))
            .order_by(principals.c.name_folded)
        )
        return [principal_from(row) for row in rows]

    # Workspaces and items

    def _workspace(self, *where: ColumnElement[bool]) -> WorkspaceRecord | None:
        row = self._one(select(*workspace_columns(workspaces)).where(*where))
        return None if row is None else workspace_from(row)

    def workspace(self, id_: str) -> WorkspaceRecord | None:
        return self._workspace(workspaces.c.id == id_)

    def personal_workspace(self, owner: str) -> WorkspaceRecord | None:
        return self._workspace(workspaces.c.owner == owner, workspaces.c.kind == WorkspaceKind.PERSONAL.value)

    def _items(self, *where: ColumnElement[bool]) -> list[ItemRecord]:
        # Byte order puts what is above before what is below.
        query = select(*item_columns(items)).where(*where).order_by(items.c.path, items.c.id)
        return [item_from(row) for row in self._all(query)]

    def item(self, id_: str) -> ItemRecord | None:
        return next(iter(self._items(items.c.id == id_)), None)

    def item_at(self, workspace: str, path: RelPath) -> ItemRecord | None:
        found = self._items(items.c.workspace == workspace, items.c.path == path, _ACTIVE)
        return next(iter(found), None)

    def items_under(self, workspace: str, path: RelPath) -> list[ItemRecord]:
        return self._items(items.c.workspace == workspace, or_(items.c.path == path, _under(path)), _ACTIVE)

    def workspaces_with_items(self) -> list[str]:
        query = select(items.c.workspace).distinct().where(items.c.state != ItemState.GONE.value)
        return [row[0] for row in self._all(query)]

    def suspended_items(self, workspace: str) -> list[ItemRecord]:
        return self._items(items.c.workspace == workspace, items.c.state == ItemState.SUSPENDED.value)

    def items_like(self, workspace: str, identity: Identity) -> list[ItemRecord]:
        return self._items(
            items.c.workspace == workspace,
            items.c.inode == identity.inode,
            items.c.birth_ns == identity.birth_ns,
            items.c.state != ItemState.GONE.value,
        )

    def shared_items(self) -> list[ItemRecord]:
        return self._items(_ACTIVE, exists().where(grants.c.item == items.c.id, _LIVE))

    def visible_items(self, subject: Subject, act: Act, now: datetime) -> list[ItemRecord]:
        return self._items(visible(subject, act, now))

    # Grants

    def _facts(
        self, workspace: str, where: ColumnElement[bool], grantees: frozenset[str] | None
    ) -> list[GrantFact]:
        query = (
            select(*fact_columns())
            .join_from(grants, items, grants.c.item == items.c.id)
            .where(items.c.workspace == workspace, _ACTIVE, _LIVE, where)
        )
        if grantees is not None:
            query = query.where(grants.c.grantee.in_(sorted(grantees)))
        return [fact_from(row) for row in self._all(query)]

    def facts(self, workspace: str, path: RelPath, grantees: frozenset[str] | None) -> list[GrantFact]:
        return self._facts(workspace, _at_or_above(path), grantees)

    def facts_under(
        self, workspace: str, path: RelPath, grantees: frozenset[str] | None, *, direct: bool
    ) -> list[GrantFact]:
        where = _under(path)
        if direct:
            # No slash but the last one beyond the folder's own path.
            beyond = len(path_bytes(path)) + 1
            slash = literal(b"/", LargeBinary)
            rest = func.substr(items.c.path, beyond, type_=LargeBinary)
            where = and_(where, func.instr(rest, slash) == func.length(rest))
        return self._facts(workspace, where, grantees)

    def _grants(self, *where: ColumnElement[bool]) -> list[GrantRecord]:
        rows = self._all(select(*grant_columns(grants)).where(_LIVE, *where).order_by(grants.c.position))
        return [grant_from(row) for row in rows]

    def grants_on(self, items_: Iterable[str]) -> list[GrantRecord]:
        return self._grants(grants.c.item.in_(sorted(items_)))

    def grants_to(self, grantee: str) -> list[GrantRecord]:
        return self._grants(grants.c.grantee == grantee)

    def grant_of(self, item: str, grantee: str) -> GrantRecord | None:
        found = self._grants(grants.c.item == item, grants.c.grantee == grantee)
        return next(iter(found), None)

    def _lines(self, *where: ColumnElement[bool], limit: int | None = None) -> list[GrantLine]:
        return [line_from(row) for row in self._all(select_lines().where(*where).limit(limit))]

    def line(self, grant: str) -> GrantLine | None:
        return next(iter(self._lines(grants.c.id == grant)), None)

    def lines_on(self, items_: Iterable[str]) -> list[GrantLine]:
        return self._lines(items.c.id.in_(sorted(items_)))

    def lines_with(self, subject: Subject, now: datetime, *, before: int, limit: int) -> list[GrantLine]:
        return self._lines(
            grants.c.position < before,
            in_force(subject, roles_allowing(Act.LIST) | roles_allowing(Act.CREATE), now),
            _ACTIVE,
            not_(hidden()),
            workspaces.c.owner != subject.id,
            limit=limit,
        )

    def lines_by(self, subject: Subject, now: datetime, *, before: int, limit: int) -> list[GrantLine]:
        if not subject.active:
            return []
        own = select(workspaces.c.id).where(workspaces.c.owner == subject.id)
        mine = grants.c.item.in_(select(items.c.id).where(items.c.workspace.in_(own)))
        given = and_(grants.c.granted_by == subject.id, visible(subject, Act.SHARE, now))
        # Two ways that each have an index; one condition with "or" would read all grants.
        either = union(
            select(grants.c.position).where(_LIVE, mine),
            select(grants.c.position).join_from(grants, items).where(_LIVE, given),
        )
        return self._lines(grants.c.position < before, grants.c.position.in_(either), limit=limit)

    def mounts_of(self, grant: str) -> list[MountRecord]:
        query = select(*mount_columns(mounts)).where(mounts.c.grant_id == grant).order_by(mounts.c.person)
        return [mount_from(row) for row in self._all(query)]

    # Time and events

    def next_expiry(self) -> datetime | None:
        query = select(func.min(grants.c.expires_at)).where(_LIVE, not_(grants.c.expiry_told))
        found: datetime | None = self._connection.execute(query).scalar_one()
        return found

    def expired_untold(self, now: datetime) -> list[GrantRecord]:
        return self._grants(not_(grants.c.expiry_told), grants.c.expires_at <= now)

    def events_after(self, principal: str, revision: int, *, limit: int) -> list[ChangeRecord]:
        # A row for everyone is everybody's: what concerns all is written once.
        mine = _EVENTS.where(outbox.c.principal.in_([principal, EVERYONE]), outbox.c.revision > revision)
        return [_change(row) for row in self._all(mine.limit(limit))]

    def events_since(self, revision: int) -> list[ChangeRecord]:
        return [_change(row) for row in self._all(_EVENTS.where(outbox.c.revision > revision))]

    def last_event(self) -> int:
        return self._connection.execute(select(func.max(outbox.c.revision))).scalar_one() or 0


_EVENTS = select(outbox.c.revision, outbox.c.principal, outbox.c.topic).order_by(outbox.c.revision)


def _change(values: Values) -> ChangeRecord:
    revision, principal, topic = values
    return ChangeRecord(revision=revision, principal=principal, topic=Topic(topic))
