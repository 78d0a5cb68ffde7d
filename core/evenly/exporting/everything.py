"""The whole state as JSON Lines: each line says its type, what people read of it, and under `row` what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from evenly.planning import listing
from evenly.store import archive, queue

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning import Desk

FIRST_LINE = {"type": "evenly", "version": 1}
_AT_ONCE = 500


def export_lines(desk: Desk) -> Iterator[str]:
    """Every account, post, delivery, part, attempt and metric, a JSON object each, without line ends; streamed, always in one order.

    Nothing secret is among them. `evenly import` puts them back into an empty workspace.
    """
    yield json.dumps(FIRST_LINE)
    with desk.store.read() as connection:
        for kind in archive.KINDS:
            for line in _lines(desk, connection, kind):
                yield json.dumps({"type": kind, **line}, ensure_ascii=False)


def _lines(desk: Desk, connection: Connection, kind: str) -> Iterator[dict[str, Any]]:
    if kind == "delivery":
        query = queue.listed().order_by(None).order_by("id").execution_options(yield_per=_AT_ONCE)
        for row in connection.execute(query):
            yield {**listing.document(desk, row), "row": archive.as_row(kind, row)}
        return
    for stored in archive.rows(connection, kind):
        shown = {"post": f"p{stored['id']}"} if kind == "post" else {}
        yield {**shown, "row": stored}
