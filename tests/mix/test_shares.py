"""The shares of the mix, their verdicts, and the smallest numbers that restore them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from evenly.mix import Bounds, Counted, Finding, Tally, blocking, check, findings, horizon, summary, tally, verdict, wanted, wilson
from evenly.mix.shares import has

ORIGINS = ("owned", "third-party", "mixed", "unknown")
ACTIONS = ("question", "invitation", "photo", "video", "behind-the-scenes", "mention", "link", "promotion", "bait")
NAMES = ("owned", "third_party", "on_topic", "question", "photo", "behind_the_scenes", "promotion", "bait", "topics.care")

posts = st.builds(
    Counted,
    account=st.sampled_from(["page", "fedi"]),
    network=st.just("facebook"),
    origin=st.sampled_from(ORIGINS),
    topic=st.sampled_from([None, "care", "craft"]),
    on_topic=st.sampled_from([None, True, False]),
    actions=st.frozensets(st.sampled_from(ACTIONS)),
)
shares = st.fractions(0, 1, max_denominator=40)


@st.composite
def bounds(draw: st.DrawFn) -> Bounds:
    low, high = sorted((draw(shares), draw(shares)))
    return Bounds(draw(st.sampled_from([low, None])), draw(st.sampled_from([high, None])))


def post(origin: Any = "owned", *actions: str, account: str = "page", **facts: Any) -> Counted:
    return Counted(account=account, network="facebook", origin=origin, actions=frozenset(actions), **facts)


def test_counts_decide_by_floor_and_ceiling() -> None:
    """Met from floor(min × n) up to ceil(max × n)."""
    fifth = Bounds(Fraction(1, 5), Fraction(1, 2))

    assert [verdict(Tally(Fraction(count), 14), fifth, least=10) for count in (1, 2, 7, 8)] == ["too few", "met", "met", "too many"]


def test_no_question_among_twelve_is_too_few_whatever_the_interval_says() -> None:
    """Though 20 % lies within the interval."""
    found = findings([post()] * 12, {"question": Bounds(Fraction(1, 5))})[0]

    assert found.tally.interval is not None
    assert found.tally.interval[1] > 0.2
    assert found.verdict == "too few"


def test_below_the_least_number_it_is_too_early() -> None:
    """Also where nothing at all is counted; then there is neither share nor interval."""
    few, none = findings([post()] * 9, {"question": Bounds(Fraction(1, 5))}), findings([], {"question": Bounds(Fraction(1, 5))}, least=1)

    assert [few[0].verdict, none[0].verdict] == ["too early", "too early"]
    assert (none[0].tally.share, none[0].tally.interval) == (None, None)


def test_mixed_counts_half_and_unknown_origin_leaves_both_numbers() -> None:
    """Ten posts: four own, three of others, two mixed, one unknown."""
    window = [post()] * 4 + [post("third-party")] * 3 + [post("mixed")] * 2 + [post("unknown")]

    assert Tally(Fraction(5), 9) == tally(window, "owned")
    assert Tally(Fraction(4), 9) == tally(window, "third_party")
    assert Tally(Fraction(0), 10) == tally(window, "question")


def test_unknown_topic_is_not_on_topic_and_stays_in_the_number() -> None:
    """Of three, one on, one off, one unknown: one third."""
    window = [post(on_topic=True), post(on_topic=False), post(on_topic=None)]

    assert Tally(Fraction(1), 3) == tally(window, "on_topic")


def test_photo_counts_photo_or_video_once() -> None:
    """A post with both is one."""
    window = [post("owned", "photo", "video"), post("owned", "video"), post("owned", "photo"), post()]

    assert Tally(Fraction(3), 4) == tally(window, "photo")


def test_keys_of_targets_are_those_of_the_settings() -> None:
    """`behind_the_scenes` counts the action `behind-the-scenes`."""
    assert has(post("owned", "behind-the-scenes"), "behind_the_scenes")
    assert not has(post("owned", "photo"), "behind_the_scenes")


def test_a_topic_is_met_within_one_post_of_its_share() -> None:
    """Among the posts that have a topic at all; the others do not count."""
    window = [post(topic="care")] * 4 + [post(topic="craft")] * 7 + [post()] * 9
    care, craft = findings(window, {}, topics={"care": Fraction(2, 5), "craft": Fraction(2, 5)})

    assert ("topics.care", Tally(Fraction(4), 11), "met") == (care.target, care.tally, care.verdict)
    assert (craft.target, craft.verdict) == ("topics.craft", "too many")


def test_the_interval_is_wilsons() -> None:
    """Against a published value: 15 of 148 gives 6.2 % to 16.0 %.

    R. G. Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3: 0.0624 and 0.1605.
    """
    low, high = wilson(15, 148)

    assert (round(low, 4), round(high, 4)) == (0.0624, 0.1605)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, 2 * of), st.just(of))))
def test_the_interval_holds_the_share(pair: tuple[int, int]) -> None:
    """Within 0 and 1, halves included."""
    count, of = pair[0] / 2, pair[1]
    low, high = wilson(count, of)

    assert 0 <= low <= count / of + 1e-12
    assert count / of - 1e-12 <= high <= 1


@given(st.lists(posts, max_size=40))
def test_owned_and_third_party_complete_each_other(window: Sequence[Counted]) -> None:
    """Their counts make the number of posts whose origin is known."""
    owned, other = tally(window, "owned"), tally(window, "third_party")

    assert owned.of == other.of
    assert owned.count + other.count == owned.of


@given(st.integers(0, 200).flatmap(lambda of: st.tuples(st.integers(0, 2 * of), st.just(of))), bounds())
@example((1, 11), Bounds(Fraction(1, 21), Fraction(1, 21)))
def test_advice_is_the_smallest_that_restores(pair: tuple[int, int], target: Bounds) -> None:
    """With as many as advised the share is met, with one fewer it is not; likewise the most; and no shorter horizon would do."""
    counted = Tally(Fraction(pair[0], 2), pair[1])
    among = horizon(counted, target)
    assume(among is not None)
    assert among is not None
    numbers = wanted("question", counted, target, among)

    def after(having: int, among: int) -> str:
        return verdict(Tally(counted.count + having, counted.of + among), target, least=1)

    def possible(among: int) -> bool:
        return any(after(having, among) == "met" for having in range(among + 1))

    assert among >= 10
    assert possible(among)
    assert among == 10 or not possible(among - 1)
    assert ["met"] * (numbers.most - numbers.least + 1) == [after(having, among) for having in range(numbers.least, numbers.most + 1)]
    assert numbers.least == 0 or after(numbers.least - 1, among) == "too few"
    assert numbers.most == among or after(numbers.most + 1, among) == "too many"


@given(st.integers(1, 200).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), bounds())
def test_there_is_no_advice_only_where_nothing_helps(pair: tuple[int, int], target: Bounds) -> None:
    """All of them wanted and one is not, or none wanted and one is there."""
    counted = Tally(Fraction(pair[0]), pair[1])

    if horizon(counted, target) is None:
        assert (target.min == 1 and counted.count < counted.of) or (target.max == 0 and counted.count > 0)


def test_the_sentence_names_what_to_add() -> None:
    """Third-party and questions are short, so owned need not be named."""
    window = [post()] * 20
    targets = {
        "owned": Bounds(Fraction(1, 2), Fraction(9, 10)),
        "third_party": Bounds(Fraction(1, 10), Fraction(1, 2)),
        "question": Bounds(Fraction(1, 20)),
        "bait": Bounds(None, Fraction(0)),
    }

    found = findings(window, targets)

    assert [each.verdict for each in found] == ["too many", "too few", "too few", "met"]
    assert str(summary(found)) == "3 third-party posts and 1 question in the next 10"
    assert str(found[1].advice) == "3 third-party posts in the next 10"
    assert found[3].advice is None


def test_the_sentence_goes_as_far_as_it_must() -> None:
    """Where ten posts cannot do it, the horizon is the least that can, for all of them together."""
    window = [post("owned", "promotion")] * 40
    found = findings(window, {"promotion": Bounds(None, Fraction(1, 2)), "question": Bounds(Fraction(1, 10))})

    assert str(summary(found)) == "no promotions and 7 questions in the next 39"
    assert str(found[0].advice) == "no promotions in the next 39"
    assert str(found[1].advice) == "5 questions in the next 10"


def test_what_no_post_can_restore_has_its_own_advice() -> None:
    """Bait is gone when it has left the window."""
    found = findings(
        [post("owned", "bait")] + [post(on_topic=True)] * 11, {"bait": Bounds(None, Fraction(0)), "on_topic": Bounds(Fraction(1))}
    )

    assert summary(found) is None
    assert str(found[0].advice) == "No posts that beg for reactions until those there are have left the window, or change them."
    assert str(found[1].advice) == "Nothing but posts on topic until the others have left the window, or change the others."


def test_nothing_to_say_where_all_is_met() -> None:
    """No sentence."""
    assert summary(findings([post("owned", "question")] * 12, {"question": Bounds(Fraction(1, 5))})) is None


def test_the_brand_and_each_account_are_judged() -> None:
    """The brand over all deliveries, each account over its own, with the targets of its network."""

    def targets(networks: Collection[str]) -> Mapping[str, Bounds]:
        return {"photo": Bounds(Fraction(2, 5) if "mastodon" in networks else Fraction(3, 5))}

    page = [post("owned", "photo")] * 6 + [post()] * 6
    fedi = [post("owned", "photo", account="fedi")] * 5 + [post(account="fedi")] * 7
    found = check([*page, *fedi], {"page": "facebook", "fedi": "mastodon"}, targets)

    assert [(each.account, each.verdict, each.tally.of) for each in found] == [
        (None, "met", 24),
        ("page", "too few", 12),
        ("fedi", "met", 12),
    ]


def test_an_account_without_deliveries_is_too_early() -> None:
    """It is named all the same."""
    found = check([], {"page": "facebook"}, lambda _: {"question": Bounds(Fraction(1, 5))})

    assert [(each.account, each.verdict) for each in found] == [(None, "too early"), ("page", "too early")]


def test_the_document_has_every_key_of_the_promise() -> None:
    """Plain JSON: counts may end in .5, what is not there is null, the advice in the reader's language."""
    found = findings([post("mixed")] + [post()] * 11, {"third_party": Bounds(Fraction(1, 10), None)}, account="page")[0]
    document = found.document(lambda message: f"« {message} »")

    assert document.pop("interval") == list(wilson(0.5, 12))
    assert document == {
        "target": "third_party",
        "account": "page",
        "count": 0.5,
        "of": 12,
        "share": pytest.approx(0.5 / 12),
        "min": 0.1,
        "max": None,
        "verdict": "too few",
        "advice": "« 2 third-party posts in the next 10 »",
    }


@given(st.lists(posts, min_size=1, max_size=30), posts, st.dictionaries(st.sampled_from(NAMES), bounds(), max_size=4))
def test_blocking_holds_what_leaves_a_share_out_of_its_bounds(out: Sequence[Counted], due: Counted, targets: dict[str, Bounds]) -> None:
    """Judged over what was published plus itself; a delivery on the right side may always go."""
    held = blocking(out, due, targets, least=10)
    wrong = {
        each.target
        for each in findings([*out, due], targets, least=10)
        if each.needs_you and has(due, each.target) == (each.verdict == "too many")
    }

    assert (held is None) == (not wrong)
    assert held is None or held.target in wrong


def test_blocking_names_the_target() -> None:
    """The third promotion of ten, with a fifth allowed."""
    out = [post("owned", "promotion")] * 2 + [post()] * 7
    targets = {"promotion": Bounds(None, Fraction(1, 5))}

    held = blocking(out, post("owned", "promotion"), targets)

    assert isinstance(held, Finding)
    assert (held.target, held.verdict) == ("promotion", "too many")
    assert blocking(out, post(), targets) is None


@given(st.lists(posts, max_size=40), bounds(), st.sampled_from(NAMES))
def test_verdicts_are_those_of_the_definition(window: Sequence[Counted], target: Bounds, name: str) -> None:
    """Written out once more, by the letter."""
    found = findings(window, {name: target})[0]
    count, of = found.tally.count, found.tally.of
    low = target.min is None or count >= math.floor(target.min * of)
    high = target.max is None or count <= math.ceil(target.max * of)

    assert found.verdict == ("too early" if of < 10 else "met" if low and high else "too many" if low else "too few")
