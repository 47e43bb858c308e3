"""Each partner keeps a list of whom to call; and of a vestiging it is known since when it knows a person."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Which of several came first, nobody wrote down: those stay without a moment, and count as come later.
_THE_ONLY_ONE = (
    "UPDATE link_branches SET since = (SELECT links.since FROM links WHERE links.id = link_branches.link_id) "
    "WHERE link_id IN (SELECT link_id FROM link_branches GROUP BY link_id HAVING count(*) = 1)"
)


def upgrade() -> None:
    op.add_column("link_branches", sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    op.execute(_THE_ONLY_ONE)
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("partner", sa.String(length=40), nullable=False),
        sa.Column("branch", sa.String(length=60), nullable=False),
        sa.Column("function", sa.String(length=20), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("absent_from", sa.Date(), nullable=True),
        sa.Column("absent_until", sa.Date(), nullable=True),
        sa.Column("replaced_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
    )
    op.create_index("ix_contacts_place", "contacts", ["partner", "branch"])
    op.create_index("ix_contacts_at", "contacts", ["at"])
    point = sa.text("function = 'contactpunt'")
    op.create_index(
        "uq_contacts_point", "contacts", ["partner", "branch"], unique=True,
        postgresql_where=point, sqlite_where=point,
    )  # fmt: skip
    op.create_table(
        "contact_answers",
        sa.Column("client_id", sa.String(length=80), nullable=False),
        sa.Column("path", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("client_id", "path", "key", name="pk_contact_answers"),
    )
    op.create_index("ix_contact_answers_at", "contact_answers", ["at"])


def downgrade() -> None:
    """There is no way back: what was recorded stays. Restore a backup instead."""
    raise NotImplementedError("Restore a backup: Ketenhub does not migrate downwards.")
