"""The tables. A path is stored with a slash after every name, so that "below" is "begins with", byte for
byte."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

from ...core.ports import RelPath

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """A UTC instant as whole microseconds since 1970: exact, and ordered as numbers are."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


class PathBytes(TypeDecorator[RelPath]):
    """Names as bytes, a slash after each; the root is empty."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: RelPath | None, dialect: Dialect) -> bytes | None:
        return None if value is None else path_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> RelPath | None:
        return None if value is None else tuple(value.split(b"/")[:-1])


class Unsigned(TypeDecorator[int]):
    """An unsigned 64-bit number (an inode) in a signed column."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        return value - (1 << 64) if value is not None and value >= 1 << 63 else value

    def process_result_value(self, value: int | None, dialect: Dialect) -> int | None:
        return value + (1 << 64) if value is not None and value < 0 else value


def path_bytes(path: RelPath) -> bytes:
    """How a path is stored."""
    return b"".join(name + b"/" for name in path)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

principals = Table(
    "principals",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("hub_created", Text),
    Column("display_name", Text, nullable=False),
    Column("name_folded", Text, nullable=False),
    Column("display_folded", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("admin", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    # One of a name at a time; those that are gone keep theirs (D9).
    Index("ix_principals_active_name", "kind", "name", unique=True, sqlite_where=text("active")),
    Index(
        "ix_principals_name_created",
        "name",
        "hub_created",
        unique=True,
        sqlite_where=text("hub_created IS NOT NULL"),
    ),
)

memberships = Table(
    "memberships",
    metadata,
    Column("group_id", ForeignKey("principals.id"), primary_key=True),
    Column("user_id", ForeignKey("principals.id"), primary_key=True, index=True),
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("owner", ForeignKey("principals.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Index("ix_workspaces_personal_owner", "owner", unique=True, sqlite_where=text("kind = 'personal'")),
)

items = Table(
    "items",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("workspace", ForeignKey("workspaces.id"), nullable=False),
    Column("path", PathBytes, nullable=False),
    Column("type", String(16), nullable=False),
    Column("device", Unsigned, nullable=False),
    Column("inode", Unsigned, nullable=False),
    Column("birth_ns", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Index(
        "ix_items_active_path",
        "workspace",
        "path",
        unique=True,
        sqlite_where=text("state = 'active'"),
    ),
    Index("ix_items_workspace_inode", "workspace", "inode"),
)

grants = Table(
    "grants",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("item", ForeignKey("items.id"), nullable=False),
    Column("grantee", ForeignKey("principals.id"), nullable=False),
    Column("role", String(32), nullable=False),
    Column("expires_at", Moment),
    Column("note", Text),
    Column("granted_by", ForeignKey("principals.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("expiry_told", Boolean, nullable=False),
    Column("ended_at", Moment),
    Column("ended_by", ForeignKey("principals.id")),
    Index(
        "ix_grants_live_item_grantee",
        "item",
        "grantee",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
    ),
    Index("ix_grants_live_grantee", "grantee", sqlite_where=text("ended_at IS NULL")),
    Index("ix_grants_live_granted_by", "granted_by", sqlite_where=text("ended_at IS NULL")),
    Index(
        "ix_grants_to_expire",
        "expires_at",
        sqlite_where=text("ended_at IS NULL AND NOT expiry_told AND expires_at IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

mounts = Table(
    "mounts",
    metadata,
    Column("person", ForeignKey("principals.id"), primary_key=True),
    Column("server", Text, primary_key=True),
    # "grant" is a word of SQL.
    Column("grant_id", ForeignKey("grants.id"), primary_key=True, index=True),
    Column("writable", Boolean, nullable=False),
    Column("since", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("revision", Integer, primary_key=True),
    Column("principal", ForeignKey("principals.id"), nullable=False),
    Column("topic", String(32), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Index("ix_outbox_principal_revision", "principal", "revision"),
    # A revision is never given twice, also after old rows were dropped.
    sqlite_autoincrement=True,
)
