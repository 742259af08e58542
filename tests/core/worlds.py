"""Random worlds, told to the oracle and to the product alike.

The product is driven through its use cases over a real SQLite database; only the disk is a stand-in that
answers from the oracle's tree.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast

from oracle import ALLOWED, Everyone, Given, Group, Node, Offer, Oracle, Person

from jupyter_apex_ws.adapters.database import SqliteDatabase
from jupyter_apex_ws.contract.entries import EntryType
from jupyter_apex_ws.contract.grants import GrantChange, NewGrant, Role
from jupyter_apex_ws.contract.principals import PrincipalKind, PrincipalName
from jupyter_apex_ws.core import grants, items, principals, workspaces
from jupyter_apex_ws.core.errors import NotFound
from jupyter_apex_ws.core.paths import addressable
from jupyter_apex_ws.core.ports import Anchor, FileStore, HubUser, Identity, RelPath, Stat, Writing
from jupyter_apex_ws.core.records import Policy

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
PEOPLE = ("ada", "ben", "cleo", "dan", "eve", "finn")
GROUPS = ("hydrology", "soil", "ada")  # a group may have a person's name
# Names around the slash in byte order, names that begin with others, one that is not text, dot-names.
NAMES = (b"a", b"ab", b"a-", b"a.", b"a0", b"b", b"B", b"data", b"\xff\xfe", b".ssh", b".a")
ROLES = ("viewer", "viewer", "contributor", "editor", "manager")


def at(seconds: float) -> datetime:
    """The world's clock."""
    return START + timedelta(seconds=seconds)


class TreeStore:
    """The disk: what the oracle's tree says now."""

    def __init__(self) -> None:
        self.homes: dict[str, Node] = {}

    def stat(self, anchor: Anchor, path: RelPath) -> Stat:
        names = anchor.path + path
        node, beyond = Oracle.walk(self.homes[anchor.workspace], names)
        if beyond or any(name.startswith(b".") for name in names):
            raise NotFound
        return stat_of(node)

    def find(self, workspace: str, wanted: Collection[Identity]) -> dict[Identity, RelPath]:
        sought = {identity.inode: identity for identity in wanted}
        nodes = self.homes[workspace].all()
        return {
            sought[node.number]: node.path()
            for node in nodes
            if node.number in sought and not Oracle.dotted(node, ())
        }


def stat_of(node: Node) -> Stat:
    kind = EntryType.FOLDER if node.is_folder else EntryType.FILE
    return Stat(kind, 0, 0, Identity(1, node.number, node.number), "")


class World:
    """One world: what happened is in the oracle and, through the use cases, in the database."""

    def __init__(self, seed: int, database: SqliteDatabase):
        self.random = Random(seed)
        self.database = database
        self.oracle = Oracle()
        self.tree = TreeStore()
        self.store = cast(FileStore, self.tree)
        self.ids: dict[Person, str] = {}
        self.workspaces: dict[Node, str] = {}
        self.shares: dict[Node, str] = {}
        self.lost_shares: list[tuple[Person, str]] = []
        with database.writing() as tx:
            self._people_and_groups(tx)
        for person in list(self.oracle.people.values()):
            self._grow(person.home, depth=0)
        with database.writing() as tx:
            for _ in range(28):
                self._give(tx)
        for _ in range(16):
            self._event()
        with database.writing() as tx:
            for _ in range(10):
                self._give(tx)

    # Making

    def _people_and_groups(self, tx: Writing) -> None:
        for name in PEOPLE:
            self._arrive(tx, name)
        for name in GROUPS:
            members = set(self.random.sample(PEOPLE, self.random.randint(1, 4)))
            self.oracle.groups[name] = Group(name, members)
        self._poll(tx)
        principals.set_everyone(tx, allowed=True, now=START)

    def _arrive(self, tx: Writing, name: str) -> None:
        earlier = self.oracle.people.get(name)
        created = f"2026-01-01T00:00:{len(self.oracle.former):02}Z"
        person = Person(name, created, Node(b"", None, True), earlier)
        self.oracle.people[name] = person
        record = principals.ensure_user(tx, HubUser(name, created, False, ()), now=START)
        workspace = workspaces.ensure_personal(tx, record, now=START)
        self.ids[person] = record.id
        self.workspaces[person.home] = workspace.id
        self.tree.homes[workspace.id] = person.home

    def _poll(self, tx: Writing) -> None:
        members = {name: sorted(group.members) for name, group in self.oracle.groups.items()}
        principals.follow_groups(tx, members, asked_at=START, now=START)

    def _grow(self, folder: Node, *, depth: int) -> None:
        for name in self.random.sample(NAMES, self.random.randint(1, 4 if depth < 2 else 2)):
            is_folder = depth < 3 and self.random.random() < 0.7
            node = Node(name, folder, is_folder)
            folder.children.append(node)
            if is_folder:
                self._grow(node, depth=depth + 1)

    def nodes(self, *, shareable: bool = False) -> list[Node]:
        """Everything in homes that are in use, roots left out."""
        found = [node for person in self.oracle.people.values() for node in person.home.all() if node.parent]
        if shareable:
            found = [
                node
                for node in found
                if not Oracle.dotted(node, ()) and all(addressable(name) for name in node.path())
            ]
        return found

    def grantee(self) -> Person | Group | Everyone:
        people, groups = self.oracle.people.values(), self.oracle.groups.values()
        return self.random.choice([*people, *groups, self.oracle.everyone])

    def role_for(self, node: Node) -> str:
        """Any that can be given there: a file is no drop box."""
        return self.random.choice([role for role in ROLES if node.is_folder or role != "contributor"])

    def until(self) -> float | None:
        return self.random.choice([None, None, 10.0, 20.0, 30.0, 0.000001])

    def new_grant(
        self,
        address: str,
        names: RelPath,
        to: Person | Group | Everyone | None,
        role: str,
        until: float | None,
    ):
        kinds = {Group: PrincipalKind.GROUP, Everyone: PrincipalKind.EVERYONE}
        kind = kinds.get(type(to), PrincipalKind.USER)
        return NewGrant(
            workspace=address,
            path=b"/".join(names).decode(),
            grantee=PrincipalName(kind=kind, name=to.name if to else "nobody"),
            role=Role(role),
            expires_at=None if until is None else at(until),
        )

    def _give(self, tx: Writing) -> None:
        candidates = self.nodes(shareable=True)
        if not candidates:
            return
        # Often on what is shared already: several grants for one person are what D2 and D7 are about.
        again = [grant.node for grant in self.oracle.given if grant.node in candidates]
        node = self.random.choice(again if again and self.random.random() < 0.4 else candidates)
        to, role, until = self.grantee(), self.random.choice(ROLES), self.until()
        owner = self.oracle.owner_of(node)
        giver = self.random.choice([owner, owner, *self._sharers(node)])
        offer = Offer(to, role, until)
        if not self._can_act(giver) or self.oracle.judge_offer(giver, node, offer, 0) is not ALLOWED:
            return
        subject = principals.subject(tx, self.ids[giver])
        new = self.new_grant(self.workspaces[owner.home], node.path(), to, role, until)
        made = grants.create(tx, self.store, subject, new, policy=Policy(), now=START)
        self.oracle.given.append(Given(to, node, role, until, giver, made.id))
        item = tx.item_at(self.workspaces[owner.home], node.path())
        assert item is not None
        self.shares[node] = item.id

    def _sharers(self, node: Node) -> list[Person]:
        people = self.oracle.people.values()
        return [person for person in people if "share" in self.oracle.rights(person, node, 0, 0)]

    # Events

    def _event(self) -> None:
        happens: Callable[[], None] = self.random.choice(
            [
                self._rename,
                self._rename,
                self._move,
                self._usurp,
                self._delete,
                self._replace_outside,
                self._save,
                self._revoke,
                self._change,
                self._members,
                self._group_breaks_off,
                self._rebirth,
                self._comes_and_goes,
                self._policy,
            ]
        )
        happens()

    def _some(self) -> Node | None:
        """Something, rather what is shared or holds what is shared."""
        held = [node for grant in self.oracle.given for node in grant.node.climb() if node.parent]
        there = self.nodes()
        near = [node for node in held if node in there]
        return self.random.choice(near if near and self.random.random() < 0.8 else there or [None])

    def _place(self, node: Node, parent: Node, name: bytes) -> None:
        """Rename or move it, as the owner does in Jupyter, and tell."""
        if parent.child(name) or not parent.is_folder or node in parent.climb():
            return
        workspace, was = self.workspaces[node.climb()[-1]], node.path()
        assert node.parent is not None
        node.parent.children.remove(node)
        parent.children.append(node)
        node.name, node.parent = name, parent
        node.was_moved = True
        with self.database.writing() as tx:
            items.moved(tx, self.store, workspace, was, node.path(), now=START)
        if any(part.startswith(b".") for part in was):
            # What comes back from under a dot-name is found by the next sweep.
            items.sweep(self.database, self.store, workspace, now=START)

    def _rename(self) -> None:
        node = self._some()
        if node and node.parent:
            self._place(node, node.parent, self.random.choice(NAMES))

    def _move(self) -> None:
        node = self._some()
        if node:
            home = node.climb()[-1]
            self._place(node, self.random.choice([n for n in home.all() if n.is_folder]), node.name)

    def _usurp(self) -> None:
        """Rename it, and make another folder under the name that it had (D3)."""
        node = self._some()
        if node and node.parent:
            name, parent = node.name, node.parent
            self._place(node, parent, self.random.choice([n for n in NAMES if not parent.child(n)]))
            if not parent.child(name):
                new = Node(name, parent, True, took_a_name=True)
                parent.children.append(new)
                self._grow(new, depth=2)

    def _delete(self) -> None:
        """Delete it through Jupyter; sometimes something of the same name is made at once."""
        node = self._some()
        if not node or not node.parent or Oracle.dotted(node, ()):
            return
        workspace, path, parent = self.workspaces[node.climb()[-1]], node.path(), node.parent
        parent.children.remove(node)
        if self.random.random() < 0.5:
            parent.children.append(Node(node.name, parent, node.is_folder, took_a_name=True))
        for grant in self.oracle.given:
            if node in grant.node.climb() and not grant.lost:
                # Behind a dot-name it was out of sight already: nobody can tell that it went too.
                hidden = Oracle.dotted(grant.node, ())
                grant.lost, grant.over = hidden, grant.over or not hidden
        for gone in node.all():
            self.shares.pop(gone, None)
        with self.database.writing() as tx:
            items.deleted(tx, self.store, workspace, path, now=START)

    def _replace_outside(self) -> None:
        """In a terminal, a folder goes away and another one gets its name; the door notices."""
        node = self._some()
        if not node or not node.parent or not node.is_folder or Oracle.dotted(node, ()):
            return
        parent = node.parent
        parent.children.remove(node)
        parent.children.append(Node(node.name, parent, True, took_a_name=True))
        for grant in self.oracle.given:
            grant.lost = grant.lost or node in grant.node.climb()
        for lost in node.all():
            if lost in self.shares:
                share = self.shares.pop(lost)
                self.lost_shares.append((self.oracle.owner_of(lost), share))
                assert not items.check(self.database, self.store, share, now=START)

    def _save(self) -> None:
        """A file is replaced at its path by a save: it stays the same to everyone."""
        files = [node for node in self.nodes() if not node.is_folder and not Oracle.dotted(node, ())]
        if files:
            node = self.random.choice(files)
            node.number = Node(b"", None, False).number
            with self.database.writing() as tx:
                items.saved(tx, self.workspaces[node.climb()[-1]], node.path(), stat_of(node))

    def _some_grant(self) -> Given | None:
        standing = [g for g in self.oracle.given if not g.over and not g.to.gone]
        return self.random.choice(standing) if standing else None

    @staticmethod
    def _can_act(person: Person) -> bool:
        return not person.gone and not person.away

    def _revoke(self) -> None:
        grant = self._some_grant()
        if grant and self._can_act(self.oracle.owner_of(grant.node)):
            with self.database.writing() as tx:
                subject = principals.subject(tx, self.ids[self.oracle.owner_of(grant.node)])
                grants.revoke(tx, subject, grant.id, now=START)
            grant.over = True

    def _change(self) -> None:
        grant = self._some_grant()
        if grant and self._can_act(self.oracle.owner_of(grant.node)):
            grant.role, grant.until = self.role_for(grant.node), self.until()
            wanted = GrantChange(
                role=Role(grant.role), expires_at=None if grant.until is None else at(grant.until)
            )
            with self.database.writing() as tx:
                subject = principals.subject(tx, self.ids[self.oracle.owner_of(grant.node)])
                grants.change(tx, subject, grant.id, wanted, policy=Policy(), now=START)

    def _members(self) -> None:
        group = self.random.choice(list(self.oracle.groups.values()))
        group.members ^= {self.random.choice(PEOPLE)}
        with self.database.writing() as tx:
            self._poll(tx)

    def _group_breaks_off(self) -> None:
        """Absent from one poll, back in the next: another group (D9)."""
        group = self.oracle.groups.pop(self.random.choice(list(self.oracle.groups)))
        group.gone = True
        with self.database.writing() as tx:
            self._poll(tx)
            self.oracle.groups[group.name] = Group(group.name, set(group.members), group)
            self._poll(tx)

    def _comes_and_goes(self) -> None:
        """The hub does not know him, or knows him again: the same person (D9)."""
        person = self.random.choice(list(self.oracle.people.values()))
        person.away = not person.away
        with self.database.writing() as tx:
            if person.away:
                principals.forget_user(tx, person.name, now=START)
            else:
                principals.ensure_user(tx, HubUser(person.name, person.created, False, ()), now=START)
            self._poll(tx)

    def _policy(self) -> None:
        """The operator turns sharing with everyone off, or on again."""
        self.oracle.everyone.allowed = not self.oracle.everyone.allowed
        with self.database.writing() as tx:
            principals.set_everyone(tx, allowed=self.oracle.everyone.allowed, now=START)

    def _rebirth(self) -> None:
        """The hub's account is deleted, and somebody else gets the name (D9)."""
        name = self.random.choice(PEOPLE)
        person = self.oracle.people[name]
        person.gone = True
        self.oracle.former.append(person)
        for group in self.oracle.groups.values():
            group.members.discard(name)
        with self.database.writing() as tx:
            if self.random.random() < 0.5:
                principals.forget_user(tx, name, now=START)
            self._poll(tx)
            self._arrive(tx, name)
        self._grow(self.oracle.people[name].home, depth=2)


@contextmanager
def world(seed: int, directory: Path) -> Iterator[World]:
    """The world of a seed, with a database of its own."""
    with closing(SqliteDatabase.open(directory / f"world-{seed}.sqlite")) as database:
        yield World(seed, database)
