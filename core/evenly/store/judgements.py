"""The verdicts on experiments. Each is given once and stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from evenly.store.models import judgement
from evenly.store.upserting import insert_new


def known(connection: Connection) -> dict[str, dict[str, Any]]:
    """What was judged, by the experiment's name."""
    return {row.name: row._asdict() for row in connection.execute(select(judgement))}


def keep(connection: Connection, values: Mapping[str, Any]) -> bool:
    """Write a verdict down; False where there is one, which stays."""
    return insert_new(connection, judgement, values)
