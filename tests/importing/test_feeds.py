"""Feeds become posts; what is broken, huge or dangerous does not."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenly.importing.feed_child import plain, told
from evenly.importing.feeds import MOST_ITEMS, canonical, read
from evenly.importing.rows import Batch, ImportRefused
from evenly.mix.addresses import is_of, registrable

DOMAINS = ("atelier-lumiere.example",)

RSS = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>Silver &amp; Gold</title><link>https://news.example</link>
<item><title>Why silver <![CDATA[<b>tarnishes</b>]]></title><link>https://news.example/1?utm_source=rss</link><guid>n1</guid></item>
<item><title>The same again</title><link>https://www.news.example/1</link><guid>n2</guid></item>
<item><title>Ours</title><link>https://blog.atelier-lumiere.example/2</link><guid>n3</guid></item>
<item><description>&lt;p&gt;No title&lt;/p&gt;</description><link>https://news.example/3</link></item>
<item><title>No web address</title><link>javascript:alert(1)</link></item>
<item><guid isPermaLink="false">empty</guid></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Gems</title>
<entry><title type="html">Opals &amp;amp; pearls</title><id>urn:1</id><link href="https://gems.example/opals"/></entry></feed>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Notes",
    "items": [
        {"id": "1", "url": "https://notes.example/1", "title": "Titled"},
        {"id": 2, "url": "https://notes.example/2", "external_url": "https://else.example/x", "content_html": "<p>Linked <i>away</i></p>"},
        {"id": "3", "url": "/3", "content_text": "word " * 200},
        "nonsense",
    ],
}


def batch(data: str | bytes) -> Batch:
    """What the feed is read into."""
    return read(data if isinstance(data, bytes) else data.encode(), where="https://news.example/feed", domains=DOMAINS)


def taken(found: Batch) -> Sequence[tuple[str, str | None, str | None, str | None]]:
    """Text, link, origin and credit of every item that was taken."""
    return [(row.fields.text, row.fields.link, row.fields.origin, row.fields.credit) for row in found.rows if row.fields]


def test_rss() -> None:
    """Each article once, with its title as words; what leads to the brand's own domain is owned and needs no credit."""
    found = batch(RSS)

    assert taken(found) == [
        ("Why silver tarnishes", "https://news.example/1?utm_source=rss", "third-party", "Silver & Gold"),
        ("Ours", "https://blog.atelier-lumiere.example/2", "owned", None),
        ("No title", "https://news.example/3", "third-party", "Silver & Gold"),
    ]
    assert [row.where for row in found.rows if row.reason] == ["javascript:alert(1)", "empty"]


def test_atom() -> None:
    """A title in HTML is shown as words."""
    assert taken(batch(ATOM)) == [("Opals & pearls", "https://gems.example/opals", "third-party", "Gems")]


def test_json_feed() -> None:
    """A linked article wins over the note about it; long notes are shortened."""
    first, second, third = taken(batch(json.dumps(JSON_FEED)))

    assert first == ("Titled", "https://notes.example/1", "third-party", "Notes")
    assert second[:2] == ("Linked away", "https://else.example/x")
    assert third[1] == "https://news.example/3"
    assert len(third[0]) <= 280


@pytest.mark.parametrize("link", ["http://[::broken", "\ud800", "http://a b", "https://a\x1b[2Jb.example/"])
def test_links_that_are_none_are_refused(link: str) -> None:
    """The place is told in a way that no terminal stumbles over."""
    (row,) = batch(json.dumps({**JSON_FEED, "items": [{"title": "x", "external_url": link, "id": link}]})).rows

    assert [row.reason is None for row in batch(RSS.replace("https://news.example/1?utm_source=rss", "http://[::broken")).rows].count(
        False
    ) == 3
    assert row.reason
    assert (row.where + str(row.reason)).encode().isascii()
    assert "\x1b" not in row.where + str(row.reason)


def test_a_long_feed_is_cut_and_says_so() -> None:
    """Nobody wants ten thousand posts by mistake."""
    items = [{"id": str(number), "title": f"Post {number}"} for number in range(MOST_ITEMS + 5)]
    found = batch(json.dumps({**JSON_FEED, "items": items}))

    assert len(found.rows) == MOST_ITEMS
    assert str(MOST_ITEMS + 5) in str(found.warnings[0])


_ENTITY = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
_REMOTE = '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/evil.dtd">'


@pytest.mark.parametrize("document_type", [_ENTITY, _LAUGHS, _REMOTE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_and_document_types_are_refused(document_type: str, encoding: str) -> None:
    """They could read files of this machine, call others, or grow without end; no encoding hides them."""
    with pytest.raises(ImportRefused, match="document type"):
        batch(f"{document_type}<rss><channel><title>&x;</title></channel></rss>".encode(encoding))


@pytest.mark.parametrize(
    "data",
    [
        b"<rss><channel><item>",
        b"<html><body>not a feed</body></html>",
        b"{",
        b"{}",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": 5}',
        b"[" * 100_000,
        b"{" + b'"a":{' * 50_000,
        b"",
        b"\x00\xff\xfe",
        b"<rss>&nbsp;</rss>",
    ],
)
def test_what_is_no_feed_is_refused(data: bytes) -> None:
    """With a sentence, not a traceback."""
    with pytest.raises(ImportRefused):
        batch(data)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        lambda inner: st.dictionaries(st.sampled_from(["id", "url", "external_url", "title", "summary", "content_html", "items"]), inner),
        max_leaves=6,
    )
)
def test_no_item_makes_it_stumble(item: object) -> None:
    """Values of the wrong type are left out or refused."""
    found = told(json.dumps({**JSON_FEED, "items": [item, {"title": "sound"}]}).encode(), "https://news.example/feed")

    assert found["items"][-1]["title"] == "sound"


@pytest.mark.parametrize(
    ("host", "registered"),
    [
        ("shop.atelier.co.uk", "atelier.co.uk"),
        ("Brand.GitHub.io", "brand.github.io"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("co.uk", "co.uk"),
    ],
)
def test_a_registrable_domain_is_what_somebody_registered(host: str, registered: str) -> None:
    """Public suffixes belong to nobody, shared hosts to each of their users."""
    assert registrable(host) == registered


def test_a_name_that_only_ends_like_ours_is_not_ours() -> None:
    """Another registered name is another owner."""
    assert is_of("https://www.atelier-lumiere.example/x", DOMAINS)
    assert not is_of("https://not-atelier-lumiere.example/x", DOMAINS)
    assert not is_of("https://atelier-lumiere.example.evil.example/x", DOMAINS)


def test_tracking_does_not_make_another_link() -> None:
    """The same article, wherever it was clicked."""
    assert canonical("https://WWW.news.example/a?utm_source=x&id=1#top") == canonical("https://news.example/a?id=1&fbclid=z")


def test_html_becomes_words() -> None:
    """Without scripts and styles."""
    assert plain("<p>a<br>b</p><script>alert(1)</script><style>c</style> &amp; d") == "a b & d"
