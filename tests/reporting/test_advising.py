"""Advice is offered where it is earned, taken or declined once, and its effect is told."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from evenly.planning import calendar
from evenly.reporting import advising
from evenly.reporting.values import Proposal
from evenly.settings import Cadence
from evenly.settings.editing import EditRefused
from tests.planning.desks import NOW, add
from tests.reporting.seasons import SETTINGS, Season, season

NETWORKS = {"board": None}
WEEK = timedelta(weeks=1)


@pytest.fixture
def brand(tmp_path: Path) -> Iterator[Season]:
    with season(tmp_path / "brand") as made:
        yield made


@pytest.fixture
def asking(brand: Season) -> Season:
    """Questions bring twice as much, and are a fifth of its posts."""
    brand.published(150, {"question": 2.2}, rates={"question": 0.2})
    return brand


def offered(season: Season, now: datetime = NOW, about: str = "") -> list[Proposal]:
    """What waits for a decision; `about`: only what begins with this key, whatever else is found."""
    return [each for each in advising.open_offers(advising.proposals(season.desk, now=now)) if each.key.startswith(about)]


def test_what_works_is_advised_with_reason_gain_and_change(asking: Season) -> None:
    """In plain words, with numbers and interval."""
    (advice,) = offered(asking)

    assert (advice.number, advice.key, advice.state) == (1, "mix.question.min", "offered")
    assert str(advice.reason).startswith("Questions brought ")
    assert "times the engagements (between " in str(advice.reason)
    assert str(advice.change) == "At least 30 percent of your posts: mix.question.min becomes 0.3, and `evenly mix` asks for them."
    assert advice.gain is not None
    assert advice.interval is not None
    assert 1 < advice.interval.low < advice.gain < advice.interval.high


def test_with_ten_posts_there_is_no_advice(brand: Season) -> None:
    """Nor for accounts of which no figures are known."""
    brand.published(10, {"question": 4.0}, rates={"question": 0.5})

    assert advising.proposals(brand.desk, now=NOW) == ()


def test_an_offer_stays_the_whole_week_with_its_number(asking: Season) -> None:
    """Whoever looks twice sees the same; the next week it may come again."""
    first = advising.proposals(asking.desk, now=NOW)
    kept = asking.dump()

    assert advising.proposals(asking.desk, now=NOW + timedelta(days=2)) == first
    assert asking.dump() == kept
    assert [each.key for each in offered(asking, NOW + WEEK, "mix.question")] == ["mix.question.min"]


def test_taking_it_changes_the_file_and_nothing_else_in_it(asking: Season) -> None:
    """A comment stays; the change is in the diff."""
    offered(asking)

    taken = advising.take(asking.desk, 1, NETWORKS, now=NOW)

    text = asking.file.read_text()
    assert tomllib.loads(text)["mix"]["question"] == {"min": 0.3}
    assert [line for line in text.splitlines() if line not in SETTINGS.splitlines()] == ["question = {min = 0.3}"]
    assert 'preset = "evenly"  # as it came' in text
    assert "+question = {min = 0.3}" in taken.edit.diff
    assert [each.state for each in advising.proposals(taken.desk, now=NOW)] == ["taken"]


def test_an_advice_is_taken_or_declined_once(asking: Season) -> None:
    """And only one that there is."""
    offered(asking)
    with pytest.raises(advising.AdviceRefused, match="There is no advice 2 this week; open are: 1"):
        advising.take(asking.desk, 2, NETWORKS, now=NOW)
    advising.decline(asking.desk, 1, because="not our way", now=NOW)

    with pytest.raises(advising.AdviceRefused, match="was declined"):
        advising.take(asking.desk, 1, NETWORKS, now=NOW)
    assert asking.file.read_text() == SETTINGS


def test_what_was_declined_does_not_come_back_for_eight_weeks(asking: Season) -> None:
    offered(asking)
    advising.decline(asking.desk, 1, now=NOW)

    assert offered(asking, NOW + WEEK, "mix.question") == []
    assert offered(asking, NOW + 7 * WEEK, "mix.question") == []
    assert [each.key for each in offered(asking, NOW + 8 * WEEK, "mix.question")] == ["mix.question.min"]


def test_what_the_user_has_changed_meanwhile_is_neither_taken_nor_offered(asking: Season) -> None:
    """The file stays as it is."""
    offered(asking)
    asking.settings("")
    changed = SETTINGS.replace("[accounts.pins]", "[mix.question]\nmin = 0.25\n[accounts.pins]")
    asking.file.write_text(changed)

    with pytest.raises(EditRefused, match="you have changed it meanwhile"):
        advising.take(asking.desk, 1, NETWORKS, now=NOW)
    assert asking.file.read_text() == changed
    asking.reload()
    assert 1 not in [each.number for each in advising.proposals(asking.desk, now=NOW)]


@pytest.mark.parametrize(("factor", "said"), [(3.0, "it works"), (0.3, "fewer than before"), (1.0, "no difference yet")])
def test_what_came_of_it_is_told_also_when_it_is_bad(asking: Season, factor: float, said: str) -> None:
    """Against the eight weeks before, at equal age; until there are enough posts it is too early."""
    offered(asking)
    taken = advising.take(asking.desk, 1, NETWORKS, now=NOW)
    season = Season(taken.desk)
    (first,) = [each for each in advising.proposals(season.desk, now=NOW + WEEK) if each.state == "taken"]
    assert "Too early" in str(first.outcome)
    assert first.number == 0

    later = NOW + 5 * WEEK
    season.published(
        30, {"question": 2.2, "topic:care": factor, "topic:craft": factor}, rates={"question": 0.2}, until=later - timedelta(days=1)
    )

    earlier = [each for each in advising.proposals(season.desk, now=later) if each.state == "taken"]
    assert said in str(earlier[0].outcome)
    assert "30 posts" in str(earlier[0].outcome)


def test_what_was_taken_does_not_come_again_before_its_effect_is_known(asking: Season) -> None:
    """Even if the file is put back."""
    offered(asking)
    advising.take(asking.desk, 1, NETWORKS, now=NOW)
    asking.settings("")

    assert offered(asking, NOW + WEEK, "mix.question") == []


def test_a_topic_that_works_gets_more_of_the_plan(brand: Season) -> None:
    """Taking it changes the order of what is planned beyond the committed time, as announced, and nothing within it."""
    brand.published(150, {"topic:care": 2.2})
    for number in range(60):
        add(brand.desk, f"{'Care' if number % 2 else 'Craft'} {number}", topic="care" if number % 2 else "craft")
    before = planned(brand)
    (care,) = offered(brand, about="mix.topics")

    taken = advising.take(brand.desk, care.number, NETWORKS, now=NOW)

    assert tomllib.loads(brand.file.read_text())["mix"]["topics"] == {"care": 0.6, "craft": 0.4}
    after = planned(Season(taken.desk))
    committed = NOW + timedelta(days=7)
    assert [each for each in after if each[0] <= committed] == [each for each in before if each[0] <= committed]
    assert [at for at, _ in after] == [at for at, _ in before]
    assert taken.moved > 0
    assert share_of_care(after) > share_of_care(before)


def planned(season: Season) -> list[tuple[datetime, str]]:
    plan = calendar.plans(season.desk, now=NOW)[0]
    return [(row.due, row.topic) for row in plan.coming]


def share_of_care(plan: list[tuple[datetime, str]]) -> float:
    """Of the first posts beyond the committed time: the queue itself holds as many of each."""
    first = [topic for at, topic in plan if at > NOW + timedelta(days=7)][:30]
    return first.count("care") / len(first)


def test_times_that_bring_more_become_the_planners_own(brand: Season) -> None:
    """New posts follow; what is planned keeps its time until it is spread anew."""
    brand.published(180, {"18h": 3.0}, hours=(8, 11, 14, 17), noise=0.3)
    for number in range(20):
        add(brand.desk, f"Post {number}", topic="care")
    before = planned(brand)
    learnt = next(each for each in offered(brand) if each.key == "accounts.pins.audience")
    assert "from 16:00 to 20:00" in str(learnt.reason)

    taken = advising.take(brand.desk, learnt.number, NETWORKS, now=NOW)

    season = Season(taken.desk)
    assert 'audience = "learnt"' in brand.file.read_text()
    assert [at for at, _ in planned(season)] == [at for at, _ in before]
    calendar.spread_all(taken.desk, now=NOW, anew=True)
    assert late(planned(season)) > late(before)
    assert offered(season, NOW + WEEK, "accounts.pins.audience") == []


def late(plan: list[tuple[datetime, str]]) -> float:
    return sum(at.hour + 1 >= 16 for at, _ in plan) / len(plan)


def test_learnt_times_that_were_never_taken_are_clock_hours(brand: Season) -> None:
    """The word alone in the file changes nothing."""
    for number in range(10):
        add(brand.desk, f"Post {number}", topic="care")
    before = planned(brand)
    brand.file.write_text(SETTINGS + 'audience = "learnt"\n')
    brand.reload()

    calendar.spread_all(brand.desk, now=NOW, anew=True)

    assert brand.desk.learnt == {}
    assert [at for at, _ in planned(brand)] == [at for at, _ in before]


def test_a_cadence_that_is_not_written_for_is_lowered(brand: Season) -> None:
    """Two posts a week are written where seven are asked for, and the queue is about to run dry."""
    brand.published(8, {}, until=NOW - timedelta(days=28))
    for week in range(4):
        for number in range(2):
            add(brand.desk, f"Week {week} {number}", NOW - timedelta(days=27 - 7 * week), topic="care")

    keys = {each.key: each for each in offered(brand)}

    assert "accounts.pins.cadence" in keys
    assert "Lately 2.0 posts a week were written for it; 7.0 are asked for." in str(keys["accounts.pins.cadence"].reason)
    taken = advising.take(brand.desk, keys["accounts.pins.cadence"].number, NETWORKS, now=NOW)
    assert taken.desk.settings.accounts["pins"].cadence == Cadence(2, "week")
    assert '-cadence = "1/day"\n+cadence = "2/week"' in taken.edit.diff
