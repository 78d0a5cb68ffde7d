"""What the networks call the figures of a reading; nobody knows it of those of before."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("metric", sa.Column("counted_as", sa.JSON(none_as_null=True), nullable=True))
