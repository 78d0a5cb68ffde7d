"""Promises about reading: the account, its posts, its figures; and about taking posts back."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from evenly.plugin.errors import NetworkError
from evenly.plugin.match import same_text
from evenly.plugin.testing import faults
from evenly.plugin.testing.bench import stored
from evenly.plugin.testing.serving import Fault
from evenly.plugin.types import AccountState, App, Credentials, Found, Metrics, Published, RemotePost

if TYPE_CHECKING:
    from evenly.plugin.testing.bench import Bench

_A_DAY = timedelta(days=1)
_A_MONTH = timedelta(days=28)


class ReadsBack:
    """What the network tells is told as it is: nothing is invented, nothing of others is taken."""

    absent_means_zero: ClassVar[frozenset[str]] = frozenset()
    """The figures of which the network's own documentation says that absence means 0."""

    def test_look_tells_who_the_account_is(self, bench: Bench) -> None:
        """One look gives the remote id and a name; its facts can be stored."""
        _needs(bench, "look")
        state = bench.ask("look")
        assert isinstance(state, AccountState)
        assert isinstance(state.remote_id, str)
        assert state.remote_id
        assert state.name
        assert state.expires_at is None or state.expires_at.tzinfo is not None, "times are aware"
        stored(state.facts, "AccountState.facts")

    def test_looking_and_reading_publish_nothing(self, bench: Bench) -> None:
        """`look` and `recent` only read."""
        for hook in ("look", "recent"):
            if bench.hooks.offers(hook):
                bench.ask(hook, since=bench.clock.now())
        assert bench.world() == []

    def test_recent_lists_the_newest_first(self, bench: Bench) -> None:
        """`recent` gives what the account published, with its text and an aware time."""
        _needs(bench, "recent")
        texts = ["The oldest", "The one between", "The newest"]
        since = bench.clock.now()
        ids = [_published_after(bench, timedelta(hours=1), text).remote_id for text in texts]
        listed = _recent(bench, since)
        assert [remote.remote_id for remote in listed] == ids[::-1], "recent lists the newest first, and all of them"
        assert all(same_text(remote.text, text) for remote, text in zip(listed, texts[::-1], strict=True))
        assert all(remote.at.tzinfo is not None for remote in listed), "times are aware"

    def test_recent_begins_where_it_is_told(self, bench: Bench) -> None:
        """What was published before `since` is left out."""
        _needs(bench, "recent")
        bench.post("Long ago")
        bench.clock.advance(_A_DAY)
        since = bench.clock.now()
        newer = _published_after(bench, timedelta(hours=1), "Just now")
        assert [remote.remote_id for remote in _recent(bench, since)] == [newer.remote_id]

    def test_delete_takes_the_post_away(self, bench: Bench) -> None:
        """What was deleted is public no more; other posts stay."""
        _needs(bench, "delete")
        gone, kept = bench.post("To be taken back"), bench.post("To be kept")
        bench.world_later()
        bench.ask("delete", published=gone)
        assert [remote.remote_id for remote in bench.world()] == [kept.remote_id]

    def test_deleting_twice_is_fine(self, bench: Bench) -> None:
        """What is gone already counts as done."""
        _needs(bench, "delete")
        gone = bench.post("To be taken back twice")
        bench.world_later()
        bench.ask("delete", published=gone)
        bench.ask("delete", published=gone)
        assert bench.world() == []

    def test_metrics_are_figures_under_the_ids_of_their_posts(self, bench: Bench) -> None:
        """Whole numbers of 0 or more, for posts that were asked for."""
        _needs(bench, "post_metrics")
        published = [bench.post("Measured"), bench.post("Measured too")]
        bench.clock.advance(_A_MONTH)
        figures = bench.ask("post_metrics", published=published)
        assert set(figures) == {each.remote_id for each in published}
        for metrics in figures.values():
            _check_figures(metrics)

    def test_posts_that_are_alike_are_counted_alike(self, bench: Bench) -> None:
        """A figure of theirs has one name of the network: another one would say that it was renamed, and start a new series."""
        _needs(bench, "post_metrics")
        published = [bench.post("Counted"), bench.post("Counted too")]
        bench.clock.advance(_A_MONTH)
        ones, others = (each.counted_as for each in bench.ask("post_metrics", published=published).values())
        assert all(ones[figure] == others[figure] for figure in ones.keys() & others.keys()), f"{ones} and {others}"

    def test_no_figures_are_given_for_what_is_gone(self, bench: Bench) -> None:
        """A post that was deleted is left out, and does not hide the others."""
        _needs(bench, "post_metrics")
        _needs(bench, "delete")
        gone, kept = bench.post("Measured and deleted"), bench.post("Measured and kept")
        bench.clock.advance(_A_DAY)
        bench.ask("delete", published=gone)
        assert set(bench.ask("post_metrics", published=[gone, kept])) == {kept.remote_id}

    def test_no_posts_have_no_figures(self, bench: Bench) -> None:
        """Asked for nothing, `post_metrics` gives nothing."""
        _needs(bench, "post_metrics")
        assert not bench.ask("post_metrics", published=[])

    @pytest.mark.parametrize("hook", ["post_metrics", "account_metrics"])
    def test_a_figure_that_is_not_given_is_absent_and_not_zero(self, bench: Bench, hook: str) -> None:
        """With every number taken out of the network's answers no figure is left; in particular none is 0."""
        _needs(bench, hook)
        published = [bench.post("Without figures")]
        bench.clock.advance(_A_MONTH)
        bench.served.inject(Fault(faults.edit_json(without_numbers)))
        try:
            given = bench.ask(hook, published=published)
        except NetworkError:
            return  # an answer without what it should have may be taken for none
        for metrics in [given] if isinstance(given, Metrics) else given.values():
            zeros = {name for name, value in metrics.known().items() if value == 0} - self.absent_means_zero
            assert not zeros, f"the network gave no {', '.join(sorted(zeros))}; leave them out"

    def test_account_metrics_are_figures(self, bench: Bench) -> None:
        """The account's own figures are whole numbers of 0 or more."""
        _needs(bench, "account_metrics")
        _check_figures(bench.ask("account_metrics"))

    def test_equal_posts_of_two_accounts_are_kept_apart(self, bench: Bench) -> None:
        """What one account published is neither found nor listed for the other."""
        if len(bench.accounts) < 2:
            pytest.skip(f"the stand-in of {bench.network.name} has one account")
        mine, other = bench.accounts[0], bench.accounts[1]
        attempt = bench.attempt(bench.part("Said by both"), account=mine)
        since = bench.clock.now()
        theirs = bench.post("Said by both", account=other)
        assert not isinstance(bench.settled(attempt), Found), "find took the other account's post for ours"
        ours = bench.publish(attempt)
        assert ours.remote_id != theirs.remote_id
        assert len(bench.world_later()) == 2
        if bench.hooks.offers("recent"):
            assert [remote.remote_id for remote in _recent(bench, since)] == [ours.remote_id]

    def test_refresh_gives_credentials_that_work(self, bench: Bench) -> None:
        """The new access token is not empty, and publishes."""
        _needs(bench, "refresh")
        fresh = bench.ask("refresh", app=app_of(bench.account.credentials))
        assert isinstance(fresh, Credentials)
        assert fresh.access_token, "an empty token must never replace a good one"
        bench.post("With a fresh token", account=replace(bench.account, credentials=fresh))
        assert len(bench.world_later()) == 1


def without_numbers(value: Any) -> Any:
    """JSON with every member whose value is a number taken out, at any depth."""
    if isinstance(value, dict):
        return {name: without_numbers(each) for name, each in value.items() if not _is_number(each)}
    if isinstance(value, list):
        return [without_numbers(each) for each in value if not _is_number(each)]
    return value


def app_of(credentials: Credentials | None) -> App | None:
    """The app that these credentials were made for, as far as they tell."""
    if credentials is None or credentials.client_id is None:
        return None
    return App(credentials.client_id, credentials.client_secret)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _needs(bench: Bench, hook: str) -> None:
    if not bench.hooks.offers(hook):
        pytest.skip(f"{bench.network.name} has no {hook}")


def _published_after(bench: Bench, wait: timedelta, text: str) -> Published:
    bench.clock.advance(wait)
    published = bench.post(text)
    bench.world_later()
    return published


def _recent(bench: Bench, since: Any) -> list[RemotePost]:
    bench.clock.advance(bench.settle)
    listed: list[RemotePost] = bench.ask("recent", since=since)
    return listed


def _check_figures(metrics: Any) -> None:
    assert isinstance(metrics, Metrics)
    for name, value in metrics.known().items():
        assert type(value) is int, f"{name} is {value!r}, which is no whole number"
        assert value >= 0
    names = {each.name for each in fields(Metrics)} - {"counted_as"}
    assert metrics.counted_as.keys() <= names, f"counted_as names {', '.join(metrics.counted_as.keys() - names)}, which is no figure"
    assert all(isinstance(name, str) and name.strip() for name in metrics.counted_as.values()), "counted_as has names of the network"
