"""A second, naive implementation of who may do what, written from the text of the rules alone.

Nothing of the product is imported here. A folder is an object with a parent, a grant hangs on the object, a
group is a set of people, and every question is answered by climbing from the thing that is asked about to the
top. The letter-number names (D1, D2, …) are those of the access rules; `hits` counts the questions that each
rule had a part in.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import count

ALLOWED, FORBIDDEN, MISSING, INVALID, CONFLICT = "allowed", "forbidden", "missing", "invalid", "conflict"

READING = {"list", "read"}
EDITING = READING | {"create", "write", "rename", "delete"}
MANAGING = EDITING | {"share"}
OWNING = MANAGING
CAN = {"viewer": READING, "contributor": {"create"}, "editor": EDITING, "manager": MANAGING}
HEIGHT = {"viewer": 1, "contributor": 1, "editor": 2, "manager": 3, "owner": 4}

_numbers = count(1000)


@dataclass(eq=False)
class Node:
    """A file or folder. Renaming it changes the name, moving it the parent; it stays this object."""

    name: bytes
    parent: Node | None
    is_folder: bool
    number: int = field(default_factory=lambda: next(_numbers))
    children: list[Node] = field(default_factory=list)
    was_moved: bool = False
    took_a_name: bool = False

    def child(self, name: bytes) -> Node | None:
        return next((one for one in self.children if one.name == name), None)

    def climb(self) -> list[Node]:
        """This and everything it is in, the top last."""
        return [self] + (self.parent.climb() if self.parent else [])

    def path(self) -> tuple[bytes, ...]:
        return tuple(node.name for node in reversed(self.climb()) if node.parent)

    def all(self) -> list[Node]:
        return [self] + [deep for one in self.children for deep in one.all()]


@dataclass(eq=False)
class Person:
    """Somebody with a home. Who comes later under his name is somebody else (D9)."""

    name: str
    created: str
    home: Node
    earlier: Person | None = None
    gone: bool = False
    away: bool = False
    """The hub does not know him now. If he comes back he is the same."""


@dataclass(eq=False)
class Group:
    """A group of the hub, as long as it is there without a break."""

    name: str
    members: set[str]
    earlier: Group | None = None
    gone: bool = False


@dataclass(eq=False)
class Everyone:
    """Whoever is on the hub, as long as the operator lets one share with all."""

    allowed: bool = True
    name: str = "everyone"
    gone: bool = False


@dataclass(eq=False)
class Given:
    """A grant: `to` a person, a group or everyone; `until` in seconds, None for no end."""

    to: Person | Group | Everyone
    node: Node
    role: str
    until: float | None
    by: Person
    id: str = ""
    over: bool = False
    lost: bool = False
    """Another object took the place of the thing outside of us: nobody has it until it is found."""

    def is_for(self, person: Person) -> bool:
        if self.to.gone or person.gone or person.away:
            return False
        if isinstance(self.to, Everyone):
            return self.to.allowed
        if isinstance(self.to, Group):
            return person.name in self.to.members
        return self.to is person

    def was_for_namesake(self, person: Person) -> bool:
        """It was given to one who had the name before, or to a group of a name that he is in now."""
        earlier = person.earlier
        while earlier:
            if self.to is earlier:
                return True
            earlier = earlier.earlier
        return isinstance(self.to, Group) and self.to.gone and person.name in self.to.members

    def ended_by_clock(self, now: float) -> bool:
        return self.until is not None and now >= self.until


@dataclass(frozen=True)
class Offer:
    """A wish to give a role; `to` None: to nobody who is known."""

    to: Person | Group | Everyone | None
    role: str
    until: float | None


@dataclass
class Oracle:
    """The world, and the answers about it."""

    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    everyone: Everyone = field(default_factory=Everyone)
    former: list[Person] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    hits: Counter[str] = field(default_factory=Counter)

    # What is there

    def owner_of(self, node: Node) -> Person:
        top = node.climb()[-1]
        return next(p for p in [*self.people.values(), *self.former] if p.home is top)

    @staticmethod
    def walk(start: Node, names: tuple[bytes, ...]) -> tuple[Node, int]:
        """The last thing on the way that exists, and how many names are left beyond it."""
        here = start
        for done, name in enumerate(names):
            there = here.child(name)
            if there is None:
                return here, len(names) - done
            here = there
        return here, 0

    # Rights at one place

    def reaching(self, node: Node, beyond: int) -> list[Given]:
        """Grants that hang on the thing or on a folder above it (D3); one on a file is for the file alone."""
        found = []
        for grant in self.given:
            if grant.over or grant.lost or grant.node not in node.climb() or grant.node.parent is None:
                continue
            if grant.node.is_folder or (grant.node is node and not beyond):
                found.append(grant)
        return found

    def live(self, person: Person, node: Node, beyond: int, now: float) -> list[Given]:
        return [
            grant
            for grant in self.reaching(node, beyond)
            if grant.is_for(person) and not grant.ended_by_clock(now)
        ]

    def rights(self, person: Person, node: Node, beyond: int, now: float) -> set[str]:
        """The union of what the grants allow (D2). What changes the folder around needs a grant above."""
        if person.gone or person.away:
            return set()
        if self.owner_of(node) is person:
            at_top = node.parent is None and not beyond
            return OWNING - {"rename", "delete", "share"} if at_top else set(OWNING)
        found: set[str] = set()
        for grant in self.live(person, node, beyond, now):
            itself = grant.node is node and not beyond
            lacks = {"rename", "delete"} if itself else set()
            found |= CAN[grant.role] - lacks - (set() if grant.node.is_folder else {"create"})
        if "list" not in found:
            # A drop box: he adds to the folder that he was given, and nothing below it is there for him.
            dropping = [g for g in self.live(person, node, beyond, now) if g.node is node and not beyond]
            found &= {act for grant in dropping for act in CAN[grant.role]}
        return found

    @staticmethod
    def dotted(start: Node, names: tuple[bytes, ...]) -> bool:
        return any(name.startswith(b".") for name in start.path() + names)

    def judge(self, person: Person, start: Node, names: tuple[bytes, ...], act: str, now: float) -> str:
        """May the person do the act with what `names` lead to from `start` (a home, or a share)?"""
        answer = self._judged(person, start, names, act, now)
        self._count(person, start, names, act, now)
        return answer

    def _judged(self, person: Person, start: Node, names: tuple[bytes, ...], act: str, now: float) -> str:
        if self.dotted(start, names):
            return MISSING
        if start.parent and not self.rights(person, start, 0, now):
            return MISSING
        node, beyond = self.walk(start, names)
        here = self.rights(person, node, beyond, now)
        if act == "create" and start.path() + names:
            # Making something is an act on the folder it will be in.
            above, over = self._folder_of(start, names)
            if act in self.rights(person, above, over, now):
                return ALLOWED
        elif act in here and act != "create":
            return ALLOWED
        return FORBIDDEN if here else MISSING

    def _folder_of(self, start: Node, names: tuple[bytes, ...]) -> tuple[Node, int]:
        if names:
            return self.walk(start, names[:-1])
        assert start.parent is not None
        return start.parent, 0

    def _count(self, person: Person, start: Node, names: tuple[bytes, ...], act: str, now: float) -> None:
        """Which rules this question was about: those without which the answer could be another one."""
        node, beyond = self.walk(start, names)
        if self.dotted(start, names):
            self.hits["D14"] += 1
            return
        if self.owner_of(node) is person:
            return
        grants = self.reaching(node, beyond)
        mine = [grant for grant in grants if grant.is_for(person)]
        live = [grant for grant in mine if not grant.ended_by_clock(now)]
        if live and act not in READING:
            self.hits["D1"] += 1
        if len({grant.role for grant in live}) > 1:
            self.hits["D2"] += 1
        self._count_places(node, live)
        if any(grant.until is not None for grant in mine):
            self.hits["D6"] += 1
        to_me = {grant.ended_by_clock(now) for grant in mine if grant.to is person}
        to_groups = {grant.ended_by_clock(now) for grant in mine if grant.to is not person}
        if (True in to_me and False in to_groups) or (False in to_me and True in to_groups):
            self.hits["D7"] += 1
        if any(grant.was_for_namesake(person) for grant in self._all_at(node)):
            self.hits["D9"] += 1

    def _count_places(self, node: Node, live: list[Given]) -> None:
        followed = any(one.was_moved for grant in live for one in grant.node.climb())
        usurped = any(one.took_a_name for one in node.climb())
        if followed or usurped:
            self.hits["D3"] += 1

    def _all_at(self, node: Node) -> list[Given]:
        return [grant for grant in self.given if grant.node in node.climb()]

    # Passing on (D5)

    def height(self, person: Person, node: Node, now: float, without: Given | None = None) -> int:
        if self.owner_of(node) is person:
            return HEIGHT["owner"]
        live = [grant for grant in self.live(person, node, 0, now) if grant is not without]
        return max((HEIGHT[grant.role] for grant in live if "share" in CAN[grant.role]), default=0)

    def own_end(self, person: Person, node: Node, now: float, without: Given | None = None) -> float | None:
        """Until when the person may share the thing: None for always."""
        if self.owner_of(node) is person:
            return None
        ends = [
            grant.until
            for grant in self.live(person, node, 0, now)
            if grant is not without and "share" in CAN[grant.role]
        ]
        return None if None in ends else max(end for end in ends if end is not None)

    def outlives(
        self, person: Person, to: Person | Group | Everyone | None, until: float | None, own: float | None
    ) -> bool:
        """Through a group that he is in himself, nobody gets a longer right than he has."""
        himself = isinstance(to, Everyone) or (isinstance(to, Group) and person.name in to.members)
        return himself and own is not None and (until is None or until > own)

    def judge_giving(
        self, person: Person, start: Node, names: tuple[bytes, ...], offer: Offer, now: float
    ) -> str:
        """May the person make this offer about the thing?"""
        self.hits["D5"] += 1
        seen = self._judged(person, start, names, "list", now)
        if seen is not ALLOWED:
            return seen
        node, beyond = self.walk(start, names)
        if node.parent is None and not beyond:
            self.hits["D14"] += 1
            return INVALID
        if self._judged(person, start, names, "share", now) is not ALLOWED:
            return FORBIDDEN
        return MISSING if beyond else self.judge_offer(person, node, offer, now)

    def judge_offer(self, person: Person, node: Node, offer: Offer, now: float) -> str:
        """Who may share the thing: may he share it so?"""
        nobody = offer.to is None or (isinstance(offer.to, Person) and offer.to.away)
        nobody = nobody or (isinstance(offer.to, Everyone) and not offer.to.allowed)
        if offer.role == "contributor" and not node.is_folder:
            return INVALID
        nobody_else = nobody or offer.to is person or offer.to is self.owner_of(node)
        if nobody_else or (offer.until is not None and offer.until <= now):
            return INVALID
        if HEIGHT[offer.role] > self.height(person, node, now):
            return FORBIDDEN
        if self.outlives(person, offer.to, offer.until, self.own_end(person, node, now)):
            return INVALID
        standing = [
            grant
            for grant in self.given
            if grant.node is node
            and grant.to is offer.to
            and not grant.over
            and not grant.ended_by_clock(now)
        ]
        return CONFLICT if standing else ALLOWED

    def judge_changing(
        self, person: Person, grant: Given, role: str | None, until: float | None, *, now: float
    ) -> str:
        """May the person give an existing grant this role and end (role None: may he take it back)?"""
        self.hits["D5"] += 1
        if grant.over or grant.to.gone:
            return MISSING
        is_owner = self.owner_of(grant.node) is person and not person.gone and not person.away
        hidden = grant.lost or self.dotted(grant.node, ())
        shares = not hidden and "share" in self.rights(person, grant.node, 0, now)
        receives = not hidden and grant.is_for(person) and not grant.ended_by_clock(now)
        if not (is_owner or shares or receives):
            return MISSING
        if not is_owner:
            own = self.height(person, grant.node, now, without=grant)
            if own < max(HEIGHT[grant.role], HEIGHT[role or grant.role]):
                return FORBIDDEN
        if role is None:
            return ALLOWED
        no_drop_box = role == "contributor" and not grant.node.is_folder
        if no_drop_box or (until is not None and until <= now):
            return INVALID
        own_end = None if is_owner else self.own_end(person, grant.node, now, without=grant)
        return INVALID if self.outlives(person, grant.to, until, own_end) else ALLOWED

    # Lists (D13): what is in them is what a check would say

    def receives(self, person: Person, now: float) -> set[str]:
        """The ids of the grants that the person reads under "shared with me"."""
        self.hits["D13"] += 1
        return {
            grant.id
            for grant in self.given
            if not grant.over
            and not grant.lost
            and grant.is_for(person)
            and not grant.ended_by_clock(now)
            and not self.dotted(grant.node, ())
            and self.owner_of(grant.node) is not person
        }

    def gave(self, person: Person, now: float) -> set[str]:
        """The ids of the grants that the person reads under "shared by me"."""
        self.hits["D13"] += 1
        found = set()
        for grant in self.given:
            if grant.over or grant.to.gone or person.gone or person.away:
                continue
            mine = self.owner_of(grant.node) is person
            passed_on = (
                grant.by is person
                and not grant.lost
                and not self.dotted(grant.node, ())
                and "share" in self.rights(person, grant.node, 0, now)
            )
            if mine or passed_on:
                found.add(grant.id)
        return found

    def may(self, person: Person, nodes: list[Node], act: str, now: float) -> set[Node]:
        """Those of the things that the person may do the act with."""
        self.hits["D13"] += 1
        return {
            node for node in nodes if not self.dotted(node, ()) and act in self.rights(person, node, 0, now)
        }
