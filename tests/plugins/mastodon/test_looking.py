"""What is read from an account: its server, its posts, its figures; and taking posts back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

import evenly_mastodon
from evenly.plugin import AccountState, Metrics, Part, Published, RemotePost, SignInNeeded
from evenly.plugin.testing import serve
from tests.plugins.mastodon.conftest import Desk


def _ask(desk: Desk, hook: str, *arguments: Any) -> Any:
    with desk.http() as http:
        return getattr(evenly_mastodon, hook)(desk.account, *arguments, http)


def _state(desk: Desk) -> AccountState:
    state = desk.looked().state
    assert state is not None
    return state


def test_a_look_tells_who_it_is_and_how_a_lost_answer_is_settled(desk: Desk) -> None:
    """Mastodon keeps keys for an hour."""
    state = _state(desk)

    assert state.name == "@atelier@mastodon.example"
    assert state.repeat_safe == {"key": timedelta(hours=1), "read-back": timedelta(seconds=60)}


def test_a_server_that_is_not_mastodon_is_only_read_back(gotosocial: Desk) -> None:
    """It was seen to ignore keys."""
    state = _state(gotosocial)

    assert state.repeat_safe == {"read-back": timedelta(seconds=60)}
    assert state.limits is not None
    assert (state.limits.text, state.limits.pictures) == (5_000, 6)


def test_an_older_server_tells_its_limits_in_the_older_way(desk: Desk) -> None:
    """Servers before 4.0 have `/api/v1/instance` only."""
    desk.answer_instead = lambda request: httpx.Response(404, json={"error": "?"}) if request.url.path == "/api/v2/instance" else None

    assert _state(desk).limits is not None


def test_what_is_no_mastodon_server_is_named(desk: Desk) -> None:
    """A web page instead of an API: somebody mistyped the server."""
    desk.answer_instead = lambda _request: httpx.Response(404, text="<html>Not here</html>")

    with pytest.raises(SignInNeeded, match="does not answer like a Mastodon server"):
        desk.looked()


def test_the_whole_network_can_be_reached_over_a_socket(desk: Desk) -> None:
    """On loopback, as a server stands on the net."""
    with serve(desk.server.app) as served:
        from evenly.plugin import Http

        with Http(clock=desk.clock, network=evenly_mastodon.network(), api=served.url) as http:
            media = desk.picture()
            prepared = evenly_mastodon.prepare(desk.account, Part(text="Ring", media=(media,)), None, http)
            published = evenly_mastodon.publish(
                desk.account, Part(text="Ring", media=(media,)), prepared, (), "key", desk.clock.now(), http
            )

    assert [published.remote_id] == [remote.remote_id for remote in desk.server.public()]


def test_recent_posts_come_newest_first_without_messages_and_boosts(desk: Desk) -> None:
    """What was published by hand counts too; what only those named may see does not leave the server."""
    since = desk.clock.now()
    desk.publish(Part(text="Old"), key="1")
    desk.clock.advance(timedelta(hours=1))
    desk.publish(Part(text="@eve psst", options={"visibility": "direct"}), key="2")
    root = desk.publish(Part(text="New & <fresh>\n\nTwo", link="https://atelier.example/" + "x" * 60, media=(desk.picture(),)), key="3")
    desk.clock.advance(timedelta(seconds=5))
    desk.publish(Part(kind="reply", position=1, text="More"), [root], key="4")

    posts: list[RemotePost] = _ask(desk, "recent", since)

    assert [post.text for post in posts] == ["More", f"New & <fresh>\n\nTwo\nhttps://atelier.example/{'x' * 60}", "Old"]
    by_text = {post.text[:3]: post for post in posts}
    assert by_text["New"].link == "https://atelier.example/" + "x" * 60
    assert by_text["New"].alts == ("A silver ring on slate",)
    assert by_text["Mor"].parent == root.remote_id
    assert _ask(desk, "recent", since + timedelta(minutes=1))[-1].text != "Old"


def test_boosts_are_left_out_even_where_the_server_lists_them(desk: Desk) -> None:
    """They are others' posts."""
    boost = {"id": "5", "created_at": desk.clock.now().isoformat(), "content": "x", "visibility": "public", "reblog": {"id": "4"}}
    desk.answer_instead = lambda request: (
        httpx.Response(200, json=[boost] if "max_id" not in request.url.params else []) if request.url.path.endswith("/statuses") else None
    )

    assert _ask(desk, "recent", desk.clock.now() - timedelta(days=1)) == []


def test_a_deleted_post_is_gone_and_deleting_it_again_is_fine(desk: Desk) -> None:
    """What is gone already counts as done."""
    published = desk.publish(Part(text="Oops"))

    _ask(desk, "delete", published)
    _ask(desk, "delete", published)

    assert desk.server.public() == []


def test_a_page_of_a_wrong_host_does_not_pass_for_deleted(desk: Desk) -> None:
    """Only the API itself can say that something is gone."""
    published = desk.publish(Part(text="Stays"))
    desk.answer_instead = lambda _request: httpx.Response(404, text="<html>")

    with pytest.raises(SignInNeeded):
        _ask(desk, "delete", published)


def _counted(desk: Desk, published: list[Published]) -> dict[str, Metrics]:
    figures: dict[str, Metrics] = _ask(desk, "post_metrics", published)
    return figures


def test_figures_grow_with_time_and_leave_out_what_is_gone(desk: Desk) -> None:
    """Views, reach, saves and clicks are not offered and stay absent."""
    kept, gone = desk.publish(Part(text="Kept"), key="1"), desk.publish(Part(text="Gone"), key="2")
    _ask(desk, "delete", gone)
    early = _counted(desk, [kept, gone])
    desk.clock.advance(timedelta(days=7))
    late = _counted(desk, [kept, gone])

    assert set(early) == set(late) == {kept.remote_id}
    assert set(late[kept.remote_id].known()) == set(late[kept.remote_id].counted_as) == {"likes", "comments", "shares"}
    assert sum(early[kept.remote_id].known().values()) < sum(late[kept.remote_id].known().values())


def test_the_threads_own_parts_are_no_comments(desk: Desk) -> None:
    """Two further parts are two replies less."""
    root = desk.publish(Part(text="One"), key="1")
    second = desk.publish(Part(kind="reply", position=1, text="Two"), [root], key="2")
    third = desk.publish(Part(kind="reply", position=2, text="Three"), [root, second], key="3")

    figures = _counted(desk, [root, second, third])

    assert [figures[each.remote_id].comments for each in (root, second, third)] == [0, 0, 0]


def test_many_posts_cost_few_calls_on_mastodon_and_one_each_elsewhere(desk: Desk, gotosocial: Desk) -> None:
    """GoToSocial was seen to refuse the newer call."""
    for each in (desk, gotosocial):
        every = [each.publish(Part(text=f"Post {number}"), key=str(number)) for number in range(25)]
        each.seen.clear()
        assert len(_counted(each, every)) == 25

    assert (len(desk.seen), len(gotosocial.seen)) == (2, 25)


def test_an_account_that_was_never_looked_at_is_counted_one_by_one(desk: Desk) -> None:
    """Nothing is known of its server yet."""
    published = desk.publish(Part(text="Hello"))
    desk.account = replace(desk.account, state=None)

    assert set(_counted(desk, [published])) == {published.remote_id}


def test_followers_are_the_accounts_own_figure(desk: Desk) -> None:
    """And the only one."""
    figures: Metrics = _ask(desk, "account_metrics")

    assert set(figures.known()) == set(figures.counted_as) == {"followers"}
