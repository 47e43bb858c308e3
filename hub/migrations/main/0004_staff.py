"""Staff sign in: sessions on the server, and addresses that are good for one session."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("staff", sa.String(length=64), nullable=False),
        sa.Column("partner", sa.String(length=64), nullable=False),
        sa.Column("function", sa.String(length=30), nullable=False),
        sa.Column("branches", sa.JSON(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_sessions"),
    )
    for column in ("staff", "partner", "seen_at"):
        op.create_index(f"ix_staff_sessions_{column}", "staff_sessions", [column])
    op.create_table(
        "handles",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("handle", sa.String(length=26), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=False),
        sa.Column("target", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["staff_sessions.id"], name="fk_handles_session_id"),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name="fk_handles_link_id"),
        sa.PrimaryKeyConstraint("session_id", "handle", name="pk_handles"),
    )
    op.create_index("ix_handles_link_id", "handles", ["link_id"])


def downgrade() -> None:
    """There is no way back: what was recorded stays. Restore a backup instead."""
    raise NotImplementedError("Restore a backup: Ketenhub does not migrate downwards.")
