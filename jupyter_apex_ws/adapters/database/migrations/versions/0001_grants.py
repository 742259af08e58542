"""People, groups, workspaces, items, grants and the outbox.

Written out and never changed again: what the tables are called later is later migrations' business.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _id(name: str = "id") -> "sa.Column[str]":
    return sa.Column(name, sa.String(32), nullable=False)


def _counter(name: str) -> "sa.Column[int]":
    """Counted up by the database."""
    type_ = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, type_, sa.Identity(), nullable=False)


def _folded(name: str) -> "sa.Column[str]":
    """Ordered by code points, whatever language the database was made for."""
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    _principals()
    _places()
    _grants()
    op.create_table(
        "outbox",
        _counter("revision"),
        _id("principal"),
        sa.Column("topic", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        _foreign("outbox", "principal", "principals"),
        sa.PrimaryKeyConstraint("revision", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_at", "outbox", ["at"])
    op.create_index("ix_outbox_principal_revision", "outbox", ["principal", "revision"])


def _principals() -> None:
    op.create_table(
        "principals",
        _id(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hub_created", sa.Text()),
        sa.Column("display_name", sa.Text(), nullable=False),
        _folded("name_folded"),
        _folded("display_folded"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("admin", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_principals"),
    )
    op.create_index(
        "ix_principals_active_name",
        "principals",
        ["kind", "name"],
        unique=True,
        **_where("active"),
    )
    op.create_index(
        "ix_principals_name_created",
        "principals",
        ["name", "hub_created"],
        unique=True,
        **_where("hub_created IS NOT NULL"),
    )
    op.create_table(
        "memberships",
        _id("group_id"),
        _id("user_id"),
        _foreign("memberships", "group_id", "principals"),
        _foreign("memberships", "user_id", "principals"),
        sa.PrimaryKeyConstraint("group_id", "user_id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_user_id", "memberships", ["user_id"])


def _places() -> None:
    op.create_table(
        "workspaces",
        _id(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        _id("owner"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _foreign("workspaces", "owner", "principals"),
        sa.PrimaryKeyConstraint("id", name="pk_workspaces"),
    )
    op.create_index("ix_workspaces_owner", "workspaces", ["owner"])
    op.create_index(
        "ix_workspaces_personal_owner",
        "workspaces",
        ["owner"],
        unique=True,
        **_where("kind = 'personal'"),
    )
    op.create_table(
        "items",
        _id(),
        _id("workspace"),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("device", sa.BigInteger(), nullable=False),
        sa.Column("inode", sa.BigInteger(), nullable=False),
        sa.Column("birth_ns", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _foreign("items", "workspace", "workspaces"),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
    )
    op.create_index(
        "ix_items_active_path",
        "items",
        # An index of PostgreSQL takes no 4 KiB.
        ["workspace", sa.text("sha256(path)") if op.get_bind().dialect.name == "postgresql" else "path"],
        unique=True,
        **_where("state = 'active'"),
    )
    op.create_index("ix_items_workspace_inode", "items", ["workspace", "inode"])


def _grants() -> None:
    op.create_table(
        "grants",
        _counter("position"),
        _id(),
        _id("item"),
        _id("grantee"),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("note", sa.Text()),
        _id("granted_by"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("expiry_told", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("ended_by", sa.String(32)),
        *(_foreign("grants", column, "principals") for column in ("grantee", "granted_by", "ended_by")),
        _foreign("grants", "item", "items"),
        sa.PrimaryKeyConstraint("position", name="pk_grants"),
        sa.UniqueConstraint("id", name="uq_grants_id"),
        sqlite_autoincrement=True,
    )
    live = _where("ended_at IS NULL")
    op.create_index("ix_grants_live_item_grantee", "grants", ["item", "grantee"], unique=True, **live)
    op.create_index("ix_grants_live_grantee", "grants", ["grantee"], **live)
    op.create_index("ix_grants_live_granted_by", "grants", ["granted_by"], **live)
    op.create_index(
        "ix_grants_to_expire",
        "grants",
        ["expires_at"],
        **_where("ended_at IS NULL AND NOT expiry_told AND expires_at IS NOT NULL"),
    )


def downgrade() -> None:
    for table in ("outbox", "grants", "items", "workspaces", "memberships", "principals"):
        op.drop_table(table)
