"""`evenly key`: the key that everything secret is encrypted with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import with_app
from evenly.messages import _, ngettext

if TYPE_CHECKING:
    from evenly.app import App


@click.group("key")
def command() -> None:
    """The key that tokens and apps' secrets are encrypted with."""


@command.command("rotate")
@with_app
def rotate(app: App) -> int:
    """Make a new key, and encrypt everything with it, also while `evenly run` runs.

    A key that comes from the environment or from a file of your own stays: put a new one before it, and this encrypts everything with the
    first.
    """
    from evenly.store.rotating import rotate as rotated

    done = rotated(app.store, app.settings.state, app.environment)
    click.echo(
        ngettext("{n} secret is encrypted with the new key.", "{n} secrets are encrypted with the new key.", done.secrets, n=done.secrets)
    )
    if done.unneeded is None:
        click.echo(_("The old key is gone: a copy of the store from before opens with the key from then only."))
        return 0
    click.echo(_("Nothing needs the other keys in {where} any more: take them away.", where=done.unneeded))
    return 1
