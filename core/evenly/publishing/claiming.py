"""Taking a delivery in hand: one compare-and-set, and with it everything that the account's pace has to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from evenly import ledger
from evenly.planning import blocking, spreading
from evenly.publishing.leases import Claim
from evenly.publishing.terms import gap_of, others_free, pace_of, terms_of
from evenly.signing_in.owners import is_gone
from evenly.store import accounts, deliveries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from evenly.publishing.process import Process
    from evenly.publishing.watching import Watch


class Claims:
    """What one process takes in hand."""

    def __init__(self, process: Process, watch: Watch, *, earlier_owners_dead: bool) -> None:
        self._process = process
        self._watch = watch
        self._earlier_owners_dead = earlier_owners_dead
        self._gaps: dict[tuple[str, int], timedelta] = {}

    def claim(self, delivery_id: int) -> Claim | ledger.Move | ledger.Wait | None:
        """The delivery in hand. A move when it was only moved on (postponed, missed, replanned, held), a wait when its owner may still
        live, None when it is not to be had.
        """
        try:
            return self._claim(delivery_id)
        except IntegrityError:  # another delivery of the account is in hand
            return None

    def _claim(self, delivery_id: int) -> Claim | ledger.Move | ledger.Wait | None:
        process = self._process
        now, before_commit = process.clock.now(), process.clock.monotonic()
        with process.desk.store.write() as connection:
            read = self._read(connection, delivery_id)
            if read is None:
                return None
            current, contents, known = read
            account = process.desk.seen(current.account, known)
            terms = terms_of(process.desk, account)
            pace = pace_of(process.desk, connection, account, known, self._gap(account.id, now), now)
            if ledger.is_late(current, now=now, terms=terms):
                pace = replace(pace, others_free=others_free(process.desk, connection, account.id, now))
            move = ledger.claim(
                current,
                process.owner,
                now=now,
                terms=terms,
                pace=pace,
                unchanged_for=self._watch.seen_for((delivery_id, ledger.lease_mark(current))),
                owner_dead=current.owner is not None and self.is_dead(current.id, current.owner),
            )
            if isinstance(move, ledger.Replan):
                move = ledger.replanned(move.delivery, spreading.next_open(process.desk, connection, current.account, now))
            if isinstance(move, ledger.Wait):
                return move
            if isinstance(move, ledger.Move) and move.after.owner == process.owner:
                move = blocking.held_back(process.desk, connection, current, now=now) or move
            if isinstance(move, ledger.Refused) or not deliveries.apply(connection, move):
                return None
        if move.after.owner != process.owner:
            process.teller.tell(move)
            return move
        return Claim(move.after, ledger.deadline(before_commit, terms), terms, {each.position: each for each in contents})

    def _read(
        self, connection: Connection, delivery_id: int
    ) -> tuple[ledger.Delivery, Sequence[deliveries.Content], accounts.Known | None] | None:
        """The delivery and its account, kept from others as long as the transaction lasts; None when neither is ours to take."""
        whole = deliveries.load_whole(connection, delivery_id, to_claim=True)
        if whole is None or whole[0].account not in self._process.desk.settings.accounts:
            return None
        current, contents = whole
        if not deliveries.reserve(connection, current.account):
            return None
        known = accounts.known_one(connection, current.account)
        if known is not None and known.held and _only_waits(current):
            return None
        return current, contents, known

    def is_dead(self, delivery_id: int, owner: str) -> bool:
        """Whether whoever has the delivery in hand will not come back: its own process is gone, or this one has let go of it."""
        if owner == self._process.owner:
            return not self._process.leases.holds(delivery_id)
        return self._earlier_owners_dead or is_gone(owner)

    def _gap(self, name: str, now: datetime) -> timedelta:
        if (name, now.year) not in self._gaps:
            self._gaps[name, now.year] = gap_of(self._process.desk, name, now.year)
        return self._gaps[name, now.year]


def _only_waits(delivery: ledger.Delivery) -> bool:
    """Nothing of it was begun, and nobody wants it now."""
    return delivery.state is ledger.State.PLANNED and not delivery.out and not delivery.urgent
