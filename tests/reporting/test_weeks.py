"""Evenness and mix over time: every number of some weeks worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly import spread
from evenly.insight import Post
from evenly.reporting import building, document, weeks
from evenly.reporting.done import Span
from evenly.reporting.values import Fit, PastWeek, Report
from evenly.reporting.weeks import AccountDays
from evenly.store import models
from tests.reporting.brands import DAY, SINCE, UNTIL, Brand

PARIS, MONDAY = ZoneInfo("Europe/Paris"), date(2027, 3, 1)
NO_WEEKEND = (*([((time(8), time(20)),)] * 5), (), ())
ASKS: dict[str, Any] = {
    "base": {"origin": "owned", "topic": None, "on_topic": True, "actions": ["question"], "reasons": {}, "warnings": []},
    "accounts": {},
}


def report(here: Brand, **more: Any) -> Report:
    return building.report(here.desk, **{"since": SINCE, "until": UNTIL, "now": UNTIL, "age": "7d", **more})


# ---- which weeks


def test_the_weeks_of_a_month_are_those_of_the_brands_calendar() -> None:
    """The first and the last may be parts of weeks."""
    since, until = datetime(2027, 3, 3, tzinfo=PARIS), datetime(2027, 3, 17, tzinfo=PARIS)

    found = weeks.stretches(Span(since, until, until + 9 * DAY), PARIS)

    assert [(each.monday.isoformat(), each.days) for each in found] == [("2027-03-01", 5), ("2027-03-08", 7), ("2027-03-15", 2)]
    assert (found[0].begin, found[-1].end) == (since, until)


def test_what_has_not_begun_is_no_week_yet() -> None:
    """Today has."""
    since, until = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)

    assert [each.days for each in weeks.stretches(Span(since, until, since + 8 * DAY + timedelta(hours=1)), ZoneInfo("UTC"))] == [7, 2]
    assert weeks.stretches(Span(since, until, since - DAY), ZoneInfo("UTC")) == []


@given(
    st.timedeltas(timedelta(0), timedelta(days=3000)),
    st.timedeltas(timedelta(minutes=1), timedelta(days=400)),
    st.sampled_from(["UTC", "Europe/Paris", "America/New_York", "Pacific/Auckland"]),
)
def test_weeks_follow_each_other_up_to_the_end(later: timedelta, length: timedelta, zone: str) -> None:
    """Thirteen at most, the latest ones, without a gap, each within its seven days; also where clocks change."""
    since = datetime(2020, 1, 1, tzinfo=UTC) + later
    found = weeks.stretches(Span(since, since + length, since + length), ZoneInfo(zone))

    assert 1 <= len(found) <= weeks.MOST
    assert found[-1].end == since + length
    assert found[0].begin == since or (len(found) == weeks.MOST and found[0].begin > since)
    assert all(earlier.end == later.begin and later.monday - earlier.monday == 7 * DAY for earlier, later in pairwise(found))
    assert all(1 <= each.days <= 7 and each.monday.weekday() == 0 for each in found)


# ---- how even


def days(
    moments: Sequence[datetime], shape: spread.Account | None = None, *, began: datetime | None = None, end: datetime | None = None
) -> AccountDays:
    """An account of this shape (a post a day) that published then, looked at from that Monday on."""
    posts = [Post(key=str(number), account="page", network="x", at=at) for number, at in enumerate(sorted(moments))]
    since = datetime.combine(MONDAY, time(), UTC)
    span = Span(since, since + 28 * DAY, end or since + 28 * DAY)
    return AccountDays(shape or spread.Account("page"), posts, began or since, span)


def noon(day: int, count: int = 1) -> list[datetime]:
    return [datetime.combine(MONDAY + day * DAY, time(12, minute), UTC) for minute in range(count)]


def test_a_post_a_day_is_as_even_as_can_be() -> None:
    """Nought off, and nought is possible."""
    found = days([moment for day in range(14) for moment in noon(day)])

    assert found.score(MONDAY) == found.score(MONDAY + 7 * DAY) == spread.Score(0.0, 0.0)


def test_a_week_that_falls_silent_is_not_even() -> None:
    """Posts of Monday and Tuesday alone: five days are one short each, however even the two were. Seven on a Monday are six too many."""
    assert days(noon(0) + noon(1)).score(MONDAY) == spread.Score(5.0, 0.0)
    assert days(noon(0, 7)).score(MONDAY) == spread.Score(6.0, 0.0)
    assert days(noon(0, 7)).score(MONDAY + 7 * DAY) == spread.Score(7.0, 0.0)


def test_what_no_plan_can_reach_is_told_beside_it() -> None:
    """3 a week on 5 days are 3/5 a day: Monday, Wednesday and Friday are 2/5, 4/5 … off, and no plan is less than 4/5 off."""
    shape = spread.Account("page", cadence=spread.Cadence(3, "week"), windows=NO_WEEKEND)

    score = days(noon(0) + noon(2) + noon(4), shape).score(MONDAY)

    assert score.best == pytest.approx(4 / 5)
    assert score.value == pytest.approx(4 / 5)


def test_days_are_judged_when_they_are_whole_and_over() -> None:
    """Not before the day on which the account began, nor today, nor those to come."""
    began, now = noon(2)[0], datetime(2027, 3, 6, 9, tzinfo=UTC)

    assert days(noon(2) + noon(3) + noon(4), began=began, end=now).score(MONDAY) == spread.Score(0.0, 0.0)
    assert days([], began=began, end=now).score(MONDAY) == spread.Score(3.0, 0.0)
    assert days([], began=noon(20)[0]).score(MONDAY) == spread.Score(None, None)


def test_a_post_after_midnight_is_of_the_evening_before() -> None:
    """Where its window began there: Sunday's at 1:00 is no post of the next Monday."""
    late = spread.Account("page", windows=(((time(20), time(2)),),) * 7)
    moments = [datetime.combine(MONDAY + day * DAY, time(1), UTC) for day in range(1, 8)]

    assert days(moments, late).score(MONDAY) == spread.Score(0.0, 0.0)


def test_days_are_those_of_the_accounts_own_clock() -> None:
    """On Sunday 23:30 in New York it is Monday in London already, but the week is the one that ends."""
    shape = spread.Account("page", zone="America/New_York")
    sunday = datetime(2027, 3, 8, 3, 30, tzinfo=UTC)

    assert days([*(at + timedelta(hours=5) for day in range(6) for at in noon(day)), sunday], shape).score(MONDAY) == spread.Score(0.0, 0.0)


@given(st.lists(st.integers(0, 3), min_size=7, max_size=7), st.integers(1, 9), st.sampled_from(["day", "week", "month"]))
def test_the_worst_run_of_days_is_the_worst_of_all_runs(counts: list[int], cadence: int, per: Any) -> None:
    """Found by trying every run; and nothing is better than the best possible."""
    shape = spread.Account("page", cadence=spread.Cadence(cadence, per), gap=timedelta(minutes=1))
    calendar = spread.Calendar(shape)
    targets = [getattr(calendar.day(MONDAY.toordinal() + day), "target", Fraction(0)) for day in range(7)]

    score = days([at for day, count in enumerate(counts) for at in noon(day, count)], shape).score(MONDAY)

    runs = [(first, last) for first in range(7) for last in range(first + 1, 8)]
    worst = max(abs(sum(counts[first:last]) - sum(targets[first:last])) for first, last in runs)
    assert score.value == pytest.approx(float(worst))
    assert score.best is not None
    assert score.best <= float(worst) + 1e-9


# ---- the weeks of a report


def by_monday(made: Report) -> dict[str, PastWeek]:
    return {each.monday.isoformat(): each for each in made.weeks}


def test_every_week_has_what_went_out_and_what_it_took(here: Brand) -> None:
    """Two posts of 20 minutes in the first week, one of them late; one in the second, when 10 minutes were logged on no post."""
    for late in (10, 11):
        here.publish("page", at=SINCE + timedelta(hours=9, minutes=late), due=SINCE + timedelta(hours=9))
    here.publish("birds", at=SINCE + timedelta(days=8, hours=9), effort=15)
    here.log("reply", 600, at=SINCE + timedelta(days=9))

    first, second, *_, last = report(here).weeks

    assert (first.published, first.due, first.on_time, first.minutes) == (2, 2, 1, 40)
    assert (second.published, second.due, second.on_time, second.minutes) == (1, 1, 1, 25)
    assert (last.monday, last.days, last.published, last.due, last.on_time_interval) == (date(2027, 3, 29), 3, 0, 0, None)
    assert first.on_time_interval is not None
    assert first.on_time_interval.low < 0.5 < first.on_time_interval.high


def test_what_never_went_out_was_due_in_its_week(here: Brand) -> None:
    """Also where nothing went out at all."""
    (missed,) = here.publish("page", at=SINCE + 10 * DAY)
    with here.desk.store.write() as connection:
        never = {"state": "missed", "published_at": None}
        connection.execute(models.delivery.update().where(models.delivery.c.id == missed).values(**never))

    week = by_monday(report(here))["2027-03-08"]

    assert (week.published, week.due, week.on_time) == (0, 1, 0)


def test_minutes_of_the_weeks_are_all_minutes(here: Brand) -> None:
    """To the second, also of one account alone: its share of what was for none."""
    for day in range(20):
        here.publish(*(("page", "birds")[: 1 + day % 2]), at=SINCE + day * DAY + timedelta(hours=9), effort=7.0 if day % 3 else None)
        here.log("plan", 61 * day + 1, at=SINCE + day * DAY)

    for made in (report(here), report(here, account="page"), report(here, account="birds")):
        assert sum(round(week.minutes * 60) for week in made.weeks) == round(made.minutes * 60)
        assert made.minutes > 0


def test_an_account_is_judged_from_its_first_day_on(here: Brand) -> None:
    """The page publishes every day from Wednesday on; nobody has published on the other account, of which nothing is said."""
    for day in range(2, 31):
        here.publish("page", at=SINCE + day * DAY + timedelta(hours=9))

    found = report(here).weeks

    assert [week.evenness for week in found] == [{"page": spread.Score(0.0, 0.0)}] * 5
    assert found[0].worst == ("page", spread.Score(0.0, 0.0))


def test_a_target_is_judged_in_the_weeks_that_have_enough_posts(here: Brand) -> None:
    """Twelve posts in the first week, no question among them; nine in the second, which are too few; ten questions in the third."""
    for week, (count, kind) in enumerate([(12, None), (9, None), (10, ASKS)]):
        for number in range(count):
            at = SINCE + week * 7 * DAY + timedelta(hours=8 + number)
            here.publish("page", at=at, origin="owned", recognised=kind)

    made = report(here)
    brands = [each for each in made.rules if each.account is None and (each.min, each.max) != (None, None)]
    first, second, third = made.weeks[:3]
    asked = [next(each for each in week.targets if each.target == "question") for week in (first, second, third)]

    assert [(each.verdict, each.tally.share) for each in asked] == [("too few", 0.0), ("too early", 0.0), ("met", 1.0)]
    assert (second.fit, second.fit.share) == (Fit(0, 0), None)
    assert first.fit.share == first.fit.met / len(first.targets)
    assert all(each.min is not None or each.max is not None for each in first.targets)
    assert made.fit == Fit(sum(each.verdict == "met" for each in brands), len(brands))


def test_what_was_taken_down_does_not_count_for_the_mix(here: Brand) -> None:
    """It did go out, though."""
    for number in range(10):
        (delivery,) = here.publish("page", at=SINCE + timedelta(hours=8 + number), recognised=ASKS)
    with here.desk.store.write() as connection:
        connection.execute(models.delivery.update().where(models.delivery.c.id == delivery).values(taken_down_at=UNTIL))

    first = report(here).weeks[0]

    assert (first.published, {each.tally.of for each in first.targets if each.target == "question"}) == (10, {9})


def test_one_account_has_its_own_weeks(here: Brand) -> None:
    """Its posts, its days, and the targets of its network."""
    for number in range(10):
        here.publish("page", at=SINCE + timedelta(hours=8 + number), recognised=ASKS, origin="owned")
        here.publish("birds", at=SINCE + timedelta(hours=8 + number), origin="owned")

    first = report(here, account="birds").weeks[0]

    assert (first.published, list(first.evenness)) == (10, ["birds"])
    assert {each.account for each in first.targets} == {"birds"}
    assert next(each.verdict for each in first.targets if each.target == "question") == "too few"


def test_the_document_has_every_week(here: Brand) -> None:
    """With the count, the share, and the verdict of every target, and how many of them were met."""
    for number in range(10):
        here.publish("page", at=SINCE + timedelta(hours=8 + number), recognised=ASKS, origin="owned")

    found = document.document(report(here))
    first = found["weeks"][0]
    (question,) = (each for each in first["targets"] if each["target"] == "question")

    assert [each["week"] for each in found["weeks"]] == ["2027-03-01", "2027-03-08", "2027-03-15", "2027-03-22", "2027-03-29"]
    assert {name: question[name] for name in ("count", "of", "share", "verdict")} == {"count": 10, "of": 10, "share": 1.0, "verdict": "met"}
    assert "advice" not in question
    assert first["evenness"]["page"] == {"value": 9.0, "best": 0.0}
    assert 0 < first["mix_fit"] < 1
    assert found["mix_fit"] == first["mix_fit"]
    assert found["weeks"][1]["mix_fit"] is None
