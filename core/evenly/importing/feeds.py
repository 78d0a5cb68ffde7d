"""RSS, Atom and JSON Feed: their articles, and the posts that these become: the title, and the link it leads to.

JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import io
import json
import textwrap
from calendar import timegm
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from time import struct_time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from evenly.fields import printable
from evenly.importing.rows import Batch, ImportRefused, Row, row_of
from evenly.mix.addresses import is_of
from evenly.plugin import Message

MOST_ITEMS = 200
JSON_FEED = "https://jsonfeed.org/version/1"

_LONGEST_TEXT = 280
_LOOKED_AT = 65_536
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
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
    """What a feed says. Raises ImportRefused for what is no feed, is not well-formed, or declares entities.

    Links are whole web addresses where `where` is one.
    """
    start = data[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise ImportRefused(_web_page(data, where))
    feed = _json_feed(data, where) if start.startswith(b"{") else _xml_feed(data, where)
    return replace(feed, items=_once(feed.items)[:MOST_ITEMS], found=len(feed.items))


def _web_page(data: bytes, where: str) -> Message:
    """Why a web page is not taken, with the feed that it names, if any."""
    finder = _Feeds(convert_charrefs=True)
    finder.feed(data[:_LOOKED_AT].decode("utf-8", "replace"))
    if finder.found is None:
        return Message("{where} is a web page and no feed: give the address of its feed.", where=where)
    return Message("{where} is a web page and no feed. It names this one: {feed}", where=where, feed=_whole(where, finder.found))


class _Feeds(HTMLParser):
    """Finds the first feed that a web page names: https://www.rssboard.org/rss-autodiscovery"""

    found: str | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "link" and said.get("rel") == "alternate" and said.get("type") in _FEED_TYPES and self.found is None:
            self.found = printable(said.get("href") or "") or None


def canonical(link: str) -> str:
    """The link without what only says where a reader came from."""
    try:
        address = urlsplit(link)
    except ValueError:
        return link
    kept = [(name, value) for name, value in parse_qsl(address.query, keep_blank_values=True) if not name.startswith(_TRACKING)]
    host = address.netloc.lower().removeprefix("www.")
    return address._replace(netloc=host, query=urlencode(kept), fragment="").geturl()


def plain(html: str) -> str:
    """The words of a piece of HTML, in one line."""
    reader = _Words(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return " ".join(" ".join(reader.words).split())


class _Words(HTMLParser):
    def __init__(self, *, convert_charrefs: bool) -> None:
        super().__init__(convert_charrefs=convert_charrefs)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 - as HTMLParser calls it
        self._silent += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"} and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


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


def _xml_feed(data: bytes, where: str) -> Feed:
    _refuse_dangerous(data, where)
    import feedparser

    # Given text or bytes, feedparser would also take them for an address or a file's name.
    found = feedparser.parse(io.BytesIO(data), sanitize_html=False)
    if not found.version and not found.entries:
        raise ImportRefused(Message("{where} is no feed, or it has no items.", where=where))
    items = [_item(entry, _base(where)) for entry in found.entries]
    return Feed(_words(found.feed, "title"), items)


def _refuse_dangerous(data: bytes, where: str) -> None:
    """Refuse what is not well-formed and every document type: entities could read files, or grow without end."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        for _, element in iterparse(io.BytesIO(data), forbid_dtd=True):
            element.clear()
    except DefusedXmlException:
        told = Message("{where} declares a document type or entities, which a feed has no need of; it is not read.", where=where)
        raise ImportRefused(told) from None
    except (ParseError, LookupError, ValueError, RecursionError) as error:
        raise ImportRefused(Message("{where} is no well-formed feed ({reason}).", where=where, reason=error)) from error


def _item(entry: Any, base: str) -> Item:
    summary = _words(entry, "summary")
    title = _words(entry, "title") or textwrap.shorten(summary, _LONGEST_TEXT, placeholder="…")
    link = entry.get("link") or None
    at = _moment(entry.get("published_parsed") or entry.get("updated_parsed"))
    return Item(title, _whole(base, link) if link else None, str(entry.get("id") or ""), summary, at)


def _moment(parsed: struct_time | None) -> datetime | None:
    """What feedparser has read as a time, in UTC; None where it could not."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _words(holder: Any, name: str) -> str:
    text = str(holder.get(name) or "")
    is_html = holder.get(f"{name}_detail", {}).get("type") != "text/plain"
    return plain(text) if is_html else " ".join(text.split())


def _json_feed(data: bytes, where: str) -> Feed:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ImportRefused(Message("{where} is no well-formed feed ({reason}).", where=where, reason=error)) from error
    if not str(document.get("version", "")).startswith(JSON_FEED) or not isinstance(document.get("items"), list):
        raise ImportRefused(Message("{where} is JSON, but no JSON Feed: it has no version or no items.", where=where))
    items = [_json_item(item, _base(where)) for item in document["items"] if isinstance(item, dict)]
    return Feed(_string(document, "title"), items)


def _json_item(item: dict[str, Any], base: str) -> Item:
    words = _string(item, "title") or _string(item, "summary") or _string(item, "content_text") or plain(_string(item, "content_html"))
    link = _string(item, "external_url") or _string(item, "url")
    identity = item.get("id")
    title = textwrap.shorten(words, _LONGEST_TEXT, placeholder="…")
    summary = _string(item, "summary") or _string(item, "content_text") or plain(_string(item, "content_html"))
    return Item(
        title,
        _whole(base, link) if link else None,
        str(identity) if isinstance(identity, str | int) else "",
        " ".join(summary.split()),
        _written(_string(item, "date_published")),
    )


def _written(moment: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _base(where: str) -> str:
    return where if "://" in where else ""


def _whole(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def _string(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
