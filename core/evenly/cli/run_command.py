"""`evenly run`: the daemon."""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from evenly.cli.command import with_app
from evenly.messages import _, ngettext

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.engines.embedded import EmbeddedEngine
    from evenly.engines.procrastinate import ProcrastinateEngine

_TELLING = timedelta(seconds=15)  #: what could not be told by then waits in the outbox


@click.command("run")
@click.option("--once", is_flag=True, help="Publish what is due, finish what is begun, and end.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", help="How the log on stderr is written.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]), default="info", help="How much of it.")
@with_app
def command(app: App, once: bool, log_format: str, log_level: str) -> int:
    """Publish everything in its time, until SIGTERM or Ctrl-C; calls in flight are finished."""
    from evenly.cli import logs
    from evenly.cli.turn import turn

    logs.to_stderr(log_format, log_level)
    stop = _stopped_by_signals()
    with turn(app) as ours:
        if not ours.is_ours:
            if once:
                click.echo(_("Process {pid} publishes already: what is due goes out by itself.", pid=ours.holder), err=True)
                return 0
            click.echo(_("Process {pid} publishes already; waiting to take over when it ends.", pid=ours.holder), err=True)
        if not ours.wait(stop):
            return 0
        return _once(app, stop) if once else _for_ever(app, stop)


def _for_ever(app: App, stop: threading.Event) -> int:
    for warning in _warnings(app):
        click.echo(warning, err=True)
    engine = _engine(app)
    count = len(app.settings.accounts)
    told = ngettext(
        "Publishing for {count} account; Ctrl-C ends it.", "Publishing for {count} accounts; Ctrl-C ends it.", count, count=count
    )
    click.echo(told, err=True)
    if engine.run(stop):
        logging.shutdown()
        os._exit(0)  # a thread that hangs would keep the process from ending
    app.courier.flush(_TELLING)
    return 0


def _engine(app: App) -> EmbeddedEngine | ProcrastinateEngine:
    """The one that `[engine] kind` names. Raises `StoreError` where it cannot work."""
    from evenly.engines.upkeep import chores, notices

    work = [*chores(app.desk, app.vault, app.clock), *notices(app.courier)]
    if app.settings.engine.kind == "procrastinate":
        from evenly.engines.procrastinate import ProcrastinateEngine

        return ProcrastinateEngine(app.publisher(), app.clock, work)
    from evenly.engines.embedded import EmbeddedEngine

    return EmbeddedEngine(app.publisher(), app.clock, work)


def _once(app: App, stop: threading.Event) -> int:
    from evenly.engines.once import run_once
    from evenly.planning import evergreen, hosting
    from evenly.store import queue

    run_once(app.publisher(), app.clock, stop)
    app.courier.flush(_TELLING)
    hosting.withdraw(app.desk)
    evergreen.refill(app.desk, now=app.clock.now())
    with app.store.read() as connection:
        left = queue.needing_somebody(connection, app.clock.now())
    if left:
        needs = ngettext("{count} delivery needs you:", "{count} deliveries need you:", left, count=left)
        click.echo(f"{needs} evenly queue --state failed --state uncertain --state missed", err=True)
    return 1 if left else 0


def _warnings(app: App) -> list[str]:
    from evenly.messages import shown

    refused = [shown(message) for message in app.networks.refused.values()]
    return [shown(warning) for warning in app.settings.warnings] + refused


def _stopped_by_signals() -> threading.Event:
    """Set by another thread: this one may be interrupted while it waits for the event, and then holds its lock."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: threading.Thread(target=stop.set).start())
    return stop
