"""People and hub groups: who somebody is, who is in a group, and finding them by name.

    known_user(tx, hub_user) -> record | None       the person behind a token; None: to be written
    ensure_user(tx, hub_user, now=) -> record       the same, made or brought up to date
    forget_user(tx, name, now=)                     the hub has nobody of that name any more
    follow_users(tx, hub_users, asked_at=, now=)    a whole `GET /users`, all its pages
    follow_groups(tx, groups, asked_at=, now=)      a whole `GET /groups`: name -> names of its members
    set_everyone(tx, allowed=, now=)                whether one may share with everyone on the hub
    subject(tx, principal_id) -> Subject            what every check starts from; inactive if unknown
    find(tx, text, asker=, limit=)                  -> list[Principal], never the asker himself
    groups_of(tx, principal_id)                     -> list[Principal]: `me.teams`
    shown(record, members) -> Principal             a record as it is answered

`tx` is what `database.reading()` or `.writing()` gives; those that change need the latter. `asked_at` is the
moment before the hub was asked: whoever came after it is not judged by that answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from ..contract.events import Topic
from ..contract.principals import Principal, PrincipalKind
from ..contract.problems import FieldError
from .access import EVERYONE, Subject
from .errors import Invalid
from .ports import HubUser, Reading, Writing
from .records import PrincipalRecord, new_id

SHORTEST_QUERY = 2


def ensure_user(tx: Writing, hub_user: HubUser, *, now: datetime) -> PrincipalRecord:
    """The principal of a hub user, made or brought up to date.

    Another creation time under a known name is another person: the earlier one becomes inactive and what he
    was granted ends, so that nothing of it comes to the name again (D9). An answer older than what is known
    (a cache) changes nobody: its person is given back inactive.
    """
    known = tx.person_created(hub_user.name, hub_user.created)
    holder = tx.principal_named(PrincipalKind.USER, hub_user.name)
    outdated = holder is not None and holder.hub_created is not None and hub_user.created < holder.hub_created
    if known is not None:
        if outdated:
            return known
        if holder is not None and holder.id != known.id:
            _end_for_good(tx, holder, now)
        if not known.active or known.admin != hub_user.admin:
            known = replace(known, active=True, admin=hub_user.admin)
            tx.change_principal(known)
        return known
    if not outdated:
        for earlier in tx.people_once_named(hub_user.name):
            _end_for_good(tx, earlier, now)
    person = PrincipalRecord(
        id=new_id("p"),
        kind=PrincipalKind.USER,
        name=hub_user.name,
        hub_created=hub_user.created,
        display_name=hub_user.name,
        active=not outdated,
        admin=hub_user.admin,
        created_at=now,
    )
    tx.add_principal(person)
    if person.active:
        _join(tx, person, hub_user.groups)
    return person


def known_user(tx: Reading, hub_user: HubUser) -> PrincipalRecord | None:
    """The active principal of a hub user about whom nothing has changed; None: call `ensure_user`."""
    known = tx.person_created(hub_user.name, hub_user.created)
    unchanged = known is not None and known.active and known.admin == hub_user.admin
    return known if unchanged else None


def forget_user(tx: Writing, name: str, *, now: datetime) -> None:
    """Nobody has this name now. What was granted waits for the same person: name and creation time."""
    person = tx.principal_named(PrincipalKind.USER, name)
    if person is not None:
        tx.leave_all_groups(person.id)
        tx.change_principal(replace(person, active=False))
        tx.emit([person.id], Topic.PRINCIPALS, now)


def follow_users(tx: Writing, hub_users: Iterable[HubUser], *, asked_at: datetime, now: datetime) -> None:
    """Bring all people up to date with the hub's whole list."""
    known = {person.name: person for person in tx.active_principals(PrincipalKind.USER)}
    listed: set[str] = set()
    for user in hub_users:
        listed.add(user.name)
        person = known.get(user.name)
        if person is None or person.hub_created != user.created or person.admin != user.admin:
            ensure_user(tx, user, now=now)
    for name, person in known.items():
        if name not in listed and person.created_at <= asked_at:
            forget_user(tx, name, now=now)


def follow_groups(
    tx: Writing, groups: Mapping[str, Iterable[str]], *, asked_at: datetime, now: datetime
) -> None:
    """Bring hub groups and who is in them up to date.

    A hub group has no creation time: one that is absent once is over, and of its name comes another one (D9).
    Names that are not known as people are left out until they are.
    """
    known = {group.name: group for group in tx.active_principals(PrincipalKind.GROUP)}
    for name, group in known.items():
        if name not in groups:
            _end_for_good(tx, group, now)
    people = {
        person.name: person.id
        for person in tx.active_principals(PrincipalKind.USER)
        if person.created_at <= asked_at
    }
    for name, names in groups.items():
        group = known.get(name) or _new_group(tx, name, now)
        _set_members(tx, group, frozenset(people[member] for member in names if member in people), now)


def subject(tx: Reading, principal: str) -> Subject:
    """The person as checks need him: with the groups that he is in now."""
    person = tx.principal(principal)
    if person is None or not person.active or person.kind is not PrincipalKind.USER:
        return Subject(principal, active=False)
    return Subject(principal, tx.counting_for(principal))


def set_everyone(tx: Writing, *, allowed: bool, now: datetime) -> None:
    """Let grants to everyone on the hub count, or not: they are kept, and count again when they may."""
    known = tx.principal(EVERYONE)
    if known is None:
        record = PrincipalRecord(
            id=EVERYONE,
            kind=PrincipalKind.EVERYONE,
            name=PrincipalKind.EVERYONE.value,
            hub_created=None,
            display_name="Everyone on this hub",
            active=allowed,
            admin=False,
            created_at=now,
        )
        tx.add_principal(record)
    elif known.active != allowed:
        tx.change_principal(replace(known, active=allowed))
        tx.emit([EVERYONE], Topic.SHARED_WITH_ME, now)
        tx.emit([EVERYONE], Topic.PRINCIPALS, now)


def find(tx: Reading, text: str, *, asker: str, limit: int = 20) -> list[Principal]:
    """People and groups by a part of their name, those whose name begins with it first. Raises Invalid."""
    sought = text.strip()
    if len(sought) < SHORTEST_QUERY:
        raise Invalid(
            "Type more of the name.",
            errors=[FieldError(pointer="?q", detail=f"Give at least {SHORTEST_QUERY} letters.")],
        )
    found = tx.principals_matching(sought, besides=asker, limit=limit)
    return [shown(one, _size(tx, one)) for one in found]


def groups_of(tx: Reading, person: str) -> list[Principal]:
    """The hub groups that a person is in now."""
    return [shown(group, _size(tx, group)) for group in tx.groups_of(person)]


def shown(record: PrincipalRecord, members: int | None) -> Principal:
    """A principal as it is answered; `members` counts for groups only."""
    return Principal(
        kind=record.kind,
        name=record.name,
        display_name=record.display_name,
        members=members if record.kind is PrincipalKind.GROUP else None,
    )


def _size(tx: Reading, record: PrincipalRecord) -> int | None:
    return len(tx.members(record.id)) if record.kind is PrincipalKind.GROUP else None


def _end_for_good(tx: Writing, gone: PrincipalRecord, now: datetime) -> None:
    members = tx.members(gone.id)
    tx.emit(members, Topic.SHARED_WITH_ME, now)
    tx.emit(members, Topic.PRINCIPALS, now)
    tx.set_members(gone.id, frozenset())
    tx.leave_all_groups(gone.id)
    tx.end_grants([grant.id for grant in tx.grants_to(gone.id)], by=None, now=now)
    tx.change_principal(replace(gone, active=False))


def _new_group(tx: Writing, name: str, now: datetime) -> PrincipalRecord:
    group = PrincipalRecord(
        id=new_id("p"),
        kind=PrincipalKind.GROUP,
        name=name,
        hub_created=None,
        display_name=name,
        active=True,
        admin=False,
        created_at=now,
    )
    tx.add_principal(group)
    return group


def _join(tx: Writing, person: PrincipalRecord, names: Iterable[str]) -> None:
    """Somebody new is in his groups at once: the hub's answer that told of him told of them too."""
    for name in names:
        group = tx.principal_named(PrincipalKind.GROUP, name)
        if group is not None:
            tx.set_members(group.id, tx.members(group.id) | {person.id})


def _set_members(tx: Writing, group: PrincipalRecord, people: frozenset[str], now: datetime) -> None:
    changed = tx.members(group.id) ^ people
    if changed:
        tx.set_members(group.id, people)
        tx.emit(changed, Topic.SHARED_WITH_ME, now)
        tx.emit(changed, Topic.PRINCIPALS, now)
