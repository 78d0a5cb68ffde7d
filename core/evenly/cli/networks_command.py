"""`evenly networks`: the networks at hand and what each takes, or how far they reach an audience."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option
from evenly.messages import _, shown

if TYPE_CHECKING:
    from evenly.audience import Comparison, People
    from evenly.networks import Networks
    from evenly.plugin import Limits, Network

_AGES = re.compile(r"\s*(\d{1,3})\s*(?:[-–]\s*(\d{1,3})\s*|(\+)\s*)?")
_OLDEST = 120


def _ages(_ctx: click.Context, _parameter: click.Parameter, written: str | None) -> tuple[int, int] | None:
    if written is None:
        return None
    found = _AGES.fullmatch(written)
    if found is None:
        raise click.BadParameter(_('{written} is not a span of ages; write it like "25-34", "65+" or "30".', written=repr(written)))
    youngest = int(found[1])
    oldest = _OLDEST if found[3] else int(found[2] or found[1])
    if youngest > oldest:
        raise click.BadParameter(_("The youngest age comes first: {oldest}-{youngest}.", oldest=oldest, youngest=youngest))
    if oldest > _OLDEST:
        raise click.BadParameter(_("Ages end at {limit}; {written} goes beyond.", limit=_OLDEST, written=repr(written)))
    return youngest, oldest


def _country(_ctx: click.Context, _parameter: click.Parameter, written: str | None) -> str | None:
    if written is None or re.fullmatch(r"[A-Za-z]{2}", written):
        return written and written.upper()
    raise click.BadParameter(_('{written} is not a country; write its two letters, such as "FR".', written=repr(written)))


@click.command("networks")
@click.option(
    "--for-ages", "ages", metavar="AGES", callback=_ages, help='How far each network reaches people of this age, such as "25-34".'
)
@click.option("--country", metavar="CODE", callback=_country, help='How far each network reaches people there, such as "FR".')
@click.option("--scorecard", metavar="NETWORK", help="What the plugin of this network does of all that the network offers.")
@json_option
def command(ages: tuple[int, int] | None, country: str | None, scorecard: str | None, as_json: bool) -> None:
    """The installed networks and what each takes. Works anywhere, without a workspace.

    With an audience: how far networks reach it, by published surveys. Every figure comes with its source, its year and the ages it is of.
    """
    from evenly.cli import scoring
    from evenly.networks import Networks

    networks = Networks.load()
    if scorecard is not None:
        scoring.tell(networks, scorecard, as_json=as_json)
    elif ages is None and country is None:
        _print_networks(networks, as_json)
    else:
        from evenly.audience import People
        from evenly.cli import reaching

        people = People(*(ages or reaching.EVERYBODY), country)
        _print_audience(networks, people, as_json)
    _tell_refused(networks)


def _print_networks(networks: Networks, as_json: bool) -> None:
    from evenly.cli import scoring, show

    if as_json:
        documents = [_document(networks[name], []) | {"scorecard": scoring.counts(networks, name)} for name in networks.names()]
        show.print_json({"networks": documents})
    else:
        columns = (_("name"), _("network"), _("text"), _("pictures"), _("videos"), _("thread"), _("formats"), _("scorecard"))
        cells = {name: scoring.in_a_cell(scoring.counts(networks, name)) for name in networks.names()}
        show.table(columns, [(*_row(networks[name]), cells[name]) for name in networks.names()])


def _print_audience(networks: Networks, people: People, as_json: bool) -> None:
    from evenly.audience import cells, compare
    from evenly.cli import reaching, show

    comparison = compare(cells(), people)
    if as_json:
        figures = reaching.documents(comparison)
        ranked = sorted(networks.names(), key=lambda name: _rank(comparison, name))
        show.print_json({"networks": [_document(networks[name], figures.get(name, [])) for name in ranked]})
    else:
        reaching.print_comparison(comparison, people, {name: networks[name].title for name in networks.names()})


def _rank(comparison: Comparison, name: str) -> tuple[int, str]:
    """The place of a network in the comparison; those of which nothing is known come last."""
    places = {reach.network: place for place, reach in enumerate(comparison.reaches)}
    return places.get(name, len(places)), name


def _tell_refused(networks: Networks) -> None:
    from evenly.cli import show

    for cure in networks.refused.values():
        show.note(shown(cure))


def _document(network: Network, reach: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": network.name, "title": network.title, "limits": _plain(network.limits), "reach": reach}


def _row(network: Network) -> tuple[object, ...]:
    limits: Limits = network.limits
    return (
        network.name,
        network.title,
        limits.text or "-",
        limits.pictures or "-",
        limits.videos or "-",
        limits.thread if limits.thread > 1 else "-",
        ", ".join(sorted(limits.formats)),
    )


def _plain(value: Any) -> Any:
    """The value as JSON has it; durations in seconds."""
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.total_seconds() if isinstance(value, timedelta) else value
