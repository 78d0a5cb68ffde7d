"""What was paid beside the time that was spent, and which figures a file has told."""

import sqlalchemy as sa
from alembic import op

from evenly.store.models import Moment

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_IS_SOME = "seconds >= 0 and cents >= 0 and (seconds > 0 or cents > 0)"
_TIME_HAS_A_TASK = "task is not null or seconds = 0"


def upgrade() -> None:
    op.add_column("metric", sa.Column("imported", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("metric", sa.Column("unasked", sa.Boolean(), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _made_anew()
    else:
        _altered()


def _altered() -> None:
    for table in ("effort", "effort_post"):
        op.add_column(table, sa.Column("cents", sa.Integer(), nullable=False, server_default="0"))
        op.alter_column(table, "cents", server_default=None)
    op.alter_column("effort", "task", nullable=True)
    op.drop_constraint("ck_effort_seconds", "effort")
    op.create_check_constraint(op.f("ck_effort_is_some"), "effort", _IS_SOME)
    op.create_check_constraint(op.f("ck_effort_time_has_a_task"), "effort", _TIME_HAS_A_TASK)


def _made_anew() -> None:
    """SQLite changes no constraint of a table, and drops none that another one refers to."""
    for table in ("effort_post", "effort"):
        op.execute(f"create temporary table {table}_kept as select * from {table}")
        op.drop_table(table)
    op.create_table("effort",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("task", sa.String(length=10), nullable=True),
    sa.Column("seconds", sa.Integer(), nullable=False),
    sa.Column("cents", sa.Integer(), nullable=False),
    sa.Column("at", Moment(), nullable=False),
    sa.Column("account", sa.String(length=64), nullable=True),
    sa.Column("campaign", sa.String(length=64), nullable=True),
    sa.Column("note", sa.Text(), nullable=True),
    sa.CheckConstraint(_IS_SOME, name=op.f("ck_effort_is_some")),
    sa.CheckConstraint("task in ('write', 'photo', 'curate', 'reply', 'plan', 'learn')", name=op.f("ck_effort_task")),
    sa.CheckConstraint(_TIME_HAS_A_TASK, name=op.f("ck_effort_time_has_a_task")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_effort"))
    )
    op.create_index("ix_effort_at", "effort", ["at"], unique=False)
    op.create_table("effort_post",
    sa.Column("effort_id", sa.Integer(), nullable=False),
    sa.Column("post_id", sa.Integer(), nullable=False),
    sa.Column("seconds", sa.Integer(), nullable=False),
    sa.Column("cents", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["effort_id"], ["effort.id"], name=op.f("fk_effort_post_effort_id")),
    sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_effort_post_post_id")),
    sa.PrimaryKeyConstraint("effort_id", "post_id", name=op.f("pk_effort_post"))
    )
    op.create_index("ix_effort_post_post_id", "effort_post", ["post_id"], unique=False)
    for table, columns in (("effort", "id, task, seconds, at, account, campaign, note"), ("effort_post", "effort_id, post_id, seconds")):
        op.execute(f"insert into {table} ({columns}, cents) select {columns}, 0 from {table}_kept")
        op.drop_table(f"{table}_kept")
