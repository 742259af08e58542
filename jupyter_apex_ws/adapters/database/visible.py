"""What is visible, as SQL: the rules of `core.access` once more, made from its own table.

A check reads the grants above one path; a list asks for all rows at once. Both get their roles from
`roles_allowing`, and a test holds them equal for random worlds (SE-05).
"""

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    FromClause,
    LargeBinary,
    and_,
    exists,
    false,
    literal,
    not_,
    or_,
    select,
)

from ...contract.entries import EntryType
from ...core.access import FROM_ABOVE, Act, Subject, roles_allowing
from ...core.records import ItemState
from .expressions import begins_with, contains
from .tables import grants, items, workspaces


def in_force(
    subject: Subject, roles: frozenset[str], now: datetime, held: FromClause = grants
) -> ColumnElement[bool]:
    """Grants to the subject, of one of these roles, that have neither ended nor expired."""
    return and_(
        held.c.ended_at.is_(None),
        held.c.grantee.in_(sorted(subject.grantees)),
        held.c.role.in_(sorted(roles)),
        or_(held.c.expires_at.is_(None), held.c.expires_at > now),
    )


def hidden(item: FromClause = items) -> ColumnElement[bool]:
    """A name on the way begins with a dot (D14)."""
    path = item.c.path
    dot, slash_dot = literal(b".", LargeBinary), literal(b"/.", LargeBinary)
    return or_(begins_with(path, dot), contains(path, slash_dot))


def reaches(above: FromClause, item: FromClause) -> ColumnElement[bool]:
    """A grant on `above` counts on `item`: the same, or below a folder."""
    return and_(
        above.c.workspace == item.c.workspace,
        above.c.state == ItemState.ACTIVE.value,
        above.c.path != (),
        or_(
            above.c.path == item.c.path,
            and_(above.c.type == EntryType.FOLDER.value, begins_with(item.c.path, above.c.path)),
        ),
    )


def visible(subject: Subject, act: Act, now: datetime, item: FromClause = items) -> ColumnElement[bool]:
    """Whether the subject may do `act` with the item of a row."""
    roles, seeing = roles_allowing(act), roles_allowing(Act.LIST)
    granted = _granted(subject, act, roles & seeing, now, item)
    if unseeing := roles - seeing:
        # A drop box: the shared folder itself, and what is below it for who sees it by another grant.
        granted = or_(
            granted,
            _granted(subject, act, unseeing, now, item, itself=True),
            and_(_granted(subject, act, unseeing, now, item), _granted(subject, Act.LIST, seeing, now, item)),
        )
    owned: ColumnElement[bool] = item.c.workspace.in_(
        select(workspaces.c.id).where(workspaces.c.owner == subject.id)
    )
    if act in FROM_ABOVE | {Act.SHARE}:
        owned = and_(owned, item.c.path != ())
    return and_(
        item.c.state == ItemState.ACTIVE.value,
        not_(hidden(item)),
        or_(owned if subject.active else false(), granted),
    )


def _granted(
    subject: Subject,
    act: Act,
    roles: frozenset[str],
    now: datetime,
    item: FromClause,
    *,
    itself: bool = False,
) -> ColumnElement[bool]:
    """Whether a grant of one of these roles gives `act` on the item; `itself`: one on that very item."""
    # Both under other names: a query that lists grants must not lend its own row to this.
    above, held = items.alias(), grants.alias()
    ways = [in_force(subject, roles, now, held), held.c.item == above.c.id, reaches(above, item)]
    if act in FROM_ABOVE:
        ways.append(above.c.path != item.c.path)
    if act is Act.CREATE:
        ways.append(above.c.type == EntryType.FOLDER.value)
    if itself:
        ways.append(above.c.path == item.c.path)
    return exists().where(and_(*ways))
