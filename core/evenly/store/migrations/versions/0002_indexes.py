"""The index of begun deliveries is made after the one of all that wait: of two that would do, SQLite takes the newer. What went out when is
indexed too, for daily caps."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEGUN = sa.text("next_action_at is not null and (state <> 'planned' or fence > 0)")


def upgrade() -> None:
    op.drop_index("ix_delivery_begun", table_name="delivery")
    op.create_index("ix_delivery_next_action_begun", "delivery", ["account", "next_action_at"], sqlite_where=BEGUN, postgresql_where=BEGUN)
    op.create_index("ix_part_account_published_at", "part", ["account", "published_at"])
