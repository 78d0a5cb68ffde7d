"""From the rows of a workspace to what its calendar page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from evenly import spread as spreads
from evenly.pages.calendar import Calendar
from evenly.pages.thumbnails import thumbnail
from evenly.planning import listing, mixing, spreading
from evenly.store import contents, metrics, queue

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning import Desk


def gathered(desk: Desk, *, now: datetime, since: datetime | None = None, until: datetime | None = None) -> Calendar:
    """Everything that was due in [since, until), out or not, with its latest figures; and what has found no time.

    The evenness is that of the times shown: when a post went out, else when it will.
    """
    with desk.store.read() as connection:
        rows = [row for row in queue.deliveries(connection, since=since, until=until) if row.due is not None]
        timeless = [row for row in queue.deliveries(connection, states=("held",)) if row.due is None]
        shown = [row for row in (*rows, *timeless) if row.public_state not in {"cancelled", "draft"}]
        figures = {str(row.id): metrics.latest(connection, row.id) for row in shown if row.public_state == "published"}
        accounts = _accounts(desk, connection, shown, now)
    return Calendar(
        brand=desk.settings.name,
        zone=desk.settings.brand.timezone,
        now=now,
        language=desk.settings.brand.language,
        accounts=accounts,
        rules=mixing.look(desk, now=now).findings,
        topics={name: topic.title or name for name, topic in desk.settings.topics.items()},
        titles={name: desk.networks[name].title for name in desk.networks.names()},
        figures={name: found for name, found in figures.items() if found},
        pictures=_pictures(desk, shown),
    )


def _accounts(desk: Desk, connection: Connection, rows: Sequence[Any], now: datetime) -> list[dict[str, Any]]:
    """The documents of `evenly plan --json`, with what went out among the deliveries."""
    names = [*desk.settings.accounts, *sorted({row.account for row in rows} - desk.settings.accounts.keys())]
    placed = {name: [_placement(row) for row in rows if row.account == name and row.due is not None] for name in names}
    return [
        {
            "account": name,
            "network": desk.network_of(name)
            if name in desk.settings.accounts
            else next(row.network for row in rows if row.account == name),
            "deliveries": [listing.document(desk, row) for row in rows if row.account == name],
            "evenness": _evenness(desk, connection, name, placed, now),
        }
        for name in names
    ]


def _placement(row: Any) -> spreads.Placement:
    time = (row.published_at or row.due).replace(second=0, microsecond=0)
    return spreads.Placement(str(row.id), row.account, time, row.kind, row.topic, pinned=row.pinned)


def _evenness(
    desk: Desk, connection: Connection, name: str, placed: Mapping[str, Sequence[spreads.Placement]], now: datetime
) -> dict[str, Any]:
    if name not in desk.settings.accounts:
        return {}
    # Weeks before the first post are not uneven: a brand may have begun only then.
    begin = min([now, *(placement.time for placement in placed[name])])
    before = [each for each in spreading.history(connection, name, begin) if each.time < begin]
    others = [placement.time for other, each in placed.items() if other != name for placement in each]
    shape = spreading.shape(desk, name, begin.year)
    stagger = desk.settings.planner.stagger
    return asdict(spreads.scores(shape, placed[name], begin, history=before, others=others, stagger=stagger))


def _pictures(desk: Desk, rows: Sequence[Any]) -> dict[str, str]:
    """A thumbnail of the first medium of each delivery that has one which can be drawn."""
    drawn: dict[str, str | None] = {}
    found: dict[str, str] = {}
    for row in rows:
        for medium in row.content["media"][:1]:
            name = medium["path"]
            if name not in drawn:
                drawn[name] = thumbnail(desk.settings.state / contents.MEDIA_FOLDER / name)
            if (picture := drawn[name]) is not None:
                found[str(row.id)] = picture
    return found
