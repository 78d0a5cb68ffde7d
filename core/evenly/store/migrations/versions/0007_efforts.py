"""What time went into: entries, their shares of posts, the timer. What was said in an ended attempt may be forgotten."""

import sqlalchemy as sa
from alembic import op

from evenly.store.models import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SQLITE_GUARD = """create trigger ended_attempt_stays before update on attempt when old.outcome is not null
       and (new.evidence is not null or (new.id, new.part_id, new.fence, new.number, new.step, new.started_at, new.ended_at, new.outcome,
       new.status) is not (old.id, old.part_id, old.fence, old.number, old.step, old.started_at, old.ended_at, old.outcome, old.status))
       begin select raise(abort, 'an ended attempt is not changed'); end"""
_POSTGRESQL_GUARD = """create trigger ended_attempt_stays before update on attempt for each row
       when (old.outcome is not null and (new.evidence is not null or (new.id, new.part_id, new.fence, new.number, new.step,
       new.started_at, new.ended_at, new.outcome, new.status) is distinct from (old.id, old.part_id, old.fence, old.number, old.step,
       old.started_at, old.ended_at, old.outcome, old.status))) execute function evenly_refuse('an ended attempt is not changed')"""


def upgrade() -> None:
    op.create_table("effort",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("task", sa.String(length=10), nullable=False),
    sa.Column("seconds", sa.Integer(), nullable=False),
    sa.Column("at", Moment(), nullable=False),
    sa.Column("account", sa.String(length=64), nullable=True),
    sa.Column("campaign", sa.String(length=64), nullable=True),
    sa.Column("note", sa.Text(), nullable=True),
    sa.CheckConstraint("seconds > 0", name=op.f("ck_effort_seconds")),
    sa.CheckConstraint("task in ('write', 'photo', 'curate', 'reply', 'plan', 'learn')", name=op.f("ck_effort_task")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_effort"))
    )
    op.create_index("ix_effort_at", "effort", ["at"], unique=False)
    op.create_table("effort_post",
    sa.Column("effort_id", sa.Integer(), nullable=False),
    sa.Column("post_id", sa.Integer(), nullable=False),
    sa.Column("seconds", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["effort_id"], ["effort.id"], name=op.f("fk_effort_post_effort_id")),
    sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_effort_post_post_id")),
    sa.PrimaryKeyConstraint("effort_id", "post_id", name=op.f("pk_effort_post"))
    )
    op.create_index("ix_effort_post_post_id", "effort_post", ["post_id"], unique=False)
    op.create_table("timer",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("started_at", Moment(), nullable=False),
    sa.Column("entry", sa.JSON(), nullable=False),
    sa.CheckConstraint("id = 1", name=op.f("ck_timer_only_one")),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_timer"))
    )
    bind = op.get_bind()
    bind.exec_driver_sql("drop trigger ended_attempt_stays" + ("" if bind.dialect.name == "sqlite" else " on attempt"))
    bind.exec_driver_sql(_SQLITE_GUARD if bind.dialect.name == "sqlite" else _POSTGRESQL_GUARD)
