"""`evenly queue`: what is queued, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App

_STATES = ("draft", "planned", "publishing", "published", "failed", "uncertain", "missed", "held", "cancelled")
_OFFERS = ("product", "brand", "service")
_ENDED = ("published", "cancelled")
_MOST = 5  # doubts that are spelt out under the table
_NEEDS_SOMEBODY = frozenset({"failed", "uncertain", "missed"})


@click.command("queue")
@click.option("--account", help="Only this account.")
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES), help="Only this state (repeatable).")
@click.option("--topic", help="Only this topic.")
@click.option("--campaign", help="Only this campaign.")
@click.option("--offer", type=click.Choice(_OFFERS), help="Only posts about products, brands or services.")
@click.option("--since", metavar="TIME", help="Not before this time.")
@click.option("--until", metavar="TIME", help="Before this time.")
@json_option
@with_app
def command(
    app: App,
    *,
    account: str | None,
    states: tuple[str, ...],
    topic: str | None,
    campaign: str | None,
    offer: str | None,
    since: str | None,
    until: str | None,
    as_json: bool,
) -> int:
    """List deliveries. Without --state on a terminal: those that are not ended."""
    from evenly.cli import doubts, show
    from evenly.cli.times import instant
    from evenly.planning import listing
    from evenly.store import queue

    zone = app.settings.brand.timezone if account is None else _zone(app, account)
    wanted = states or (() if as_json or since or until else tuple(state for state in _STATES if state not in _ENDED))
    with app.store.read() as connection:
        rows = queue.deliveries(
            connection,
            name=account,
            states=wanted,
            topic=topic,
            campaign=campaign,
            offer=offer,
            since=instant(since, zone),
            until=instant(until, zone),
        )
        doubtful = [] if as_json else list(doubts.told(app, connection, [row for row in rows if row.public_state == "uncertain"][:_MOST]))
    documents = [listing.document(app.desk, row) for row in rows]
    if as_json:
        show.print_json({"deliveries": documents})
    elif documents:
        show.deliveries(documents)
        for line in doubtful:
            click.echo(show.printable(line))
    else:
        click.echo(_('Nothing is queued. Queue a post: evenly add "…"'))
    return 1 if any(each["state"] in _NEEDS_SOMEBODY for each in documents) else 0


def _zone(app: App, account: str) -> str:
    if account not in app.settings.accounts:
        known = ", ".join(app.settings.accounts) or "-"
        raise click.UsageError(_("There is no account {name}; evenly.toml has: {known}.", name=account, known=known))
    return app.settings.zone(account)
