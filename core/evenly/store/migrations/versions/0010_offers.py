"""What a post is about: products, brands or services, as it was labelled."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("offer", sa.String(length=10), nullable=True))
