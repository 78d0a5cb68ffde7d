"""`evenly drop`: cancel a post, or take a published one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _

if TYPE_CHECKING:
    from collections.abc import Collection

    from evenly.app import App
    from evenly.publishing import Publisher


@click.command("drop")
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
@click.option("--public", is_flag=True, help="Take back what is published.")
@json_option
@with_app
def command(app: App, ids: tuple[str, ...], public: bool, as_json: bool) -> int:
    """Cancel deliveries (12) or posts (p7); with --public, take published ones back."""
    from evenly.cli import changed
    from evenly.planning import changing

    now = app.clock.now()
    if not public:
        return changed.tell(app, changing.drop(app.desk, ids, now=now), as_json)
    publisher = app.publisher()  # a missing key is told before anything is changed
    asked = changing.take_back(app.desk, ids, now=now)
    is_done = _take_down(app, publisher, asked)
    changed.tell(app, asked, as_json)
    return 0 if is_done else 1


def _take_down(app: App, publisher: Publisher, ids: Collection[int]) -> bool:
    """Do it here where nobody else publishes, else leave it to whoever does; False where it failed."""
    from evenly.cli.turn import turn
    from evenly.store import queue

    with turn(app) as ours:
        if not ours.is_ours:
            click.echo(_("Process {pid} publishes: it takes the posts back.", pid=ours.holder), err=True)
            return True
        for each in ids:
            publisher.advance(each)
    with app.store.read() as connection:
        return all(row.taken_down_at is not None for row in queue.by_ids(connection, ids))
