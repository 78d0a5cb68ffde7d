"""`evenly publish`: now."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenly.app import App
    from evenly.publishing import Publisher

_TELLING = timedelta(seconds=15)  #: what could not be told by then waits in the outbox


@click.command("publish")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--no-wait", is_flag=True, help="Do not follow a delivery that the daemon publishes.")
@json_option
@with_app
def command(app: App, ids: tuple[str, ...], no_wait: bool, as_json: bool) -> int:
    """Publish deliveries (12) or posts (p7) now, whatever their time, window and gap; quotas hold."""
    from evenly.cli import changed
    from evenly.planning import changing
    from evenly.store import queue

    publisher = app.publisher()  # a missing key is told before anything is changed
    asked = changing.publish_now(app.desk, ids, now=app.clock.now())
    _publish(app, publisher, asked, no_wait)
    changed.tell(app, asked, as_json)
    with app.store.read() as connection:
        states = {row.public_state for row in queue.by_ids(connection, asked)}
    return 0 if states <= ({"published", "planned", "publishing"} if no_wait else {"published"}) else 1


def _publish(app: App, publisher: Publisher, asked: Sequence[int], no_wait: bool) -> None:
    from evenly.cli.turn import turn
    from evenly.engines import now

    stop = threading.Event()
    with turn(app) as ours:
        if ours.is_ours:
            now.publish_here(publisher, app.clock, asked, stop)
            app.courier.flush(_TELLING)
            return
        click.echo(_("Process {pid} publishes: it does this one now.", pid=ours.holder), err=True)
    if not no_wait:
        now.follow(app.store, app.clock, asked, stop)
