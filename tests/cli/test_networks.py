"""`evenly networks`: what is installed and what each takes, wherever one stands."""

from __future__ import annotations

import random
import re

import pytest

from evenly.audience import People, cells, compare
from evenly.cli import reaching
from tests.cli.conftest import Program
from tests.cli.lamps import Lamps


def test_the_built_in_networks_are_listed_outside_a_workspace(program: Program) -> None:
    """With their limits; durations in seconds, sets in order."""
    result = program("networks", "--json")

    assert result.code == 0
    found = {each["name"]: each for each in result.json["networks"]}
    assert {"facebook", "mastodon"} <= found.keys()
    mastodon = found["mastodon"]
    assert mastodon["title"] == "Mastodon"
    assert mastodon["limits"]["text"] == 500
    assert mastodon["limits"]["formats"] == sorted(mastodon["limits"]["formats"])
    assert mastodon["reach"] == []


def test_a_strangers_network_stands_beside_them(lamps: Lamps) -> None:
    """In both kinds of output."""
    assert "lantern" in {each["name"] for each in lamps.evenly("networks", "--json").json["networks"]}
    assert "Lantern" in lamps.evenly("networks").out


def test_a_plugin_that_cannot_be_imported_is_named_on_the_side(program: Program) -> None:
    """Scripts still get their document."""
    program.install("broken", "import nowhere_to_be_found\n")

    result = program("networks", "--json")

    assert "broken" not in {each["name"] for each in result.json["networks"]}
    assert "broken" in result.err
    assert "Traceback" not in result.err


FIGURE = {"percent", "year", "source", "measure", "age_from", "age_to", "borrowed"}


def test_with_an_audience_every_network_has_its_figures(program: Program) -> None:
    """In the order of their reach; those of which nothing is known come last, with an empty list."""
    result = program("networks", "--for-ages", "18-29", "--country", "US", "--json")

    assert result.code == 0
    found = {each["name"]: each["reach"] for each in result.json["networks"]}
    assert list(found).index("facebook") < list(found).index("mastodon")
    assert found["mastodon"] == []
    (figure,) = found["facebook"]
    assert figure.keys() == FIGURE
    assert (figure["percent"], figure["year"], figure["measure"]) == (68, 2025, "ever_use")
    assert (figure["age_from"], figure["age_to"], figure["borrowed"]) == (18, 29, None)


def test_figures_from_elsewhere_say_from_where(program: Program) -> None:
    """Where a survey asked no one of that age in that country."""
    found = program("networks", "--for-ages", "25–34", "--country", "fr", "--json").json["networks"]

    assert [each["borrowed"] for each in found[0]["reach"]] == ["US", "US"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--for-ages", "34-25"), "The youngest age comes first: 25-34."),
        (("--for-ages", "young"), "'young' is not a span of ages"),
        (("--for-ages", ""), "is not a span of ages"),
        (("--for-ages", "-5"), "is not a span of ages"),
        (("--for-ages", "20-140"), "Ages end at 120"),
        (("--for-ages", "20-30", "--country", "France"), "'France' is not a country"),
        (("--country", "F1"), "'F1' is not a country"),
    ],
)
def test_an_audience_that_cannot_be_is_refused(program: Program, options: tuple[str, ...], said: str) -> None:
    """With what was found, and how to write it."""
    result = program("networks", *options)

    assert result.code == 2
    assert said in " ".join(result.err.split())
    assert result.out == ""


def test_people_see_where_every_figure_is_from(program: Program) -> None:
    """Networks without a package stand in brackets; a mean is called one, and its figures follow it."""
    shown = program("networks", "--for-ages", "25-34", "--country", "FR").out

    assert shown.startswith("Of people aged 25–34 in FR, so many say that they ever use it:\n")
    assert "(snapchat)" in shown
    facebook = shown[shown.index("Facebook") :].splitlines()
    assert facebook[0].split()[1:3] == ["74", "%"]
    assert "weighted mean" in facebook[0]
    assert "68 %   18–29" in facebook[1]
    assert "borrowed from US" in facebook[2]
    assert "[1] Pew Research Center" in shown
    assert "https://www.pewresearch.org/" in shown


def test_of_small_children_nothing_is_known(program: Program) -> None:
    """Which is said, and is no fault."""
    result = program("networks", "--for-ages", "2-5")

    assert (result.code, result.out) == (0, "No survey that evenly knows has asked people of these ages.\n")
    assert all(each["reach"] == [] for each in program("networks", "--for-ages", "2-5", "--json").json["networks"])


def test_two_hundred_audiences_are_told_nothing_but_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Every per cent that is printed is a cell of its network, or the mean that is called one."""
    chance = random.Random(4)
    percents = {(cell.network, cell.percent, cell.year) for cell in cells()}
    for _ in range(200):
        ages = sorted((chance.randint(0, 110), chance.randint(0, 110)))
        people = People(ages[0], ages[1], chance.choice(["US", "FR", "DE", "GB", "ES", None]))
        comparison = compare(cells(), people)
        reaching.print_comparison(comparison, people, {})
        network, means = "", {reach.network: f"{float(reach.mean):.0f}" for reach in comparison.reaches}
        for line in capsys.readouterr().out.splitlines():
            network = re.sub(r"^\((\w+)\).*|.*", r"\1", line) or network
            if (percent := re.search(r"(\d+) %", line)) and "weighted mean" in line:
                assert percent[1] == means[network]
            elif percent and (year := re.search(r"  (20\d\d)  ", line)):
                assert (network, int(percent[1]), int(year[1])) in percents
            else:
                assert percent is None
