"""What posts are, as it was recognised: origin, topic, actions, with the reasons."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("recognised", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("post", sa.Column("recognised_by", sa.String(length=64), nullable=True))
