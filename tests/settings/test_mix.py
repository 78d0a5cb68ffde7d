"""The wanted mix: presets, the brand's own targets over them, and what contradicts itself."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from evenly.settings import PRESETS, Mix, Target

EVERYWHERE = {"facebook"}


def mix(**written: Any) -> Mix:
    return Mix.model_validate(written)


def target(name: str, /, **written: Any) -> Target:
    return mix(**written).targets(EVERYWHERE)[name]


def share(text: str) -> Fraction:
    return Fraction(text)


def test_the_default_targets_are_those_of_the_preset_evenly() -> None:
    """Floors for what is wanted, ceilings for what tires, owned what third-party leaves."""
    found = {name: (each.min, each.max) for name, each in mix().targets(EVERYWHERE).items()}

    assert found == {
        "owned": (share("0.5"), share("0.9")),
        "third_party": (share("0.1"), share("0.5")),
        "on_topic": (share("0.8"), None),
        "question": (share("0.2"), None),
        "invitation": (share("0.15"), None),
        "photo": (share("0.6"), None),
        "behind_the_scenes": (share("0.1"), None),
        "mention": (share("0.15"), None),
        "promotion": (None, share("0.2")),
        "bait": (None, share("0")),
    }


@pytest.mark.parametrize("network", ["x", "mastodon", "bluesky", "threads"])
def test_networks_of_text_need_fewer_pictures(network: str) -> None:
    """40 % there, 60 % elsewhere; the brand's bound never exceeds what its accounts may settle for."""
    assert mix().targets({network})["photo"].min == share("0.4")
    assert mix().targets({network, "instagram"})["photo"].min == share("0.4")
    assert mix().targets({"instagram"})["photo"].min == share("0.6")
    assert mix(photo={"min": 0.5}).targets({network})["photo"].min == share("0.5")


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_possible(preset: str) -> None:
    """Shares lie inside their bounds, and owned and third-party make one."""
    targets = mix(preset=preset).targets(EVERYWHERE)

    for each in targets.values():
        assert each.share is not None
        assert (each.min or 0) <= each.share <= (1 if each.max is None else each.max)
    if "owned" in targets:
        assert targets["owned"] == targets["third_party"].rest()


def test_shares_are_exact() -> None:
    """A third of 0.1 and 0.2 makes no 0.30000000000000004."""
    assert mix(topics={"a": 0.1, "b": 0.2, "c": 0.7}).topics == {"a": share("0.1"), "b": share("0.2"), "c": share("0.7")}


@pytest.mark.parametrize(
    ("own", "aim"),
    [
        ({"min": 0.6, "max": 0.8, "share": 0.65}, "0.65"),
        ({"min": 0.6, "max": 0.8}, "0.7"),
        ({"min": 0.6}, "0.6"),
        ({"max": 0.4}, "0.4"),
        ({}, "0.8"),
    ],
)
def test_the_planner_aims_at_the_share_or_at_what_the_bounds_say(own: dict[str, float], aim: str) -> None:
    """The own share, the middle of the own bounds, the one own bound, else the preset's."""
    assert target("owned", owned=own).share == share(aim)
    assert target("third_party", owned=own).share == 1 - share(aim)


def test_owned_and_third_party_complete_each_other() -> None:
    """What is said of one is said of the other, the other way round."""
    said_of_owned = mix(owned={"min": 0.6, "max": 0.8}).targets(EVERYWHERE)
    said_of_third_party = mix(third_party={"min": 0.2, "max": 0.4}).targets(EVERYWHERE)
    said_of_both = mix(owned={"min": 0.6}, third_party={"min": 0.2}).targets(EVERYWHERE)

    assert said_of_owned == said_of_third_party == said_of_both
    assert said_of_owned["third_party"] == Target(share("0.2"), share("0.4"), share("0.3"))


def test_a_bound_that_is_not_written_stays_the_presets_unless_it_contradicts() -> None:
    """A brand that wants 95 % own posts gives up the preset's ceiling of 90 %."""
    assert target("owned", owned={"min": 0.7}) == Target(share("0.7"), share("0.9"), share("0.7"))
    assert target("owned", owned={"min": 0.95}) == Target(share("0.95"), None, share("0.95"))
    assert target("photo", photo={"max": 0.5}) == Target(None, share("0.5"), share("0.5"))
    assert target("third_party", owned={"share": 1}) == Target(None, share("0.5"), share("0"))


def test_a_preset_without_a_target_leaves_it_open() -> None:
    """80-20 speaks of promotion; a brand may add to it."""
    assert "owned" not in mix(preset="80-20").targets(EVERYWHERE)
    assert target("owned", preset="80-20", owned={"min": 0.6}) == Target(share("0.6"), None, share("0.6"))


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ({"owned": {"min": 60}}, ("owned", "min")),
        ({"owned": {"min": -0.1}}, ("owned", "min")),
        ({"owned": {"min": True}}, ("owned", "min")),
        ({"owned": {"min": "0.6"}}, ("owned", "min")),
        ({"owned": {"min": float("nan")}}, ("owned", "min")),
        ({"owned": {"min": 0.8, "max": 0.6}}, ("owned", "max")),
        ({"owned": {"min": 0.6, "share": 0.5}}, ("owned", "share")),
        ({"owned": {"max": 0.6, "share": 0.7}}, ("owned", "share")),
        ({"owned": {"min": 0.6}, "third_party": {"min": 0.5}}, ("third_party",)),
        ({"owned": {"max": 0.4}, "third_party": {"max": 0.5}}, ("third_party",)),
        ({"owned": {"share": 0.9}, "third_party": {"min": 0.2}}, ("third_party",)),
        ({"topics": {"care": 0.6, "craft": 0.5}}, ("topics",)),
        ({"topics": {"care": 1.5}}, ("topics", "care")),
        ({"preset": "60-40"}, ("preset",)),
        ({"enforce": "force"}, ("enforce",)),
        ({"window": {"least": 0}}, ("window", "least")),
        ({"questions": {"min": 0.2}}, ("questions",)),
    ],
)
def test_a_mix_that_contradicts_itself_is_refused(written: dict[str, Any], place: tuple[str, ...]) -> None:
    """Each where the contradiction stands."""
    with pytest.raises(ValidationError) as refused:
        mix(**written)

    assert [error["loc"] for error in refused.value.errors()] == [place]


def test_two_shares_that_do_not_make_one_are_refused() -> None:
    """The sentence says what the second would have to be."""
    with pytest.raises(ValidationError, match=r"0\.3: with the share of `owned` it makes 1"):
        mix(owned={"share": 0.7}, third_party={"share": 0.2})


tenths = st.none() | st.integers(0, 10).map(lambda tenth: tenth / 10)
bounds = st.none() | st.fixed_dictionaries({"min": tenths, "max": tenths, "share": tenths})


@given(st.sampled_from(sorted(PRESETS)), bounds, bounds, bounds)
def test_every_mix_that_is_accepted_can_be_met(preset: str, owned: Any, third_party: Any, photo: Any) -> None:
    """Whatever is written over whatever preset: bounds in order, the aim between them, the pair making one."""
    try:
        read = mix(preset=preset, owned=owned, third_party=third_party, photo=photo)
    except ValidationError:
        return
    targets = read.targets(EVERYWHERE)
    for each in targets.values():
        least, most = each.min or 0, 1 if each.max is None else each.max
        assert 0 <= least <= most <= 1
        assert each.share is None or least <= each.share <= most
    for written, name in ((owned, "owned"), (third_party, "third_party"), (photo, "photo")):
        for key, value in (written or {}).items():
            if value is not None and key != "share":
                kept = getattr(targets[name], key)
                assert kept is not None
                assert kept >= share(str(value)) if key == "min" else kept <= share(str(value))
