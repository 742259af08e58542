"""How a file or folder is told to the person who asks, and how a listing is cut into pages."""

import base64
import binascii
from collections.abc import Iterable
from datetime import UTC, datetime

from ..contract.entries import Entry, EntryType
from ..contract.problems import FieldError
from . import kinds, paths
from .access import Act
from .errors import Invalid, NotFound
from .ports import Reading, RelPath, Stat
from .reach import Access, Below

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 31, tzinfo=UTC)

Row = tuple[bytes, Stat]


def described(access: Access, below: Below, path: RelPath, stat: Stat) -> Entry:
    """The entry at `path` below an access, addressed the way that the person asked."""
    asked = access.asked + path
    _, entry = paths.address(asked)
    name = (access.full + path)[-1:] or (access.workspace.name.encode(),)
    return Entry(
        name=paths.display_name(name[0]),
        path=paths.to_text(asked),
        entry=entry,
        type=stat.type,
        kind=kinds.kind_of(name[0], stat.type),
        size=None if stat.type is EntryType.FOLDER else stat.size,
        modified_at=_moment(stat.modified_ns),
        media_type=kinds.media_type(name[0], stat.type),
        etag=stat.etag or None,
        permissions=in_words(below.acts(path)),
        shared=below.shared(path),
    )


def drop_box(tx: Reading, access: Access, stat: Stat) -> Entry:
    """A folder for who adds to it without seeing it. Its times would tell when others added something: what
    is told is since when he may. Raises NotFound for what is no folder."""
    if stat.type is not EntryType.FOLDER or access.item is None:
        raise NotFound
    his = [grant for grant in tx.grants_on([access.item]) if grant.grantee in access.subject.grantees]
    _, entry = paths.address(access.asked)
    name = access.full[-1]
    return Entry(
        name=paths.display_name(name),
        path=paths.to_text(access.asked),
        entry=entry,
        type=stat.type,
        kind=kinds.kind_of(name, stat.type),
        size=None,
        modified_at=min((grant.created_at for grant in his), default=_EARLIEST),
        media_type=None,
        etag=None,
        permissions=in_words(access.acts),
        shared=False,
    )


def in_words(acts: Iterable[Act]) -> list[str]:
    """Acts as answers carry them, in the order of the table."""
    allowed = set(acts)
    return [act.value for act in Act if act in allowed]


def _moment(nanoseconds: int) -> datetime:
    """A time of the file system; one that no calendar holds becomes the nearest that it does."""
    try:
        return min(max(datetime.fromtimestamp(nanoseconds / 1e9, UTC), _EARLIEST), _LATEST)
    except (OverflowError, ValueError, OSError):
        return _LATEST if nanoseconds > 0 else _EARLIEST


def page(rows: Iterable[Row], *, limit: int, cursor: str | None) -> tuple[list[Row], str | None]:
    """The rows after the cursor, folders first, then by name without regard to case; and the next cursor.

    The cursor is the last row's place in that order: what comes or goes meanwhile repeats and hides nothing.
    """
    after = None if cursor is None else _place_of(cursor)
    placed = sorted(((_place(name, stat.type), (name, stat)) for name, stat in rows), key=lambda row: row[0])
    rest = [row for row in placed if after is None or row[0] > after]
    shown = [row for _, row in rest[:limit]]
    more = len(rest) > limit
    return shown, _cursor(*shown[-1]) if more else None


def _place(name: bytes, type_: EntryType) -> tuple[bool, str, bytes]:
    return type_ is not EntryType.FOLDER, name.decode(errors="replace").casefold(), name


def _cursor(name: bytes, stat: Stat) -> str:
    mark = b"d" if stat.type is EntryType.FOLDER else b"f"
    return write_cursor(mark + name)


def _place_of(cursor: str) -> tuple[bool, str, bytes]:
    data = read_cursor(cursor)
    types = {b"d": EntryType.FOLDER, b"f": EntryType.FILE}
    if data[:1] not in types or not paths.acceptable(data[1:]):
        raise foreign_cursor()
    return _place(data[1:], types[data[:1]])


def write_cursor(place: bytes) -> str:
    """A place as an opaque cursor."""
    return base64.urlsafe_b64encode(place).rstrip(b"=").decode()


def read_cursor(cursor: str) -> bytes:
    """The place behind a cursor. Raises Invalid."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise foreign_cursor() from error


def foreign_cursor() -> Invalid:
    """What is answered to a cursor that was not made here."""
    detail = "Take it from `next_cursor` of the page before."
    return Invalid("This cursor was not made here.", errors=[FieldError(pointer="?cursor", detail=detail)])
