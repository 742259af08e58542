"""What a person put away of what was shared with him (D11)."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "hidden_shares",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("grant_id", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["principals.id"], name="fk_hidden_shares_person"),
        sa.ForeignKeyConstraint(["grant_id"], ["grants.id"], name="fk_hidden_shares_grant_id"),
        sa.PrimaryKeyConstraint("person", "grant_id", name="pk_hidden_shares"),
    )


def downgrade() -> None:
    op.drop_table("hidden_shares")
