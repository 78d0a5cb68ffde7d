"""From a claim to the one visible call: prepare, write the intent down, call, write down how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly import ledger
from evenly.plugin import Message, OutcomeUnknown, Prepared, Published, TryLater
from evenly.publishing.calling import identity
from evenly.store import StoreError, deliveries, quotas

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.publishing.calling import Hooks
    from evenly.publishing.consequences import Consequences
    from evenly.publishing.leases import Claim
    from evenly.publishing.process import Process
    from evenly.publishing.recording import Recorder


class Sender:
    """Sends what one process has in hand."""

    def __init__(self, process: Process, hooks: Hooks, recorder: Recorder, consequences: Consequences) -> None:
        self._process = process
        self._hooks = hooks
        self._recorder = recorder
        self._consequences = consequences

    def go_on(self, claim: Claim) -> None:
        """Take the delivery as far as it goes without waiting."""
        prepared = self._prepare(claim)
        if prepared is not None:
            self._intend(claim, prepared)

    def send(self, claim: Claim) -> None:
        """The one visible call of the part whose intent is on record, and whatever end it has."""
        part = ledger.next_part(claim.delivery)
        if part is None or part.first_attempt is None:
            raise AssertionError("an intent was written for no part")
        process = self._process
        outcome: Published | Exception
        with self._hooks.http(claim) as http:
            try:
                outcome = _published(self._hooks.call("publish", claim, part, http, **identity(part, process.clock.now())))
            except StoreError as error:
                outcome = TryLater(message=error.message)  # the store's trouble, not the post's
            except Exception as error:  # noqa: BLE001 - whatever a stranger's hook raises, it is this delivery's affair
                process.teller.fault(process.desk.network_of(claim.delivery.account), "publish", error)
                outcome = error
            visible = http.visible

        def decide(current: ledger.Delivery, connection: Connection) -> ledger.Move | ledger.Refused:
            return ledger.record(
                current,
                part.position,
                outcome,
                fence=claim.delivery.fence,
                now=process.clock.now(),
                terms=claim.terms,
                jitter=process.jitter(),
                visible=visible,
                held_elsewhere=is_held_elsewhere(connection, current, part, outcome),
            )

        self._recorder.record(claim, decide)
        self._consequences.follow(claim, outcome)

    def _prepare(self, claim: Claim) -> list[ledger.Move] | None:
        """Take everything invisible as far as it goes now; the last step not yet written, or None when nothing can be sent."""
        pending: list[ledger.Move] = []
        while (part := ledger.to_prepare(claim.delivery, now=self._process.clock.now())) is not None:
            if not self._is_ours(claim, pending):
                return None
            try:
                result = self._step(claim, part)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever a stranger's hook raises, it is this delivery's affair
                self._prepare_failed(claim, part, error)
                return None
            move = ledger.staged(claim.delivery, part.position, result, now=self._process.clock.now(), terms=claim.terms)
            if move.after.owner is None:
                self._recorder.apply(claim, [move])
                return None
            claim.delivery = move.after
            pending = [move]
        return pending

    def _is_ours(self, claim: Claim, pending: list[ledger.Move]) -> bool:
        """Write down the step before, and see that the lease lasts for one more; False when the delivery is lost to another."""
        if pending and not self._recorder.apply(claim, pending):
            return False
        return self._process.leases.is_fresh(claim)

    def _step(self, claim: Claim, part: ledger.Part) -> Prepared:
        so_far = ledger.so_far(part.prepared, self._process.clock.now())
        with self._hooks.http(claim) as http:
            result = self._hooks.call("prepare", claim, part, http, so_far=so_far)
        if not isinstance(result, Prepared):
            raise TypeError(f"prepare() gave {result!r}, not a Prepared")
        return result

    def _prepare_failed(self, claim: Claim, part: ledger.Part, error: Exception) -> None:
        process = self._process
        process.teller.fault(process.desk.network_of(claim.delivery.account), "prepare", error)
        claim.stumbled = isinstance(error, TryLater) and error.scope != "part"

        def decide(current: ledger.Delivery, _connection: Connection) -> ledger.Move | ledger.Refused:
            return ledger.prepare_failed(
                current,
                part.position,
                error,
                fence=claim.delivery.fence,
                now=process.clock.now(),
                terms=claim.terms,
                jitter=process.jitter(),
            )

        self._recorder.record(claim, decide)
        self._consequences.follow(claim, error)

    def _intend(self, claim: Claim, prepared: list[ledger.Move]) -> None:
        """Write the intent, with the last step of preparing; only when it is durable, make the call."""
        if not self._process.leases.is_fresh(claim):
            return
        move = ledger.intend(claim.delivery, now=self._process.clock.now())
        if isinstance(move, ledger.Refused):
            self._recorder.give_back(claim)
            return
        name = claim.delivery.account
        network = self._process.desk.network_of(name)
        if self._recorder.apply(claim, [*prepared, move], also=lambda connection: quotas.take(connection, name, network)):
            self.send(claim)


def is_held_elsewhere(connection: Connection, current: ledger.Delivery, part: ledger.Part, outcome: object) -> bool:
    """Whether the remote id that came back belongs to another part of the account already."""
    remote_id = getattr(outcome, "remote_id", None)
    if not isinstance(remote_id, str):
        return False
    holder = deliveries.holder_of(connection, current.account, remote_id)
    return holder is not None and holder != (current.id, part.position)


def _published(result: object) -> Published:
    if isinstance(result, Published) and isinstance(result.remote_id, str) and result.remote_id:
        return result
    raise OutcomeUnknown(Message("The network's answer held no id."))
