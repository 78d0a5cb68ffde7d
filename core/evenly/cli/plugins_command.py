"""`evenly plugins`: what is installed, and the conformance suite for one of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option
from evenly.messages import _, shown

if TYPE_CHECKING:
    from evenly.networks import Networks


@dataclass(frozen=True, slots=True)
class _Plugin:
    """An installed plugin, and what is wrong with it."""

    name: str
    package: str | None
    version: str | None
    cure: str | None


@click.group("plugins", invoke_without_command=True)
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """What is installed. Works anywhere, without a workspace."""
    if ctx.invoked_subcommand is not None:
        return
    from evenly.cli import show
    from evenly.networks import Networks

    plugins = _installed(Networks.load())
    if as_json:
        show.print_json({"plugins": [_document(each) for each in plugins]})
    else:
        columns = (_("name"), _("package"), _("version"), _("state"))
        show.table(columns, [(each.name, each.package, each.version, each.cure or _("ok")) for each in plugins])
    if any(each.cure for each in plugins):
        ctx.exit(1)


@command.command("check")
@click.argument("name")
def check(name: str) -> None:
    """Hold the network NAME against every promise that a network makes, with its own stand-in."""
    from evenly.networks import Networks

    if not _entries(name):
        known = ", ".join(sorted({entry.name for entry in _entries()}))
        raise click.UsageError(_("No installed package provides the network {network}. Installed: {names}.", network=name, names=known))
    networks = Networks.load([name])
    if name in networks.refused:
        raise click.ClickException(shown(networks.refused[name]))
    if _run_suite(_entries(name)[0].load()) != 0:
        click.echo(_("{network} breaks promises that every network makes: see above.", network=name), err=True)
        click.get_current_context().exit(1)
    click.echo(_("{network} keeps every promise.", network=name))


def _run_suite(plugin: Any) -> int:
    try:
        from evenly.plugin import testing
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("evenly"):
            raise
        missing = _("The conformance suite needs {module}: install evenly with its extra, pip install 'evenly[check]'.", module=error.name)
        raise click.ClickException(missing) from None
    return testing.check(plugin, ["-q"])


def _installed(networks: Networks) -> list[_Plugin]:
    return sorted((_described(entry, networks) for entry in _entries()), key=lambda each: each.name)


def _entries(name: str | None = None) -> list[EntryPoint]:
    from evenly.networks import GROUP

    return [entry for entry in entry_points(group=GROUP) if name is None or entry.name == name]


def _described(entry: EntryPoint, networks: Networks) -> _Plugin:
    package = entry.dist
    cure = networks.refused.get(entry.name)
    return _Plugin(entry.name, package.name if package else None, package.version if package else None, shown(cure) if cure else None)


def _document(plugin: _Plugin) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "package": plugin.package,
        "version": plugin.version,
        "ok": plugin.cure is None,
        "message": plugin.cure,
    }
