"""Posts that come back: where an account's queue runs thin, those that have rested longest are queued again.

Each repetition is a post of its own that remembers what it repeats. It never comes within its rest since the last publication on that
account, never more often than was said, and to a network that refuses equal texts only with a wording that it has not seen.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from evenly import fields as field_values
from evenly.fields import FieldRefused, Fields
from evenly.planning import linking, queueing, recognising, spreading, wordings
from evenly.planning.composing import Composed, compose
from evenly.planning.staging import MediaStage
from evenly.store import accounts, queue, repetitions
from evenly.store.contents import as_part

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning.desk import Desk
    from evenly.settings import Account

_log = logging.getLogger("evenly.planning")

THIN = timedelta(days=3)
"""A queue is thin when fewer deliveries wait than the cadence asks for in so many days: so few that fresh posts need not stand in line."""

_DAYS = {"day": 1, "week": 7, "month": 30}


@dataclass(frozen=True, slots=True)
class Series:
    """A post with a rule by which it comes back, and its deliveries on one account so far, oldest first."""

    post: int
    fields: Fields
    deliveries: Sequence[Any]  #: rows with `state`, `published_at`, `taken_down_at`, `text_digest` and `content`

    @property
    def last(self) -> datetime:
        """When it was published there most recently."""
        latest: datetime = max(each.published_at for each in self.deliveries)
        return latest


def refill(desk: Desk, *, now: datetime) -> list[int]:
    """Queue posts that come back on every account whose queue is thin; the ids of their deliveries."""
    return [each for name in desk.settings.accounts if desk.network_of(name) in desk.networks for each in _refill(desk, name, now)]


def wanted(account: Account) -> int:
    """How many deliveries keep the account's queue from being thin."""
    days = Fraction(int(THIN / timedelta(days=1)))
    return max(1, int(days * account.cadence.count / _DAYS[account.cadence.per]))


def has_rested(series: Series, now: datetime) -> bool:
    """Whether the post may come back now.

    Not while any of it waits, for the planner or for a person; never again where a person has dropped it or taken it back.
    """
    rule = series.fields.evergreen
    if rule is None or not series.deliveries or any(each.state != "published" for each in series.deliveries):
        return False
    if series.fields.take_down_after is None and any(each.taken_down_at is not None for each in series.deliveries):
        return False
    is_used_up = rule.times is not None and len(series.deliveries) >= rule.times
    return not is_used_up and now - series.last >= rule.rest


def _refill(desk: Desk, name: str, now: datetime) -> list[int]:
    with desk.store.read() as connection:
        if not _lack(desk, connection, name, now) or not _rested(connection, name, now):
            return []
    with MediaStage.opened(desk.settings.state) as stage, desk.store.write() as connection:
        added: list[int] = []
        for series in sorted(_rested(connection, name, now), key=lambda series: (series.last, series.post)):
            if not _lack(desk, connection, name, now):
                break
            added += _bring_back(desk, connection, name, series, stage, now)
        spreading.spread(desk, connection, {name} if added else (), now=now)
    return added


def _lack(desk: Desk, connection: Connection, name: str, now: datetime) -> int:
    """How many deliveries the account's queue is short of; none where the account is held."""
    known = accounts.known_one(connection, name)
    if known is not None and known.held:
        return 0
    return max(0, wanted(desk.settings.accounts[name]) - repetitions.waiting(connection, name, now + THIN))


def _rested(connection: Connection, name: str, now: datetime) -> list[Series]:
    found = []
    for row in repetitions.evergreens(connection, name):
        fields = field_values.read({field: value for field, value in row.fields.items() if field != "effort_minutes"})
        series = Series(row.id, fields, repetitions.earlier(connection, row.id, name))
        if has_rested(series, now):
            found.append(series)
    return found


def _bring_back(desk: Desk, connection: Connection, name: str, series: Series, stage: MediaStage, now: datetime) -> list[int]:
    """Queue the post again if the account still takes it; the id of its delivery."""
    try:
        times = replace(queueing.times_of(series.fields, desk.settings.zone(name)), at=None, not_before=None)
    except FieldRefused:
        return []
    if times.not_after is not None and times.not_after <= now:
        return []
    found = _worded(desk, connection, name, series, stage, now)
    if found is None:
        return []
    fields, composed = found
    document = queueing.stored(fields)
    post = queue.insert_post(connection, document, digest=None, now=now)
    numbered = replace(composed, parts=linking.tagged(desk, fields, name, composed.untagged, post))
    delivery = queue.insert_delivery(connection, post, queueing.as_delivery(desk, fields, numbered, times), now=now)
    repetitions.note(connection, post, series.post)
    original = queue.post_row(connection, series.post)
    recognising.Recogniser(desk, connection).note(post, document, None if original is None else original.recognised)
    return [delivery]


def _worded(
    desk: Desk, connection: Connection, name: str, series: Series, stage: MediaStage, now: datetime
) -> tuple[Fields, Composed] | None:
    """The post in the next of its wordings; None where none is left that the network would take."""
    texts = wordings.of(series.fields, name)
    turn = len(series.deliveries) % len(texts)
    media = as_part("post", 0, series.deliveries[-1].content, desk.settings.state).media
    if missing := [medium.path.name for medium in media if not medium.path.exists()]:
        _log.warning("p%s does not come back on %s: %s is gone from the media folder", series.post, name, missing[0])
        return None
    used = {each.text_digest for each in series.deliveries}
    for text in (*texts[turn:], *texts[:turn]):
        fields = wordings.repeated(series.fields, name, text)
        composed = compose(desk, fields, name, root=desk.settings.folder, stage=stage, fitted=media)
        if composed.problems:
            _log.warning("p%s does not come back on %s: %s", series.post, name, composed.problems[0].message)
        elif composed.text_digest is None or (composed.text_digest not in used and not _stands(connection, name, composed, now)):
            return fields, composed
    return None


def _stands(connection: Connection, name: str, composed: Composed, now: datetime) -> bool:
    """Whether another post with this text waits or is just out, where the network refuses a second one."""
    digest = composed.text_digest
    return digest is not None and queue.equal_texts(connection, name, digest, since=now - queueing.EQUAL_TEXT_FOR) is not None
