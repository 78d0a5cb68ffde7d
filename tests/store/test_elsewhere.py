"""What stands on accounts and is not ours is kept as long as it stands there, and counts as published."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from evenly.plugin import Part, RemotePost
from evenly.store import Store, elsewhere, models, queue

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SINCE = NOW - timedelta(days=60)
HOUR = timedelta(hours=1)


def there(name: str, hours: float = 1, **more: object) -> RemotePost:
    return RemotePost(**{"remote_id": name, "text": name.title(), "at": NOW - hours * HOUR, **more})  # type: ignore[arg-type]  # by name


def keep(store: Store, *found: RemotePost, name: str = "page") -> int:
    with store.write() as connection:
        return elsewhere.keep(connection, name, "facebook", found, since=SINCE, now=NOW)


def known(store: Store, name: str = "page") -> list[str]:
    with store.read() as connection:
        return [row.remote_id for row in elsewhere.since(connection, name, SINCE)]


def ours(store: Store, remote_id: str | None) -> int:
    """A delivery of ours, whose post has this id there."""
    new = queue.NewDelivery(account="page", network="facebook", parts=[Part(kind="post", position=0, text="x")], due=NOW + HOUR)
    with store.write() as connection:
        post = queue.insert_post(connection, {"text": "x"}, digest=None, now=NOW)
        delivery = queue.insert_delivery(connection, post, new, now=NOW)
        connection.execute(models.part.update().where(models.part.c.delivery_id == delivery).values(remote_id=remote_id))
    return delivery


def test_it_is_kept_once_and_told_as_it_is_now(store: Store) -> None:
    """An edit on the network is seen the next time."""
    assert keep(store, there("a"), there("b", media=("1", "2"), link="https://a.example")) == 2
    assert keep(store, there("a", text="Edited\0"), there("b", media_count=3)) == 0

    with store.read() as connection:
        rows = {row.remote_id: row for row in elsewhere.since(connection, "page", SINCE)}
    assert (rows["a"].text, rows["b"].media_count, rows["b"].link) == ("Edited", 3, None)


def test_accounts_are_told_apart(store: Store) -> None:
    """Two networks may give the same id."""
    keep(store, there("1"))
    keep(store, there("1"), there("2"), name="toots")

    assert (known(store), known(store, "toots")) == (["1"], ["1", "2"])


def test_what_went_out_through_here_comments_and_old_posts_do_not_count(store: Store) -> None:
    """Nor what is found out to be ours only later."""
    ours(store, "mine")
    assert keep(store, there("mine"), there("reply", parent="x"), there("old", 24 * 61), there("theirs")) == 1
    assert known(store) == ["theirs"]

    ours(store, "theirs")
    assert known(store) == []
    with store.read() as connection:
        assert len(queue.busy_times(connection, "page", SINCE)) == 0


def test_what_is_gone_there_is_forgotten_here(store: Store) -> None:
    """As far back as the list reaches: an older post may only have left the list."""
    keep(store, there("a", 30), there("b", 20), there("c", 10), there("d", 5))
    keep(store, there("b", 20), there("d", 5))
    assert known(store) == ["a", "b", "d"]

    keep(store)
    assert known(store) == ["a", "b", "d"]


def test_it_counts_among_the_times_at_which_the_account_published(store: Store) -> None:
    """In one line with our own, in order; its kind is not known."""
    delivery = ours(store, None)
    with store.write() as connection:
        values = {"state": "published", "published_at": NOW - 2 * HOUR, "next_action_at": None, "kind": "owned", "due": NOW - 2 * HOUR}
        connection.execute(models.delivery.update().where(models.delivery.c.id == delivery).values(**values))
    keep(store, there("before", 3), there("after", 1))

    with store.read() as connection:
        times = queue.busy_times(connection, "page", SINCE)
        assert [(row.time, row.kind) for row in times] == [(NOW - 3 * HOUR, None), (NOW - 2 * HOUR, "owned"), (NOW - HOUR, None)]
        assert connection.execute(select(models.account.c.synced_at)).scalar() == NOW
