"""The brand's ideas, judged: what each campaign brought, against the other posts of the same accounts beside it and shortly before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from evenly import insight
from evenly.reporting.minutes import in_minutes
from evenly.reporting.values import Idea

if TYPE_CHECKING:
    from evenly.insight import Observed, Post
    from evenly.planning.desk import Desk
    from evenly.settings import Campaign
    from evenly.store.efforts import Entry

BEFORE = timedelta(days=28)
"""Posts from so long before a campaign count among those that it is compared with."""
_METRIC = "engagements"


def looks_back_to(desk: Desk, since: datetime, until: datetime, campaign: str | None = None) -> datetime:
    """From when on posts are needed to judge the campaigns of the period."""
    begins = [_begin(desk, each) for each in running(desk, since, until, campaign).values()]
    return min([since, *(begin - BEFORE for begin in begins if begin is not None)])


def running(desk: Desk, since: datetime, until: datetime, campaign: str | None = None) -> Mapping[str, Campaign]:
    """The campaigns of evenly.toml whose dates touch the period."""
    zone = ZoneInfo(desk.settings.brand.timezone)
    first, last = since.astimezone(zone).date(), (until - timedelta(microseconds=1)).astimezone(zone).date()
    return {
        name: each
        for name, each in desk.settings.campaigns.items()
        if campaign in {None, name} and (each.start or first) <= last and (each.until or last) >= first
    }


def ideas(
    desk: Desk, seen: Observed, entries: Iterable[Entry], *, since: datetime, until: datetime, campaign: str | None = None
) -> tuple[Idea, ...]:
    """What became of each campaign up to the end of the period. `seen` and `entries` reach as far back as `looks_back_to` says."""
    found = running(desk, since, until, campaign)
    logged = list(entries)
    return tuple(_idea(name, each, _begin(desk, each) or since, seen, logged) for name, each in found.items())


def _idea(name: str, campaign: Campaign, begin: datetime, seen: Observed, entries: Sequence[Entry]) -> Idea:
    mine = seen.groups("campaign").get(name, ())
    ones = [seen.posts[place] for place in mine]
    others = [place for place, post in enumerate(seen.posts) if post.campaign != name and post.at >= begin - BEFORE]
    ratio, interval, verdict = insight.judge_among(seen, list(mine), others, metric=_METRIC)
    return Idea(
        name=name,
        kind="campaign",
        goal=campaign.goal,
        since=campaign.start or _date(min((post.at for post in ones), default=None)),
        until=campaign.until,
        deliveries=len(ones),
        minutes=in_minutes(sum(_seconds(name, begin, ones, entries))),
        metric=_METRIC,
        ratio=ratio,
        interval=interval,
        verdict=verdict,
    )


def _seconds(name: str, begin: datetime, ones: Iterable[Post], entries: Iterable[Entry]) -> Iterator[int]:
    yield from (round(post.minutes * 60) for post in ones)
    yield from (entry.seconds for entry in entries if entry.campaign == name and entry.at >= begin - BEFORE)


def _begin(desk: Desk, campaign: Campaign) -> datetime | None:
    """The midnight of its first day; None where it has no such date."""
    return None if campaign.start is None else datetime.combine(campaign.start, time(), ZoneInfo(desk.settings.brand.timezone))


def _date(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
