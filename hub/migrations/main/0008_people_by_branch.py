"""People by vestiging: what a casemanager must do today is looked up by the people of their own azc."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_link_branches_branch", "link_branches", ["branch", "link_id"])


def downgrade() -> None:
    """There is no way back: what was recorded stays. Restore a backup instead."""
    raise NotImplementedError("Restore a backup: Ketenhub does not migrate downwards.")
