"""Many machines: Procrastinate's jobs, in PostgreSQL, say which of them looks at an account, and when.

The rows are the schedule. Of each account the delivery that wants to be looked at next becomes a job when that is within a minute;
whichever process takes the job looks at the account. The job's queueing lock names the delivery and the moment that its row names, so that
there is one job for it, whoever made that; it is the mark that the delivery was handed out, and lost with the job. So a job that is lost is
made again, one that is doubled finds nothing to do, and none has to be changed when its delivery is.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.engines import job_tables
from evenly.engines.hands import Hands
from evenly.engines.household import Household
from evenly.engines.upkeep import Chore
from evenly.plugin import Message
from evenly.store import StoreError, StoreGone, jobs

if TYPE_CHECKING:
    import procrastinate

    from evenly.clock import Clock
    from evenly.publishing import Publisher

_TASK = "evenly.look"
_TAKING = "taking jobs"
_SOON_SECONDS = 60.0  #: jobs that wait for longer make every fetch slower
_LOOK_SECONDS = 2.0  #: so long a lost job stays lost
_FETCH_SECONDS = 0.2  #: Procrastinate tells nobody that a job's time has come: it is asked
_AGAIN_SECONDS = 1.0
_TIDY = timedelta(hours=1)
_QUEUE_LENGTH = 30  #: the queue's name becomes a part of the name of a channel, of which PostgreSQL takes 63 bytes


class ProcrastinateEngine:
    """Publishes everything in its time until `stop` is set, beside any number of others on the same database."""

    def __init__(self, publisher: Publisher, clock: Clock, chores: list[Chore]) -> None:
        """Makes Procrastinate's tables where they are missing. Raises `StoreError`."""
        for name in ("procrastinate", "psycopg.pool", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what fails there is told here, in one line
        self._publisher = publisher
        self._troubles = publisher.troubles
        self._store = publisher.desk.store
        self._clock = clock
        job_tables.bring_up_to_date(self._store)
        self._changed = threading.Event()
        self._hands = Hands(publisher, clock, self._hand_on)
        chores = [*chores, Chore("jobs", _TIDY, self._tidy)]
        self._household = Household(publisher, clock, chores, changed=self._changed.set, wake_all=self._hands.wake_all)
        self._giving = _giving()

    def run(self, stop: threading.Event) -> list[str]:
        """Work until `stop`; calls in flight are finished before it returns.

        Gives the names of what still hangs when every call must have ended by its time-out; what it wrote down before tells the rest.
        """
        self._household.start(stop)
        threads = [
            *self._hands.start(stop),
            self._started("handing out", self._hand_out, stop),
            self._started(_TAKING, self._take_for_ever, stop),
        ]
        try:
            self._household.watch(stop)
        finally:
            stop.set()
            self._hands.wake_all()
            self._changed.set()
            hanging = self._household.end(threads)
        return hanging

    def _started(self, name: str, run: Any, stop: threading.Event) -> threading.Thread:
        thread = threading.Thread(target=run, args=(stop,), name=name, daemon=True)
        thread.start()
        return thread

    # ---- making jobs

    def _hand_out(self, stop: threading.Event) -> None:
        while not stop.is_set():
            for name in self._hands.names:
                self._hand_on(name, None)
            self._changed.wait(_LOOK_SECONDS)
            self._changed.clear()

    def _hand_on(self, name: str, back: datetime | None) -> None:
        """Make a job of the account's next delivery, where that is near. `back` is when it is worth it again, from whoever looked last."""
        self._household.quiet(f"handing out {name}", functools.partial(self._handed_on, name, back))()

    def _handed_on(self, name: str, back: datetime | None) -> None:
        at = self._publisher.next_action(name)
        if at is None:
            return
        seconds = self._clock.seconds_until(at if back is None else max(at, back))
        if seconds <= _SOON_SECONDS:
            self._give(name, at, seconds)

    def _give(self, name: str, at: datetime, seconds: float) -> None:
        """Put a job for the account's delivery of that moment into the queue, for in so many seconds, unless it is there."""
        from procrastinate.exceptions import AlreadyEnqueued

        with self._store.read() as connection:
            delivery = jobs.next_delivery(connection, name, at)
            hint = f"{delivery} {at.isoformat()}"
            if delivery is None or jobs.is_waiting(connection, hint):
                return
        with suppress(AlreadyEnqueued), _translated(), self._store.write() as connection:  # another process may be quicker
            when = jobs.servers_now(connection) + timedelta(seconds=seconds)
            line = jobs.driver(connection)
            job = self._giving.configure_task(_TASK, queue=_queue(name), queueing_lock=hint, schedule_at=when, connection=line)
            job.defer(account=name, delivery=delivery)

    def _tidy(self) -> None:
        with self._store.write() as connection:
            jobs.tidy(connection)

    # ---- taking jobs

    def _take_for_ever(self, stop: threading.Event) -> None:
        """Procrastinate ends when the database does not answer: it is begun again."""
        while not stop.is_set():
            try:
                job_tables.bring_up_to_date(self._store)
                with _translated():
                    asyncio.run(self._take(stop))
            except StoreError as error:
                if not self._troubles.are_known("store"):  # then it is told already
                    self._troubles.met(_TAKING, error)
            except Exception as error:  # noqa: BLE001 - without jobs nothing goes out: it is tried until it succeeds
                self._troubles.failed(_TAKING, error)
            stop.wait(_AGAIN_SECONDS)

    async def _take(self, stop: threading.Event) -> None:
        """Take jobs until `stop`, or until Procrastinate fails."""
        taking = asyncio.create_task(self._taken())
        while not stop.is_set() and not taking.done():
            await asyncio.wait([taking], timeout=_FETCH_SECONDS)
        taking.cancel()
        with suppress(asyncio.CancelledError):
            await taking

    async def _taken(self) -> None:
        queues = sorted({_queue(name) for name in self._hands.names})
        options: Any = {"queues": queues, "delete_jobs": "always", "listen_notify": False, "install_signal_handlers": False}
        async with self._taking().open_async() as app:
            self._troubles.over(_TAKING, f"{_TAKING} succeeds again")
            await app.run_worker_async(**options, fetch_job_polling_interval=_FETCH_SECONDS)

    def _taking(self) -> procrastinate.App:
        """What takes jobs: each wakes its account, and is done with."""
        from procrastinate import App, PsycopgConnector

        _positional, arguments = self._store.engine.dialect.create_connect_args(self._store.engine.url)
        connector = PsycopgConnector(kwargs={"connect_timeout": 10, **arguments}, min_size=1, max_size=2, timeout=10.0)
        app = App(connector=connector)

        @app.task(name=_TASK, retry=False)
        async def look(account: str, delivery: int) -> None:  # noqa: ARG001 - for whoever reads the table
            self._hands.wake(account)

        return app


def _giving() -> procrastinate.App:
    """What makes jobs, over connections that it is given."""
    from procrastinate import App, SyncPsycopgConnector

    return App(connector=SyncPsycopgConnector())


def _queue(name: str) -> str:
    """An account's queue: a machine that does not know the account, or lacks its plugin, leaves its jobs to others."""
    return f"evenly {name[:_QUEUE_LENGTH]}"


@contextmanager
def _translated() -> Iterator[None]:
    """Raise what Procrastinate and the driver say of a database that does not answer as `StoreGone`."""
    from procrastinate.exceptions import ConnectorException
    from psycopg import OperationalError

    try:
        yield
    except (ConnectorException, OperationalError) as error:
        cause = error.__cause__ if isinstance(error, ConnectorException) else error
        if not isinstance(cause, OperationalError):
            raise
        said = str(cause).strip().splitlines() or [type(cause).__name__]
        raise StoreGone(Message("The database does not answer: {said}.", said=said[0])) from error
