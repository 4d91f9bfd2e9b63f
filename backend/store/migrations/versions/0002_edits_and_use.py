"""Edits of a run, the run it branched off, and when it was used last."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("edits", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("runs", sa.Column("parent", sa.String(32)))
    op.add_column("runs", sa.Column("played", sa.Boolean, nullable=False, server_default=sa.true()))
    # A run of before counts as used when it was made.
    op.add_column("runs", sa.Column("used", sa.DateTime(timezone=True)))
    op.execute("UPDATE runs SET used = created")
    op.create_index("ix_runs_used", "runs", ["used"])


def downgrade() -> None:
    op.drop_index("ix_runs_used", "runs")
    for column in ("edits", "parent", "played", "used"):
        op.drop_column("runs", column)
