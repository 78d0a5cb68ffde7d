"""How far networks reach an audience, as `evenly networks` prints it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from evenly.cli import show
from evenly.messages import _, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenly.audience import Cell, Comparison, Figure, People, Reach

EVERYBODY = (0, 120)


def documents(comparison: Comparison) -> dict[str, list[dict[str, Any]]]:
    """The JSON of each network's figures: cells of the table, never anything worked out of them."""
    return {reach.network: [_document(figure) for figure in reach.figures] for reach in comparison.reaches}


def _document(figure: Figure) -> dict[str, Any]:
    names = ("percent", "year", "source", "measure", "age_from", "age_to")
    return {**{name: getattr(figure.cell, name) for name in names}, "borrowed": figure.borrowed}


def print_comparison(comparison: Comparison, people: People, titles: Mapping[str, str]) -> None:
    """The networks in order, every figure with where it is from; `titles` are those of the installed ones."""
    if not comparison.reaches:
        click.echo(_("No survey that evenly knows has asked people of these ages."))
        return
    from evenly.audience import MEASURES

    ages, measure = _span(people.youngest, people.oldest), shown(MEASURES[comparison.measure])
    click.echo(_("Of people aged {ages} in {country}, so many {measure}:", ages=ages, country=comparison.home, measure=measure))
    sources = _sources(comparison)
    columns = (_("network"), _("reach"), _("of ages"), _("from"), _("year"), _("source"), _("grade"))
    table = [row for reach in comparison.reaches for row in _rows(reach, comparison.home, titles, sources)]
    show.table((*columns, _("than all ages"), _("youth tilt"), _("since")), table)
    for number, (name, address) in enumerate(sources, 1):
        click.echo(f"[{number}] {name}: {address}")
    for line in _explained(comparison, people, titles):
        click.echo(line)


def _sources(comparison: Comparison) -> list[tuple[str, str]]:
    """Each source with its address, in order of appearance."""
    return list(dict.fromkeys((each.cell.source, each.cell.url) for reach in comparison.reaches for each in reach.figures))


def _rows(reach: Reach, home: str, titles: Mapping[str, str], sources: Sequence[tuple[str, str]]) -> list[Sequence[object]]:
    """A row for each figure; their mean first, by its name, where there are several."""
    from evenly.audience import LAUNCHED

    name = _title(reach, titles)
    of_network = (_times(reach.affinity), _times(reach.youth_tilt), LAUNCHED.get(reach.network, "-"))
    cells = [_cell(figure, home, sources) for figure in reach.figures]
    if len(cells) == 1:
        return [(name, *cells[0], *of_network)]
    mean = (f"{float(reach.mean):.0f} %", _("weighted mean by years of age of:"), "", "", "", "")
    return [(name, *mean, *of_network), *(("", *cell, "", "", "") for cell in cells)]


def _title(reach: Reach, titles: Mapping[str, str]) -> str:
    """The network's own spelling, as far as its package is installed to tell it."""
    return titles.get(reach.network, f"({reach.network})")


def _cell(figure: Figure, home: str, sources: Sequence[tuple[str, str]]) -> Sequence[object]:
    cell = figure.cell
    source = f"[{sources.index((cell.source, cell.url)) + 1}]"
    return (f"{cell.percent} %", _ages(cell), _from(figure, home), cell.year, source, cell.grade)


def _from(figure: Figure, home: str) -> str:
    return home if figure.borrowed is None else _("borrowed from {country}", country=figure.borrowed)


def _ages(cell: Cell) -> str:
    return _("{age} and older", age=cell.age_from) if cell.age_to is None else _span(cell.age_from, cell.age_to)


def _span(youngest: int, oldest: int) -> str:
    if oldest == EVERYBODY[1]:
        return _("{age} and older", age=youngest)
    return f"{youngest}–{oldest}" if youngest != oldest else str(youngest)


def _times(ratio: Fraction | None) -> str:
    return "-" if ratio is None else f"×{float(ratio):#.2g}"


def _explained(comparison: Comparison, people: People, titles: Mapping[str, str]) -> list[str]:
    lines = []
    if people.country is None:
        lines.append(_("No country was named: most is known of {country}. Name yours with --country.", country=comparison.home))
    others = [_title(reach, titles) for reach in comparison.reaches if not reach.fits]
    if others:
        lines.append(_("Of other ages than asked, for want of better figures: {names}.", names=", ".join(others)))
    unknown = sorted(titles[name] for name in titles.keys() - {reach.network for reach in comparison.reaches})
    if unknown:
        lines.append(_("No figure by this measure: {names}.", names=", ".join(unknown)))
    if any(reach.network not in titles for reach in comparison.reaches):
        lines.append(_("In brackets: networks for which no package is installed."))
    return [
        *lines,
        _("Than all ages: this reach over that of everybody in the same survey. Youth tilt: the same for the survey's youngest."),
        _("Grade A: the publisher's own page, or several texts that agree; B: one text that quotes it."),
    ]
