"""`core.ports.Writing`: what changes, on the one connection that may."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, update

from ...contract.events import Topic
from ...core.records import GrantRecord, ItemRecord, MountRecord, PrincipalRecord, WorkspaceRecord
from .reading import SqlReading
from .tables import grants, items, memberships, mounts, outbox, principals, workspaces


class SqlWriting(SqlReading):
    """See `core.ports.Writing`."""

    def add_principal(self, record: PrincipalRecord) -> None:
        self._connection.execute(
            insert(principals).values(
                id=record.id,
                kind=record.kind.value,
                name=record.name,
                hub_created=record.hub_created,
                name_folded=record.name.casefold(),
                created_at=record.created_at,
                **_changing(record),
            )
        )

    def change_principal(self, record: PrincipalRecord) -> None:
        self._connection.execute(
            update(principals).where(principals.c.id == record.id).values(**_changing(record))
        )

    def set_members(self, group: str, people: frozenset[str]) -> None:
        now = self.members(group)
        if gone := now - people:
            self._connection.execute(
                delete(memberships).where(
                    memberships.c.group_id == group, memberships.c.user_id.in_(sorted(gone))
                )
            )
        if added := people - now:
            self._connection.execute(
                insert(memberships), [{"group_id": group, "user_id": person} for person in sorted(added)]
            )

    def leave_all_groups(self, person: str) -> None:
        self._connection.execute(delete(memberships).where(memberships.c.user_id == person))

    def add_workspace(self, record: WorkspaceRecord) -> None:
        self._connection.execute(
            insert(workspaces).values(
                id=record.id,
                kind=record.kind.value,
                name=record.name,
                owner=record.owner,
                created_at=record.created_at,
            )
        )

    def add_item(self, record: ItemRecord) -> None:
        self._connection.execute(
            insert(items).values(id=record.id, workspace=record.workspace, **_whereabouts(record))
        )

    def change_item(self, record: ItemRecord) -> None:
        self._connection.execute(update(items).where(items.c.id == record.id).values(**_whereabouts(record)))

    def add_grant(self, record: GrantRecord) -> None:
        self._connection.execute(
            insert(grants).values(
                id=record.id,
                item=record.item,
                grantee=record.grantee,
                granted_by=record.granted_by,
                created_at=record.created_at,
                **_terms(record),
            )
        )

    def change_grant(self, record: GrantRecord) -> None:
        self._connection.execute(update(grants).where(grants.c.id == record.id).values(**_terms(record)))

    def end_grants(self, grants_: Iterable[str], *, by: str | None, now: datetime) -> None:
        self._connection.execute(
            update(grants)
            .where(grants.c.id.in_(sorted(grants_)), grants.c.ended_at.is_(None))
            .values(ended_at=now, ended_by=by)
        )

    def add_mounts(self, records: Iterable[MountRecord]) -> None:
        rows = [
            {
                "grant_id": record.grant,
                "person": record.person,
                "server": record.server,
                "writable": record.writable,
                "since": record.since,
            }
            for record in records
        ]
        if rows:
            self._connection.execute(insert(mounts), rows)

    def end_mounts(self, person: str, server: str, *, but: frozenset[str]) -> None:
        self._connection.execute(
            delete(mounts).where(
                mounts.c.person == person, mounts.c.server == server, mounts.c.grant_id.not_in(sorted(but))
            )
        )

    def expiry_told(self, grants_: Iterable[str]) -> None:
        self._connection.execute(
            update(grants).where(grants.c.id.in_(sorted(grants_))).values(expiry_told=True)
        )

    def emit(self, people: Iterable[str], topic: Topic, now: datetime) -> None:
        rows = [{"principal": person, "topic": topic.value, "at": now} for person in sorted(set(people))]
        if rows:
            self._connection.execute(insert(outbox), rows)

    def drop_events(self, before: datetime) -> None:
        self._connection.execute(delete(outbox).where(outbox.c.at < before))


def _changing(record: PrincipalRecord) -> dict[str, str | bool]:
    return {
        "display_name": record.display_name,
        "display_folded": record.display_name.casefold(),
        "active": record.active,
        "admin": record.admin,
    }


def _whereabouts(record: ItemRecord) -> dict[str, object]:
    return {
        "path": record.path,
        "type": record.type.value,
        "device": record.identity.device,
        "inode": record.identity.inode,
        "birth_ns": record.identity.birth_ns,
        "state": record.state.value,
    }


def _terms(record: GrantRecord) -> dict[str, object]:
    return {
        "role": record.role,
        "expires_at": record.expires_at,
        "note": record.note,
        "revision": record.revision,
        "expiry_told": False,
    }
