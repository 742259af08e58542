"""Who may do what: the closed rule table and what follows from it. Pure: no clock, no database, no files.

    acts(subject, owner=, path=, grants=, now=)    everything that is allowed at a path
    deciding(subject, path=, act=, grants=, now=)  the grants that allow one act, nearest first
    may_grant(...), may_change(...)                who passes on, who changes (D5)

A word that is not in the table gives nothing. There are no denials: several grants are the union of what each
allows (D2), each with its own end (D6, D7). The database builds its lists from `roles_allowing` and
`FROM_ABOVE`, so that a list and a check cannot tell different things (D13).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .paths import hidden
from .ports import RelPath


class Act(StrEnum):
    """What can be done with a file or folder. `create` on a folder is making something in it."""

    LIST = "list"
    READ = "read"
    CREATE = "create"
    WRITE = "write"
    RENAME = "rename"
    DELETE = "delete"
    SHARE = "share"


VIEWER, CONTRIBUTOR, EDITOR, MANAGER, OWNER = "viewer", "contributor", "editor", "manager", "owner"

EVERYONE = "p-everyone"
"""The principal that stands for everybody who is on the hub now, whoever comes later included."""

_READING = frozenset({Act.LIST, Act.READ})
_EDITING = _READING | {Act.CREATE, Act.WRITE, Act.RENAME, Act.DELETE}
_MANAGING = _EDITING | {Act.SHARE}


@dataclass(frozen=True)
class Rules:
    """The table: what each role allows, and how high it stands among those that pass on."""

    allows: Mapping[str, frozenset[Act]]
    rank: Mapping[str, int]


RULES = Rules(
    allows={
        VIEWER: _READING,
        CONTRIBUTOR: frozenset({Act.CREATE}),
        EDITOR: _EDITING,
        MANAGER: _MANAGING,
        OWNER: _MANAGING,
    },
    rank={VIEWER: 1, CONTRIBUTOR: 1, EDITOR: 2, MANAGER: 3, OWNER: 4},
)

GRANTABLE = frozenset({VIEWER, CONTRIBUTOR, EDITOR, MANAGER})
"""Roles that a grant can carry. One that says "owner" in the database gives nothing: owning is not
granted."""

FROM_ABOVE = frozenset({Act.RENAME, Act.DELETE})
"""Acts that change the folder an entry is in: they need the right there, so that nobody renames or deletes
the very folder that was shared with him."""


@dataclass(frozen=True)
class Subject:
    """The person who asks, with the hub groups that he is in now, and `EVERYONE` where that counts on this
    hub. `active` False: nothing is allowed."""

    id: str
    groups: frozenset[str] = frozenset()
    active: bool = True

    @property
    def grantees(self) -> frozenset[str]:
        """The principals whose grants count for this person."""
        return self.groups | {self.id} if self.active else frozenset()


@dataclass(frozen=True)
class GrantFact:
    """A grant that has not ended, on an item that is where it is remembered to be.

    A grant on a folder reaches everything below it; one on a file only the file: a folder that took the
    file's name is another object (D3). One on a root reaches nothing: homes are not shared (D14).
    """

    grant: str
    item: str
    path: RelPath
    folder: bool
    grantee: str
    role: str
    expires_at: datetime | None

    def reaches(self, path: RelPath) -> bool:
        """Whether the path is the item, or below it."""
        if self.folder and self.path:
            return path[: len(self.path)] == self.path
        return path == self.path and bool(path)

    def gives(self, path: RelPath, rules: Rules) -> frozenset[Act]:
        """What it allows at a path that it reaches: not everything of its role on the item itself."""
        allowed = allowed_by(self.role, rules)
        if self.path == path:
            allowed -= FROM_ABOVE
        # Nothing is made in a file, nor in the folder that may have taken its name.
        return allowed if self.folder else allowed - {Act.CREATE}

    def expired(self, now: datetime) -> bool:
        """From the instant itself on (D6)."""
        return self.expires_at is not None and now >= self.expires_at


def allowed_by(role: str, rules: Rules = RULES) -> frozenset[Act]:
    """What a granted role allows; nothing for an unknown word."""
    return rules.allows.get(role, frozenset()) if role in GRANTABLE else frozenset()


def roles_allowing(act: Act, rules: Rules = RULES) -> frozenset[str]:
    """The granted roles that allow an act, for lists made in the database."""
    return frozenset(role for role in GRANTABLE if act in allowed_by(role, rules))


def in_force(subject: Subject, path: RelPath, grants: Iterable[GrantFact], now: datetime) -> list[GrantFact]:
    """The grants that count for this person at this path now."""
    grantees = subject.grantees
    return [
        fact for fact in grants if fact.grantee in grantees and fact.reaches(path) and not fact.expired(now)
    ]


def acts(
    subject: Subject,
    *,
    owner: str,
    path: RelPath,
    grants: Iterable[GrantFact],
    now: datetime,
    rules: Rules = RULES,
) -> frozenset[Act]:
    """Everything that the subject may do at `path` of a workspace of `owner`.

    Empty means: for him there is nothing (404). Names that begin with a dot are nobody's through us (D14).
    The root of a workspace can be neither renamed, nor deleted, nor shared.
    """
    if hidden(path):
        return frozenset()
    if subject.active and subject.id == owner:
        everything = rules.allows.get(OWNER, frozenset())
        return everything if path else everything - FROM_ABOVE - {Act.SHARE}
    return _granted(in_force(subject, path, grants, now), path, rules)


def _granted(counting: list[GrantFact], path: RelPath, rules: Rules) -> frozenset[Act]:
    """The union of what grants in force give at a path that they reach (D2)."""
    found: set[Act] = set()
    for fact in counting:
        found |= fact.gives(path, rules)
    # Who adds without seeing (a drop box) adds to the shared folder itself: whether it works deeper would
    # tell him which folders others made.
    if Act.LIST not in found and not any(fact.path == path and fact.gives(path, rules) for fact in counting):
        return frozenset()
    return frozenset(found)


def deciding(
    subject: Subject,
    *,
    path: RelPath,
    act: Act,
    grants: Iterable[GrantFact],
    now: datetime,
    rules: Rules = RULES,
) -> list[GrantFact]:
    """The grants that allow `act` at `path`, the nearest item first: through one of these one enters."""
    if hidden(path):
        return []
    counting = in_force(subject, path, grants, now)
    if act not in _granted(counting, path, rules):
        return []
    allowing = [fact for fact in counting if act in fact.gives(path, rules)]
    return sorted(allowing, key=lambda fact: (-len(fact.path), fact.grant))


def ends_at(
    subject: Subject, *, path: RelPath, act: Act, grants: Iterable[GrantFact], now: datetime
) -> datetime | None:
    """When the last grant that allows `act` ends (D7); None: not by the clock. Ask where it is allowed."""
    last: datetime | None = None
    for fact in deciding(subject, path=path, act=act, grants=grants, now=now):
        if fact.expires_at is None:
            return None
        last = fact.expires_at if last is None else max(last, fact.expires_at)
    return last


def changes_at(grants: Iterable[GrantFact], now: datetime) -> datetime | None:
    """The next instant at which what these grants allow can change by itself."""
    return min(
        (f.expires_at for f in grants if f.expires_at is not None and now < f.expires_at), default=None
    )


def rank_of(
    subject: Subject,
    *,
    owner: str,
    path: RelPath,
    grants: Iterable[GrantFact],
    now: datetime,
    rules: Rules = RULES,
) -> int:
    """How high the subject stands at `path` among those who may share it; 0 for everyone else."""
    known = list(grants)
    if Act.SHARE not in acts(subject, owner=owner, path=path, grants=known, now=now, rules=rules):
        return 0
    if subject.id == owner:
        return rules.rank.get(OWNER, 0)
    sharing = deciding(subject, path=path, act=Act.SHARE, grants=known, now=now, rules=rules)
    return max((rules.rank.get(fact.role, 0) for fact in sharing), default=0)


def may_grant(
    subject: Subject,
    *,
    role: str,
    owner: str,
    path: RelPath,
    grants: Iterable[GrantFact],
    now: datetime,
    rules: Rules = RULES,
) -> bool:
    """Only who may share passes on, and never above his own role (D5)."""
    wanted = rules.rank.get(role, 0) if role in GRANTABLE else 0
    own = rank_of(subject, owner=owner, path=path, grants=grants, now=now, rules=rules)
    return 0 < wanted <= own


def may_change(
    subject: Subject,
    *,
    grant: str,
    role: str,
    owner: str,
    path: RelPath,
    grants: Iterable[GrantFact],
    now: datetime,
    rules: Rules = RULES,
) -> bool:
    """Whether the subject may change or end the grant on `path` which carries, or shall carry, `role`.

    His right must exist without this very grant: nobody prolongs or raises what he was given himself.
    """
    others = [fact for fact in grants if fact.grant != grant]
    return may_grant(subject, role=role, owner=owner, path=path, grants=others, now=now, rules=rules)
