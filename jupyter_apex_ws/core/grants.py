"""Grants: give, change, take back. Answers are contract models, as the asking person may see them.

    create(tx, store, subject, new, policy=, now=)       -> Grant. `new`: NewGrant; its grantee must be known:
                                                         principals.ensure_user what the hub says of him
    change(tx, subject, grant_id, wanted, policy=, now=) -> Grant. Only the fields that the request sent
    create_many(tx, store, subject, wanted, ...)         -> list[Grant]: all of several items, or none
    revoke(tx, subject, grant_id, now=)
    revoke_given(tx, owner, name, now=)                  all that somebody else granted on what is his
    hide(tx, subject, grant_id, hidden=, now=)           put a share away for oneself, or bring it back
    one, by_me, with_me, on_item                        reading: see `grant_views`
    next_expiry(tx) -> datetime | None                  when to call `announce_expired` next
    announce_expired(tx, now=) -> datetime | None       tells what ended by the clock; the next instant

Refusals: Invalid with a pointer for a bad value, Conflict when the grantee has a grant on that very item,
Forbidden for who sees the item but may not share it (or only by the very grant in question), else NotFound.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from ..contract.entries import EntryType
from ..contract.events import Topic
from ..contract.grants import Grant, GrantChange, NewGrant, NewGrants, Role
from ..contract.problems import FieldError
from . import items
from .access import Act, GrantFact, Subject, allowed_by, ends_at, may_change, may_grant
from .errors import ApexError, Conflict, Forbidden, Invalid, NotFound
from .grant_views import by_me, on_item, one, received_line, seen, visible_line, with_me
from .notices import receivers, sharers, tell_of_grant
from .paths import from_text
from .ports import FileStore, Reading, RelPath, Writing
from .reach import Access, resolve
from .records import GrantLine, GrantRecord, Policy, PrincipalRecord, new_id

__all__ = [
    "announce_expired",
    "by_me",
    "change",
    "create",
    "create_many",
    "hide",
    "next_expiry",
    "on_item",
    "one",
    "revoke",
    "revoke_given",
    "with_me",
]


def create(
    tx: Writing, store: FileStore, subject: Subject, new: NewGrant, *, policy: Policy, now: datetime
) -> Grant:
    """Share an item with one grantee."""
    access = _shareable(tx, subject, new.workspace, from_text(new.path, pointer="/path"), now)
    stat = store.stat(access.anchor, access.path)
    grantee = _grantee(tx, subject, access, new)
    _check_role(new.role, stat.type)
    _check_expiry(new.expires_at, policy, now)
    facts = tx.facts(access.workspace.id, access.full, subject.grantees)
    owner = access.workspace.owner
    if not may_grant(subject, role=new.role, owner=owner, path=access.full, grants=facts, now=now):
        raise Forbidden(_ABOVE_YOURS)
    _check_own_end(subject, owner, access.full, facts, grantee=grantee.id, expires_at=new.expires_at, now=now)
    item = items.ensure(tx, store, access.workspace.id, access.full, stat, now=now)
    _end_expired_or_refuse(tx, item.id, grantee, subject, now)
    grant = GrantRecord(
        id=new_id("g"),
        item=item.id,
        grantee=grantee.id,
        role=new.role.value,
        expires_at=new.expires_at,
        note=new.note,
        granted_by=subject.id,
        created_at=now,
        revision=1,
    )
    tx.add_grant(grant)
    tell_of_grant(tx, item, grantee.id, now, also=subject.id)
    return seen(tx, subject, visible_line(tx, subject, grant.id, now), now)


def create_many(
    tx: Writing, store: FileStore, subject: Subject, wanted: NewGrants, *, policy: Policy, now: datetime
) -> list[Grant]:
    """Share several items with one grantee: all of them, or none (the transaction is undone by the refusal).

    One item that the person may not know of makes all of it NotFound, without a pointer: the same as
    something absent, so that nobody tries out ids a hundred at a time (AZ-19). Else what is
    refused names its items.
    """
    given: list[Grant] = []
    refused: list[ApexError] = []
    errors: list[FieldError] = []
    for number, item in enumerate(wanted.items):
        new = NewGrant(
            workspace=item.workspace,
            path=item.path,
            grantee=wanted.grantee,
            role=wanted.role,
            expires_at=wanted.expires_at,
            note=wanted.note,
        )
        try:
            given.append(create(tx, store, subject, new, policy=policy, now=now))
        except NotFound:
            raise
        except (Invalid, Conflict, Forbidden) as error:
            refused.append(error)
            about = [one.detail for one in error.errors] or [error.detail]
            errors += [FieldError(pointer=f"/items/{number}", detail=detail) for detail in about]
    if refused:
        raise type(refused[0])("Nothing was shared: some of these cannot be shared so.", errors=errors)
    return given


def revoke_given(tx: Writing, subject: Subject, giver: str, *, now: datetime) -> int:
    """End all that a person granted on what is the subject's own, in one act (D12). How many ended."""
    home = tx.personal_workspace(subject.id)
    lines = tx.passed_on(home.id, giver) if home and subject.active else []
    for line in lines:
        tell_of_grant(tx, line.item, line.grantee.id, now, also=line.granted_by.id)
    tx.end_grants([line.grant.id for line in lines], by=subject.id, now=now)
    return len(lines)


def hide(tx: Writing, subject: Subject, grant: str, *, hidden: bool, now: datetime) -> Grant:
    """Put a share away for oneself, or bring it back (D11). Raises NotFound for who does not receive it."""
    line = received_line(tx, subject, grant, now)
    tx.hide_share(subject.id, grant, hidden=hidden)
    tx.emit([subject.id], Topic.SHARED_WITH_ME, now)
    return seen(tx, subject, line, now, shared=True)


def change(
    tx: Writing, subject: Subject, grant: str, wanted: GrantChange, *, policy: Policy, now: datetime
) -> Grant:
    """Give a grant another role, end or note. Fields that were not sent stay; `null` removes end or note."""
    line = visible_line(tx, subject, grant, now)
    sent = wanted.model_fields_set
    role = wanted.role.value if wanted.role is not None else line.grant.role
    _check_changeable(tx, subject, line, {line.grant.role, role}, now)
    if "role" in sent and wanted.role is None:
        raise Invalid("A grant has a role.", errors=[FieldError(pointer="/role", detail="Choose a role.")])
    if wanted.role is not None:
        _check_role(wanted.role, line.item.type)
    expires_at = wanted.expires_at if "expires_at" in sent else line.grant.expires_at
    if "expires_at" in sent:
        _check_expiry(expires_at, policy, now)
    # A role that allows more prolongs as well: what it adds lasts as long as the grant does.
    if "expires_at" in sent or not allowed_by(role) <= allowed_by(line.grant.role):
        _check_own_end(
            subject,
            line.workspace.owner,
            line.item.path,
            _facts_without(tx, subject, line),
            grantee=line.grantee.id,
            expires_at=expires_at,
            now=now,
        )
    tx.change_grant(
        replace(
            line.grant,
            role=role,
            expires_at=expires_at,
            note=wanted.note if "note" in sent else line.grant.note,
            revision=line.grant.revision + 1,
        )
    )
    tell_of_grant(tx, line.item, line.grantee.id, now, also=subject.id)
    return seen(tx, subject, visible_line(tx, subject, grant, now), now)


def revoke(tx: Writing, subject: Subject, grant: str, *, now: datetime) -> None:
    """End a grant. In force with the commit: what is open is judged again before its next piece."""
    line = visible_line(tx, subject, grant, now)
    _check_changeable(tx, subject, line, {line.grant.role}, now)
    tell_of_grant(tx, line.item, line.grantee.id, now, also=line.granted_by.id)
    tx.end_grants([grant], by=subject.id, now=now)


def next_expiry(tx: Reading) -> datetime | None:
    """The first end of a grant that nobody was told of."""
    return tx.next_expiry()


def announce_expired(tx: Writing, *, now: datetime) -> datetime | None:
    """Tell whom it concerns that grants ended by the clock. Returns when to call again, None: when one is
    given.

    Checks do not wait for this: a grant is over at its instant (D6).
    """
    expired = tx.expired_untold(now)
    for grant in expired:
        tx.emit(receivers(tx, [grant.grantee]), Topic.SHARED_WITH_ME, now)
        line = tx.line(grant.id)
        if line is not None:
            tx.emit(sharers(tx, line.workspace.id, line.item.path, now), Topic.SHARED_BY_ME, now)
    tx.expiry_told(grant.id for grant in expired)
    return tx.next_expiry()


def _shareable(tx: Reading, subject: Subject, address: str, path: RelPath, now: datetime) -> Access:
    visible = resolve(tx, subject, address, path, Act.LIST, now=now)
    if not visible.full:
        raise Invalid(
            "A home cannot be shared as a whole.",
            errors=[FieldError(pointer="/path", detail="Name a file or folder in it.")],
        )
    return resolve(tx, subject, address, path, Act.SHARE, now=now)


def _grantee(tx: Reading, subject: Subject, access: Access, new: NewGrant) -> PrincipalRecord:
    found = tx.principal_named(new.grantee.kind, new.grantee.name)
    if found is None:
        detail = f"There is no {new.grantee.kind.value} of this name. Choose one from the list."
    elif found.id == subject.id:
        detail = "This is you. Choose somebody else."
    elif found.id == access.workspace.owner:
        detail = "This is the owner, who has every right already."
    else:
        return found
    raise Invalid("It cannot be shared so.", errors=[FieldError(pointer="/grantee/name", detail=detail)])


def _check_role(role: Role, type_: EntryType) -> None:
    if role is Role.CONTRIBUTOR and type_ is not EntryType.FOLDER:
        detail = "Only a folder can be a drop box. Choose another role, or share a folder."
        raise Invalid("It cannot be shared so.", errors=[FieldError(pointer="/role", detail=detail)])


def _check_expiry(expires_at: datetime | None, policy: Policy, now: datetime) -> None:
    longest = policy.max_grant
    if expires_at is not None and expires_at <= now:
        detail = "This moment has passed. Choose a later one."
    elif longest is not None and (expires_at is None or expires_at - now > longest):
        detail = f"Choose an end within {_in_words(longest)} from now: the hub's policy allows no longer."
    else:
        return
    raise Invalid("The end cannot be used.", errors=[FieldError(pointer="/expires_at", detail=detail)])


def _in_words(span: timedelta) -> str:
    return f"{span.days} days" if span >= timedelta(days=2) else f"{int(span.total_seconds())} seconds"


def _check_own_end(
    subject: Subject,
    owner: str,
    path: RelPath,
    facts: list[GrantFact],
    *,
    grantee: str,
    expires_at: datetime | None,
    now: datetime,
) -> None:
    """Through a group that he is in nobody outlives his own right to share (D5)."""
    if subject.id == owner or grantee not in subject.groups:
        return
    own = ends_at(subject, path=path, act=Act.SHARE, grants=facts, now=now)
    if own is not None and (expires_at is None or expires_at > own):
        detail = f"You are in this group, and you may share this until {own:%Y-%m-%dT%H:%M:%SZ}: no longer."
        raise Invalid("The end cannot be used.", errors=[FieldError(pointer="/expires_at", detail=detail)])


def _end_expired_or_refuse(
    tx: Writing, item: str, grantee: PrincipalRecord, subject: Subject, now: datetime
) -> None:
    existing = tx.grant_of(item, grantee.id)
    if existing is None:
        return
    if existing.expires_at is None or now < existing.expires_at:
        raise Conflict(f"{grantee.display_name} has access to this already. Change that grant instead.")
    tx.end_grants([existing.id], by=subject.id, now=now)


def _facts_without(tx: Reading, subject: Subject, line: GrantLine) -> list[GrantFact]:
    facts = tx.facts(line.workspace.id, line.item.path, subject.grantees)
    return [fact for fact in facts if fact.grant != line.grant.id]


def _check_changeable(tx: Reading, subject: Subject, line: GrantLine, roles: set[str], now: datetime) -> None:
    # The owner also of what is lost, or carries a role of another release: he must be able to end it.
    if subject.active and subject.id == line.workspace.owner:
        return
    facts = tx.facts(line.workspace.id, line.item.path, subject.grantees)
    for role in roles:
        if not may_change(
            subject,
            grant=line.grant.id,
            role=role,
            owner=line.workspace.owner,
            path=line.item.path,
            grants=facts,
            now=now,
        ):
            raise Forbidden(_NOT_YOURS_TO_CHANGE)


_ABOVE_YOURS = "You may not share this, or not with a role above your own. Ask its owner to do it."
_NOT_YOURS_TO_CHANGE = (
    "You may not change this grant: your right to share comes from it, or is too low. Ask its owner."
)
