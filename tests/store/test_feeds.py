"""Feeds, their inbox and posts that come back, in both kinds of store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from evenly.plugin import Message, Part
from evenly.store import Store, feeds, queue, repetitions
from evenly.store.contents import message_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def item(name: str, *, link: str | None = None) -> feeds.NewItem:
    return feeds.NewItem(
        guid_digest=name, link_digest=link or f"{name} link", title=name, summary="", link="https://a.example", told_at=None
    )


def follow(store: Store, url: str = "https://a.example/feed") -> int:
    with store.write() as connection:
        return feeds.follow(connection, url, title="News", topic=None, owned=False, allow_private=False, now=NOW)


def offer(store: Store, feed: int, *items: feeds.NewItem, now: datetime = NOW) -> int:
    with store.write() as connection:
        return feeds.offer(connection, feed, items, now=now)


def waiting(store: Store) -> list[str]:
    with store.read() as connection:
        return [row.title for row in feeds.waiting(connection)]


def test_an_item_is_offered_once_by_its_name_and_by_its_link(store: Store) -> None:
    """Newest first, as the feed has them."""
    feed, other = follow(store), follow(store, "https://b.example/feed")

    assert offer(store, feed, item("b"), item("a")) == 2
    assert offer(store, feed, item("c"), item("b"), item("a")) == 1
    assert offer(store, other, item("x", link="a link"), item("a")) == 0
    assert waiting(store) == ["c", "b", "a"]


def test_what_is_skipped_or_taken_waits_no_more(store: Store) -> None:
    """And is known as long as the feed has it."""
    feed = follow(store)
    offer(store, feed, item("c"), item("b"), item("a"))
    with store.write() as connection:
        post = queue.insert_post(connection, {"text": "x"}, digest=None, now=NOW)
        feeds.taken(connection, 1, post)
        feeds.skipped(connection, 2)
        feeds.skipped(connection, 1)
        row = feeds.item_of(connection, 1)
    assert (row.state, row.post_id, row.feed_title) == ("taken", post, "News")
    assert offer(store, feed, item("c"), item("b"), item("a")) == 0
    assert waiting(store) == ["c"]


def test_too_many_and_too_old_ones_are_forgotten(store: Store) -> None:
    """What became a post stays."""
    feed = follow(store)
    offer(store, feed, *(item(f"old {number}") for number in range(300)))
    offer(store, feed, *(item(f"new {number}") for number in range(300)), now=NOW + HOUR)
    found = waiting(store)
    assert len(found) == feeds.MOST_WAITING
    assert sum(title.startswith("new") for title in found) == 300

    with store.write() as connection:
        post = queue.insert_post(connection, {"text": "x"}, digest=None, now=NOW)
        taken = feeds.waiting(connection)[0].id
        feeds.taken(connection, taken, post)
    offer(store, feed, now=NOW + timedelta(days=100))
    assert waiting(store) == []
    with store.write() as connection:
        assert feeds.item_of(connection, taken).post_id == post
        feeds.drop(connection, feed)
        assert feeds.followed(connection) == []


def test_a_poll_is_written_down(store: Store) -> None:
    """Its trouble and how often in a row, until it goes well again; one that is not followed any more is not."""
    feed = follow(store)
    with store.write() as connection:
        for _ in range(2):
            feeds.failed(connection, feed, Message("{url} is gone.", url="x"), at=NOW, next_poll_at=NOW + HOUR)
        row = feeds.one(connection, feed)
        assert (row.failures, str(message_of(row.trouble))) == (2, "x is gone.")
        assert [each.id for each in feeds.due(connection, NOW)] == []
        assert [each.id for each in feeds.due(connection, NOW + HOUR)] == [feed]
        assert feeds.polled(connection, feed, at=NOW, next_poll_at=NOW + HOUR, etag='"2"')
        row = feeds.one(connection, feed)
        assert (row.failures, row.trouble, row.etag, row.title) == (0, None, '"2"', "News")
        assert not feeds.polled(connection, 99, at=NOW, next_poll_at=NOW)


def test_posts_that_come_back_are_told_from_others(store: Store) -> None:
    """By their rule, on the accounts that have them; with everything that repeats them."""
    with store.write() as connection:
        for fields in ({"text": "a", "evergreen": "rest 1 day"}, {"text": "b"}):
            post = queue.insert_post(connection, fields, digest=None, now=NOW)
            part = Part(kind="post", position=0, text=fields["text"])
            new = queue.NewDelivery(account="page", network="facebook", parts=[part], due=NOW + HOUR)
            queue.insert_delivery(connection, post, new, now=NOW)
        repetitions.note(connection, 2, 1)

        assert [(row.id, row.fields["text"]) for row in repetitions.evergreens(connection, "page")] == [(1, "a")]
        assert repetitions.evergreens(connection, "toots") == []
        assert [row.content["text"] for row in repetitions.earlier(connection, 1, "page")] == ["a", "b"]
        assert (repetitions.original_of(connection, 2), repetitions.original_of(connection, 1)) == (1, None)
        assert repetitions.waiting(connection, "page", NOW + HOUR) == 2
