"""What others offer and what stands elsewhere: feeds and their items, posts that did not go out through here; posts that come back."""

import sqlalchemy as sa
from alembic import op

from evenly.store.models import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("synced_at", Moment(), nullable=True))
    op.create_table("repetition",
    sa.Column("post_id", sa.Integer(), nullable=False),
    sa.Column("original_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["original_id"], ["post.id"], name=op.f("fk_repetition_original_id")),
    sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_repetition_post_id")),
    sa.PrimaryKeyConstraint("post_id", name=op.f("pk_repetition"))
    )
    op.create_index(op.f("ix_repetition_original_id"), "repetition", ["original_id"], unique=False)
    op.create_table("elsewhere",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("account", sa.String(length=64), nullable=False),
    sa.Column("remote_id", sa.Text(), nullable=False),
    sa.Column("at", Moment(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("url", sa.Text(), nullable=True),
    sa.Column("link", sa.Text(), nullable=True),
    sa.Column("media_count", sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_elsewhere")),
    sa.UniqueConstraint("account", "remote_id", name=op.f("uq_elsewhere_account_remote_id"))
    )
    op.create_index("ix_elsewhere_account_at", "elsewhere", ["account", "at"], unique=False)
    op.create_table("feed",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("url", sa.String(length=2000), nullable=False),
    sa.Column("title", sa.Text(), nullable=False),
    sa.Column("topic", sa.String(length=64), nullable=True),
    sa.Column("owned", sa.Boolean(), nullable=False),
    sa.Column("allow_private", sa.Boolean(), nullable=False),
    sa.Column("etag", sa.Text(), nullable=True),
    sa.Column("last_modified", sa.Text(), nullable=True),
    sa.Column("polled_at", Moment(), nullable=True),
    sa.Column("next_poll_at", Moment(), nullable=False),
    sa.Column("failures", sa.Integer(), nullable=False),
    sa.Column("trouble", sa.JSON(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
    sa.UniqueConstraint("url", name=op.f("uq_feed_url"))
    )
    op.create_index(op.f("ix_feed_next_poll_at"), "feed", ["next_poll_at"], unique=False)
    op.create_table("item",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("feed_id", sa.Integer(), nullable=False),
    sa.Column("guid_digest", sa.String(length=64), nullable=False),
    sa.Column("link_digest", sa.String(length=64), nullable=False),
    sa.Column("state", sa.String(length=8), nullable=False),
    sa.Column("title", sa.Text(), nullable=False),
    sa.Column("summary", sa.Text(), nullable=False),
    sa.Column("link", sa.Text(), nullable=False),
    sa.Column("told_at", Moment(), nullable=True),
    sa.Column("found_at", Moment(), nullable=False),
    sa.Column("seen_at", Moment(), nullable=False),
    sa.Column("post_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name=op.f("fk_item_feed_id")),
    sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_item_post_id")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
    sa.UniqueConstraint("feed_id", "guid_digest", name=op.f("uq_item_feed_id_guid_digest")),
    sa.UniqueConstraint("link_digest", name=op.f("uq_item_link_digest"))
    )
