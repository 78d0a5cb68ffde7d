"""`evenly settle`: say what became of an uncertain delivery."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly.app import App
    from evenly.plugin import Message, Published


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
    """What the account itself tells of the post at this address, or else what the address does. Raises `ChangeRefused`."""
    from evenly import collecting
    from evenly.cli.doubts import page_of
    from evenly.planning import changing, choosing

    published = changing.published_as(said)
    with app.store.read() as connection:
        rows = {row.id: row for each in ids for row in choosing.rows_of(connection, each)}
        uncertain = [row for row in rows.values() if row.public_state == "uncertain"]
        page = page_of(app, connection, uncertain[0].account) if uncertain else None
    if len(uncertain) > 1:
        raise choosing.ChangeRefused(_one_at_a_time([row.id for row in uncertain]))
    if not uncertain or published.url is None:
        return published
    row = uncertain[0]
    since = min(row.due or app.clock.now(), app.clock.now()) - timedelta(days=1)
    told = None
    if row.account in app.settings.accounts:
        told = collecting.post_at(app.desk, app.vault, app.clock, row.account, published.url, since=since)
    if told is None and page is not None and _site(page) != _site(published.url):
        raise choosing.refused(row, _elsewhere(published.url, page))
    return told or published


def _one_at_a_time(ids: Sequence[int]) -> Message:
    from evenly.plugin import Message

    return Message(
        "One address is that of one post, and {ids} are several deliveries: settle each with its own.", ids=", ".join(map(str, ids))
    )


def _elsewhere(said: str, page: str) -> Message:
    from evenly.plugin import Message

    return Message(
        "{said} is not an address of {host}, where this account is: copy it from {page}, or give the id of the post alone.",
        said=said,
        host=_host(page),
        page=page,
    )


def _site(address: str) -> str:
    """What the addresses of one network have in common: the last two names of the host, whatever stands before them."""
    return ".".join(_host(address).rsplit(".", 2)[-2:])


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _who() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a process without a name, as in some containers
        return _("somebody")
