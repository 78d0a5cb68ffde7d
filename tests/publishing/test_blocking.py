"""With `enforce = "block"` what would push a share out of its bounds is held, until the mix is mended or a person forces it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly.planning import blocking, changing
from evenly.plugin import Part, RemotePost
from evenly.store import elsewhere, queue
from tests.publishing.scene import START, Scene, scene

HOUR = timedelta(hours=1)
MIX = """
[mix]
preset = "80-20"
enforce = "block"
third_party = { max = 0.5 }
promotion = { max = 1 }
window = { least = 3 }
"""


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Scene]:
    """At most half of the posts may be third-party, as soon as there are three."""
    with scene(tmp_path, more=MIX) as made:
        yield made


def put(board: Scene, text: str, *, hours: int, link: str | None = None, origin: str | None = None, pinned: bool = True) -> int:
    """Queue a post of the brand's own, or of somebody else's with a link."""
    fields: dict[str, Any] = {"text": text, **({"link": link} if link else {}), **({"origin": origin} if origin else {})}
    new = queue.NewDelivery(
        account="pin", network="board", parts=[Part(kind="post", position=0, text=text, link=link)], due=START + hours * HOUR, pinned=pinned
    )
    with board.desk.store.write() as connection:
        post = queue.insert_post(connection, fields, digest=None, now=START)
        return queue.insert_delivery(connection, post, new, now=START)


def third(board: Scene, number: int, *, hours: int, **more: Any) -> int:
    return put(board, f"Theirs {number}", hours=hours, link=f"https://other.example/{number}", **more)


def states(board: Scene, ids: list[int]) -> list[str]:
    return [board.state(each) for each in ids]


def test_what_would_push_a_share_out_of_its_bounds_is_held(strict: Scene) -> None:
    """The reason names the target and how to go on; a person is told."""
    posts = [third(strict, number, hours=number) for number in range(3)]

    strict.run()

    assert states(strict, posts) == ["published", "published", "held"]
    held = strict.delivery(posts[2])
    assert (
        str(held.reason)
        == f"The mix holds it: with it, third_party would be 3 of 3, too many. To publish it anyway: evenly release {held.id}"
    )
    assert [event.kind for event in strict.events] == ["published", "published", "held"]
    assert held.next_action_at is None


def test_below_the_least_number_nothing_is_held(strict: Scene) -> None:
    """It is too early for a verdict."""
    posts = [third(strict, number, hours=number) for number in range(2)]

    strict.run()

    assert states(strict, posts) == ["published", "published"]


def test_a_release_forces_it(strict: Scene) -> None:
    """It goes out, and is not held again."""
    posts = [third(strict, number, hours=number) for number in range(3)]
    strict.run()

    changing.release(strict.desk, [str(posts[2])], now=strict.clock.now())
    assert strict.delivery(posts[2]).forced
    strict.run()

    assert states(strict, posts) == ["published"] * 3


def test_publishing_now_forces_it_too(strict: Scene) -> None:
    """A person wants it out."""
    posts = [third(strict, number, hours=number) for number in range(3)]
    strict.run()

    changing.publish_now(strict.desk, [str(posts[2])], now=strict.clock.now())
    strict.run()

    assert states(strict, posts) == ["published"] * 3


def test_once_others_have_mended_the_mix_it_goes_on_by_itself(strict: Scene) -> None:
    """Own posts go out meanwhile: with two of them it is three of five, which rounds to a half."""
    posts = [third(strict, number, hours=number) for number in range(3)]
    own = [put(strict, f"Ours {number}", hours=10 + number) for number in range(2)]

    strict.run()

    assert states(strict, [*posts, *own]) == ["published"] * 5
    assert strict.public()[:3] == ["Theirs 0", "Theirs 1", "Ours 0"]
    assert not strict.delivery(posts[2]).forced


def test_what_goes_on_keeps_to_the_accounts_times(strict: Scene) -> None:
    """Its own time is past: it takes the next open one, and not the middle of the night."""
    posts = [third(strict, number, hours=number) for number in range(3)]
    own = [put(strict, f"Ours {number}", hours=9) for number in range(2)]  # 21:00, after the window of the account has closed

    strict.run()

    assert states(strict, [*posts, *own]) == ["published"] * 5
    at = strict.delivery(posts[2]).due
    assert at is not None
    assert 8 <= at.hour < 20
    assert at > START + 9 * HOUR


def test_the_window_mends_it_as_well(strict: Scene) -> None:
    """What is older than the window no longer counts: the hourly look lets it go, though nothing else was published."""
    posts = [third(strict, number, hours=number) for number in range(3)]
    strict.run()
    assert blocking.mend(strict.desk, now=strict.clock.now()) == []

    assert blocking.mend(strict.desk, now=START + timedelta(days=29)) == [posts[2]]
    assert strict.state(posts[2]) == "planned"


def test_where_the_mix_no_longer_blocks_everything_goes_on(tmp_path: Path) -> None:
    """Somebody has changed the settings."""
    with scene(tmp_path, more=MIX) as strict:
        posts = [third(strict, number, hours=number) for number in range(3)]
        strict.run()
        assert strict.state(posts[2]) == "held"
        strict.desk.settings.mix.__dict__["enforce"] = "steer"

        assert blocking.mend(strict.desk, now=strict.clock.now()) == [posts[2]]


def test_what_a_person_holds_stays_held(strict: Scene) -> None:
    """A mended mix is no reason for it."""
    post = third(strict, 1, hours=1)
    changing.hold(strict.desk, [str(post)], now=START)

    assert blocking.mend(strict.desk, now=START) == []
    assert strict.state(post) == "held"


def test_what_was_published_elsewhere_counts(strict: Scene) -> None:
    """By hand, on the same account."""
    with strict.desk.store.write() as connection:
        found = [RemotePost(remote_id=f"r{n}", text="By hand", at=START - HOUR, link=f"https://b.example/{n}") for n in range(2)]
        elsewhere.keep(connection, "pin", "board", found, since=START - 2 * HOUR, now=START)
    post = third(strict, 1, hours=1)

    strict.run()

    assert strict.state(post) == "held"


def test_half_a_thread_is_not_held(strict: Scene) -> None:
    """Judged once, before its first part goes out."""
    for number in range(2):
        third(strict, number, hours=number)
    own = strict.queue("Ours one", "Ours two", at=START + 3 * HOUR)

    strict.run()

    assert strict.state(own) == "published"


def test_without_block_nothing_is_judged(tmp_path: Path) -> None:
    """Steering only orders."""
    with scene(tmp_path, more=MIX.replace("block", "steer")) as loose:
        posts = [third(loose, number, hours=number) for number in range(4)]

        loose.run()

        assert states(loose, posts) == ["published"] * 4


def test_no_delivery_is_lost_or_doubled(strict: Scene) -> None:
    """Twelve posts, two thirds of them third-party: each is out once, or held with its reason."""
    posts = [third(strict, n, hours=2 * n) if n % 3 else put(strict, f"Ours {n}", hours=2 * n) for n in range(12)]

    strict.run(until=timedelta(days=10))

    found = states(strict, posts)
    assert set(found) == {"published", "held"}
    assert sorted(strict.public()) == sorted(text for text, state in zip(texts(strict, posts), found, strict=True) if state == "published")
    assert all(strict.delivery(each).reason for each, state in zip(posts, found, strict=True) if state == "held")


def texts(board: Scene, ids: list[int]) -> list[str]:
    with board.desk.store.read() as connection:
        found = {row.id: row.content["text"] for row in queue.by_ids(connection, ids)}
    return [found[each] for each in ids]
