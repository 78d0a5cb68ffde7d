"""`evenly disconnect`: forgetting an account's tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import with_app
from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App


@click.command("disconnect")
@click.argument("account")
@with_app
def command(app: App, account: str) -> None:
    """Forget the tokens of ACCOUNT. Its posts stay, and wait for a new sign-in."""
    from evenly.signing_in import disconnect

    had_any = disconnect(app.desk, account)
    if not had_any and account not in app.settings.accounts:
        known = ", ".join(app.settings.accounts) or _("none yet")
        raise click.UsageError(_("evenly.toml has no account called {name}. It has: {known}.", name=account, known=known))
    if had_any:
        click.echo(_("The sign-in of {account} is forgotten. The network may list evenly until you take it away there.", account=account))
    else:
        click.echo(_("{account} was not signed in.", account=account))
