"""A program of its own: tells, in JSON, what the feed on standard input says; its first line is the address that links start from.

A feed comes from strangers, and a small one can keep its parsers busy for minutes (measured: 43 s for 4 MiB of elements, without an end for
one element with many attributes). Whatever happens ends with this process; see `feeds`. It imports nothing of ours, so that it starts
quickly.

JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
import textwrap
from calendar import timegm
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from time import struct_time
from typing import Any
from urllib.parse import urljoin

JSON_FEED = "https://jsonfeed.org/version/1"

_MEMORY = 1 << 30  #: bytes
_CPU_SECONDS = 10

_MOST = 1000  #: items that are told; which of them are the same is decided later
_LONGEST = 5000  #: characters of what is told of an item
_LONGEST_HTML = 50_000  #: characters of HTML that are looked at
_LONGEST_TEXT = 280
_LOOKED_AT = 65_536
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")

Told = dict[str, Any]


class Refused(Exception):
    """It is not read: `why` is a word that `feeds` knows."""

    def __init__(self, why: str, reason: object = "") -> None:
        self.why = why
        self.reason = str(reason)[:_LONGEST]
        super().__init__(why)


def told(data: bytes, base: str) -> Told:
    """What a feed says: `title`, `items`, and how many it has. Raises `Refused`."""
    start = data[:_LOOKED_AT].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise Refused("page", _named(data, base))
    return _json_feed(data, base) if start.startswith(b"{") else _xml_feed(data, base)


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


def _named(data: bytes, base: str) -> str:
    """The feed that a web page names; empty where it names none."""
    finder = _Feeds(convert_charrefs=True)
    finder.feed(data[:_LOOKED_AT].decode("utf-8", "replace"))
    return _whole(base, finder.found) if finder.found else ""


class _Feeds(HTMLParser):
    """Finds the first feed that a web page names: https://www.rssboard.org/rss-autodiscovery"""

    found: str | None = None

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "link" and said.get("rel") == "alternate" and said.get("type") in _FEED_TYPES and self.found is None:
            self.found = said.get("href") or None


def _xml_feed(data: bytes, base: str) -> Told:
    _refuse_dangerous(data)
    import feedparser

    # Given text or bytes, feedparser would also take them for an address or a file's name.
    found = feedparser.parse(io.BytesIO(data), sanitize_html=False)
    if not found.version and not found.entries:
        raise Refused("nothing")
    items = [_item(entry, base) for entry in found.entries[:_MOST]]
    return {"title": _words(found.feed, "title"), "items": items, "found": len(found.entries)}


def _refuse_dangerous(data: bytes) -> None:
    """Refuse what is not well-formed and every document type: entities could read files, or grow without end."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    try:
        for _, element in iterparse(io.BytesIO(data), forbid_dtd=True):
            element.clear()
    except DefusedXmlException:
        raise Refused("entities") from None
    except (ParseError, LookupError, ValueError, RecursionError) as error:
        raise Refused("broken", error) from error


def _item(entry: Any, base: str) -> Told:
    summary = _words(entry, "summary")
    title = _words(entry, "title") or textwrap.shorten(summary, _LONGEST_TEXT, placeholder="…")
    moment = _moment(entry.get("published_parsed") or entry.get("updated_parsed"))
    return _told_item(title, _whole(base, entry.get("link") or ""), str(entry.get("id") or ""), summary, moment)


def _moment(parsed: struct_time | None) -> datetime | None:
    """What feedparser has read as a time, in UTC; None where it could not."""
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _words(holder: Any, name: str) -> str:
    text = str(holder.get(name) or "")[:_LONGEST_HTML]
    is_html = holder.get(f"{name}_detail", {}).get("type") != "text/plain"
    return plain(text) if is_html else " ".join(text.split())


def _json_feed(data: bytes, base: str) -> Told:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refused("broken", error) from error
    if not str(document.get("version", "")).startswith(JSON_FEED) or not isinstance(document.get("items"), list):
        raise Refused("no JSON Feed")
    found = [item for item in document["items"] if isinstance(item, dict)]
    return {"title": _string(document, "title"), "items": [_json_item(item, base) for item in found[:_MOST]], "found": len(found)}


def _json_item(item: Told, base: str) -> Told:
    title = next(_texts(item, "title", "summary", "content_text", "content_html"), "")
    summary = next(_texts(item, "summary", "content_text", "content_html"), "")
    identity = item.get("id")
    return _told_item(
        textwrap.shorten(title, _LONGEST_TEXT, placeholder="…"),
        _whole(base, _string(item, "external_url") or _string(item, "url")),
        str(identity) if isinstance(identity, str | int) else "",
        " ".join(summary.split()),
        _written(_string(item, "date_published")),
    )


def _texts(item: Told, *names: str) -> Iterator[str]:
    """What stands under these names, as words, as far as anything does."""
    for name in names:
        text = _string(item, name)[:_LONGEST_HTML]
        if words := plain(text) if name == "content_html" else text:
            yield words


def _told_item(title: str, link: str, identity: str, summary: str, at: datetime | None) -> Told:
    return {
        "title": title[:_LONGEST],
        "link": link if 0 < len(link) <= _LONGEST else None,
        "identity": identity[:_LONGEST],
        "summary": summary[:_LONGEST],
        "at": at.isoformat() if at is not None else None,
    }


def _written(moment: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _whole(base: str, link: str) -> str:
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return link


def _string(holder: Told, name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""


def main() -> None:
    """Tell what standard input says."""
    for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _CPU_SECONDS)):
        with contextlib.suppress(ValueError, OSError):  # macOS does not take every limit; the time-out of the parent always holds
            resource.setrlimit(what, (most, most))
    base = sys.stdin.buffer.readline().decode().rstrip("\n")
    try:
        document = told(sys.stdin.buffer.read(), base)
    except Refused as refused:
        document = {"refused": refused.why, "reason": refused.reason}
    json.dump(document, sys.stdout)


if __name__ == "__main__":
    main()
