"""Taking back what is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly import ledger
from evenly.plugin import Message
from evenly.store import StoreError

if TYPE_CHECKING:
    from datetime import datetime

    from evenly.publishing.calling import Hooks
    from evenly.publishing.consequences import Consequences
    from evenly.publishing.leases import Claim
    from evenly.publishing.process import Process
    from evenly.publishing.recording import Recorder


def is_wanted(delivery: ledger.Delivery, now: datetime) -> bool:
    """Whether the delivery is to be taken back by now."""
    return delivery.take_down_at is not None and delivery.take_down_at <= now


class Remover:
    """Takes back, for one process."""

    def __init__(self, process: Process, hooks: Hooks, recorder: Recorder, consequences: Consequences) -> None:
        self._process = process
        self._hooks = hooks
        self._recorder = recorder
        self._consequences = consequences

    def take_down(self, claim: Claim) -> None:
        """Take every public part back, the last one first."""
        try:
            for part in reversed(claim.delivery.out):
                self._hooks.delete(claim, part)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a stranger's hook raises, it is this delivery's affair
            self._failed(claim, error)
            return
        self._recorder.apply(claim, [ledger.taken_down(claim.delivery, now=self._process.clock.now())])

    def _failed(self, claim: Claim, error: Exception) -> None:
        process = self._process
        process.teller.fault(process.desk.network_of(claim.delivery.account), "delete", error)
        said = getattr(error, "message", None)
        told = said if isinstance(said, Message) else Message("{kind}: {error}", kind=type(error).__name__, error=error)
        move = ledger.take_down_failed(claim.delivery, told, now=process.clock.now(), terms=claim.terms, jitter=process.jitter())
        self._recorder.apply(claim, [move])
        self._consequences.follow(claim, error)
