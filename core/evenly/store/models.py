"""The tables, typed. Plain SQLAlchemy Core: the ORM would cost every command a tenth of a second and bring nothing here.

They stand in one file, long as it is: what refers to what is seen at once.

Constraints make wrong states impossible: one live claim per account, remote ids unique per account, no owner without a claim.
Published rows cannot be re-planned and ended attempts cannot be changed: the triggers of `making` see to that.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
    TypeDecorator,
    UniqueConstraint,
)

VERSION = "0011"  #: the newest migration; the store's own stands in `alembic_version`

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An instant: aware in, UTC out; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_MAYBE = JSON(none_as_null=True)
BEGUN = "(state <> 'planned' or fence > 0)"
"""Whatever somebody had in hand once. A query that is to use the index of such deliveries repeats these very words."""


class WorkspaceColumns(TypedColumns):
    """One row: what tells this workspace from every other."""

    id = Column(Integer, primary_key=True)
    nonce: Named[str] = Column(String(32), nullable=False)


workspace = Table("workspace", metadata, WorkspaceColumns)


class PostColumns(TypedColumns):
    """One piece of content, as it was written."""

    id = Column(Integer, primary_key=True)
    fields = Column(JSON, nullable=False)  #: every field a person wrote, by its name in the interface; unknown ones under `extra`
    origin: Named[str | None] = Column(String(20))
    topic: Named[str | None] = Column(String(64), index=True)
    campaign: Named[str | None] = Column(String(64), index=True)
    effort_minutes: Named[float | None] = Column(Float)
    digest: Named[str | None] = Column(String(64), unique=True)  #: of what was imported: the same import adds nothing twice
    created_at: Named[datetime] = Column(Moment, nullable=False)
    recognised: Named[Any] = Column(_MAYBE, nullable=True)  #: what it is, as `planning.verdicts` reads it; `origin` and `topic` repeat it
    recognised_by: Named[str | None] = Column(String(64))  #: digest of the brand's sheets that it was judged by
    offer: Named[str | None] = Column(String(10))  #: product, brand, service; as it was labelled


post = Table("post", metadata, PostColumns)


class DeliveryColumns(TypedColumns):
    """One post on one account at one time: the unit that goes out exactly once."""

    id = Column(Integer, primary_key=True)
    post_id: Named[int] = Column(ForeignKey("post.id"), nullable=False, index=True)
    account: Named[str] = Column(String(64), nullable=False)
    network: Named[str] = Column(String(64), nullable=False)
    state: Named[str] = Column(String(12), nullable=False)
    due: Named[datetime | None] = Column(Moment)
    pinned: Named[bool] = Column(Boolean, nullable=False, default=False)
    priority: Named[int] = Column(Integer, nullable=False, default=0)
    kind: Named[str | None] = Column(String(40))  #: what the planner balances first
    topic: Named[str | None] = Column(String(64))  #: what it is about, for the planner's query
    apart: Named[str | None] = Column(String(20))  #: what should not follow itself: promotion
    not_before: Named[datetime | None] = Column(Moment)
    not_after: Named[datetime | None] = Column(Moment)
    take_down_after: Named[float | None] = Column(Float)  #: seconds after publishing
    provisional: Named[bool] = Column(Boolean, nullable=False, default=False)
    why: Named[Any] = Column(_MAYBE, nullable=True)  #: the rule that chose the time, as a message
    reason: Named[Any] = Column(_MAYBE, nullable=True)  #: why it is where it is, as a message
    next_action_at: Named[datetime | None] = Column(Moment)
    awaited: Named[datetime | None] = Column(Moment)  #: what it waits for itself (a back-off, a slow upload): not late before
    held_by: Named[str | None] = Column(String(8))  #: person, mix
    forced: Named[bool] = Column(Boolean, nullable=False, default=False)  #: a person let it go on against the mix
    urgent: Named[bool] = Column(Boolean, nullable=False, default=False)  #: a person said "now": window, gap and blackout do not count
    fence: Named[int] = Column(Integer, nullable=False, default=0)
    owner: Named[str | None] = Column(String(80))
    lease_until: Named[datetime | None] = Column(Moment)
    revision: Named[int] = Column(Integer, nullable=False, default=1)
    text_digest: Named[str | None] = Column(String(64))  #: of the normalised text, where the network refuses equal ones
    published_at: Named[datetime | None] = Column(Moment)
    take_down_at: Named[datetime | None] = Column(Moment)
    take_down_tries: Named[int] = Column(Integer, nullable=False, default=0)
    taken_down_at: Named[datetime | None] = Column(Moment)
    created_at: Named[datetime] = Column(Moment, nullable=False)


delivery = Table(
    "delivery",
    metadata,
    DeliveryColumns,
    UniqueConstraint("post_id", "account"),
    CheckConstraint(
        "state in ('draft','planned','claimed','sending','unknown','published','failed','missed','uncertain','held','cancelled')",
        name="state",
    ),
    CheckConstraint("state not in ('claimed', 'sending') or owner is not null", name="claimed_by_somebody"),
    CheckConstraint("state in ('claimed', 'sending', 'unknown', 'published') or owner is null", name="nobody_else_claims"),
    CheckConstraint("state not in ('planned', 'claimed', 'sending', 'unknown') or next_action_at is not null", name="is_woken"),
    Index("ix_delivery_next_action", "account", "next_action_at"),
    Index("ix_delivery_next_action_begun", "account", "next_action_at"),
    Index("ix_delivery_account_due", "account", "due"),
    Index("ix_delivery_state_due", "state", "due"),
    Index("ix_delivery_account_text", "account", "text_digest"),
    Index("ux_delivery_one_claim", "account", unique=True),
)


class PartColumns(TypedColumns):
    """One visible piece of a delivery, in order."""

    id = Column(Integer, primary_key=True)
    delivery_id: Named[int] = Column(ForeignKey("delivery.id"), nullable=False)
    account: Named[str] = Column(String(64), nullable=False)
    position: Named[int] = Column(Integer, nullable=False)
    kind: Named[str] = Column(String(8), nullable=False)
    content = Column(JSON, nullable=False)  #: text, link, media, format and options, as they will be sent
    state: Named[str] = Column(String(12), nullable=False)
    key: Named[str] = Column(String(64), nullable=False)
    first_attempt: Named[datetime | None] = Column(Moment)
    tries: Named[int] = Column(Integer, nullable=False, default=0)
    setbacks: Named[int] = Column(Integer, nullable=False, default=0)
    tainted: Named[bool] = Column(Boolean, nullable=False, default=False)
    proven_out: Named[bool] = Column(Boolean, nullable=False, default=False)
    absent_looks: Named[int] = Column(Integer, nullable=False, default=0)
    unknown_since: Named[datetime | None] = Column(Moment)
    prepared: Named[Any] = Column(_MAYBE, nullable=True)  #: what the plugin has staged: data, ready, look_again, expires_at
    remote_id: Named[str | None] = Column(Text)
    url: Named[str | None] = Column(Text)
    data: Named[Any] = Column(_MAYBE, nullable=True)  #: what replies and figures will need
    published_at: Named[datetime | None] = Column(Moment)


part = Table(
    "part",
    metadata,
    PartColumns,
    UniqueConstraint("delivery_id", "position"),
    UniqueConstraint("account", "remote_id"),
    Index("ix_part_account_published_at", "account", "published_at"),
)


class AttemptColumns(TypedColumns):
    """One try at one part. Written before the network is called; its end is written once."""

    id = Column(Integer, primary_key=True)
    part_id: Named[int] = Column(ForeignKey("part.id"), nullable=False, index=True)
    fence: Named[int] = Column(Integer, nullable=False)
    number: Named[int] = Column(Integer, nullable=False)  #: 1 for the first try
    step: Named[str] = Column(String(12), nullable=False)  #: publish, find, delete, settle …
    started_at: Named[datetime] = Column(Moment, nullable=False)
    ended_at: Named[datetime | None] = Column(Moment)
    outcome: Named[str | None] = Column(String(40))
    status: Named[int | None] = Column(Integer)
    evidence: Named[Any] = Column(_MAYBE, nullable=True)  #: what was said, as a message, and by whom


attempt = Table("attempt", metadata, AttemptColumns)


class AccountColumns(TypedColumns):
    """What is known of an account beyond evenly.toml."""

    name: Named[str] = Column(String(64), primary_key=True)
    network: Named[str] = Column(String(64), nullable=False)
    sign_in: Named[str] = Column(String(10), nullable=False, default="none")  #: none, ok, needed
    reason: Named[Any] = Column(_MAYBE, nullable=True)
    settings: Named[Any] = Column(_MAYBE, nullable=True)  #: found out at sign-in
    state: Named[Any] = Column(_MAYBE, nullable=True)  #: what the last look told
    looked_at: Named[datetime | None] = Column(Moment)
    held: Named[bool] = Column(Boolean, nullable=False, default=False)
    last_published_at: Named[datetime | None] = Column(Moment)
    rail: Named[Any] = Column(_MAYBE, nullable=True)  #: where the planner's rail of this account goes on
    synced_at: Named[datetime | None] = Column(Moment)  #: when it was last read what stands there


account = Table("account", metadata, AccountColumns)


class RepetitionColumns(TypedColumns):
    """A post that repeats another on one account: what an evergreen post comes back as."""

    post_id: Named[int] = Column(ForeignKey("post.id"), primary_key=True)
    original_id: Named[int] = Column(ForeignKey("post.id"), nullable=False, index=True)


repetition = Table("repetition", metadata, RepetitionColumns)


class ElsewhereColumns(TypedColumns):
    """A post that stands on an account and did not go out through here."""

    id = Column(Integer, primary_key=True)
    account: Named[str] = Column(String(64), nullable=False)
    remote_id: Named[str] = Column(Text, nullable=False)
    at: Named[datetime] = Column(Moment, nullable=False)
    text: Named[str] = Column(Text, nullable=False)
    url: Named[str | None] = Column(Text)
    link: Named[str | None] = Column(Text)
    media_count: Named[int] = Column(Integer, nullable=False, default=0)


elsewhere = Table(
    "elsewhere", metadata, ElsewhereColumns, UniqueConstraint("account", "remote_id"), Index("ix_elsewhere_account_at", "account", "at")
)


class FeedColumns(TypedColumns):
    """A feed that is followed, and how its last polls went."""

    id = Column(Integer, primary_key=True)
    url: Named[str] = Column(String(2000), nullable=False, unique=True)
    title: Named[str] = Column(Text, nullable=False)
    topic: Named[str | None] = Column(String(64))
    owned: Named[bool] = Column(Boolean, nullable=False, default=False)  #: its items are the brand's own
    allow_private: Named[bool] = Column(Boolean, nullable=False, default=False)
    etag: Named[str | None] = Column(Text)
    last_modified: Named[str | None] = Column(Text)
    polled_at: Named[datetime | None] = Column(Moment)
    next_poll_at: Named[datetime] = Column(Moment, nullable=False, index=True)
    failures: Named[int] = Column(Integer, nullable=False, default=0)  #: in a row
    trouble: Named[Any] = Column(_MAYBE, nullable=True)  #: why the last poll failed, as a message


feed = Table("feed", metadata, FeedColumns)


class ItemColumns(TypedColumns):
    """Something that a feed has offered."""

    id = Column(Integer, primary_key=True)
    feed_id: Named[int] = Column(ForeignKey("feed.id"), nullable=False)
    guid_digest: Named[str] = Column(String(64), nullable=False)  #: of the feed's own name for it, else of its link
    link_digest: Named[str] = Column(String(64), nullable=False, unique=True)  #: of its canonical link: two feeds may tell of one article
    state: Named[str] = Column(String(8), nullable=False, default="new")  #: new, taken, skipped
    title: Named[str] = Column(Text, nullable=False)
    summary: Named[str] = Column(Text, nullable=False)
    link: Named[str] = Column(Text, nullable=False)
    told_at: Named[datetime | None] = Column(Moment)  #: when it appeared, as the feed says
    found_at: Named[datetime] = Column(Moment, nullable=False)
    seen_at: Named[datetime] = Column(Moment, nullable=False)  #: when the feed last had it
    post_id: Named[int | None] = Column(ForeignKey("post.id"))  #: what it became


item = Table("item", metadata, ItemColumns, UniqueConstraint("feed_id", "guid_digest"))


class CredentialColumns(TypedColumns):
    """Secrets, encrypted, and the lease under which they are refreshed."""

    name: Named[str] = Column(String(80), primary_key=True)  #: `account:NAME` or `app:NETWORK`
    sealed: Named[bytes] = Column(LargeBinary, nullable=False)
    generation: Named[int] = Column(Integer, nullable=False, default=1)
    stored_at: Named[datetime] = Column(Moment, nullable=False)
    expires_at: Named[datetime | None] = Column(Moment)
    refreshable: Named[bool] = Column(Boolean, nullable=False, default=False)
    owner: Named[str | None] = Column(String(80))
    lease_until: Named[datetime | None] = Column(Moment)
    intent_at: Named[datetime | None] = Column(Moment)


credential = Table("credential", metadata, CredentialColumns)


class QuotaColumns(TypedColumns):
    """What a network's counters say is left, and until when nothing may be sent; shared by every process."""

    name: Named[str] = Column(String(80), primary_key=True)  #: `account:NAME` or `app:NETWORK`
    limit: Named[int | None] = Column(Integer)
    remaining: Named[int | None] = Column(Integer)
    resets_at: Named[datetime | None] = Column(Moment)
    not_before: Named[datetime | None] = Column(Moment)
    reason: Named[Any] = Column(_MAYBE, nullable=True)
    updated_at: Named[datetime] = Column(Moment, nullable=False)


quota = Table("quota", metadata, QuotaColumns)


class MetricColumns(TypedColumns):
    """One reading of the figures of a delivery (of an account, where `delivery_id` is null)."""

    id = Column(Integer, primary_key=True)
    account: Named[str] = Column(String(64), nullable=False)
    delivery_id: Named[int | None] = Column(ForeignKey("delivery.id"))
    mark: Named[str] = Column(String(24), nullable=False)  #: 0, 1h, 24h, 72h, 7d, 28d; the day for accounts
    taken_at: Named[datetime] = Column(Moment, nullable=False)
    figures = Column(JSON, nullable=False)  #: by normalised name; an absent one is absent
    counted_as: Named[Any] = Column(_MAYBE, nullable=True)  #: the network's own names of them; null: not known
    imported: Named[Any] = Column(_MAYBE, nullable=True)  #: of the figures those that a file told, each with when they were taken
    unasked: Named[bool | None] = Column(Boolean)  #: true where files alone tell: the network is still to be asked at this mark


metric = Table(
    "metric",
    metadata,
    MetricColumns,
    UniqueConstraint("delivery_id", "mark"),
    Index("ix_metric_account_taken_at", "account", "taken_at"),
)


class EffortColumns(TypedColumns):
    """Time that somebody spent on a task, and money that was paid; `effort_post` says on which posts, if on any."""

    id = Column(Integer, primary_key=True)
    task: Named[str | None] = Column(String(10))  #: null where it is money alone
    seconds: Named[int] = Column(Integer, nullable=False)
    cents: Named[int] = Column(Integer, nullable=False, default=0)  #: what was paid, in hundredths of the brand's currency
    at: Named[datetime] = Column(Moment, nullable=False)  #: when it ended
    account: Named[str | None] = Column(String(64))
    campaign: Named[str | None] = Column(String(64))
    note: Named[str | None] = Column(Text)


effort = Table(
    "effort",
    metadata,
    EffortColumns,
    CheckConstraint("seconds >= 0 and cents >= 0 and (seconds > 0 or cents > 0)", name="is_some"),
    CheckConstraint("task in ('write', 'photo', 'curate', 'reply', 'plan', 'learn')", name="task"),
    CheckConstraint("task is not null or seconds = 0", name="time_has_a_task"),
    Index("ix_effort_at", "at"),
)


class EffortPostColumns(TypedColumns):
    """A post's share of an effort; the shares add up to the whole."""

    effort_id: Named[int] = Column(ForeignKey("effort.id"), primary_key=True)
    post_id: Named[int] = Column(ForeignKey("post.id"), primary_key=True, index=True)
    seconds: Named[int] = Column(Integer, nullable=False)
    cents: Named[int] = Column(Integer, nullable=False, default=0)


effort_post = Table("effort_post", metadata, EffortPostColumns)


class TimerColumns(TypedColumns):
    """The work that is being timed: one row at most."""

    id = Column(Integer, primary_key=True)
    started_at: Named[datetime] = Column(Moment, nullable=False)
    entry: Named[Any] = Column(JSON, nullable=False)  #: the entry that it will be: task, account, campaign, posts, note


timer = Table("timer", metadata, TimerColumns, CheckConstraint("id = 1", name="only_one"))


class AdviceColumns(TypedColumns):
    """A change of evenly.toml that was advised in some week, and what the person made of it."""

    id = Column(Integer, primary_key=True)
    week: Named[str] = Column(String(8), nullable=False)  #: as ISO 8601 names it: 2026-W48
    number: Named[int] = Column(Integer, nullable=False)  #: within the week, from 1
    key: Named[str] = Column(String(200), nullable=False)  #: the same for the same advice, whenever it is given
    kind: Named[str] = Column(String(10), nullable=False)
    account: Named[str | None] = Column(String(64))  #: whose posts it is about; null: all
    state: Named[str] = Column(String(10), nullable=False, default="offered")  #: offered, taken, declined, overtaken
    reason: Named[Any] = Column(_MAYBE, nullable=False)  #: as a message, as is `change`
    change: Named[Any] = Column(_MAYBE, nullable=False)
    gain: Named[float | None] = Column(Float)
    low: Named[float | None] = Column(Float)
    high: Named[float | None] = Column(Float)
    steps: Named[Any] = Column(JSON, nullable=False)  #: values to change: path, before, after
    weights: Named[Any] = Column(_MAYBE, nullable=True)  #: of the 168 hours of the week, where times were learnt
    offered_at: Named[datetime] = Column(Moment, nullable=False)
    decided_at: Named[datetime | None] = Column(Moment)
    because: Named[str | None] = Column(Text)


advice = Table(
    "advice",
    metadata,
    AdviceColumns,
    UniqueConstraint("week", "number"),
    UniqueConstraint("week", "key"),
    CheckConstraint("state in ('offered', 'taken', 'declined', 'overtaken')", name="state"),
)


class JudgementColumns(TypedColumns):
    """The verdict on an experiment: it is given once."""

    name: Named[str] = Column(String(64), primary_key=True)
    question: Named[str] = Column(String(80), nullable=False)
    metric: Named[str] = Column(String(16), nullable=False)
    posts: Named[int] = Column(Integer, nullable=False)
    others: Named[int] = Column(Integer, nullable=False)
    minutes: Named[float] = Column(Float, nullable=False)
    ratio: Named[float | None] = Column(Float)
    low: Named[float | None] = Column(Float)
    high: Named[float | None] = Column(Float)
    verdict: Named[str] = Column(String(20), nullable=False)
    age: Named[str] = Column(String(4), nullable=False)  #: the mark at which the posts were compared
    judged_at: Named[datetime] = Column(Moment, nullable=False)


judgement = Table("judgement", metadata, JudgementColumns)


class DaemonColumns(TypedColumns):
    """A process that publishes: who it is and when it was last seen alive."""

    owner: Named[str] = Column(String(80), primary_key=True)
    pid: Named[int] = Column(Integer, nullable=False)
    host: Named[str] = Column(String(255), nullable=False)
    started_at: Named[datetime] = Column(Moment, nullable=False)
    seen_at: Named[datetime] = Column(Moment, nullable=False)


daemon = Table("daemon", metadata, DaemonColumns)


class NoticeColumns(TypedColumns):
    """Something that is to be told by one channel, and whether it was."""

    id = Column(Integer, primary_key=True)
    channel: Named[str] = Column(String(16), nullable=False)
    key: Named[str] = Column(String(200), nullable=False)  #: the same for the same event: nothing is told twice
    kind: Named[str] = Column(String(16), nullable=False)
    account: Named[str | None] = Column(String(64))
    delivery: Named[str | None] = Column(String(20))
    message: Named[Any] = Column(_MAYBE, nullable=False)
    url: Named[str | None] = Column(Text)
    at: Named[datetime] = Column(Moment, nullable=False)
    state: Named[str] = Column(String(8), nullable=False, default="waiting")  #: waiting, sent, dropped
    letter: Named[str | None] = Column(String(40))  #: what it goes out in, together with others; the same whenever that is tried again
    tries: Named[int] = Column(Integer, nullable=False, default=0)
    next_try_at: Named[datetime] = Column(Moment, nullable=False)
    ended_at: Named[datetime | None] = Column(Moment)


notice = Table(
    "notice",
    metadata,
    NoticeColumns,
    UniqueConstraint("channel", "key"),
    CheckConstraint("state in ('waiting', 'sent', 'dropped')", name="state"),
    Index("ix_notice_state_channel", "state", "channel"),
)
