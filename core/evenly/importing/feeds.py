"""RSS, Atom and JSON Feed: their articles, and the posts that these become: the title, and the link it leads to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from evenly.fields import printable
from evenly.importing import feed_child
from evenly.importing.rows import Batch, ImportRefused, Row, row_of
from evenly.mix.addresses import is_of
from evenly.plugin import Message

MOST_ITEMS = 200

_SECONDS = 30
_NEEDED = frozenset({"PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"})
"""Of the environment. It may hold keys, which are no affair of a parser."""
_TRACKING = ("utm_", "fbclid", "gclid", "mc_eid")


@dataclass(frozen=True, slots=True)
class Item:
    """What a feed says of one of its articles."""

    title: str
    link: str | None
    identity: str  #: the feed's own name for it; empty where it gives none
    summary: str = ""
    at: datetime | None = None  #: when it appeared, where the feed tells


@dataclass(frozen=True, slots=True)
class Feed:
    title: str
    items: Sequence[Item]  #: newest as the feed has them, each once, at most MOST_ITEMS
    found: int = 0  #: how many items the feed has


def read(data: bytes, *, where: str, domains: Iterable[str]) -> Batch:
    """The items of a feed, newest as the feed has them; those that lead to `domains` are owned, others third-party.

    Raises ImportRefused for what is no feed, is not well-formed, or declares entities.
    """
    feed = parse(data, where=where)
    if not feed.items:
        raise ImportRefused(Message("{where} is no feed, or it has no items.", where=where))
    owned = tuple(domains)
    rows = [_row(item, feed.title, where, owned) for item in feed.items]
    cut = Message("The feed has {found} items; only the first {limit} were read.", found=feed.found, limit=MOST_ITEMS)
    return Batch(rows=tuple(rows), warnings=(cut,) if feed.found > MOST_ITEMS else ())


def parse(data: bytes, *, where: str) -> Feed:
    """What a feed says. Raises ImportRefused for what is no feed, is not well-formed, declares entities, or takes too long to read.

    Links are whole web addresses where `where` is one.
    """
    told = _told(data, where)
    if "refused" in told:
        raise ImportRefused(_refusal(told["refused"], told["reason"], where))
    items = [Item(**{**each, "at": each["at"] and datetime.fromisoformat(each["at"])}) for each in told["items"]]
    return Feed(told["title"], _once(items)[:MOST_ITEMS], told["found"])


def _told(data: bytes, where: str) -> Any:
    """What a process of its own makes of it: the feed may be hostile to whoever reads it."""
    environment = {name: value for name, value in os.environ.items() if name in _NEEDED}
    base = where if "://" in where else ""
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-P", feed_child.__file__],
            input=base.encode("utf-8", "replace").replace(b"\n", b"") + b"\n" + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            env=environment,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise ImportRefused(Message("{where} is not read: it is too large or too tangled for a feed.", where=where)) from error
    return json.loads(done.stdout)


def _refusal(why: str, reason: str, where: str) -> Message:
    match why:
        case "page" if reason:
            return Message("{where} is a web page and no feed. It names this one: {feed}", where=where, feed=printable(reason))
        case "page":
            return Message("{where} is a web page and no feed: give the address of its feed.", where=where)
        case "entities":
            return Message("{where} declares a document type or entities, which a feed has no need of; it is not read.", where=where)
        case "broken":
            return Message("{where} is no well-formed feed ({reason}).", where=where, reason=reason)
        case "no JSON Feed":
            return Message("{where} is JSON, but no JSON Feed: it has no version or no items.", where=where)
    return Message("{where} is no feed, or it has no items.", where=where)


def canonical(link: str) -> str:
    """The link without what only says where a reader came from."""
    try:
        address = urlsplit(link)
    except ValueError:
        return link
    kept = [(name, value) for name, value in parse_qsl(address.query, keep_blank_values=True) if not name.startswith(_TRACKING)]
    host = address.netloc.lower().removeprefix("www.")
    return address._replace(netloc=host, query=urlencode(kept), fragment="").geturl()


def _once(items: Sequence[Item]) -> list[Item]:
    """Each article once, by the feed's name for it and by its link."""
    seen: set[str] = set()
    kept = []
    for item in items:
        marks = {mark for mark in (item.identity, canonical(item.link) if item.link else "") if mark}
        if not marks & seen:
            kept.append(item)
        seen |= marks
    return kept


def _row(item: Item, feed: str, where: str, domains: Sequence[str]) -> Row:
    owned = item.link is not None and is_of(item.link, domains)
    document: dict[str, Any] = {"text": item.title, "link": item.link, "origin": "owned" if owned else "third-party"}
    if not owned and feed:
        document["credit"] = feed
    identity = item.identity or (canonical(item.link) if item.link else None)
    return row_of(document, where=printable(item.link or item.identity or where), identity=identity)
