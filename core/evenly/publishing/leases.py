"""Claims that are held, and kept alive while a slow network is worked with."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly import ledger
from evenly.store import StoreError, deliveries

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.plugin import Account, Quota
    from evenly.publishing.room import Room
    from evenly.store import Store


@dataclass
class Claim:
    """A delivery in hand, and what was read with it. `deadline` is on the monotonic clock of this process, and moves with each renewal."""

    delivery: ledger.Delivery
    deadline: float
    terms: ledger.Terms
    contents: Mapping[int, deliveries.Content]  #: what each part says, by position
    account: Account | None = None  #: with its credentials, as they were at `opened_at` on the monotonic clock
    opened_at: float = 0.0
    stumbled: bool = False  #: preparing it met a trouble that is said to be the account's
    quotas: list[Quota] = field(default_factory=list)  #: what the network told and nobody has written down yet


class Leases:
    """The claims of this process. `keep_alive` renews them, from whatever thread calls it."""

    def __init__(self, store: Store, clock: Clock, owner: str, room: Room) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._room = room
        self._claims: dict[int, Claim] = {}
        self._lock = threading.Lock()

    @contextmanager
    def held(self, claim: Claim) -> Iterator[Claim]:
        with self._lock:
            self._claims[claim.delivery.id] = claim
        try:
            yield claim
        finally:
            with self._lock:
                self._claims.pop(claim.delivery.id, None)

    def holds(self, delivery_id: int) -> bool:
        """Whether a thread of this process is at work on it."""
        with self._lock:
            return delivery_id in self._claims

    def keep_alive(self) -> None:
        """Renew every claim that has used up a third of its lease. A store in trouble is tried again next time."""
        with self._lock:
            claims = list(self._claims.values())
        for claim in claims:
            try:
                self.is_fresh(claim)
            except StoreError as error:
                self._room.store_failed(error)

    def is_fresh(self, claim: Claim) -> bool:
        """Whether the lease lasts for one more call and what follows it, renewed where it would not; False when it is lost."""
        return self._lasts(claim) or self._renew(claim)

    def _lasts(self, claim: Claim) -> bool:
        left = timedelta(seconds=claim.deadline - self._clock.monotonic())
        return left > max(claim.terms.lease * 2 / 3, claim.terms.request)

    def _renew(self, claim: Claim) -> bool:
        """Begin the lease anew; False when somebody else has taken the delivery over."""
        before_commit = self._clock.monotonic()
        with self._store.write() as connection:
            current = deliveries.load(connection, claim.delivery.id)
            if current is None or current.fence != claim.delivery.fence:
                return False
            move = ledger.renew(current, self._owner, now=self._clock.now(), terms=claim.terms)
            if isinstance(move, ledger.Refused) or not deliveries.apply(connection, move):
                return False
        claim.deadline = ledger.deadline(before_commit, claim.terms)
        return True
