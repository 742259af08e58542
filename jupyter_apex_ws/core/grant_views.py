"""Grants as people see them.

    one(tx, subject, grant_id, now=) -> Grant
    by_me(tx, subject, cursor=, limit=, now=) -> GrantPage      in my workspaces, or given by me; in any state
    with_me(tx, subject, cursor=, limit=, now=) -> GrantPage    in force only
    on_item(tx, subject, id, path, cursor=, limit=, now=)       -> GrantPage; with those from folders above

The owner reads the real workspace and path. Somebody who may share an item reads them from the outermost
share that lets him, and a grantee from the share itself: nobody learns a name from above his own share
(AZ-07). For a path that cannot be written `path` is for the eyes only; the share's id is how to ask for it.
"""

import re
from datetime import datetime

from ..contract.grants import Grant, GrantPage, GrantState, Role
from ..contract.problems import FieldError
from .access import Act, GrantFact, Subject, acts, deciding
from .errors import Invalid, NotFound
from .kinds import kind_of
from .paths import display_name, hidden, to_text
from .ports import Reading, RelPath
from .principals import shown
from .reach import Access, resolve
from .records import GrantLine, ItemState

_NEWEST = 1 << 62
_CURSOR = re.compile(r"g[0-9a-f]{1,15}")


def one(tx: Reading, subject: Subject, grant: str, *, now: datetime) -> Grant:
    """A grant that the subject may share the item of, or that is given to him. Raises NotFound."""
    return seen(tx, subject, visible_line(tx, subject, grant, now), now)


def by_me(tx: Reading, subject: Subject, *, cursor: str | None, limit: int, now: datetime) -> GrantPage:
    """What others have of mine, and what I passed on and may still share. Raises Invalid for a bad cursor."""
    lines = tx.lines_by(subject, now, before=_position(cursor), limit=limit + 1)
    return _page(tx, subject, lines, limit, now)


def with_me(
    tx: Reading, subject: Subject, *, cursor: str | None, limit: int, now: datetime, hidden: bool = False
) -> GrantPage:
    """What others share with me now; `hidden`: what of it I put away. Raises Invalid for a bad cursor."""
    lines = tx.lines_with(subject, now, before=_position(cursor), limit=limit + 1, hidden=hidden)
    return _page(tx, subject, lines, limit, now, shared=True)


def on_item(
    tx: Reading, subject: Subject, id_: str, path: RelPath, *, cursor: str | None, limit: int, now: datetime
) -> GrantPage:
    """Who has access to one item: its own grants and those from folders above that the subject may share too.

    Raises NotFound, Forbidden for who sees the item but may not share it, Invalid for a bad cursor.
    """
    visible = resolve(tx, subject, id_, path, Act.LIST, now=now)
    if not visible.full:
        return GrantPage(items=[])  # a home carries none
    access = resolve(tx, subject, id_, path, Act.SHARE, now=now)
    carrying = {fact.item for fact in facts_to_know(tx, access, now)}
    before = _position(cursor)
    lines = [line for line in tx.lines_on(carrying) if line.position < before]
    return _page(tx, subject, lines[: limit + 1], limit, now, asked=access.full)


def facts_to_know(tx: Reading, access: Access, now: datetime) -> list[GrantFact]:
    """Grants on an item and on the folders above it, as far up as the person may share: to anyone."""
    facts = tx.facts(access.workspace.id, access.full, None)
    owner = access.workspace.owner
    return [
        fact
        for fact in facts
        if fact.reaches(access.full)
        and Act.SHARE in acts(access.subject, owner=owner, path=fact.path, grants=facts, now=now)
    ]


def received_line(tx: Reading, subject: Subject, grant: str, now: datetime) -> GrantLine:
    """A grant in force that gives the subject something of somebody else. Raises NotFound."""
    line = tx.line(grant)
    if line is None or line.workspace.owner == subject.id or not _receives(subject, line, now):
        raise NotFound
    return line


def visible_line(tx: Reading, subject: Subject, grant: str, now: datetime) -> GrantLine:
    """A grant that the subject may know of. Raises NotFound."""
    line = tx.line(grant)
    if line is None or not (_may_share(tx, subject, line, now) or _receives(subject, line, now)):
        raise NotFound
    return line


def seen(
    tx: Reading,
    subject: Subject,
    line: GrantLine,
    now: datetime,
    *,
    shared: bool = False,
    asked: RelPath | None = None,
) -> Grant:
    """The grant for the subject's eyes. `shared`: as a receiver. `asked`: the path that was asked about."""
    item, grant = line.item, line.grant
    facts = tx.facts(item.workspace, item.path, subject.grantees)
    allowed = acts(subject, owner=line.workspace.owner, path=item.path, grants=facts, now=now)
    if subject.active and subject.id == line.workspace.owner:
        address, path = line.workspace.id, item.path
    else:
        sharing = deciding(subject, path=item.path, act=Act.SHARE, grants=facts, now=now)
        outermost = sharing[-1] if sharing and not shared else None
        address = outermost.item if outermost else item.id
        path = item.path[len(outermost.path) :] if outermost else ()
    text = _text(path)
    return Grant(
        id=grant.id,
        workspace=address,
        path=text,
        name=display_name(item.path[-1]) if item.path else "",
        type=item.type,
        kind=kind_of(item.path[-1] if item.path else b"", item.type),
        owner=shown(line.owner, None),
        grantee=shown(line.grantee, line.members),
        role=Role(grant.role),
        expires_at=grant.expires_at,
        note=grant.note,
        granted_by=shown(line.granted_by, None),
        created_at=grant.created_at,
        state=_state(line, now),
        inherited_from=text if asked is not None and asked != item.path else None,
        permissions=sorted(allowed) if item.state is ItemState.ACTIVE else [],
    )


def _text(path: RelPath) -> str:
    written = to_text(path)
    return "/".join(map(display_name, path)) if written is None else written


def _state(line: GrantLine, now: datetime) -> GrantState:
    if line.grant.expires_at is not None and now >= line.grant.expires_at:
        return GrantState.EXPIRED
    reachable = line.item.state is ItemState.ACTIVE and not hidden(line.item.path) and line.grantee.active
    return GrantState.ACTIVE if reachable else GrantState.SUSPENDED


def _may_share(tx: Reading, subject: Subject, line: GrantLine, now: datetime) -> bool:
    # The owner also knows what is lost, or hidden since.
    if subject.active and subject.id == line.workspace.owner:
        return True
    facts = tx.facts(line.workspace.id, line.item.path, subject.grantees)
    allowed = acts(subject, owner=line.workspace.owner, path=line.item.path, grants=facts, now=now)
    return line.item.state is ItemState.ACTIVE and Act.SHARE in allowed


def _receives(subject: Subject, line: GrantLine, now: datetime) -> bool:
    return line.grant.grantee in subject.grantees and _state(line, now) is GrantState.ACTIVE


def _page(
    tx: Reading,
    subject: Subject,
    lines: list[GrantLine],
    limit: int,
    now: datetime,
    *,
    shared: bool = False,
    asked: RelPath | None = None,
) -> GrantPage:
    shown_lines = lines[:limit]
    return GrantPage(
        items=[seen(tx, subject, line, now, shared=shared, asked=asked) for line in shown_lines],
        next_cursor=f"g{shown_lines[-1].position:x}" if len(lines) > limit else None,
    )


def _position(cursor: str | None) -> int:
    if cursor is None:
        return _NEWEST
    if not _CURSOR.fullmatch(cursor):
        detail = "Use the cursor of the page before."
        raise Invalid("This page does not exist.", errors=[FieldError(pointer="?cursor", detail=detail)])
    return int(cursor[1:], 16)
