"""A figure that its network counts under another name is a new series: what was read under the old one is mixed with nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.insight import Columns, Counting, Observed, Post, basis_of, engagements_of, judge, kpis, levels
from evenly.insight.series import Named, Reading, in_one_series, newest
from tests.insight.planted import BEGIN

DAY = timedelta(days=1)


def post(key: int, *, account: str = "page", kind: str = "post", **figures: float) -> Post:
    return Post(key=str(key), account=account, network="facebook", at=BEGIN + key * DAY, format=kind, figures=figures)


def reading(day: float, **names: str) -> Reading:
    return Reading(BEGIN + day * DAY, frozenset(names.items()))


def series(posts: list[Post], readings: Mapping[int, Reading]) -> list[dict[str, float]]:
    """The figures that are left of each post."""
    return [dict(each.figures) for each in in_one_series(posts, {str(key): value for key, value in readings.items()})]


def test_what_was_read_under_the_old_name_is_left_out() -> None:
    """The figure only; and the post says as what it is counted now, since when."""
    posts = [post(1, views=900, likes=3), post(2, views=40, likes=4)]

    old, new = in_one_series(posts, {"1": reading(8, views="impressions", likes="l"), "2": reading(9, views="views", likes="l")})

    assert (dict(old.figures), dict(new.figures)) == ({"likes": 3}, {"views": 40, "likes": 4})
    assert old.apart == (Counting("views", "views", BEGIN + 9 * DAY),)
    assert new.apart == ()


def test_the_newest_is_what_was_read_last_whatever_went_out_last() -> None:
    """A late reading of an old post counts as of the day of the reading."""
    posts = [post(1, views=1), post(2, views=2)]

    assert series(posts, {1: reading(30, views="new"), 2: reading(20, views="old")}) == [{"views": 1}, {}]


def test_without_a_name_nothing_is_known_of_a_change() -> None:
    """Such readings, as all were once, belong to any series."""
    posts = [post(1, views=1), post(2, views=2), post(3, views=3), post(4)]

    assert series(posts, {2: reading(8), 3: reading(9, views="views")}) == [{"views": 1}, {"views": 2}, {"views": 3}, {}]


def test_accounts_and_formats_are_counted_each_in_their_own_way() -> None:
    """Stories may always have had another name than posts, and another account may be read in another way."""
    posts = [post(1, views=1), post(2, kind="story", views=2), post(3, account="grid", views=3)]

    assert series(posts, {1: reading(8, views="a"), 2: reading(9, views="b"), 3: reading(10, views="c")}) == [
        {"views": 1},
        {"views": 2},
        {"views": 3},
    ]


def test_a_name_counts_from_where_it_came_to_stay() -> None:
    """Not from when it was seen for a day."""
    named = [Named("page", "views", name, BEGIN + day * DAY) for day, name in enumerate(["b", "a", "a", "b", "b"])]

    assert newest(reversed(named)) == {("page", "views"): Counting("views", "b", BEGIN + 3 * DAY)}


def test_engagements_of_which_a_part_is_left_out_are_not_known() -> None:
    """They would only seem small."""
    posts = in_one_series(
        [post(1, likes=90, comments=1, reach=100), post(2, likes=5, comments=1, reach=100)],
        {"1": reading(8, likes="taps"), "2": reading(9, likes="likes")},
    )

    assert [engagements_of(each) for each in posts] == [None, 6]
    found = kpis(posts)
    assert (found.er_reach, found.conversation_rate, found.applause_rate) == (6, 1, 5)
    assert [level.post.key for level in levels(posts)] == ["2"]


def test_a_basis_that_was_renamed_is_unknown_of_the_old_posts() -> None:
    """Rates are then of the new posts alone, or of another basis that most posts have."""
    posts = [post(number, likes=10, reach=1000, views=2000) for number in range(9)]
    readings = {str(number): reading(number, reach="old" if number < 6 else "new") for number in range(9)}

    kept = in_one_series(posts, readings)

    assert kpis(kept).er_reach == 1
    assert [each.figures.get("reach") for each in kept] == [None] * 6 + [1000] * 3
    assert basis_of(kept) == Columns.of(kept).basis == "views"


def test_a_rename_alone_makes_no_difference() -> None:
    """The new way counts ten times as many: no group does better for that."""
    posts = [post(number, likes=10 + number % 3, reach=1000 if number < 20 else 100) for number in range(40)]
    readings = {str(number): reading(number, reach="impressions" if number < 20 else "reach") for number in range(40)}
    kept = in_one_series(posts, readings)

    assert judge(posts[:20], posts[20:], metric="engagements")[2] == "does not"
    assert judge(kept[:20], kept[20:], metric="engagements")[2] == "no difference yet"


NAMES = st.dictionaries(st.sampled_from(["views", "reach", "likes"]), st.sampled_from(["a", "b", "c"]))
FIGURES = st.fixed_dictionaries({}, optional=dict.fromkeys(("views", "reach", "likes", "comments"), st.integers(0, 99)))
POSTS = st.lists(st.tuples(st.sampled_from(["page", "grid"]), st.sampled_from(["post", "story"]), FIGURES, NAMES, st.integers(0, 50)))


@given(POSTS)
def test_two_names_are_never_added_up(drawn: list[tuple[str, str, dict[str, float], dict[str, str], int]]) -> None:
    """Of an account and a format all that is left of a figure was read under one name, the newest, or under none; nothing else is lost."""
    posts = [post(key, account=account, kind=kind, **figures) for key, (account, kind, figures, _, _) in enumerate(drawn)]
    readings = {str(key): reading(day, **names) for key, (_, _, _, names, day) in enumerate(drawn)}
    names_of = {key: dict(each.names) for key, each in readings.items()}

    kept = in_one_series(posts, readings)

    assert [(each.key, each.account) for each in kept] == [(each.key, each.account) for each in posts]
    for figure in ("views", "reach", "likes", "comments"):
        for where in {(each.account, each.format) for each in kept}:
            mine = [each for each in kept if (each.account, each.format) == where]
            named = [each for each in mine if figure in names_of[each.key]]
            last = max((readings[each.key].at for each in named), default=None)
            names = {names_of[each.key][figure] for each in named if figure in each.figures}
            assert len(names) <= 1
            assert names <= {names_of[each.key][figure] for each in named if readings[each.key].at == last}
    for before, after in zip(posts, kept, strict=True):
        assert {*after.figures} | {each.figure for each in after.apart} == {*before.figures}
        assert all(after.figures[name] == before.figures[name] for name in after.figures)


@given(POSTS)
def test_one_name_for_each_figure_changes_nothing(drawn: list[tuple[str, str, dict[str, float], dict[str, str], int]]) -> None:
    """However often and whenever it was read."""
    posts = [post(key, account=account, kind=kind, **figures) for key, (account, kind, figures, _, _) in enumerate(drawn)]
    readings = {str(key): reading(day, **dict.fromkeys(names, "the name")) for key, (*_, names, day) in enumerate(drawn)}

    assert in_one_series(posts, readings) == posts


@pytest.mark.parametrize("metric", ["engagements", "views"])
def test_what_is_observed_has_no_level_without_its_figures(metric: str) -> None:
    """A post of the old series is like one that was never read."""
    posts = in_one_series(
        [post(1, views=9, likes=9, reach=99), post(2, views=8, likes=8, reach=99)],
        {"1": reading(1, views="old", likes="old"), "2": reading(2, views="new", likes="new")},
    )

    assert [level.post.key for level in levels(Observed(posts), metric)] == ["2"]
