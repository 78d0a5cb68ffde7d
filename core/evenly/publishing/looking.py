"""Finding out what became of a call whose answer was lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evenly import ledger
from evenly.plugin import Absent, CannotTell, Found, TryLater
from evenly.plugin.match import CLOCKS_DIFFER
from evenly.publishing.calling import identity
from evenly.publishing.sending import is_held_elsewhere
from evenly.store import StoreError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.plugin import Http
    from evenly.publishing.calling import Hooks
    from evenly.publishing.consequences import Consequences
    from evenly.publishing.leases import Claim
    from evenly.publishing.process import Process
    from evenly.publishing.recording import Recorder
    from evenly.publishing.watching import Watch


class Looker:
    """Looks whether something is out, for one process."""

    def __init__(self, process: Process, hooks: Hooks, recorder: Recorder, consequences: Consequences, watch: Watch) -> None:
        self._process = process
        self._hooks = hooks
        self._recorder = recorder
        self._consequences = consequences
        self._watch = watch

    def look(self, claim: Claim) -> bool:
        """Find out about an unknown outcome; True where the same is to be sent again now, under the same key: the intent is on record."""
        part = ledger.next_part(claim.delivery)
        if part is None:
            self._recorder.give_back(claim)
            return False
        # Measured before the look: what a reading that began too early did not show may have come while it went on.
        unknown_for = self._watch.seen_for(ledger.unknown_mark(claim.delivery))
        answer = self._answer(claim, part, unknown_for)
        fence = claim.delivery.fence

        def decide(current: ledger.Delivery, connection: Connection) -> ledger.Move | ledger.Refused | None:
            if current.fence != fence:
                return None
            return ledger.looked(
                current,
                answer,
                now=self._process.clock.now(),
                terms=claim.terms,
                unknown_for=unknown_for,
                held_elsewhere=isinstance(answer, Found) and is_held_elsewhere(connection, current, part, answer.published),
            )

        move = self._recorder.once(claim, decide)
        return move is not None and move.is_intent and self._process.leases.is_fresh(claim)

    def _answer(self, claim: Claim, part: ledger.Part, unknown_for: timedelta) -> Any:
        try:
            return self._found(claim, part, unknown_for)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a stranger's hook raises, it is this delivery's affair
            self._process.teller.fault(self._process.desk.network_of(claim.delivery.account), "find", error)
            self._consequences.follow(claim, error)
            return CannotTell(error.wait if isinstance(error, TryLater) and error.wait else claim.terms.between_looks)

    def _found(self, claim: Claim, part: ledger.Part, unknown_for: timedelta) -> Any:
        """What `find` says; where it found nothing and the network's clock is behind ours, it is asked once more by that clock."""
        known = identity(part, self._process.clock.now(), unknown_for)
        with self._hooks.http(claim) as http:
            answer = self._hooks.call("find", claim, part, http, **known)
            behind = _behind(http)
            if isinstance(answer, Found) or behind is None or known["first_attempt"] is None:
                return answer
            again = self._hooks.call("find", claim, part, http, **{**known, "first_attempt": known["first_attempt"] - behind})
        # A plugin that counts from the first attempt on would take the earlier one for time that has passed.
        return again if isinstance(again, Found) or isinstance(answer, Absent) else answer


def _behind(http: Http) -> timedelta | None:
    """By how much the network's clock is behind ours, as its last answer told; None: as good as not, or nobody knows."""
    behind = timedelta(0) if http.server_time is None else http.clock.now() - http.server_time
    return behind if behind > CLOCKS_DIFFER / 2 else None
