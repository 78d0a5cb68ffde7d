"""What a person is told of deliveries of which nobody could find out whether they are public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from evenly.messages import _, shown

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.app import App

_LONGEST_TEXT = 40


def page_of(app: App, connection: Connection, account: str) -> str | None:
    """The address at which people see the account, as its network told it; None where that is not known."""
    from evenly.store import accounts

    known = accounts.known_one(connection, account)
    same = known is not None and account in app.settings.accounts and known.network == app.desk.network_of(account)
    return known.state.url if same and known is not None and known.state is not None else None


def told(app: App, connection: Connection, rows: Sequence[Any]) -> Iterator[str]:
    """One line for each uncertain delivery among `rows` of `store.queue.listed`: what to check, and the command that settles it."""
    for row in rows:
        if row.public_state == "uncertain":
            yield _told(app, connection, row)


def _told(app: App, connection: Connection, row: Any) -> str:
    from evenly.planning import listing
    from evenly.planning.moments import readable
    from evenly.planning.outlook import settling
    from evenly.store import queue

    zone = listing.zone_of(app.desk, row.account)
    doubtful = next((part for part in queue.parts_of(connection, row.id) if part.state == "uncertain"), None)
    sent = row.due if doubtful is None or doubtful.first_attempt is None else doubtful.first_attempt
    text = " ".join((row.content if doubtful is None else doubtful.content)["text"].split())
    return _(
        '{id} on {account}, "{text}", may be public since {time}. {settle}',
        id=row.id,
        account=row.account,
        text=text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…",
        time="-" if sent is None else shown(readable(sent, now=app.clock.now(), zone=zone)),
        settle=shown(settling(row.id, page_of(app, connection, row.account))),
    )
