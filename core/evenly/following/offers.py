"""The inbox: what feeds have offered, with what a person wants to know before making a post of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.following.recognising import verdict
from evenly.following.twins import Twin, Twins
from evenly.messages import shown
from evenly.mix.topics import Placed
from evenly.plugin import Message
from evenly.store import elsewhere, feeds

if TYPE_CHECKING:
    from evenly.planning import Desk

_OWN_POSTS = timedelta(days=365)  #: how far back a twin is looked for

_BY_FEED = Message("The feed is marked so.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One item of the inbox."""

    id: int
    feed: int
    title: str
    summary: str
    link: str
    credit: str | None  #: whose it is; None for what is the brand's own
    told_at: datetime | None
    found_at: datetime
    verdict: Placed
    twin: Twin | None  #: what the brand has published or queued that is nearly the same

    @property
    def origin(self) -> str:
        return "owned" if self.credit is None else "third-party"


def inbox(desk: Desk, *, now: datetime, topic: str | None = None) -> list[Offer]:
    """What waits in the inbox, newest first; with `topic` only what is on that one."""
    with desk.store.read() as connection:
        rows = feeds.waiting(connection)
        own = feeds.own_posts(connection, now - _OWN_POSTS) if rows else ()
        others = elsewhere.texts(connection, now - _OWN_POSTS) if rows else ()
    twins = Twins(own, others)
    offers = [_offer(desk, row, twins) for row in rows]
    return [each for each in offers if topic is None or each.verdict.topic == topic]


def about(desk: Desk, row: Any) -> Placed:
    """What an item is about: what was said of its feed, else what its words tell."""
    if row.topic in desk.settings.topics:
        return Placed(row.topic, True, _BY_FEED)
    return verdict(desk, row.title, row.summary)


def credit_of(row: Any) -> str | None:
    """Whose an item is; None where its feed is the brand's own."""
    return None if row.owned else str(row.feed_title)


def as_document(offer: Offer) -> dict[str, Any]:
    """The JSON of one offer."""
    twin = offer.twin
    return {
        "id": str(offer.id),
        "feed": str(offer.feed),
        "title": offer.title,
        "summary": offer.summary,
        "link": offer.link,
        "credit": offer.credit,
        "origin": offer.origin,
        "topic": offer.verdict.topic,
        "on_topic": offer.verdict.on,
        "reason": shown(offer.verdict.reason),
        "published_at": None if offer.told_at is None else offer.told_at.isoformat(timespec="seconds"),
        "found_at": offer.found_at.isoformat(timespec="seconds"),
        "twin": None if twin is None else {"post": twin.post, "account": twin.account, "url": twin.url, "alike": round(twin.alike, 3)},
    }


def _offer(desk: Desk, row: Any, twins: Twins) -> Offer:
    return Offer(
        id=row.id,
        feed=row.feed_id,
        title=row.title,
        summary=row.summary,
        link=row.link,
        credit=credit_of(row),
        told_at=row.told_at,
        found_at=row.found_at,
        verdict=about(desk, row),
        twin=twins.of(row.title, row.summary, row.link),
    )
