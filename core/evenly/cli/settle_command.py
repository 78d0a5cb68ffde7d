"""`evenly settle`: say what became of an uncertain delivery."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.plugin import Published


@click.command("settle")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--published", metavar="URL|ID", help="It is public, under this address.")
@click.option("--not-published", is_flag=True, help="It is not there: it will be sent again.")
@json_option
@with_app
def command(app: App, ids: tuple[str, ...], published: str | None, not_published: bool, as_json: bool) -> int:
    """Say what became of a delivery whose outcome nobody could find out. Your word is kept with its attempts."""
    from evenly.cli import changed
    from evenly.planning import changing

    if (published is None) != not_published:
        raise click.UsageError(_("Look at the account, then say either --published URL or --not-published."))
    now, by = app.clock.now(), _who()
    if published is not None:
        settled = changing.settle_published(app.desk, ids, _seen(app, ids, published), by=by, now=now)
    else:
        settled = changing.settle_not_published(app.desk, ids, by=by, now=now)
    return changed.tell(app, settled, as_json)


def _seen(app: App, ids: tuple[str, ...], said: str) -> Published:
    """What the account itself tells of the post at this address, or else what the address does."""
    from evenly import collecting
    from evenly.planning import changing, choosing

    published = changing.published_as(said)
    if published.url is None:
        return published
    with app.store.read() as connection:
        uncertain = [row for each in ids for row in choosing.rows_of(connection, each) if row.public_state == "uncertain"]
    if not uncertain:
        return published
    first = uncertain[0]
    since = min(first.due or app.clock.now(), app.clock.now()) - timedelta(days=1)
    return collecting.post_at(app.desk, app.vault, app.clock, first.account, published.url, since=since) or published


def _who() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a process without a name, as in some containers
        return _("somebody")
