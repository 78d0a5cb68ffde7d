"""What groups of posts, figures, targets and verdicts are called where people read them: on a page, and on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from evenly.messages import Number, _, ngettext

if TYPE_CHECKING:
    from evenly.insight import By, Verdict
    from evenly.reporting.values import Series


@dataclass(frozen=True, kw_only=True)
class Names:
    """The titles that a brand and its networks have for what the rows call by a key."""

    networks: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)

    def of(self, by: By, key: str) -> str:
        """The name of a group."""
        brands: dict[By, Mapping[str, str]] = {"network": self.networks, "topic": self.topics}
        ours: dict[By, Mapping[str, str]] = {"action": _actions(), "format": _formats(), "origin": _origins(), "offer": _offers()}
        return {**brands, **ours}.get(by, {}).get(key, key)

    def target(self, name: str) -> str:
        """The name of a target of the mix, as `[mix]` calls it."""
        if name.startswith("topics."):
            return _("topic {name}", name=self.of("topic", name.removeprefix("topics.")))
        return _targets().get(name, name)


def metric(name: str) -> str:
    """A figure, under its normalised name."""
    return {
        "engagements": _("engagements"),
        "views": _("views"),
        "reach": _("people reached"),
        "likes": _("likes"),
        "comments": _("comments"),
        "shares": _("shares"),
        "saves": _("saves"),
        "clicks": _("clicks"),
        "video_views": _("video views"),
        "followers": _("followers"),
    }.get(name, name)


def verdict(found: Verdict) -> str:
    return {
        "works": _("works"),
        "does not": _("does not work"),
        "no difference yet": _("no difference yet"),
        "too early": _("too early"),
    }[found]


def fit(verdict: str) -> str:
    """The verdict on a target of the mix."""
    return {"met": _("met"), "too few": _("too few"), "too many": _("too many"), "too early": _("too early")}[verdict]


def missing(few: tuple[int, int] | None) -> str:
    """How many posts an experiment takes yet before it can be judged, on each side; nothing where it has enough."""
    ones, others = few or (0, 0)
    told = [ngettext("{n} post of this kind", "{n} posts of this kind", ones, n=Number(ones))] if ones else []
    told += [ngettext("{n} other post", "{n} other posts", others, n=Number(others))] if others else []
    match told:
        case [both, more]:
            return _("Still missing: {posts} and {others}.", posts=both, others=more)
        case [alone]:
            return _("Still missing: {posts}.", posts=alone)
    return ""


def renamed(series: Series, day: str) -> str:
    """That a figure is counted under another name since a day, and what is left out for it."""
    told = {"account": series.account, "figure": metric(series.figure), "name": series.counted_as, "day": day, "n": Number(series.before)}
    if series.figure == "followers":
        return ngettext(
            "{account}: {figure} are counted as {name} since {day}; {n} earlier count is left out.",
            "{account}: {figure} are counted as {name} since {day}; {n} earlier counts are left out.",
            series.before,
            **told,
        )
    return ngettext(
        "{account}: {figure} are counted as {name} since {day}; {n} earlier post is left out of them.",
        "{account}: {figure} are counted as {name} since {day}; {n} earlier posts are left out of them.",
        series.before,
        **told,
    )


def why_boost() -> str:
    """What is to be known of posts that are on the list to be boosted."""
    return _(
        "Even the low end of what these posts bring is above the usual post of their account: to pay for more people to see them may be "
        "worth it."
    )


def age(mark: str) -> str:
    """How old posts are when their figures are compared."""
    return {
        "0": _("not an hour"),
        "1h": _("one hour"),
        "24h": _("one day"),
        "72h": _("three days"),
        "7d": _("seven days"),
        "28d": _("28 days"),
    }.get(mark, mark)


def _actions() -> dict[str, str]:
    return {
        "question": _("questions"),
        "invitation": _("invitations to comment"),
        "photo": _("photos"),
        "video": _("videos"),
        "behind-the-scenes": _("behind the scenes"),
        "mention": _("mentions of others"),
        "link": _("links"),
        "promotion": _("promotions"),
        "bait": _("bait"),
    }


def _formats() -> dict[str, str]:
    return {
        "post": _("plain posts"),
        "story": _("stories"),
        "reel": _("reels"),
        "article": _("articles"),
        "document": _("documents"),
        "poll": _("polls"),
    }


def _origins() -> dict[str, str]:
    return {
        "owned": _("your own"),
        "third-party": _("third-party"),
        "mixed": _("your own and others'"),
        "unknown": _("of unknown origin"),
    }


def _offers() -> dict[str, str]:
    return {"product": _("products"), "brand": _("brands"), "service": _("services")}


def _targets() -> dict[str, str]:
    return {
        "owned": _("your own"),
        "third_party": _("third-party"),
        "on_topic": _("on topic"),
        "question": _("questions"),
        "invitation": _("invitations to comment"),
        "photo": _("photos and videos"),
        "behind_the_scenes": _("behind the scenes"),
        "mention": _("mentions of others"),
        "promotion": _("promotions"),
        "bait": _("bait"),
    }
