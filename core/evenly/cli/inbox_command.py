"""`evenly inbox`: what the feeds have offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.following import Offer, Twin


@click.command("inbox")
@click.option("--topic", help="Only what is on this one of the brand's topics.")
@json_option
@with_app
def command(app: App, topic: str | None, as_json: bool) -> None:
    """List what the feeds have offered and nobody has taken or skipped, newest first."""
    from evenly import following
    from evenly.cli import show

    if topic is not None and topic not in app.settings.topics:
        known = ", ".join(app.settings.topics) or "-"
        raise click.UsageError(_("There is no topic {name}; evenly.toml has: {names}.", name=topic, names=known))
    offers = following.inbox(app.desk, now=app.clock.now(), topic=topic)
    if as_json:
        show.print_json({"items": [following.as_document(each) for each in offers]})
    elif offers:
        columns = (_("id"), _("title"), _("from"), _("topic"), _("nearly the same"), _("link"))
        show.table(columns, [_row(each) for each in offers])
        click.echo(_('To make a post of one: evenly take {id} --text "…" · to be rid of it: evenly skip {id}', id=offers[0].id), err=True)
    else:
        click.echo(_("The inbox is empty."))


def _row(offer: Offer) -> tuple[object, ...]:
    return offer.id, offer.title, offer.credit or _("our own"), offer.verdict.topic, _twin(offer.twin), offer.link


def _twin(twin: Twin | None) -> str:
    if twin is None:
        return ""
    return f"{twin.post or twin.url or twin.account} ({twin.alike:.0%})"
