"""Figures of a quarter are released once, and stay as they were."""

import sqlalchemy as sa
from alembic import op

from hub.migrations import guards

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_releases",
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("agreement", sa.String(length=64), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.String(length=80), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("quarter", name="pk_figure_releases"),
    )
    for statement in guards.append_only("figure_releases", [("quarter",)], op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """There is no way back: what was recorded stays. Restore a backup instead."""
    raise NotImplementedError("Restore a backup: Ketenhub does not migrate downwards.")
