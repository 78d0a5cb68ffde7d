"""`evenly networks`: the networks at hand and what each takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option
from evenly.messages import _, shown

if TYPE_CHECKING:
    from evenly.networks import Networks
    from evenly.plugin import Limits, Network


@click.command("networks")
@json_option
def command(as_json: bool) -> None:
    """The installed networks and what each takes. Works anywhere, without a workspace."""
    from evenly.cli import show
    from evenly.networks import Networks

    networks = Networks.load()
    if as_json:
        show.print_json({"networks": [_document(networks[name]) for name in networks.names()]})
    else:
        columns = (_("name"), _("network"), _("text"), _("pictures"), _("videos"), _("thread"), _("first comment"), _("formats"))
        show.table(columns, [_row(networks[name]) for name in networks.names()])
    _tell_refused(networks)


def _tell_refused(networks: Networks) -> None:
    from evenly.cli import show

    for cure in networks.refused.values():
        show.note(shown(cure))


def _document(network: Network) -> dict[str, Any]:
    return {"name": network.name, "title": network.title, "limits": _plain(network.limits), "reach": []}


def _row(network: Network) -> tuple[object, ...]:
    limits: Limits = network.limits
    return (
        network.name,
        network.title,
        limits.text or "-",
        limits.pictures or "-",
        limits.videos or "-",
        limits.thread if limits.thread > 1 else "-",
        _("yes") if limits.first_comment else "-",
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
