"""Showing what a network's plugin does of what the network offers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from evenly.cli import show
from evenly.messages import _, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly.networks import Networks
    from evenly.scorecards import Line


def counts(networks: Networks, name: str) -> dict[str, int]:
    """How many lines of the plugin's scorecard are done, still to do, and left out for a reason; empty where it has none."""
    from evenly.scorecards import VERDICTS, ScorecardRefused, read

    try:
        found = Counter(line.verdict for line in read(networks.package_of(name)))
    except ScorecardRefused as refused:
        show.note(shown(refused.message))
        return {}
    return {verdict: found[verdict] for verdict in VERDICTS} if found else {}


def in_a_cell(counted: dict[str, int]) -> str:
    if not counted:
        return "-"
    if not counted["todo"]:
        return _("{done} done", done=counted["done"])
    return _("{done} done, {todo} to do", done=counted["done"], todo=counted["todo"])


def tell(networks: Networks, name: str, *, as_json: bool) -> None:
    """Print the whole scorecard of one network."""
    from evenly.scorecards import ScorecardRefused, read

    if name not in networks:
        raise click.UsageError(
            _("No installed package provides the network {network}. Installed: {names}.", network=name, names=", ".join(networks.names()))
        )
    try:
        lines = read(networks.package_of(name))
    except ScorecardRefused as refused:
        raise click.ClickException(shown(refused.message)) from None
    if as_json:
        show.print_json({"network": name, "scorecard": [_document(line) for line in lines]})
    elif lines:
        show.table((_("subject"), _("what the network offers"), "", _("proven by, or why not")), _rows(lines))
    else:
        click.echo(_("The plugin of {network} brings no scorecard.", network=networks[name].title))


def _rows(lines: Sequence[Line]) -> list[tuple[object, ...]]:
    words = {"done": _("done"), "todo": _("to do"), "exempt": _("left out")}
    return [(line.subject, line.name.replace("-", " "), words[line.verdict], line.said) for line in lines]


def _document(line: Line) -> dict[str, Any]:
    return {"subject": line.subject, "line": line.name, "verdict": line.verdict, "said": line.said}
