"""`evenly sync`: read back what the accounts published elsewhere."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _, ngettext, shown

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.collecting import Synced


@click.command("sync")
@click.option("--account", "accounts", multiple=True, help="Only this account (repeatable).")
@json_option
@with_app
def command(app: App, accounts: tuple[str, ...], as_json: bool) -> int:
    """Read what the accounts published by hand or with other tools, so that spread and mix count it."""
    from evenly import collecting
    from evenly.cli import show
    from evenly.masking import masked

    unknown = [name for name in accounts if name not in app.settings.accounts]
    if unknown:
        known = ", ".join(app.settings.accounts) or "-"
        raise click.UsageError(_("There is no account {name}; evenly.toml has: {known}.", name=unknown[0], known=known))
    names = accounts or tuple(app.settings.accounts)
    results = []
    with show.progress(_("Reading accounts"), len(names)) as advance:
        for name in names:
            results.append(collecting.sync(app.desk, app.vault, app.clock, name))
            advance(1)
    if as_json:
        documents = [{**asdict(each), "trouble": None if each.trouble is None else masked(shown(each.trouble))} for each in results]
        show.print_json({"accounts": documents})
    for each in results:
        if each.trouble is not None:
            show.note(f"{each.account}: {shown(each.trouble)}")
        elif not as_json:
            click.echo(f"{each.account}: {_told(each)}")
    return 1 if any(each.trouble is not None for each in results) else 0


def _told(synced: Synced) -> str:
    count = synced.elsewhere
    told = ngettext("{n} post from elsewhere", "{n} posts from elsewhere", count, n=count)
    return told + (_(", {new} of them new", new=synced.new) if synced.new else "")
