"""The trash: what was deleted and can still be brought back."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "trash",
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("target", sa.LargeBinary()),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("size", sa.BigInteger()),
        sa.Column("device", sa.BigInteger(), nullable=False),
        sa.Column("inode", sa.BigInteger(), nullable=False),
        sa.Column("birth_ns", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("deleted_by", sa.String(32), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name="fk_trash_workspace"),
        sa.ForeignKeyConstraint(["deleted_by"], ["principals.id"], name="fk_trash_deleted_by"),
        sa.PrimaryKeyConstraint("position", name="pk_trash"),
        sa.UniqueConstraint("id", name="uq_trash_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_trash_workspace", "trash", ["workspace"])
    op.create_index("ix_trash_deleted_by", "trash", ["deleted_by"])
    op.create_index("ix_trash_state_deleted_at", "trash", ["state", "deleted_at"])


def downgrade() -> None:
    op.drop_table("trash")
