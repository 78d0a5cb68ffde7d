"""What makes a difference is found, what makes none is not, and little data says so."""

from __future__ import annotations

import math

import pytest

from evenly.insight import Effect, Post, effects, judge
from tests.insight.planted import posts

TRUTH = {"question": 1.6, "photo": 1.0, "invitation": 0.7}
RUNS = 500
FLIPS = 100


def found(made: list[Post], key: str) -> Effect:
    return next(each for each in effects(made) if each.key == key)


def test_what_was_planted_is_found() -> None:
    """Half a year of a post a day: questions work, invitations do not, photos make no difference."""
    made = posts(180, 1, TRUTH)

    assert {each.key: each.verdict for each in effects(made) if each.by == "action"} == {
        "question": "works",
        "photo": "no difference yet",
        "invitation": "does not",
    }


def test_the_intervals_hold_the_truth() -> None:
    """In 95 of 100 half years, within what chance allows: of 500 half years each effect's between 92.5 and 97.5 percent."""
    held = dict.fromkeys(TRUTH, 0)
    for seed in range(1000, 1000 + RUNS):
        made = posts(180, seed, TRUTH)
        for action, truth in TRUTH.items():
            ones, others = ([each for each in made if (action in each.actions) is is_one] for is_one in (True, False))
            _ratio, interval, _verdict = judge(ones, others, metric="engagements")
            assert interval is not None
            held[action] += interval.low <= truth <= interval.high

    assert all(0.925 <= count / RUNS <= 0.975 for count in held.values()), held


def test_coin_flips_make_no_difference() -> None:
    """Where nothing was planted nothing is found, in 9 of 10 reports at least."""
    quiet = 0
    for seed in range(FLIPS):
        verdicts = {each.verdict for each in effects(posts(60, seed, {"question": 1.0, "photo": 1.0, "invitation": 1.0}))}
        quiet += verdicts <= {"no difference yet", "too early"}

    assert quiet / FLIPS >= 0.9


@pytest.mark.parametrize("seed", range(20))
def test_ten_posts_are_too_early_for_everything(seed: int) -> None:
    assert {each.verdict for each in effects(posts(10, seed, {"question": 5.0}, shares={"question": 0.5}))} == {"too early"}


def test_an_account_that_does_better_makes_no_action_look_better() -> None:
    """All questions stand on the better account: within an account there is nothing to compare, and nothing is said."""
    made = [
        Post(
            key=str(i),
            account="big" if i % 2 else "small",
            network="x",
            at=post.at,
            actions=frozenset({"question"} if i % 2 else ()),
            figures={"likes": post.figures["likes"] * (3 if i % 2 else 1), "reach": post.figures["reach"]},
        )
        for i, post in enumerate(posts(80, 5, {}))
    ]

    assert found(made, "question").verdict == "too early"
    assert found(made, "question").ratio is None


def test_accounts_of_unlike_composition_are_compared_within() -> None:
    """The better account asks more: the planted effect is found without the account's part in it."""
    made = []
    for i, post in enumerate(posts(400, 7, {})):
        is_big = i % 2 == 0
        asks = i % 10 < (8 if is_big else 2)
        made.append(
            Post(
                key=str(i),
                account="big" if is_big else "small",
                network="x",
                at=post.at,
                actions=frozenset({"question"} if asks else ()),
                figures={"likes": post.figures["likes"] * (4 if is_big else 1) * (1.5 if asks else 1), "reach": post.figures["reach"]},
            )
        )

    ratio = found(made, "question").ratio
    assert ratio is not None
    assert math.log(ratio) == pytest.approx(math.log(1.5), abs=0.2)


def test_the_same_numbers_give_the_same_answer() -> None:
    """In any order."""
    made = posts(60, 4, TRUTH)

    one, other = effects(made), effects(made[::-1])

    assert [(each.key, each.verdict, round(each.ratio or 0, 9)) for each in one] == [
        (each.key, each.verdict, round(each.ratio or 0, 9)) for each in other
    ]


def test_an_experiment_is_judged_at_its_least_number() -> None:
    """Before it is too early, whatever the figures; then a difference is one, and none is none."""
    made = posts(120, 2, {"question": 2.5}, shares={"question": 0.5})
    ones = [post for post in made if "question" in post.actions]
    others = [post for post in made if "question" not in post.actions]

    assert judge(ones, others, metric="engagements", least=100)[2] == "too early"
    assert judge(ones, others, metric="comments", least=20)[2] == "works"
    assert judge(others, ones, metric="comments", least=20)[2] == "does not"
    assert judge([], others, metric="comments") == (None, None, "too early")
