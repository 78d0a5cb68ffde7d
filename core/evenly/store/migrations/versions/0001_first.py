"""The first store."""

import sqlalchemy as sa
from alembic import op

from evenly.store.models import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SQLITE_GUARDS = [
    "create trigger published_is_not_planned before update of due, pinned, kind on delivery\n       when old.state = 'published' and (old.due is not new.due or old.pinned is not new.pinned or old.kind is not new.kind)\n       begin select raise(abort, 'a published delivery is not planned again'); end",
    "create trigger ended_attempt_stays before update on attempt when old.outcome is not null\n       begin select raise(abort, 'an ended attempt is not changed'); end",
    "create trigger attempt_is_kept before delete on attempt\n       begin select raise(abort, 'attempts are kept'); end",
]
POSTGRESQL_GUARDS = [
    "create function evenly_refuse() returns trigger language plpgsql as\n       $$ begin raise exception using message = tg_argv[0], errcode = 'integrity_constraint_violation'; end $$",
    "create trigger published_is_not_planned before update on delivery for each row\n       when (old.state = 'published' and (old.due, old.pinned, old.kind) is distinct from (new.due, new.pinned, new.kind))\n       execute function evenly_refuse('a published delivery is not planned again')",
    "create trigger ended_attempt_stays before update on attempt for each row\n       when (old.outcome is not null) execute function evenly_refuse('an ended attempt is not changed')",
    "create trigger attempt_is_kept before delete on attempt for each row\n       execute function evenly_refuse('attempts are kept')",
]


def upgrade() -> None:
    op.create_table('account',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('network', sa.String(length=64), nullable=False),
    sa.Column('sign_in', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('settings', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('state', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('looked_at', Moment(), nullable=True),
    sa.Column('held', sa.Boolean(), nullable=False),
    sa.Column('last_published_at', Moment(), nullable=True),
    sa.Column('rail', sa.JSON(none_as_null=True), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_account'))
    )
    op.create_table('credential',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('stored_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=True),
    sa.Column('refreshable', sa.Boolean(), nullable=False),
    sa.Column('owner', sa.String(length=80), nullable=True),
    sa.Column('lease_until', Moment(), nullable=True),
    sa.Column('intent_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_credential'))
    )
    op.create_table('daemon',
    sa.Column('owner', sa.String(length=80), nullable=False),
    sa.Column('pid', sa.Integer(), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('started_at', Moment(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('owner', name=op.f('pk_daemon'))
    )
    op.create_table('post',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('origin', sa.String(length=20), nullable=True),
    sa.Column('topic', sa.String(length=64), nullable=True),
    sa.Column('campaign', sa.String(length=64), nullable=True),
    sa.Column('effort_minutes', sa.Float(), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post')),
    sa.UniqueConstraint('digest', name=op.f('uq_post_digest'))
    )
    op.create_index(op.f('ix_post_campaign'), 'post', ['campaign'], unique=False)
    op.create_index(op.f('ix_post_topic'), 'post', ['topic'], unique=False)
    op.create_table('quota',
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('limit', sa.Integer(), nullable=True),
    sa.Column('remaining', sa.Integer(), nullable=True),
    sa.Column('resets_at', Moment(), nullable=True),
    sa.Column('not_before', Moment(), nullable=True),
    sa.Column('reason', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_quota'))
    )
    op.create_table('workspace',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('nonce', sa.String(length=32), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workspace'))
    )
    op.create_table('delivery',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('post_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('network', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('due', Moment(), nullable=True),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=True),
    sa.Column('topic', sa.String(length=64), nullable=True),
    sa.Column('not_before', Moment(), nullable=True),
    sa.Column('not_after', Moment(), nullable=True),
    sa.Column('take_down_after', sa.Float(), nullable=True),
    sa.Column('provisional', sa.Boolean(), nullable=False),
    sa.Column('why', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('reason', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('next_action_at', Moment(), nullable=True),
    sa.Column('awaited', Moment(), nullable=True),
    sa.Column('held_by', sa.String(length=8), nullable=True),
    sa.Column('forced', sa.Boolean(), nullable=False),
    sa.Column('urgent', sa.Boolean(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(length=80), nullable=True),
    sa.Column('lease_until', Moment(), nullable=True),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('text_digest', sa.String(length=64), nullable=True),
    sa.Column('published_at', Moment(), nullable=True),
    sa.Column('take_down_at', Moment(), nullable=True),
    sa.Column('take_down_tries', sa.Integer(), nullable=False),
    sa.Column('taken_down_at', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.CheckConstraint("state in ('claimed', 'sending', 'unknown', 'published') or owner is null", name=op.f('ck_delivery_nobody_else_claims')),
    sa.CheckConstraint("state in ('draft','planned','claimed','sending','unknown','published','failed','missed','uncertain','held','cancelled')", name=op.f('ck_delivery_state')),
    sa.CheckConstraint("state not in ('claimed', 'sending') or owner is not null", name=op.f('ck_delivery_claimed_by_somebody')),
    sa.CheckConstraint("state not in ('planned', 'claimed', 'sending', 'unknown') or next_action_at is not null", name=op.f('ck_delivery_is_woken')),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_delivery_post_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('post_id', 'account', name=op.f('uq_delivery_post_id_account'))
    )
    op.create_index('ix_delivery_account_due', 'delivery', ['account', 'due'], unique=False)
    op.create_index('ix_delivery_account_text', 'delivery', ['account', 'text_digest'], unique=False)
    op.create_index('ix_delivery_begun', 'delivery', ['account', 'next_action_at'], unique=False, sqlite_where=sa.text("next_action_at is not null and (state <> 'planned' or fence > 0)"), postgresql_where=sa.text("next_action_at is not null and (state <> 'planned' or fence > 0)"))
    op.create_index('ix_delivery_next_action', 'delivery', ['account', 'next_action_at'], unique=False, sqlite_where=sa.text('next_action_at is not null'), postgresql_where=sa.text('next_action_at is not null'))
    op.create_index(op.f('ix_delivery_post_id'), 'delivery', ['post_id'], unique=False)
    op.create_index('ix_delivery_state_due', 'delivery', ['state', 'due'], unique=False)
    op.create_index('ux_delivery_one_claim', 'delivery', ['account'], unique=True, sqlite_where=sa.text('owner is not null'), postgresql_where=sa.text('owner is not null'))
    op.create_table('metric',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=True),
    sa.Column('mark', sa.String(length=24), nullable=False),
    sa.Column('taken_at', Moment(), nullable=False),
    sa.Column('figures', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_metric_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_metric')),
    sa.UniqueConstraint('delivery_id', 'mark', name=op.f('uq_metric_delivery_id_mark'))
    )
    op.create_index('ix_metric_account_taken_at', 'metric', ['account', 'taken_at'], unique=False)
    op.create_table('part',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('delivery_id', sa.Integer(), nullable=False),
    sa.Column('account', sa.String(length=64), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('first_attempt', Moment(), nullable=True),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('setbacks', sa.Integer(), nullable=False),
    sa.Column('tainted', sa.Boolean(), nullable=False),
    sa.Column('proven_out', sa.Boolean(), nullable=False),
    sa.Column('absent_looks', sa.Integer(), nullable=False),
    sa.Column('unknown_since', Moment(), nullable=True),
    sa.Column('prepared', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('remote_id', sa.Text(), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('data', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('published_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name=op.f('fk_part_delivery_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_part')),
    sa.UniqueConstraint('account', 'remote_id', name=op.f('uq_part_account_remote_id')),
    sa.UniqueConstraint('delivery_id', 'position', name=op.f('uq_part_delivery_id_position'))
    )
    op.create_table('attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('part_id', sa.Integer(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('step', sa.String(length=12), nullable=False),
    sa.Column('started_at', Moment(), nullable=False),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('evidence', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['part_id'], ['part.id'], name=op.f('fk_attempt_part_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt'))
    )
    op.create_index(op.f('ix_attempt_part_id'), 'attempt', ['part_id'], unique=False)
    bind = op.get_bind()
    for guard in SQLITE_GUARDS if bind.dialect.name == "sqlite" else POSTGRESQL_GUARDS:
        bind.exec_driver_sql(guard)
