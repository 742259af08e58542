"""Who has access to an item and how: every person, group and everyone, with each way it comes.

    who(tx, subject, id, path, cursor=, limit=, now=) -> AccessPage      for who may share the item

The ways from folders above are told as far up as the subject may share: what lies above his own share is not
his to know (AZ-07). People whom only a group lets in are named, everyone on the hub is not.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from ..contract.access import Access, AccessPage, Folder, Way, WayKind
from ..contract.grants import Grant, Role
from ..contract.principals import PrincipalKind
from . import grant_views
from .access import EVERYONE, RULES, Act, GrantFact, Subject, acts, allowed_by
from .entries import foreign_cursor, in_words, read_cursor, write_cursor
from .ports import Reading, RelPath
from .principals import shown
from .reach import resolve
from .records import GrantLine, PrincipalRecord

_ORDER = {PrincipalKind.USER: 1, PrincipalKind.GROUP: 2, PrincipalKind.EVERYONE: 3}


def who(
    tx: Reading, subject: Subject, id_: str, path: RelPath, *, cursor: str | None, limit: int, now: datetime
) -> AccessPage:
    """One page of those who have access now. Raises NotFound, Forbidden, and Invalid for a bad cursor."""
    visible = resolve(tx, subject, id_, path, Act.LIST, now=now)
    owner = tx.principal(visible.workspace.owner)
    lines: list[tuple[GrantFact, GrantLine, Grant]] = []
    if visible.full:
        access = resolve(tx, subject, id_, path, Act.SHARE, now=now)
        facts = {fact.grant: fact for fact in grant_views.facts_to_know(tx, access, now)}
        for line in tx.lines_on({fact.item for fact in facts.values()}):
            if line.grant.id in facts and line.grantee.active and not facts[line.grant.id].expired(now):
                grant = grant_views.seen(tx, subject, line, now, asked=access.full)
                lines.append((facts[line.grant.id], line, grant))
    holders = _holders(tx, lines)
    holders.pop(visible.workspace.owner, None)
    found = [((0, ""), _owner(owner, visible.full))] if owner else []
    found += [
        ((_ORDER[principal.kind], principal.name), _access(tx, principal, visible.full, ways))
        for principal, ways in holders.values()
    ]
    return _page(sorted(found, key=lambda each: each[0]), cursor, limit)


_Ways = list[tuple[GrantFact, GrantLine, Grant]]


def _holders(tx: Reading, lines: _Ways) -> dict[str, tuple[PrincipalRecord, _Ways]]:
    """Each who has access with what leads to him."""
    ways: dict[str, _Ways] = defaultdict(list)
    known: dict[str, PrincipalRecord] = {}
    for way in lines:
        line = way[1]
        people = tx.people_in(line.grantee.id) if line.grantee.kind is PrincipalKind.GROUP else []
        for principal in (line.grantee, *people):
            known[principal.id] = principal
            ways[principal.id].append(way)
    for way in lines:
        # Everyone's way is each named person's too.
        if way[1].grantee.id == EVERYONE:
            for id_, principal in known.items():
                if principal.kind is PrincipalKind.USER:
                    ways[id_].append(way)
    return {id_: (known[id_], found) for id_, found in ways.items()}


def _owner(owner: PrincipalRecord, path: RelPath) -> Access:
    allowed = acts(Subject(owner.id), owner=owner.id, path=path, grants=(), now=owner.created_at)
    way = Way(kind=WayKind.OWNER, grant=None, role=None, expires_at=None, through=None, folder=None)
    return Access(
        principal=shown(owner, None), role=None, expires_at=None, permissions=in_words(allowed), ways=[way]
    )


def _access(tx: Reading, principal: PrincipalRecord, path: RelPath, found: _Ways) -> Access:
    allowed: set[Act] = set()
    for fact, _, _ in found:
        allowed |= fact.gives(path, RULES)
    strongest = max((line.grant.role for _, line, _ in found), key=lambda role: len(allowed_by(role)))
    size = len(tx.members(principal.id)) if principal.kind is PrincipalKind.GROUP else None
    return Access(
        principal=shown(principal, size),
        role=Role(strongest),
        expires_at=_last(line.grant.expires_at for _, line, _ in found),
        permissions=in_words(allowed),
        ways=[_way(principal, line, grant) for _, line, grant in found],
    )


def _last(ends: Iterable[datetime | None]) -> datetime | None:
    known = list(ends)
    return None if None in known else max(end for end in known if end is not None)


def _way(principal: PrincipalRecord, line: GrantLine, grant: Grant) -> Way:
    itself = line.grantee.id == principal.id
    kinds = {PrincipalKind.GROUP: WayKind.GROUP, PrincipalKind.EVERYONE: WayKind.EVERYONE}
    kind = WayKind.GRANT if itself else kinds[line.grantee.kind]
    inherited = grant.inherited_from is not None
    return Way(
        kind=kind,
        grant=grant.id,
        role=grant.role,
        expires_at=grant.expires_at,
        through=None if itself else grant.grantee,
        folder=Folder(workspace=grant.workspace, path=grant.path, name=grant.name) if inherited else None,
    )


_Placed = list[tuple[tuple[int, str], Access]]


def _page(found: _Placed, cursor: str | None, limit: int) -> AccessPage:
    after = (-1, "") if cursor is None else _place_of(cursor)
    rest = [each for each in found if each[0] > after]
    more = len(rest) > limit
    last = rest[limit - 1][0] if more else (0, "")
    return AccessPage(
        items=[access for _, access in rest[:limit]],
        next_cursor=write_cursor(f"{last[0]}{last[1]}".encode()) if more else None,
    )


def _place_of(cursor: str) -> tuple[int, str]:
    try:
        text = read_cursor(cursor).decode()
    except UnicodeDecodeError as error:
        raise foreign_cursor() from error
    if text[:1] not in {"0", "1", "2", "3"}:
        raise foreign_cursor()
    return int(text[0]), text[1:]
