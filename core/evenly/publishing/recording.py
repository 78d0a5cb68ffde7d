"""Writing down what was done: by compare-and-set on the fence, an outcome whatever the store's troubles."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly import ledger
from evenly.store import StoreError, StoreFull, deliveries, quotas

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.publishing.leases import Claim
    from evenly.publishing.process import Process

Decide = Callable[[ledger.Delivery, "Connection"], ledger.Move | ledger.Refused | None]
"""What becomes of the row as it is now; None: nothing."""

_log = logging.getLogger("evenly.publishing")

_AGAIN_SECONDS = 0.5
_LONGEST_SECONDS = 600.0
_ASIDE = timedelta(minutes=1)


class _TakenOver(Exception):
    """Somebody has changed the row meanwhile."""


class Recorder:
    """Writes down what one process has done."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def apply(self, claim: Claim, moves: Sequence[ledger.Move], also: Callable[[Connection], None] = lambda _connection: None) -> bool:
        """Make the moves in one transaction; False, and none is made, when somebody has changed the row meanwhile."""
        try:
            with self._process.desk.store.write() as connection:
                told = self._quotas(claim, connection)
                for move in moves:
                    if not deliveries.apply(connection, move):
                        raise _TakenOver
                also(connection)
        except _TakenOver:
            return False
        self._done(claim, moves, told)
        return True

    def record(self, claim: Claim, decide: Decide) -> None:
        """Write an outcome down, whatever the store's troubles; it is decided anew when the row has changed meanwhile.

        What cannot be written for too long is left: the lease ends, and somebody finds out.
        """
        process, pause = self._process, threading.Event()
        trouble = f"outcome {claim.delivery.id}"
        until = process.clock.monotonic() + _LONGEST_SECONDS
        while process.clock.monotonic() <= until:
            try:
                self.once(claim, decide)
            except _TakenOver:
                continue
            except StoreError as error:
                if isinstance(error, StoreFull) and process.desk.store.give_up_ballast():
                    continue
                process.troubles.met(trouble, f"delivery {claim.delivery.id}: its outcome waits to be written down: {error}")
                pause.wait(_AGAIN_SECONDS)
            else:
                process.troubles.over(trouble, f"delivery {claim.delivery.id}: its outcome is written down")
                return
        _log.error("delivery %s: its outcome could not be written down; it will be looked for", claim.delivery.id)

    def once(self, claim: Claim, decide: Decide) -> ledger.Move | None:
        """The same, tried once: the move that was made. Raises `StoreError`, and what `record` begins anew for."""
        name = claim.delivery.account
        with self._process.desk.store.write() as connection:
            deliveries.reserve(connection, name, wait=True)
            current = deliveries.load(connection, claim.delivery.id)
            move = None if current is None else decide(current, connection)
            if current is None or move is None:
                return None
            if isinstance(move, ledger.Refused):
                _log.warning("delivery %s: %s", current.id, move.reason)
                return None
            if not deliveries.apply(connection, move):
                raise _TakenOver
            if move.after.out != current.out:
                deliveries.was_sent(connection, name, self._process.clock.now())
            told = self._quotas(claim, connection)
        self._done(claim, [move], told)
        return move

    def give_back(self, claim: Claim) -> None:
        """Let go of a delivery that could not be worked on, for a while."""
        with self._process.desk.store.write() as connection:
            current = deliveries.load(connection, claim.delivery.id)
            if current is not None and current.owner == self._process.owner and ledger.phase(current) is not ledger.State.SENDING:
                deliveries.apply(connection, ledger.give_back(current, now=self._process.clock.now() + _ASIDE))

    def _quotas(self, claim: Claim, connection: Connection) -> int:
        """Write down what the network told of its quota; how many words that were."""
        name, told = claim.delivery.account, len(claim.quotas)
        for quota in claim.quotas[:told]:
            quotas.record(connection, name, self._process.desk.network_of(name), quota, now=self._process.clock.now())
        return told

    def _done(self, claim: Claim, moves: Sequence[ledger.Move], told: int) -> None:
        del claim.quotas[:told]
        claim.delivery = moves[-1].after
        for move in moves:
            self._process.teller.tell(move)
