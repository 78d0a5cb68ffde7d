"""`evenly metrics`: ask the networks for figures now."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _, ngettext, shown

if TYPE_CHECKING:
    from evenly.app import App


@click.command("metrics")
@click.option("--account", "accounts", multiple=True, help="Only this account (repeatable).")
@json_option
@with_app
def command(app: App, accounts: tuple[str, ...], as_json: bool) -> int:
    """Read likes, comments, shares and whatever else the networks tell, and keep them."""
    from evenly import collecting
    from evenly.cli import show
    from evenly.masking import masked

    unknown = [name for name in accounts if name not in app.settings.accounts]
    if unknown:
        known = ", ".join(app.settings.accounts) or "-"
        raise click.UsageError(_("There is no account {name}; evenly.toml has: {known}.", name=unknown[0], known=known))
    names, results = accounts or tuple(app.settings.accounts), []
    with show.progress(_("Reading figures"), len(names)) as advance:
        for name in names:
            results.append(collecting.collect(app.desk, app.vault, app.clock, name))
            advance(1)
    if as_json:
        documents = [{**asdict(each), "trouble": None if each.trouble is None else masked(shown(each.trouble))} for each in results]
        show.print_json({"accounts": documents})
    for each in results:
        if each.trouble is not None:
            show.note(f"{each.account}: {shown(each.trouble)}")
        elif not as_json:
            count = each.deliveries
            click.echo(f"{each.account}: " + ngettext("figures of {n} post", "figures of {n} posts", count, n=count))
    return 1 if any(each.trouble is not None for each in results) else 0
