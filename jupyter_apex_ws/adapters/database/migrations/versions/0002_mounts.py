"""Which running servers have which grants mounted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "mounts",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.String(32), nullable=False),
        sa.Column("writable", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["principals.id"], name="fk_mounts_person"),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name="fk_mounts_grant_id"),
        sa.PrimaryKeyConstraint("person", "server", "grant_id", name="pk_mounts"),
    )
    op.create_index("ix_mounts_grant_id", "mounts", ["grant_id"])


def downgrade() -> None:
    op.drop_table("mounts")
