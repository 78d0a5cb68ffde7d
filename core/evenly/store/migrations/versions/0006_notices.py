"""What somebody is to be told: the outbox of notifications."""

import sqlalchemy as sa
from alembic import op

from evenly.store.models import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("notice",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("channel", sa.String(length=16), nullable=False),
    sa.Column("key", sa.String(length=200), nullable=False),
    sa.Column("kind", sa.String(length=16), nullable=False),
    sa.Column("account", sa.String(length=64), nullable=True),
    sa.Column("delivery", sa.String(length=20), nullable=True),
    sa.Column("message", sa.JSON(none_as_null=True), nullable=False),
    sa.Column("url", sa.Text(), nullable=True),
    sa.Column("at", Moment(), nullable=False),
    sa.Column("state", sa.String(length=8), nullable=False),
    sa.Column("letter", sa.String(length=40), nullable=True),
    sa.Column("tries", sa.Integer(), nullable=False),
    sa.Column("next_try_at", Moment(), nullable=False),
    sa.Column("ended_at", Moment(), nullable=True),
    sa.CheckConstraint("state in ('waiting', 'sent', 'dropped')", name=op.f("ck_notice_state")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    sa.UniqueConstraint("channel", "key", name=op.f("uq_notice_channel_key"))
    )
    op.create_index("ix_notice_state_channel", "notice", ["state", "channel"], unique=False)
