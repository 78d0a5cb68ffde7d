"""What was advised and what became of it, and the verdicts on experiments."""

import sqlalchemy as sa
from alembic import op

from evenly.store.models import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("advice",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("week", sa.String(length=8), nullable=False),
    sa.Column("number", sa.Integer(), nullable=False),
    sa.Column("key", sa.String(length=200), nullable=False),
    sa.Column("kind", sa.String(length=10), nullable=False),
    sa.Column("account", sa.String(length=64), nullable=True),
    sa.Column("state", sa.String(length=10), nullable=False),
    sa.Column("reason", sa.JSON(none_as_null=True), nullable=False),
    sa.Column("change", sa.JSON(none_as_null=True), nullable=False),
    sa.Column("gain", sa.Float(), nullable=True),
    sa.Column("low", sa.Float(), nullable=True),
    sa.Column("high", sa.Float(), nullable=True),
    sa.Column("steps", sa.JSON(), nullable=False),
    sa.Column("weights", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("offered_at", Moment(), nullable=False),
    sa.Column("decided_at", Moment(), nullable=True),
    sa.Column("because", sa.Text(), nullable=True),
    sa.CheckConstraint("state in ('offered', 'taken', 'declined', 'overtaken')", name=op.f("ck_advice_state")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_advice")),
    sa.UniqueConstraint("week", "key", name=op.f("uq_advice_week_key")),
    sa.UniqueConstraint("week", "number", name=op.f("uq_advice_week_number"))
    )
    op.create_table("judgement",
    sa.Column("name", sa.String(length=64), nullable=False),
    sa.Column("question", sa.String(length=80), nullable=False),
    sa.Column("metric", sa.String(length=16), nullable=False),
    sa.Column("posts", sa.Integer(), nullable=False),
    sa.Column("others", sa.Integer(), nullable=False),
    sa.Column("minutes", sa.Float(), nullable=False),
    sa.Column("ratio", sa.Float(), nullable=True),
    sa.Column("low", sa.Float(), nullable=True),
    sa.Column("high", sa.Float(), nullable=True),
    sa.Column("verdict", sa.String(length=20), nullable=False),
    sa.Column("age", sa.String(length=4), nullable=False),
    sa.Column("judged_at", Moment(), nullable=False),
    sa.PrimaryKeyConstraint("name", name=op.f("pk_judgement"))
    )
