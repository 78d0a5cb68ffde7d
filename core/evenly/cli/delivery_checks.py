"""What `evenly doctor` says of deliveries and of whoever publishes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly.cli.checks import Finding
from evenly.messages import _, ngettext

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.store.heartbeats import Daemon

_LATE = timedelta(minutes=10)
_SILENT = timedelta(minutes=2)  # a daemon tells of itself far more often
_MOST = 5  # doubts that are spelt out


def deliveries(app: App) -> Iterator[Finding]:
    """What should be out already, and what waits for a person."""
    from evenly.store import health

    yield _overdue(app)
    with app.store.read() as connection:
        turn = health.persons_turn(connection)
    for state in ("failed", "missed"):
        if count := turn.get(state, 0):
            yield Finding("deliveries", ok=False, message=_("{n} {state}: see `evenly queue --state {state}`", n=count, state=state))
    yield from _uncertain(app, turn.get("uncertain", 0))


def _overdue(app: App) -> Finding:
    from evenly.store import accounts, health

    with app.store.read() as connection:
        late, known = health.overdue(connection, before=app.clock.now() - _LATE), accounts.known(connection)
    ready = {name for name, row in known.items() if row.sign_in == "ok" and name in app.settings.accounts}
    overdue = sum(count for name, count in late.items() if name in ready)
    if not overdue:
        return Finding("overdue", ok=True, message=_("nothing"))
    said = ngettext(
        "{n} delivery should be out already: is `evenly run` running?",
        "{n} deliveries should be out already: is `evenly run` running?",
        overdue,
        n=overdue,
    )
    return Finding("overdue", ok=False, message=said)


def _uncertain(app: App, count: int) -> Iterator[Finding]:
    """Each doubt with what to check and how to settle it; of very many only the first ones."""
    from evenly.cli import doubts
    from evenly.store import queue

    if not count:
        return
    with app.store.read() as connection:
        said = list(doubts.told(app, connection, queue.deliveries(connection, states=("uncertain",), limit=_MOST)))
    for each in said:
        yield Finding("deliveries", ok=False, message=each)
    if count > len(said):
        more = _("{n} more {state}: see `evenly queue --state {state}`", n=count - len(said), state="uncertain")
        yield Finding("deliveries", ok=False, message=more)


def daemon(app: App) -> Finding:
    """Whoever publishes, as its heartbeat tells. A daemon that ended as it should leaves none behind."""
    from evenly.signing_in.owners import is_gone
    from evenly.store import heartbeats

    with app.store.read() as connection:
        seen = heartbeats.daemons(connection)
    if not seen:
        return Finding("daemon", ok=True, message=_("None is running: `evenly run` publishes everything in its time."))
    newest = next((each for each in seen if not is_gone(each.owner)), None)
    if newest is None:
        said = _(
            "Process {pid} on {host}, last seen at {moment}, was killed, or its machine went down: start `evenly run` again.",
            **_who(seen[0]),
        )
        return Finding("daemon", ok=False, message=said)
    if newest.seen_at < app.clock.now() - _SILENT:
        said = _("Process {pid} on {host} was last seen alive at {moment}: start `evenly run` again.", **_who(newest))
        return Finding("daemon", ok=False, message=said)
    return Finding("daemon", ok=True, message=_("Process {pid} on {host}, seen at {moment}", **_who(newest)))


def _who(daemon: Daemon) -> dict[str, object]:
    return {"pid": daemon.pid, "host": daemon.host, "moment": daemon.seen_at.isoformat(timespec="seconds")}
