"""The key store: one wrapped key per person and class, and per partner."""

import sqlalchemy as sa
from alembic import op

from hub.migrations import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keys()
    _guards()


def _keys() -> None:
    op.create_table(
        "partner_keys",
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("partner", "purpose", name="pk_partner_keys"),
    )
    op.create_table(
        "subject_keys",
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name="pk_subject_keys"),
        sa.UniqueConstraint("subject", "purpose", name="uq_subject_keys_subject"),
    )


def _guards() -> None:
    dialect = op.get_bind().dialect.name
    statements = [
        *guards.functions(dialect),
        *guards.kept("partner_keys", [("partner", "purpose")], dialect),
        *guards.kept("subject_keys", [("key_id",), ("subject", "purpose")], dialect),
        *guards.destroyed_for_good("subject_keys", "wrapped", dialect),
    ]
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    """There is no way back: what was recorded stays. Restore a backup instead."""
    raise NotImplementedError("Restore a backup: Ketenhub does not migrate downwards.")
