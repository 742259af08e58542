"""From rows to records: for each record, the columns that it takes and what is made of their values."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, case, func, select

from ...contract.entries import EntryType
from ...contract.principals import PrincipalKind
from ...contract.workspaces import WorkspaceKind
from ...core.access import GrantFact
from ...core.ports import Identity
from ...core.records import (
    GrantLine,
    GrantRecord,
    ItemRecord,
    ItemState,
    MountRecord,
    PrincipalRecord,
    WorkspaceRecord,
)
from .tables import grants, items, memberships, principals, workspaces

Values = Sequence[Any]
"""Column values as the driver and the column types give them; each function below says what they are."""

Columns = list[ColumnElement[Any]]


def _of(names: str) -> Callable[[FromClause], Columns]:
    return lambda table: [table.c[name] for name in names.split()]


principal_columns = _of("id kind name hub_created display_name active admin created_at")
workspace_columns = _of("id kind name owner created_at")
item_columns = _of("id workspace path type device inode birth_ns state")
grant_columns = _of("id item grantee role expires_at note granted_by created_at revision")


def principal_from(values: Values) -> PrincipalRecord:
    id_, kind, name, hub_created, display_name, active, admin, created_at = values
    return PrincipalRecord(
        id=id_,
        kind=PrincipalKind(kind),
        name=name,
        hub_created=hub_created,
        display_name=display_name,
        active=active,
        admin=admin,
        created_at=created_at,
    )


def workspace_from(values: Values) -> WorkspaceRecord:
    id_, kind, name, owner, created_at = values
    return WorkspaceRecord(id=id_, kind=WorkspaceKind(kind), name=name, owner=owner, created_at=created_at)


def item_from(values: Values) -> ItemRecord:
    id_, workspace, path, type_, device, inode, birth_ns, state = values
    return ItemRecord(
        id=id_,
        workspace=workspace,
        path=path,
        type=EntryType(type_),
        identity=Identity(device=device, inode=inode, birth_ns=birth_ns),
        state=ItemState(state),
    )


def grant_from(values: Values) -> GrantRecord:
    return GrantRecord(*values)


mount_columns = _of("grant_id person server writable since")


def mount_from(values: Values) -> MountRecord:
    return MountRecord(*values)


def fact_columns() -> Columns:
    return [
        grants.c.id,
        grants.c.item,
        items.c.path,
        items.c.type,
        grants.c.grantee,
        grants.c.role,
        grants.c.expires_at,
    ]


def fact_from(values: Values) -> GrantFact:
    grant, item, path, type_, grantee, role, expires_at = values
    return GrantFact(
        grant=grant,
        item=item,
        path=path,
        folder=type_ == EntryType.FOLDER.value,
        grantee=grantee,
        role=role,
        expires_at=expires_at,
    )


_owner: FromClause = principals.alias("owner")
_grantee: FromClause = principals.alias("grantee")
_granter: FromClause = principals.alias("granter")


def select_lines() -> Select[*tuple[Any, ...]]:
    """Grants that have not ended with all that is shown beside them, newest first."""
    members = (
        select(func.count())
        .select_from(memberships)
        .where(memberships.c.group_id == _grantee.c.id)
        .correlate(_grantee)
        .scalar_subquery()
    )
    return (
        select(
            *grant_columns(grants),
            *item_columns(items),
            *workspace_columns(workspaces),
            *principal_columns(_owner),
            *principal_columns(_grantee),
            *principal_columns(_granter),
            case((_grantee.c.kind == PrincipalKind.GROUP.value, members)),
            grants.c.position,
        )
        .join_from(grants, items, grants.c.item == items.c.id)
        .join(workspaces, items.c.workspace == workspaces.c.id)
        .join(_owner, workspaces.c.owner == _owner.c.id)
        .join(_grantee, grants.c.grantee == _grantee.c.id)
        .join(_granter, grants.c.granted_by == _granter.c.id)
        .where(grants.c.ended_at.is_(None), items.c.state != ItemState.GONE.value)
        .order_by(grants.c.position.desc())
    )


def line_from(values: Values) -> GrantLine:
    rest = list(values)

    def take(columns: Callable[[FromClause], Columns], table: Table) -> Values:
        count = len(columns(table))
        taken = rest[:count]
        del rest[:count]
        return taken

    return GrantLine(
        grant=grant_from(take(grant_columns, grants)),
        item=item_from(take(item_columns, items)),
        workspace=workspace_from(take(workspace_columns, workspaces)),
        owner=principal_from(take(principal_columns, principals)),
        grantee=principal_from(take(principal_columns, principals)),
        granted_by=principal_from(take(principal_columns, principals)),
        members=rest[0],
        position=rest[1],
    )
