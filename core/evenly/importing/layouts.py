"""The bulk files of other schedulers, as data: which columns there are and what stands in them.

Checked in November 2026 against the makers' own help pages and templates, and against exporters that write these files. Makers change
their templates now and then: what is new goes into the tables below, not into code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evenly.fields import known_column

Meaning = Literal["text", "link", "media", "alt", "labels", "comments", "format", "title", "time", "date", "clock", "draft", "network"]


@dataclass(frozen=True, slots=True)
class Column:
    """What a column means; several values may stand in it, parted by `separator`."""

    meaning: Meaning
    separator: str | None = None
    network: str | None = None  #: with `network`: the one that this column switches on


@dataclass(frozen=True, slots=True)
class Layout:
    """One tool's file. Headers are folded: see `folded`."""

    tool: str
    columns: Mapping[str, Column]
    needed: frozenset[str] = frozenset()
    day_first: bool | None = False  #: order of day and month where the year stands last; None: only the file as a whole can tell
    brand_zone: bool = False  #: times are in the brand's zone, not in each account's
    positions: tuple[str, ...] = ()  #: the columns of a file without a header

    def score(self, headers: Sequence[str]) -> int:
        """How many of the headers it knows; 0 if a needed one is missing."""
        found = {folded(header) for header in headers}
        return len(found & self.columns.keys()) if self.needed <= found else 0


def folded(header: str) -> str:
    """The part of a header that makers keep: without its explanation, in small letters."""
    return header.strip().partition(" - ")[0].partition(" (")[0].strip().casefold()


def recognised(headers: Sequence[str]) -> tuple[Layout | None, int]:
    """The layout that knows most of the headers, and how many; None where evenly's own columns fit as well."""
    layout = max(LAYOUTS, key=lambda each: each.score(headers))
    score, ours = layout.score(headers), own_score(headers)
    return (layout, score) if score > ours else (None, ours)


def own_score(headers: Sequence[str]) -> int:
    """How many headers are columns of evenly's own CSV; 0 where none says what to publish."""
    known = {column for header in headers if (column := known_column(header)) is not None}
    return len(known) if known & {"text", "media", "link"} else 0


_TEXT, _LINK, _TIME, _DRAFT = Column("text"), Column("link"), Column("time"), Column("draft")
_MEDIA, _ALT = Column("media"), Column("alt")

_BUFFER = Layout(
    "Buffer",
    {
        "text": _TEXT,
        "image url": _MEDIA,
        "tags": Column("labels", ","),
        "posting time": _TIME,
        "scheduled at": _TIME,
    },
    frozenset({"text", "image url"}),
)

_HOOTSUITE = Layout("Hootsuite", {"time": _TIME, "text": _TEXT, "link": _LINK}, day_first=None, positions=("time", "text", "link"))

_PUBLER = Layout(
    "Publer",
    {
        "date": _TIME,
        "text": _TEXT,
        "link(s)": Column("link", ","),
        "media url(s)": Column("media", ","),
        "title": Column("title"),
        "label(s)": Column("labels", ","),
        "alt text(s)": Column("alt", "||"),
        "comment(s)": Column("comments", "||"),
        "post subtype": Column("format"),
    },
    frozenset({"date", "text"}),
)

_PUBLER_OLD = Layout(
    "Publer",
    {
        "date": _TIME,
        "message": Column("text", "||"),
        "link": Column("link", ","),
        "media": Column("media", ","),
        "media url": Column("media", ","),
        "title": Column("title"),
        "labels": Column("labels", ","),
    },
    frozenset({"date", "message"}),
)

_SOCIALBEE = Layout(
    "SocialBee",
    {
        "text": _TEXT,
        "link": _LINK,
        "imageurls": Column("media", ","),
        "gifurls": Column("media", ","),
        "videourls": Column("media", ","),
        "postatspecifictime": _TIME,
        "category": Column("labels"),
    },
    frozenset({"text", "postatspecifictime"}),
)

_HIGHLEVEL = Layout(
    "HighLevel",
    {
        "postatspecifictime": _TIME,
        "content": _TEXT,
        "link": _LINK,
        "imageurls": Column("media", ","),
        "gifurl": Column("media", ","),
        "videourl": Column("media", ","),
        "videourls": Column("media", ","),
        "category": Column("labels"),
        "tags": Column("labels", ","),
        "followupcomment": Column("comments"),
    },
    frozenset({"postatspecifictime", "content"}),
)

_METRICOOL = Layout(
    "Metricool",
    {
        "text": _TEXT,
        "date": Column("date"),
        "time": Column("clock"),
        "draft": _DRAFT,
        "facebook": Column("network", network="facebook"),
        "twitter/x": Column("network", network="x"),
        "twitter": Column("network", network="x"),
        "linkedin": Column("network", network="linkedin"),
        "gbp": Column("network", network="gbp"),
        "instagram": Column("network", network="instagram"),
        "pinterest": Column("network", network="pinterest"),
        "tiktok": Column("network", network="tiktok"),
        "youtube": Column("network", network="youtube"),
        "threads": Column("network", network="threads"),
        "bluesky": Column("network", network="bluesky"),
        **{f"picture url {number}": _MEDIA for number in range(1, 11)},
        **{f"alt text picture {number}": _ALT for number in range(1, 11)},
        "first comment text": Column("comments"),
        "instagram post type": Column("format"),
        "facebook post type": Column("format"),
    },
    frozenset({"text", "date", "time"}),
    brand_zone=True,
)

LAYOUTS = (_BUFFER, _PUBLER, _PUBLER_OLD, _SOCIALBEE, _HIGHLEVEL, _METRICOOL)
WITHOUT_HEADER = _HOOTSUITE

FORMATS = {"post": "post", "carousel": "post", "story": "story", "reel": "reel", "reels": "reel", "pdf": "document", "document": "document"}
"""What other tools call the kinds of posts."""
