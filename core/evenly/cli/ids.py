"""What ID means: a delivery (`12`) or a post (`p7`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evenly.messages import _
from evenly.store import queue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def rows_of(connection: Connection, written: str) -> Sequence[Any]:
    """The deliveries that `written` names: one, or all of a post. Refuses what does not exist."""
    digits = written.removeprefix("p")
    if digits.isascii() and digits.isdigit() and len(digits) < 19:  # noqa: PLR2004 - what a database's integer holds
        found = queue.of_post(connection, int(digits)) if written.startswith("p") else queue.by_ids(connection, [int(digits)])
        if found:
            return found
    raise click.UsageError(_("There is no post or delivery {id}: `evenly queue` shows their numbers.", id=written))
