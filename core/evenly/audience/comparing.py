"""Networks compared by how far they reach people of some age in some country.

Two figures are compared only if they answer the same question, so one measure is chosen for all networks: the one by which the most
networks are known at home, if it knows two at least; else the one by which the most are known anywhere. A network without a fitting
figure from home borrows one from another country. Nothing is estimated: where no band of a survey is that of the people asked about,
the bands that come nearest stand for them, each with its own ages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evenly.audience.table import OLDEST, Cell

_ANY = "any"  #: stands for all networks together
_ALIASES = {"GB": "UK"}
_WIDEST = 40  #: years; a band wider than this tells little of an age
_COMPARISON = 2  #: networks; fewer are none


@dataclass(frozen=True, slots=True)
class People:
    """Whom a brand wants to reach: both ages included; `country` as two capital letters, None: wherever most is known."""

    youngest: int
    oldest: int
    country: str | None = None

    @property
    def years(self) -> frozenset[int]:
        return frozenset(range(min(self.youngest, OLDEST), min(self.oldest, OLDEST) + 1))


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of the table, and the country it was borrowed from; None: it is from home."""

    cell: Cell
    borrowed: str | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far one network reaches them."""

    network: str
    figures: tuple[Figure, ...]  #: by age; never empty
    mean: Fraction  #: of the figures' percent, each weighted by how many of the years asked about it covers
    fits: bool  #: False: the figures are of people of other ages, for want of better ones
    affinity: Fraction | None  #: `mean` over the share of all ages in the same survey; None: not asked there
    youth_tilt: Fraction | None  #: the share in the survey's youngest band over that of all ages


@dataclass(frozen=True, slots=True)
class Comparison:
    """Networks by one measure, the furthest-reaching first; after them those whose figures are of other ages."""

    measure: str
    home: str  #: the country that was asked for, or else the one of which most is known
    reaches: tuple[Reach, ...]


def compare(cells: Iterable[Cell], people: People) -> Comparison:
    """The networks of the table, as far as they are known for these people. `people.youngest` must not be above `people.oldest`."""
    table = [cell for cell in cells if cell.network != _ANY]
    home = _home(table, people)
    measure = _measure(table, people, home)
    known = _by(cell for cell in table if cell.measure == measure)
    picked = {network: _pick(mine, people, home) for network, mine in known.items()}
    reaches = [_reach(network, chosen, known[network], people, home) for network, chosen in picked.items() if chosen]
    return Comparison(measure, home, tuple(sorted(reaches, key=lambda reach: (not reach.fits, -reach.mean, reach.network))))


def _home(table: Sequence[Cell], people: People) -> str:
    if people.country is not None:
        return _ALIASES.get(people.country, people.country)
    countries = sorted({cell.country for cell in table})
    return max(countries, key=lambda country: max(_known(_at(table, country), people, measure) for measure in _measures(table)))


def _measure(table: Sequence[Cell], people: People, home: str) -> str:
    at_home = {measure: _known(_at(table, home), people, measure) for measure in _measures(table)}
    if max(count for count, *_ in at_home.values()) >= _COMPARISON:
        return max(at_home, key=lambda measure: at_home[measure])
    return max(_measures(table), key=lambda measure: _known(table, people, measure))


def _known(table: Iterable[Cell], people: People, measure: str) -> tuple[int, Fraction, int]:
    """How many networks a measure knows these people's use of, how well, and how lately."""
    found = [_nearest(mine, people) for mine in _by(cell for cell in table if cell.measure == measure).values()]
    fitting = [chosen for chosen in found if _fits(chosen, people)]
    newest = max((cell.year for chosen in fitting for cell in chosen), default=0)
    return len(fitting), sum((_likeness(chosen, people) for chosen in fitting), Fraction(0)), newest


def _pick(cells: Sequence[Cell], people: People, home: str) -> tuple[Cell, ...]:
    """What stands for one network: from home if that fits, else whatever comes nearest, from home rather than from elsewhere."""
    own = _nearest(_at(cells, home), people)
    if _fits(own, people):
        return own
    abroad = [_nearest(_at(cells, country), people) for country in sorted({cell.country for cell in cells} - {home})]
    return max([own, *abroad], key=lambda chosen: _likeness(chosen, people))


def _nearest(cells: Iterable[Cell], people: People) -> tuple[Cell, ...]:
    """The band, or the bands side by side, whose ages are most like those asked about; nothing where none of them is asked about."""
    near = [cell for cell in _newest(cells) if cell.years & people.years]
    side_by_side: list[Cell] = []
    for cell in sorted(near, key=lambda cell: (len(cell.years), cell.age_from)):
        if all(cell.years.isdisjoint(other.years) for other in side_by_side):
            side_by_side.append(cell)
    choices = [*((cell,) for cell in near), tuple(sorted(side_by_side, key=lambda cell: cell.age_from))]
    return max(choices, key=lambda chosen: (_likeness(chosen, people), -len(chosen)))


def _newest(cells: Iterable[Cell]) -> list[Cell]:
    """Of each band the latest figure, and the better attested of one year."""
    found: dict[tuple[int, int | None], Cell] = {}
    for cell in sorted(cells, key=lambda cell: (-cell.year, cell.grade)):
        found.setdefault((cell.age_from, cell.age_to), cell)
    return list(found.values())


def _fits(chosen: Sequence[Cell], people: People) -> bool:
    """Whether the bands cover half of the ages asked about, and are not about everybody else besides."""
    covered, wanted = _covered(chosen), people.years
    return 2 * len(covered & wanted) >= len(wanted) and len(covered) <= max(_WIDEST, len(wanted) * 3 // 2)


def _likeness(chosen: Sequence[Cell], people: People) -> Fraction:
    """The ages that both have, of those that either has: 1 is the same ages."""
    covered, wanted = _covered(chosen), people.years
    return Fraction(len(covered & wanted), len(covered | wanted))


def _covered(chosen: Sequence[Cell]) -> frozenset[int]:
    return frozenset().union(*(cell.years for cell in chosen))


def _reach(network: str, chosen: Sequence[Cell], known: Sequence[Cell], people: People, home: str) -> Reach:
    weights = [len(cell.years & people.years) for cell in chosen]
    mean = Fraction(sum(cell.percent * weight for cell, weight in zip(chosen, weights, strict=True)), sum(weights))
    figures = tuple(Figure(cell, None if cell.country == home else cell.country) for cell in chosen)
    survey = [cell for cell in known if (cell.country, cell.source) == (chosen[0].country, chosen[0].source)]
    fits, overall = _fits(chosen, people), _overall(survey)
    if overall is None:
        return Reach(network, figures, mean, fits, None, None)
    is_one_survey = all(cell in survey for cell in chosen)
    affinity = mean / overall.percent if is_one_survey and overall not in chosen else None
    young = next((cell for cell in survey if cell.age_to is not None and cell.age_from == overall.age_from), None)
    return Reach(network, figures, mean, fits, affinity, None if young is None else Fraction(young.percent, overall.percent))


def _overall(survey: Sequence[Cell]) -> Cell | None:
    """What a survey says of everybody it asked."""
    youngest = min(cell.age_from for cell in survey)
    return next((cell for cell in survey if cell.age_to is None and cell.age_from == youngest and cell.percent), None)


def _by(cells: Iterable[Cell]) -> Mapping[str, list[Cell]]:
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.network, []).append(cell)
    return found


def _at(cells: Iterable[Cell], country: str) -> list[Cell]:
    return [cell for cell in cells if cell.country == country]


def _measures(table: Iterable[Cell]) -> list[str]:
    return sorted({cell.measure for cell in table})
