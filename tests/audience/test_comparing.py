"""Networks are compared by figures of the shipped table and by nothing else."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path
from statistics import correlation

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evenly.audience
from evenly.audience import LAUNCHED, MEASURES, Cell, Comparison, People, Reach, cells, compare

TABLE = Path(evenly.audience.__file__).parent / "data" / "reach_by_age.csv"
COUNTRIES = ("US", "FR", "DE", "UK", "GB", "ES", None)


@st.composite
def anybody(draw: st.DrawFn) -> People:
    ages = sorted((draw(st.integers(0, 120)), draw(st.integers(0, 120))))
    return People(ages[0], ages[1], draw(st.sampled_from(COUNTRIES)))


def by_network(comparison: Comparison) -> dict[str, Reach]:
    return {reach.network: reach for reach in comparison.reaches}


def of(*people: object) -> dict[str, Reach]:
    return by_network(compare(cells(), People(*people)))  # type: ignore[arg-type]  # ages and a country, as People takes them


@settings(max_examples=200)
@given(anybody())
def test_every_figure_is_a_cell_of_the_table(people: People) -> None:
    """Read anew from the file, with its network, country, ages, source, year and grade."""
    with TABLE.open(encoding="utf-8") as file:
        rows = {tuple(row.values()) for row in csv.DictReader(file)}

    figures = [figure for reach in compare(cells(), people).reaches for figure in reach.figures]

    assert {written(figure.cell) for figure in figures} <= rows


def written(cell: Cell) -> tuple[str, ...]:
    """A cell as the file has it."""
    ages = (str(cell.age_from), "" if cell.age_to is None else str(cell.age_to))
    sources = (cell.source, str(cell.year), cell.url, cell.measure, cell.population, cell.grade, cell.note)
    return (cell.network, cell.country, *ages, str(cell.percent), *sources)


@settings(max_examples=200)
@given(anybody())
def test_a_mean_is_that_of_its_figures_by_years_of_age(people: People) -> None:
    """Of one cell it is the cell."""
    for reach in compare(cells(), people).reaches:
        asked = range(min(people.youngest, 100), min(people.oldest, 100) + 1)
        years = [(each.cell.percent, sum(age in each.cell.years for age in asked)) for each in reach.figures]

        assert reach.mean == Fraction(sum(percent * weight for percent, weight in years), sum(weight for _, weight in years))


@settings(max_examples=50)
@given(anybody())
def test_one_comparison_has_one_measure(people: People) -> None:
    """And names in words what it asked."""
    comparison = compare(cells(), people)

    assert {figure.cell.measure for reach in comparison.reaches for figure in reach.figures} <= {comparison.measure}
    assert comparison.measure in MEASURES


@settings(max_examples=50)
@given(anybody())
def test_what_is_not_from_home_is_borrowed(people: People) -> None:
    """And the country says from where; the figures of one network are from one country."""
    comparison = compare(cells(), people)

    for reach in comparison.reaches:
        assert len({figure.cell.country for figure in reach.figures}) == 1
        for figure in reach.figures:
            assert figure.borrowed == (None if figure.cell.country == comparison.home else figure.cell.country)


@settings(max_examples=50)
@given(anybody())
def test_the_order_is_that_of_the_reach(people: People) -> None:
    """Networks whose figures are of other people come after all others."""
    reaches = compare(cells(), people).reaches

    assert list(reaches) == sorted(reaches, key=lambda reach: (not reach.fits, -reach.mean, reach.network))


def test_young_americans_are_on_snapchat_and_no_more_than_others_on_facebook() -> None:
    """58 of 25 per cent, and 68 of 71."""
    found = of(18, 29, "US")

    assert [found["snapchat"].mean, found["facebook"].mean] == [58, 68]
    assert found["snapchat"].affinity == found["snapchat"].youth_tilt == Fraction(58, 25)
    assert found["facebook"].affinity == Fraction(68, 71)


def test_french_figures_are_taken_where_they_compare_two_networks() -> None:
    """Though an American survey knows more networks and the exact ages."""
    comparison = compare(cells(), People(18, 29, "FR"))

    assert comparison.measure == "uses_self_reported"
    assert {figure.borrowed for reach in comparison.reaches for figure in reach.figures} == {None}
    assert by_network(comparison)["instagram"].figures[0].cell.percent == 83


def test_without_two_figures_from_home_they_are_borrowed() -> None:
    """Of the French between 25 and 34 one survey knows one network; the next answers another question."""
    facebook = of(25, 34, "FR")["facebook"]

    assert [(each.cell.percent, each.borrowed) for each in facebook.figures] == [(68, "US"), (80, "US")]
    assert facebook.mean == 74


def test_ages_across_two_surveys_have_no_affinity() -> None:
    """Teenagers were asked in another year than adults."""
    instagram = of(16, 24, "US")["instagram"]

    assert [each.cell.year for each in instagram.figures] == [2024, 2025]
    assert instagram.affinity is None


def test_the_latest_figure_of_a_band_counts() -> None:
    """Germans between 14 and 29 were asked in 2022, 2023 and 2025."""
    assert of(14, 29, "DE")["instagram"].figures[0].cell.year == 2025


def test_a_figure_of_everybody_is_said_not_to_fit() -> None:
    """Pinterest is known for adults of all ages only."""
    pinterest = of(18, 29, "US")["pinterest"]

    assert not pinterest.fits
    assert pinterest.affinity is None


def test_the_united_kingdom_has_two_names() -> None:
    """The one of its internet addresses and the one of ISO 3166."""
    assert compare(cells(), People(18, 24, "GB")) == compare(cells(), People(18, 24, "UK"))


def test_without_a_country_the_best_known_is_home() -> None:
    """So nothing of it is borrowed."""
    comparison = compare(cells(), People(25, 34))

    assert comparison.home == "US"
    assert not any(figure.borrowed for reach in comparison.reaches for figure in reach.figures)


def test_of_people_whom_nobody_asked_nothing_is_said() -> None:
    """Small children."""
    assert compare(cells(), People(0, 9, "US")).reaches == ()


def test_the_younger_the_network_the_younger_its_users() -> None:
    """Spearman's correlation of launch year and mean age of users, over the eight networks of one American survey.

    The bands' middles and their shares of the adult population (rounded) stand for the ages.
    """
    middle, share = {18: 23.5, 30: 39.5, 50: 57.0, 65: 73.0}, {18: 0.20, 30: 0.33, 50: 0.24, 65: 0.23}
    bands = [each for each in cells() if (each.country, each.year, each.measure) == ("US", 2025, "ever_use") and each.percent]
    bands = [each for each in bands if (each.age_from, each.age_to) != (18, None)]
    ages: dict[str, float] = {}
    for network in sorted({each.network for each in bands}):
        users = {each.age_from: each.percent * share[each.age_from] for each in bands if each.network == network}
        ages[network] = sum(count * middle[band] for band, count in users.items()) / sum(users.values())

    assert len(ages) == 8
    rho = correlation(ranks([LAUNCHED[network] for network in ages]), ranks(list(ages.values())))
    assert rho == pytest.approx(-0.63, abs=0.01)


def ranks(values: list[float] | list[int]) -> list[float]:
    """Equal values share the mean of their ranks."""
    ordered = sorted(values)
    return [(2 * ordered.index(value) + ordered.count(value) - 1) / 2 for value in values]


def test_every_network_of_the_table_has_its_year() -> None:
    """`any` stands for all of them together."""
    assert {cell.network for cell in cells()} - {"any"} <= LAUNCHED.keys()
