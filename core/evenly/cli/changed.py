"""What commands tell that have changed deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App


def tell(app: App, ids: Iterable[int], as_json: bool) -> int:
    """Show the deliveries as they are now; the exit code: 1 where no time could be found for one of them."""
    from evenly.cli import show
    from evenly.planning import listing
    from evenly.store import queue

    with app.store.read() as connection:
        rows = queue.by_ids(connection, ids)
    documents = [listing.document(app.desk, row) for row in rows]
    if as_json:
        show.print_json({"deliveries": documents})
    elif documents:
        show.deliveries(documents)
    homeless = [row for row in rows if row.state == "held" and row.due is None]
    for row in homeless:
        click.echo(_("No time could be found for delivery {id}; it is held.", id=row.id), err=True)
    return 1 if homeless else 0
