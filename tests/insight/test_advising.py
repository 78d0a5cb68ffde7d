"""What to change follows from what is known, by small steps, and says what it should bring."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.insight import Interval, Post, effects
from evenly.insight.advising import (
    MOST,
    Advice,
    Hours,
    Step,
    Supply,
    Wish,
    as_cadence,
    cadence,
    chosen,
    gain,
    shares,
    times,
)
from tests.insight.planted import BEGIN, posts

SHARES = st.floats(0, 1)
RATIOS = st.floats(0.1, 10)
FLOOR = Wish(least=0.2)
DAYTIME = tuple(60.0 if 8 <= hour % 24 < 20 else 0.0 for hour in range(168))


def advised(
    count: int, seed: int, planted: dict[str, float], wishes: dict[str, Wish], rates: dict[str, float] | None = None
) -> list[Advice]:
    known = posts(count, seed, planted, shares=rates)
    return shares(effects(known, bys=("action",)), known, wishes, {})


@given(RATIOS, SHARES, SHARES)
def test_what_is_to_be_gained_is_the_mean_after_over_the_mean_before(ratio: float, share: float, after: float) -> None:
    """Where one part of the posts brings `ratio` and the rest 1."""
    before, then = (part * ratio + (1 - part) for part in (share, after))

    assert gain(ratio, share, after - share) == pytest.approx(then / before)


def test_the_floor_of_what_works_is_raised_by_a_tenth() -> None:
    """Questions bring twice as much and are a fifth of the posts."""
    (advice,) = advised(200, 1, {"question": 2.0}, {"question": FLOOR}, {"question": 0.2})

    assert advice.key == "mix.question.min"
    assert advice.steps == (Step(("mix", "question", "min"), None, 0.3),)
    assert advice.effect is not None
    assert advice.effect.ratio is not None
    assert advice.share is not None
    assert advice.gain is not None
    assert advice.gain == pytest.approx(gain(advice.effect.ratio, advice.share, 0.3 - advice.share))
    assert advice.interval is not None
    assert 1 < advice.interval.low <= advice.gain <= advice.interval.high


def test_a_floor_never_goes_above_half() -> None:
    """However well it works."""
    assert advised(300, 1, {"question": 3.0}, {"question": Wish(least=0.5)}, {"question": 0.45}) == []
    (advice,) = advised(300, 1, {"question": 3.0}, {"question": Wish(least=0.2)}, {"question": 0.42})
    assert advice.steps[0].after == 0.5


def test_nothing_is_advised_for_what_is_done_more_than_that_already() -> None:
    assert advised(300, 2, {"question": 2.0}, {"question": FLOOR}, {"question": 0.6}) == []


def test_an_aim_below_the_new_floor_moves_along_and_a_ceiling_below_it_stays() -> None:
    """A file with an aim outside its bounds would be refused; a ceiling is the brand's own will."""
    aimed = Wish(least=0.2, own_least=0.2, own_aim=0.2)
    (advice,) = advised(200, 1, {"question": 2.0}, {"question": aimed}, {"question": 0.2})
    assert [(step.path[-1], step.before, step.after) for step in advice.steps] == [("min", 0.2, 0.3), ("share", 0.2, 0.3)]
    assert advised(200, 1, {"question": 2.0}, {"question": replace(aimed, own_most=0.25)}, {"question": 0.2}) == []


def test_of_what_does_not_work_fewer_are_asked_for() -> None:
    """Questions by their floor, promotions by their ceiling."""
    wishes = {"question": Wish(least=0.4), "promotion": Wish(most=0.3)}
    planted, rates = {"question": 0.4, "promotion": 0.4}, {"question": 0.4, "promotion": 0.3}

    found = {advice.key: advice.steps[0].after for advice in advised(400, 3, planted, wishes, rates)}

    assert found == {"mix.question.min": 0.3, "mix.promotion.max": 0.2}


def test_nothing_is_ever_advised_that_networks_punish_and_no_more_promotion() -> None:
    assert advised(400, 4, {"bait": 3.0, "promotion": 3.0}, {"bait": Wish(most=0.0), "promotion": Wish(most=0.2)}) == []


def test_without_a_verdict_there_is_no_advice() -> None:
    """A dozen posts, and 300 of which nothing makes a difference."""
    assert advised(12, 5, {"question": 5.0}, {"question": FLOOR}) == []
    assert advised(300, 6, {"question": 1.0}, {"question": FLOOR}) == []


def test_a_topic_gets_what_the_others_give() -> None:
    """In proportion to what they had, and together no more than there is."""
    known = [
        replace(post, topic="care" if "care" in post.actions else "craft", actions=frozenset()) for post in posts(300, 7, {"care": 2.0})
    ]
    wanted = {"care": 0.3, "craft": 0.5, "people": 0.2}

    (advice,) = [each for each in shares(effects(known, bys=("topic",)), known, {}, wanted) if each.about == "care"]

    after = {**wanted, **{step.path[-1]: step.after for step in advice.steps}}
    assert after["care"] == pytest.approx(0.4)
    assert math.fsum(map(float, after.values())) == pytest.approx(1)
    assert after["craft"] == pytest.approx(0.43, abs=0.01)


@given(st.lists(st.tuples(st.sampled_from(["more", "topic", "cadence"]), st.floats(0.5, 2)), max_size=9))
def test_at_most_three_are_chosen_and_one_of_topics(found: list[tuple[str, float]]) -> None:
    """What keeps an account from falling silent first, then the surest gain."""
    all_ = [
        Advice(key=f"{place}", kind=kind, about="x", steps=(), interval=None if kind == "cadence" else Interval(low, low))  # type: ignore[arg-type]
        for place, (kind, low) in enumerate(found)
    ]

    best = chosen(all_)

    assert len(best) <= MOST
    assert sum(each.kind == "topic" for each in best) <= 1
    assert chosen(reversed(all_)) == best
    kinds = [each.kind for each in best]
    assert kinds == sorted(kinds, key=lambda kind: kind != "cadence")


def _weeks(evening: float, seed: int, count: int = 200) -> list[Post]:
    """Posts of which those tagged `evening` went out at 17:00 on weekdays, the others in the morning."""
    found = []
    for place, post in enumerate(posts(count, seed, {"evening": evening}, shares={"evening": 0.4})):
        day = BEGIN + timedelta(days=place // 5 * 7 + place % 5)
        found.append(replace(post, account="page", at=day.replace(hour=17 if "evening" in post.actions else 9), actions=frozenset()))
    return found


def test_times_are_learnt_where_one_part_of_the_week_brings_more() -> None:
    """The account then has more of its posts there, as many as the weights say."""
    advice = times(_weeks(2.5, 8), Hours(account="page", audience=None, minutes=DAYTIME))

    assert advice is not None
    assert advice.key == "accounts.page.audience"
    assert advice.steps == (Step(("accounts", "page", "audience"), None, "learnt"),)
    assert advice.cell is not None
    assert (advice.cell.weekend, advice.cell.hour) == (False, 16)
    assert len(advice.weights) == 168
    assert advice.weights[17] > 1 > advice.weights[9] > 0
    assert advice.gain is not None
    assert advice.gain > 1


def test_times_are_not_learnt_from_luck_nor_for_hours_that_are_closed() -> None:
    """Of twenty brands whose times make no difference hardly one is told to change."""
    open_ = Hours(account="page", audience=None, minutes=DAYTIME)
    told = [times(_weeks(1.0, seed, 80), open_) for seed in range(20)]
    assert sum(each is not None for each in told) <= 3

    mornings = tuple(60.0 if 8 <= hour % 24 < 12 else 0.0 for hour in range(168))
    assert times(_weeks(2.5, 8), Hours(account="page", audience=None, minutes=mornings)) is None


def test_a_cadence_that_nobody_writes_for_is_lowered_to_what_is_written() -> None:
    supply = Supply(account="page", cadence="5/week", asked=5, written=2.5, days=4)

    advice = cadence(supply)

    assert advice is not None
    assert advice.steps == (Step(("accounts", "page", "cadence"), "5/week", "2/week"),)
    assert cadence(replace(supply, days=20)) is None
    assert cadence(replace(supply, written=4.5)) is None
    assert cadence(replace(supply, written=0.0)) is None


@given(st.floats(0.01, 50))
def test_a_cadence_never_asks_for_more_than_is_written(a_week: float) -> None:
    """But for the least there is, one a month."""
    count, per = as_cadence(a_week).split("/")

    assert int(count) >= 1
    assert int(count) * (1 if per == "week" else 12 / 52) <= max(a_week, 12 / 52) + 1e-6
