"""The resident decides: reviewed notices, windows, requests, holds, what ends and what was forgotten."""

import sqlalchemy as sa
from alembic import op

from hub.migrations import guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _columns()
    _consent()
    _windows()
    _rights()
    for statement in guards.append_only(
        "notice_reviews", [("id",), ("text_hash", "purpose", "version", "language")], op.get_bind().dialect.name
    ):
        op.execute(statement)


def _columns() -> None:
    for name in ("objected_at", "restricted_at", "closed_at"):
        op.add_column("subjects", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("corrects", sa.String(length=32), nullable=True))
    op.add_column("deliveries", sa.Column("suspended", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("deliveries", sa.Column("corrects", sa.String(length=32), nullable=True))
    # A yes from before says nothing of the facts it was given on: it counts for none.
    op.add_column(
        "consent_events", sa.Column("facts", sa.String(length=64), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("consent_events", sa.Column("chain", sa.LargeBinary(length=32), nullable=True))


def _consent() -> None:
    op.create_table(
        "notice_reviews",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("reviewed_by", sa.String(length=80), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice_reviews"),
        sa.UniqueConstraint("text_hash", "purpose", "version", "language", name="uq_notice_reviews_text_hash"),
    )


def _windows() -> None:
    op.create_table(
        "window_slips",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name="fk_window_slips_subject_id"),
        sa.PrimaryKeyConstraint("id", name="pk_window_slips"),
        sa.UniqueConstraint("mac", name="uq_window_slips_mac"),
    )
    op.create_index("ix_window_slips_subject_id", "window_slips", ["subject_id"])
    op.create_table(
        "window_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("slip_id", sa.String(length=32), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slip_id"], ["window_slips.id"], name="fk_window_sessions_slip_id"),
        sa.PrimaryKeyConstraint("id", name="pk_window_sessions"),
    )
    op.create_index("ix_window_sessions_slip_id", "window_sessions", ["slip_id"])
    op.create_index("ix_window_sessions_seen_at", "window_sessions", ["seen_at"])
    op.create_table(
        "window_failures",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_window_failures"),
    )
    op.create_index("ix_window_failures_source_at", "window_failures", ["source", "at"])


def _rights() -> None:
    op.create_table(
        "rights_requests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("received_from", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("extended", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name="fk_rights_requests_subject_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rights_requests"),
    )
    op.create_index("ix_rights_requests_subject_id", "rights_requests", ["subject_id"])
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("intended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows_removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("keys_destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sa.UniqueConstraint("subject_id", name="uq_erasures_subject_id"),
    )
    op.create_table(
        "retention_plans",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=80), nullable=True),
        sa.Column("executed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("certificate", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_retention_plans"),
        sa.UniqueConstraint("digest", name="uq_retention_plans_digest"),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name="fk_holds_subject_id"),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    op.create_index("ix_holds_subject_released", "holds", ["subject_id", "released_at"])
    op.create_table(
        "leases",
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("runs", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("job", name="pk_leases"),
    )


def downgrade() -> None:
    """There is no way back: what was recorded stays. Restore a backup instead."""
    raise NotImplementedError("Restore a backup: Ketenhub does not migrate downwards.")
