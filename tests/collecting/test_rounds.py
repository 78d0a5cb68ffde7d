"""The daemon reads every post at each of its marks and every account daily, and leaves publishing what it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from evenly.collecting import Collector, collect
from evenly.plugin import Message, Metrics, PostRejected, Quota, SignInNeeded, TryLater
from evenly.store import accounts, metrics, quotas
from tests.collecting.meters import START, Meters, meters

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Meters]:
    with meters(tmp_path) as made:
        yield made


@pytest.fixture
def collector(here: Meters) -> Collector:
    return Collector(here.desk, here.vault, here.clock)


def test_a_post_is_read_at_each_mark_and_the_account_each_day(here: Meters, collector: Collector) -> None:
    """Looked after every hour for five weeks; never twice for a mark, never before its first hour is over."""
    here.publish("Silver")
    for _ in range(24 * 36):
        here.later(hours=1)
        collector.round()

    assert here.readings("Silver").keys() == {"1h", "24h", "72h", "7d", "28d"}
    assert here.meter.asked == [["Silver"]] * 5
    assert here.meter.accounts_asked == len(here.account_readings()) == 37
    assert set(map(str, here.account_readings().values())) == {"{'followers': 100}"}


def test_a_reading_that_is_late_belongs_to_the_mark_that_has_passed(here: Meters, collector: Collector) -> None:
    """After two days without the daemon, the day's mark is read, and the hour's no more."""
    here.publish("Silver", ago=2 * DAY)
    here.publish("Gold", ago=36 * DAY)

    collector.round()

    assert list(here.readings("Silver")) == ["24h"]
    assert here.readings("Gold") == {}


def test_what_failed_is_caught_up_and_not_tried_at_every_tick(here: Meters, collector: Collector) -> None:
    """The pauses grow; then it is read once."""
    here.publish("Silver", ago=HOUR)

    def unreachable(_ids: list[str]) -> Mapping[str, Metrics]:
        raise TryLater(message=Message("No connection."))

    works, here.meter.answer = here.meter.answer, unreachable
    for _ in range(60):
        collector.round()
        here.later(minutes=1)
    assert 4 <= len(here.meter.asked) <= 6

    here.meter.answer = works
    here.later(hours=2)
    collector.round()
    collector.round()

    assert list(here.readings("Silver")) == ["1h"]


def test_a_pause_that_the_network_asks_for_is_kept(here: Meters, collector: Collector) -> None:
    """However long."""
    here.publish("Silver", ago=HOUR)

    def busy(_ids: list[str]) -> Mapping[str, Metrics]:
        raise TryLater(timedelta(hours=9), "account")

    here.meter.answer = busy
    collector.round()
    here.later(hours=8, minutes=59)

    assert collector.round() == []
    here.later(minutes=2)
    assert [each.account for each in collector.round()] == ["one"]


def test_figures_wait_while_publishing_may_need_what_is_left(here: Meters, collector: Collector) -> None:
    """A quarter of the quota is never touched, and a Retry-After of any call counts."""
    here.publish("Silver", ago=HOUR)
    resets = here.clock.now() + timedelta(minutes=50)
    with here.desk.store.write() as connection:
        quotas.record(connection, "one", "meter", Quota(limit=100, remaining=25, resets_at=resets), now=here.clock.now())

    (told,) = collector.round()
    assert "2027-03-01 12:50" in str(told.trouble)
    assert here.meter.asked == []

    here.later(minutes=51)
    collector.round()
    assert here.meter.asked == [["Silver"]]


def test_where_endpoints_are_counted_apart_what_posting_has_left_keeps_nothing_from_being_read(tmp_path: Path) -> None:
    """A Retry-After still counts."""
    with meters(tmp_path, counted="by endpoint") as here:
        here.publish("Silver", ago=HOUR)
        now = here.clock.now()
        with here.desk.store.write() as connection:
            quotas.record(connection, "one", "meter", Quota(limit=100, remaining=1, resets_at=now + HOUR), now=now)
        assert collect(here.desk, here.vault, here.clock, "one").deliveries == 1

        with here.desk.store.write() as connection:
            quotas.wait(connection, "account", "one", "meter", until=now + HOUR, reason=None, now=now)
        assert collect(here.desk, here.vault, here.clock, "one").trouble is not None


def test_reading_on_demand_keeps_to_the_quota_too(here: Meters) -> None:
    """`evenly metrics` says why it waits."""
    here.publish("Silver")
    until = here.clock.now() + timedelta(minutes=5)
    with here.desk.store.write() as connection:
        quotas.wait(connection, "app", "one", "meter", until=until, reason=None, now=here.clock.now())

    assert "2027-03-01 12:05" in str(collect(here.desk, here.vault, here.clock, "one").trouble)
    assert here.meter.asked == []


def test_a_post_that_is_gone_there_is_not_asked_for_again_and_again(here: Meters, collector: Collector) -> None:
    """Nothing is told of it, which is no 0; once for each mark at most."""
    here.publish("Gone", ago=HOUR)
    here.publish("Silver", ago=HOUR)
    here.meter.answer = lambda ids: {each: Metrics(likes=1) for each in ids if each != "Gone"}
    for _ in range(10):
        collector.round()
        here.later(minutes=5)

    assert [sorted(ids) for ids in here.meter.asked] == [["Gone", "Silver"]]
    assert here.readings("Gone") == {"1h": {}}
    with here.desk.store.read() as connection:
        assert metrics.latest(connection, here.posted["Gone"]) == {}


@pytest.mark.parametrize("state", [{"taken_down_at": START}, {"state": "cancelled"}])
def test_what_is_taken_back_is_not_asked_for(here: Meters, collector: Collector, state: dict[str, Any]) -> None:
    """Nor what never went out."""
    here.publish("Silver", ago=HOUR, **state)

    collector.round()

    assert here.meter.asked == []


def test_one_post_that_is_refused_does_not_keep_the_others_from_being_read(here: Meters, collector: Collector) -> None:
    """It counts as asked for."""
    for number in range(6):
        here.publish(f"p{number}", ago=HOUR)

    def picky(ids: list[str]) -> Mapping[str, Metrics]:
        if "p4" in ids:
            raise PostRejected("No such thing.")
        return {each: Metrics(likes=1) for each in ids}

    here.meter.answer = picky
    (told,) = collector.round()

    assert told.deliveries == 5
    assert told.trouble is None
    assert here.readings("p4") == {"1h": {}}
    collector.round()
    assert len(here.meter.asked) == 7


def test_a_network_that_refuses_everything_is_left_alone(here: Meters, collector: Collector) -> None:
    """A permission may be missing: not every post is asked for singly to find that out."""
    for number in range(40):
        here.publish(f"p{number}", ago=HOUR)

    def refused(_ids: list[str]) -> Mapping[str, Metrics]:
        raise PostRejected("Not allowed.")

    here.meter.answer = refused
    (told,) = collector.round()

    assert str(told.trouble) == "Not allowed."
    assert len(here.meter.asked) == 4
    assert collector.round() == []


def test_an_account_that_is_to_be_signed_in_to_waits(here: Meters, collector: Collector) -> None:
    """Whether the network says so now, or publishing has heard it before."""
    here.publish("Silver", ago=HOUR)

    def shut(_ids: list[str]) -> Mapping[str, Metrics]:
        raise SignInNeeded

    here.meter.answer = shut
    collector.round()
    collector.round()
    assert len(here.meter.asked) == 1

    with here.desk.store.write() as connection:
        accounts.sign_in_needed(connection, "one", "meter", Message("Sign in."))
    here.later(days=2)
    assert collector.round() == []


def test_a_plugins_own_fault_is_told_and_hinders_no_other(tmp_path: Path) -> None:
    """It is left alone like a network that does not answer."""
    with meters(tmp_path, "one", "two") as here:
        here.publish("Silver", ago=HOUR)
        here.publish("Gold", ago=HOUR, account="two")

        def broken(ids: list[str]) -> Mapping[str, Metrics]:
            if "Silver" in ids:
                raise ZeroDivisionError("oh")
            return {each: Metrics(likes=1) for each in ids}

        here.meter.answer = broken
        told = {each.account: each for each in Collector(here.desk, here.vault, here.clock).round()}

        assert str(told["one"].trouble) == "Its plugin failed: ZeroDivisionError: oh."
        assert told["two"].deliveries == 1


def test_an_app_that_is_to_wait_waits_with_all_its_accounts(tmp_path: Path) -> None:
    """The others of the network are not asked either."""
    with meters(tmp_path, "one", "two") as here:
        here.publish("Silver", ago=HOUR)
        here.publish("Gold", ago=HOUR, account="two")

        def busy(_ids: list[str]) -> Mapping[str, Metrics]:
            raise TryLater(timedelta(hours=1), "app")

        here.meter.answer = busy
        Collector(here.desk, here.vault, here.clock).round()

        assert len(here.meter.asked) == 1


def test_many_posts_are_asked_for_together(here: Meters, collector: Collector) -> None:
    """In batches, the newest first."""
    for number in range(60):
        here.publish(f"p{number:02}", ago=HOUR + timedelta(minutes=number))

    collector.round()

    assert [len(each) for each in here.meter.asked] == [25, 25, 10]
    assert here.meter.asked[0][0] == "p00"


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ages=st.lists(st.integers(0, 40 * 24 * 60), min_size=1, max_size=5), steps=st.lists(st.integers(1, 4 * 24 * 60), max_size=6))
def test_whenever_it_runs_what_is_read_is_at_the_last_mark_that_has_passed(
    tmp_path_factory: pytest.TempPathFactory, ages: list[int], steps: list[int]
) -> None:
    """And everything that is due is read at once."""
    with meters(tmp_path_factory.mktemp("meters")) as here:
        collector = Collector(here.desk, here.vault, here.clock)
        out = {f"p{number}": here.clock.now() - timedelta(minutes=age) for number, age in enumerate(ages)}
        for text, at in out.items():
            here.publish(text, ago=here.clock.now() - at)
        for step in [0, *steps]:
            here.later(minutes=step)
            before = {text: set(here.readings(text)) for text in out}
            collector.round()
            for text, at in out.items():
                mark = metrics.mark(here.clock.now() - at)
                is_due = mark != "0" and here.clock.now() - at < metrics.LONGEST_AGE
                assert set(here.readings(text)) == before[text] | ({mark} if is_due else set())


def test_what_is_due_is_looked_up(here: Meters) -> None:
    """However long the queue and the past are: nothing is scanned, nothing sorted."""
    said: list[tuple[str, Any]] = []
    event.listen(here.desk.store.engine, "before_cursor_execute", lambda *told: said.append((told[2], told[3])))
    with here.desk.store.read() as connection:
        metrics.due(connection, "one", now=START, most=25)
        metrics.is_account_read(connection, "one", "2027-03-01")
        asked = [each for each in said if each[0].startswith("SELECT")]
        steps = [row.detail for text, values in asked for row in connection.exec_driver_sql(f"explain query plan {text}", values)]

    assert len(asked) == 2
    assert not [step for step in steps if step.startswith("SCAN") or "TEMP B-TREE" in step], steps
    assert any("ix_part_account_published_at" in step for step in steps)


def test_a_second_reading_for_a_mark_replaces_the_first_unless_it_is_empty(here: Meters) -> None:
    """So `evenly metrics` may be run at any time."""
    here.publish("Silver", ago=2 * HOUR)
    for likes in (5, 6):
        here.meter.answer = lambda ids, likes=likes: dict.fromkeys(ids, Metrics(likes=likes))  # type: ignore[misc]  # a default binds it
        assert collect(here.desk, here.vault, here.clock, "one").deliveries == 1
    here.meter.answer = lambda _ids: {}
    collect(here.desk, here.vault, here.clock, "one")

    assert here.readings("Silver") == {"1h": {"likes": 6}}
    assert len(here.account_readings()) == 1
