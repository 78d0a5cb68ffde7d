"""`evenly doctor`: everything that publishing depends on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, workspace_folder, workspace_option
from evenly.messages import _

if TYPE_CHECKING:
    from pathlib import Path

    from evenly.cli.checks import Finding


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Ask no network for its time.")
@json_option
@workspace_option
@click.pass_context
def command(ctx: click.Context, offline: bool, as_json: bool) -> None:
    """Check clock, time zones, store, disk, key, tokens, redirect address, deliveries, daemon, plugins and settings.

    The clock is compared with those of the networks in use: one request to each, without a token.
    """
    from evenly.cli import show

    findings = list(_examined(workspace_folder(), offline=offline))
    wrong = [each for each in findings if not each.ok]
    if as_json:
        documents = [{"check": each.check, "ok": each.ok, "message": each.message} for each in findings]
        show.print_json({"ok": not wrong, "findings": documents})
    else:
        show.table((_("check"), "", _("finding")), [(each.check, _("ok") if each.ok else _("LOOK"), each.message) for each in findings])
    ctx.exit(1 if wrong else 0)


def _examined(folder: Path, *, offline: bool) -> list[Finding]:
    """Every check, as far as the workspace can be opened. A file of settings that is refused ends it, as everywhere."""
    from evenly.app import App
    from evenly.cli import brand_checks, checks, clock_checks, delivery_checks
    from evenly.clock import clock_of
    from evenly.networks import Networks
    from evenly.settings import load, networks_named
    from evenly.signing_in.redirects import VARIABLE
    from evenly.store import Store, StoreError

    clock, networks = clock_of(os.environ), Networks.load(networks_named(folder))
    settings = load(folder, {name: networks[name].settings for name in networks.names()})
    redirects = checks.redirects(settings, networks, os.environ.get(VARIABLE))
    of_settings = [checks.time_zones(settings), *checks.plugins(settings, networks), *checks.settings(settings, networks)]
    of_settings += [*brand_checks.answers(settings), *brand_checks.topics(settings)]
    try:
        store = Store.open(settings.store.url, settings.state)
    except StoreError as error:
        return [checks.clock(clock.now(), None), checks.broken_store(error), *redirects, *of_settings]
    with App(settings, networks, store, clock, os.environ) as app:
        return [
            checks.clock_since(app),
            *([] if offline else clock_checks.against_networks(app)),
            *checks.store(app),
            *checks.engine(app),
            checks.key(app),
            *checks.tokens(app),
            *redirects,
            *of_settings,
            *brand_checks.capacity(app),
            *brand_checks.learnt_times(app),
            *delivery_checks.deliveries(app),
            delivery_checks.daemon(app),
        ]
