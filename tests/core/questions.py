"""Random questions about a world: the oracle's answer and the product's must be the same word."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from oracle import ALLOWED, CONFLICT, FORBIDDEN, INVALID, MISSING, Given, Node, Offer, Person
from worlds import NAMES, ROLES, World, at, world

from jupyter_apex_ws.contract.grants import GrantChange, Role
from jupyter_apex_ws.contract.principals import PrincipalKind
from jupyter_apex_ws.core import access, grants, principals, reach
from jupyter_apex_ws.core.access import Act, Subject
from jupyter_apex_ws.core.errors import Conflict, Forbidden, Invalid, NotFound
from jupyter_apex_ws.core.paths import addressable
from jupyter_apex_ws.core.ports import RelPath
from jupyter_apex_ws.core.records import Policy

QUESTIONS_A_WORLD = 400
WORDS = {Forbidden: FORBIDDEN, NotFound: MISSING, Invalid: INVALID, Conflict: CONFLICT}


class WrongError(AssertionError):
    """The two disagree. The message says about what."""


class _UndoError(Exception):
    """Ends a transaction whose outcome is known."""


@dataclass
class Score:
    """What was asked so far."""

    asked: int = 0
    allowed: int = 0
    worlds: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)


def ask_many(number: int, directory: Path, *, first_seed: int = 0) -> Score:
    """Ask this many questions over as many worlds as that needs. Raises WrongError."""
    score = Score()
    seed = first_seed
    while score.asked < number:
        with world(seed, directory) as made:
            Asker(made, score).ask(min(QUESTIONS_A_WORLD, number - score.asked))
            score.hits += made.oracle.hits
        score.worlds += 1
        for left in directory.glob(f"world-{seed}.*"):
            left.unlink()
        seed += 1
    return score


class Asker:
    """Asks about one world."""

    def __init__(self, made: World, score: Score):
        self.world, self.oracle, self.random, self.score = made, made.oracle, made.random, score
        with made.database.reading() as tx:
            self.subjects: dict[Person, Subject] = {
                person: principals.subject(tx, id_) for person, id_ in made.ids.items()
            }
            known = {group.name: group.id for group in tx.active_principals(PrincipalKind.GROUP)}
        everyone = {access.EVERYONE} if made.oracle.everyone.allowed else set()
        self.groups = {
            person: frozenset(
                known[group.name] for group in made.oracle.groups.values() if person.name in group.members
            )
            | everyone
            for person in made.ids
        }

    def ask(self, number: int) -> None:
        kinds: list[Callable[[], None]] = [self._access] * 13 + [self._giving] * 3 + [self._changing] * 2
        kinds += [self._list] * 3 + [self._lost]
        for _ in range(number):
            chosen = self.random.choice(kinds)
            chosen()
            self.score.asked += 1
            self.score.kinds[chosen.__name__.strip("_")] += 1

    def _compare(self, expected: str, found: str, about: object) -> None:
        if expected != found:
            raise WrongError(f"{expected} by the rules, {found} by the product: {about}")
        self.score.allowed += expected == ALLOWED

    # What to ask about

    def _person(self) -> Person:
        return self.random.choice([*self.oracle.people.values()] * 4 + self.oracle.former)

    def _concerned(self, start: Node, names: RelPath) -> Person:
        """Rather somebody who has, or whose namesake had, a grant on the way."""
        node, _ = self.oracle.walk(start, names)
        near = [
            person
            for grant in self.oracle.given
            if grant.node in node.climb()
            for person in self.oracle.people.values()
            if grant.is_for(person) or grant.was_for_namesake(person)
        ]
        return self.random.choice(near) if near and self.random.random() < 0.7 else self._person()

    def _target(self) -> tuple[Node, RelPath]:
        """From where, and which names from there: mostly at or below something that is shared."""
        standing = [g.node for g in self.oracle.given if g.node in self.world.shares]
        if standing and self.random.random() < 0.85:
            node = self.random.choice(self.random.choice(standing).all())
        else:
            node = self.random.choice(self.world.nodes())
        names = node.path()
        if self.random.random() < 0.15:
            names += (self.random.choice(NAMES),)
        elif self.random.random() < 0.1:
            names = names[: self.random.randint(0, len(names))]
        starts = [one for one in node.climb() if one in self.world.shares or one.parent is None]
        start = self.random.choice(starts)
        if start.path() != names[: len(start.path())]:
            start = node.climb()[-1]
        return start, names[len(start.path()) :]

    def _now(self) -> float:
        """Often on the edge of an end."""
        return self.random.choice([0, 0, 9, 10, 11, 15, 19.999999, 20, 20.000001, 25, 29, 30, 31, 1000])

    def _id(self, start: Node) -> str:
        return self.world.shares.get(start) or self.world.workspaces[start]

    # The questions

    def _access(self) -> None:
        (start, names), now = self._target(), self._now()
        person = self._concerned(start, names)
        act = self.random.choice([*Act, Act.LIST, Act.READ, Act.READ])
        expected = self.oracle.judge(person, start, names, act.value, now)
        about = (person.name, start.path(), names, act, now)
        found = ALLOWED
        try:
            with self.world.database.reading() as tx:
                entered = reach.resolve(tx, self.subjects[person], self._id(start), names, act, now=at(now))
        except (Forbidden, NotFound) as refused:
            found = WORDS[type(refused)]
        self._compare(expected, found, about)
        self._check_rules(person, start, names, now)
        if expected == ALLOWED:
            self._check_access(entered, person, start, names, now)

    def _lost(self) -> None:
        """Behind a share whose folder was replaced there is nothing for anybody, its owner included (D3)."""
        owner, share = self.random.choice(self.world.lost_shares or [(self._person(), "s-nothing")])
        person, act = self.random.choice([owner, self._person()]), self.random.choice(list(Act))
        found = ALLOWED
        try:
            with self.world.database.reading() as tx:
                reach.resolve(tx, self.subjects[person], share, (), act, now=at(self._now()))
        except (Forbidden, NotFound) as refused:
            found = WORDS[type(refused)]
        self._compare(MISSING, found, ("lost", person.name, act))

    def _check_rules(self, person: Person, start: Node, names: RelPath, now: float) -> None:
        """The rule table by itself, given every grant of the workspace and not only those that matter."""
        node, beyond = self.oracle.walk(start, names)
        if self.oracle.dotted(start, names):
            expected = set()
        else:
            expected = self.oracle.rights(person, node, beyond, now)
        owner = self.oracle.owner_of(node)
        with self.world.database.reading() as tx:
            facts = tx.facts_under(self.world.workspaces[owner.home], (), None, direct=False)
        told = access.acts(
            # With his groups, though he be gone: it must not matter.
            replace(self.subjects[person], groups=self.groups[person]),
            owner=self.world.ids[owner],
            path=start.path() + names,
            grants=facts,
            now=at(now),
        )
        if {act.value for act in told} != expected:
            raise WrongError(f"rules {sorted(told)}: {(person.name, start.path(), names, now)}")

    def _check_access(
        self, entered: reach.Access, person: Person, start: Node, names: RelPath, now: float
    ) -> None:
        """It enters where it may, and tells of exactly the acts that are allowed."""
        node, beyond = self.oracle.walk(start, names)
        told = {act.value for act in entered.acts}
        about = (person.name, start.path(), names, entered.act, now)
        if told != self.oracle.rights(person, node, beyond, now):
            raise WrongError(f"permissions {sorted(told)}: {about}")
        if entered.anchor.path + entered.path != start.path() + names:
            raise WrongError(f"leads to {entered.anchor.path} and {entered.path}: {about}")
        if self.oracle.owner_of(node) is not person:
            open_to_him = [grant.node.path() for grant in self.oracle.live(person, node, beyond, now)]
            if entered.anchor.path not in open_to_him or entered.item is None:
                raise WrongError(f"enters at {entered.anchor.path}: {about}")
        with self.world.database.reading() as tx:
            again = reach.judge_within(tx, entered, now=at(now))
        if again.acts != entered.acts:
            raise WrongError(f"judged again: {again.acts} and not {entered.acts}: {about}")

    def _giving(self) -> None:
        person, (start, names), now = self._person(), self._target(), self._now()
        if not all(map(addressable, names)):
            names = ()
        to = self.random.choice([None, person, self.oracle.owner_of(start), *[self.world.grantee()] * 9])
        if isinstance(to, Person):
            to = self.oracle.people[to.name]  # a name is whoever has it now
        role = self.random.choice(ROLES)
        until = self.random.choice([None, now - 1, now, now + 0.000001, now + 5, now + 100])
        expected = self.oracle.judge_giving(person, start, names, Offer(to, role, until), now)
        new = self.world.new_grant(self._id(start), names, to, role, until)

        def attempt() -> None:
            with self.world.database.writing() as tx:
                subject = self.subjects[person]
                grants.create(tx, self.world.store, subject, new, policy=Policy(), now=at(now))
                raise _UndoError

        self._compare(expected, _outcome(attempt), (person.name, start.path(), new, now))

    def _changing(self) -> None:
        standing = [g for g in self.oracle.given if g.id]
        if not standing:
            return
        person, grant, now = self._person(), self.random.choice(standing), self._now()
        person = self._receiver(grant) or person if self.random.random() < 0.4 else person
        role = self.random.choice([*ROLES, None])
        until = self.random.choice([None, now - 1, now, now + 5, now + 100])
        expected = self.oracle.judge_changing(person, grant, role, until, now=now)

        def attempt() -> None:
            with self.world.database.writing() as tx:
                subject = self.subjects[person]
                if role is None:
                    grants.revoke(tx, subject, grant.id, now=at(now))
                else:
                    wanted = GrantChange(role=Role(role), expires_at=None if until is None else at(until))
                    grants.change(tx, subject, grant.id, wanted, policy=Policy(), now=at(now))
                raise _UndoError

        self._compare(expected, _outcome(attempt), (person.name, grant, role, until, now))

    def _receiver(self, grant: Given) -> Person | None:
        held = [person for person in self.oracle.people.values() if grant.is_for(person)]
        return self.random.choice(held) if held else None

    def _list(self) -> None:
        """A list is what checks say of each, and nothing more (D13, SE-05)."""
        person, now, act = self._person(), self._now(), self.random.choice(list(Act))
        subject = self.subjects[person]
        kind = self.random.choice(["with", "by", "items"])
        with self.world.database.reading() as tx:
            if kind == "with":
                expected = self.oracle.receives(person, now)
                page = grants.with_me(tx, subject, cursor=None, limit=1000, now=at(now))
                found = {grant.id for grant in page.items}
            elif kind == "by":
                expected = self.oracle.gave(person, now)
                page = grants.by_me(tx, subject, cursor=None, limit=1000, now=at(now))
                found = {grant.id for grant in page.items}
            else:
                shared = self.world.shares
                allowed = self.oracle.may(person, list(shared), act.value, now)
                expected = {shared[node] for node in allowed}
                found = {item.id for item in tx.visible_items(subject, act, at(now))}
        if found != expected:
            raise WrongError(f"list {kind} {act}: {found ^ expected} for {person.name} at {now}")
        self.score.allowed += bool(found)


def _outcome(attempt: Callable[[], None]) -> str:
    try:
        attempt()
    except _UndoError:
        return ALLOWED
    except (Forbidden, NotFound, Invalid, Conflict) as refused:
        return WORDS[type(refused)]
    raise AssertionError("neither done nor refused")
