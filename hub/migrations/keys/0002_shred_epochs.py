"""Since when keys are wrapped under which epoch of the master key, and when that master key was destroyed."""

import sqlalchemy as sa
from alembic import op

from hub.migrations import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_epochs",
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("epoch", name="pk_key_epochs"),
    )
    for statement in guards.kept("key_epochs", [("epoch",)], op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """There is no way back: what was recorded stays. Restore a backup instead."""
    raise NotImplementedError("Restore a backup: Ketenhub does not migrate downwards.")
