"""People, homes on a real disk and a real database: what tests of grants and items begin with."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jupyter_apex_ws.adapters.database import SqliteDatabase
from jupyter_apex_ws.adapters.files import LocalFileStore
from jupyter_apex_ws.contract.entries import EntryType
from jupyter_apex_ws.contract.grants import Grant, GrantChange, NewGrant, Role
from jupyter_apex_ws.contract.principals import PrincipalKind, PrincipalName
from jupyter_apex_ws.core import grants, items, principals, reach, workspaces
from jupyter_apex_ws.core.access import Act, Subject
from jupyter_apex_ws.core.paths import from_text
from jupyter_apex_ws.core.ports import Anchor, HubUser
from jupyter_apex_ws.core.records import ItemRecord, Policy

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class House:
    """alice, bob, carol and dave; hydrology is carol and dave. `now` is turned by the tests."""

    def __init__(self, database: SqliteDatabase, directory: Path):
        self.database = database
        self.store = LocalFileStore(directory)
        self.directory = directory
        self.now = NOW
        self.policy = Policy()
        self.groups: dict[str, list[str]] = {"hydrology": ["carol", "dave"]}
        self.ids: dict[str, str] = {}
        self.workspaces: dict[str, str] = {}
        for name in ("alice", "bob", "carol", "dave"):
            self.arrive(name)
        self.poll_groups()

    def arrive(self, name: str, created: str = "2026-01-01T00:00:00Z") -> str:
        """A person signs in; returns the principal's id."""
        with self.database.writing() as tx:
            person = principals.ensure_user(tx, HubUser(name, created, False, ()), now=self.now)
            workspace = workspaces.ensure_personal(tx, person, now=self.now)
        self.store.create_root(workspace.id)
        self.ids[name], self.workspaces[name] = person.id, workspace.id
        return person.id

    def poll_groups(self) -> None:
        with self.database.writing() as tx:
            principals.follow_groups(tx, self.groups, asked_at=self.now, now=self.now)

    def later(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def home(self, name: str) -> Path:
        return self.directory / self.workspaces[name]

    def subject(self, name: str) -> Subject:
        with self.database.reading() as tx:
            return principals.subject(tx, self.ids[name])

    def folder(self, owner: str, path: str) -> Path:
        made = self.home(owner) / path
        made.mkdir(parents=True)
        return made

    def file(self, owner: str, path: str, text: str = "data") -> Path:
        made = self.home(owner) / path
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(text)
        return made

    def share(
        self,
        path: str,
        to: str,
        role: str = "viewer",
        *,
        by: str = "alice",
        at: str | None = None,
        seconds: float | None = None,
        note: str | None = None,
    ) -> Grant:
        """`by` shares `path` of the address `at` (his own workspace) with a person or group."""
        kind = PrincipalKind.GROUP if to in self.groups else PrincipalKind.USER
        new = NewGrant(
            workspace=at or self.workspaces[by],
            path=path,
            grantee=PrincipalName(kind=kind, name=to),
            role=Role(role),
            expires_at=None if seconds is None else self.now + timedelta(seconds=seconds),
            note=note,
        )
        with self.database.writing() as tx:
            subject = principals.subject(tx, self.ids[by])
            return grants.create(tx, self.store, subject, new, policy=self.policy, now=self.now)

    def change(self, by: str, grant: Grant, **wanted: object) -> Grant:
        with self.database.writing() as tx:
            subject = principals.subject(tx, self.ids[by])
            change = GrantChange.model_validate_json(json.dumps(wanted))
            return grants.change(tx, subject, grant.id, change, policy=self.policy, now=self.now)

    def revoke(self, by: str, grant: Grant) -> None:
        with self.database.writing() as tx:
            subject = principals.subject(tx, self.ids[by])
            grants.revoke(tx, subject, grant.id, now=self.now)

    def one(self, who: str, grant: Grant) -> Grant:
        with self.database.reading() as tx:
            return grants.one(tx, principals.subject(tx, self.ids[who]), grant.id, now=self.now)

    def with_me(self, who: str) -> list[Grant]:
        with self.database.reading() as tx:
            subject = principals.subject(tx, self.ids[who])
            return grants.with_me(tx, subject, cursor=None, limit=100, now=self.now).items

    def by_me(self, who: str) -> list[Grant]:
        with self.database.reading() as tx:
            subject = principals.subject(tx, self.ids[who])
            return grants.by_me(tx, subject, cursor=None, limit=100, now=self.now).items

    def on_item(self, who: str, at: str, path: str) -> list[Grant]:
        with self.database.reading() as tx:
            subject = principals.subject(tx, self.ids[who])
            where = from_text(path)
            return grants.on_item(tx, subject, at, where, cursor=None, limit=100, now=self.now).items

    def resolve(self, who: str, at: str, path: str = "", act: Act = Act.READ) -> reach.Access:
        """`at`: the id of a share or workspace. Raises NotFound, Forbidden."""
        with self.database.reading() as tx:
            subject = principals.subject(tx, self.ids[who])
            return reach.resolve(tx, subject, at, from_text(path), act, now=self.now)

    def text(self, who: str, at: str, path: str = "") -> str:
        """What he reads there, through the door and the store. Raises NotFound, Forbidden."""
        access = self.resolve(who, at, path)
        opened = self.store.open(access.anchor, access.path)
        try:
            return opened.read_at(0, 1000).decode()
        finally:
            opened.close()

    def names(self, who: str, at: str, path: str = "") -> set[bytes]:
        access = self.resolve(who, at, path, Act.LIST)
        return {name for name, _ in self.store.list(access.anchor, access.path)}

    def told_moved(self, owner: str, source: str, target: str) -> None:
        with self.database.writing() as tx:
            items.moved(
                tx, self.store, self.workspaces[owner], from_text(source), from_text(target), now=self.now
            )

    def told_deleted(self, owner: str, path: str) -> None:
        with self.database.writing() as tx:
            items.deleted(tx, self.store, self.workspaces[owner], from_text(path), now=self.now)

    def still(self, share: str) -> bool:
        return items.check(self.database, self.store, share, now=self.now)

    def sweep(self, owner: str) -> None:
        items.sweep(self.database, self.store, self.workspaces[owner], now=self.now)

    def item(self, share: str) -> ItemRecord:
        with self.database.reading() as tx:
            found = tx.item(share)
        assert found is not None
        return found

    def events(self, who: str, after: int = 0) -> list[str]:
        with self.database.reading() as tx:
            return [change.topic.value for change in tx.events_after(self.ids[who], after, limit=1000)]

    def last_event(self) -> int:
        with self.database.reading() as tx:
            return tx.last_event()

    def type_at(self, owner: str, path: str) -> EntryType:
        return self.store.stat(Anchor(self.workspaces[owner], (), None), from_text(path)).type


@contextmanager
def house(directory: Path) -> Iterator[House]:
    """A house with a new database below `directory`."""
    with closing(SqliteDatabase.open(directory / "apex-ws.sqlite")) as database:
        yield House(database, directory / "workspaces")
