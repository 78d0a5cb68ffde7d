"""Takes due deliveries in hand and works on them: prepare, write the intent, make the one call, record its end, settle doubts.

Every decision is the ledger's. What is here reads rows, calls hooks and writes rows; no transaction is held over a call.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly import ledger
from evenly.planning import blocking
from evenly.planning.hosting import Host
from evenly.publishing import taking_down
from evenly.publishing.calling import Hooks
from evenly.publishing.claiming import Claims
from evenly.publishing.consequences import Consequences
from evenly.publishing.leases import Claim, Leases
from evenly.publishing.looking import Looker
from evenly.publishing.process import Process
from evenly.publishing.recording import Recorder
from evenly.publishing.room import Room
from evenly.publishing.sending import Sender
from evenly.publishing.telling import Teller
from evenly.publishing.troubles import Troubles
from evenly.publishing.watching import Watch
from evenly.store import StoreError, accounts, deliveries
from evenly.store.deliveries import Wanted

if TYPE_CHECKING:
    import httpx
    from sqlalchemy import Connection

    from evenly.clock import Clock
    from evenly.planning import Desk
    from evenly.plugin import Account, Event, Part
    from evenly.store.secrets import Vault

_log = logging.getLogger("evenly.publishing")

_GRACE = ledger.Terms().grace
_NO_ROOM_PAUSE = timedelta(seconds=30)
_chance = random.SystemRandom()


class Publisher:
    """Works for one process, called by its `owner` name. Safe to call from several threads, each on an account of its own."""

    def __init__(
        self,
        desk: Desk,
        vault: Vault,
        clock: Clock,
        owner: str,
        *,
        transport_for: Callable[[str], httpx.BaseTransport | None] = lambda _name: None,
        notify: Callable[[Event], None] = lambda _event: None,
        reachable: Callable[[Part, Account], Part] | None = None,
        earlier_owners_dead: bool = False,
        jitter: Callable[[], float] = _chance.random,
    ) -> None:
        """`earlier_owners_dead`: the store's lock is held, so whoever else claimed something is gone.

        `reachable` gives the media of a part public addresses; by default they are put where `[media]` says. `jitter`, in [0, 1),
        spreads those who try again.
        """
        self.desk = desk
        self.owner = owner
        self.troubles = Troubles()
        self.room = Room(desk.store, self.troubles)
        self.leases = Leases(desk.store, clock, owner, self.room)
        self._clock = clock
        process = Process(
            desk=desk,
            vault=vault,
            clock=clock,
            owner=owner,
            leases=self.leases,
            teller=Teller(notify),
            troubles=self.troubles,
            transport_for=transport_for,
            reachable=reachable or Host(desk, clock).reachable,
            jitter=jitter,
        )
        watch, hooks, self._recorder = Watch(clock), Hooks(process), Recorder(process)
        consequences = Consequences(process, hooks)
        self._claims = Claims(process, watch, earlier_owners_dead=earlier_owners_dead)
        self._sender = Sender(process, hooks, self._recorder, consequences)
        self._looker = Looker(process, hooks, self._recorder, consequences, watch)
        self._remover = taking_down.Remover(process, hooks, self._recorder, consequences)
        self._waits: dict[int, datetime] = {}
        self._free_at: dict[str, datetime] = {}
        self._stumbled: set[int] = set()

    # ---- what there is to do

    def accounts(self) -> list[str]:
        """The accounts whose network can be called at all."""
        settings = self.desk.settings.accounts
        return [name for name in settings if self.desk.network_of(name) in self.desk.networks]

    def next_action(self, name: str) -> datetime | None:
        """When the account's next delivery wants to be looked at; None while the account waits or has nothing."""
        with self.desk.store.read() as connection:
            wanted = self._wanted(connection, name)
            return None if wanted is None else deliveries.next_action(connection, name, wanted=wanted)

    def work(self, name: str, stop: threading.Event) -> datetime | None:
        """Work on the account until nothing of it is due, or `stop` is set; when to come back."""
        while not stop.is_set():
            if not self.room.for_handles():
                return self._clock.now() + _NO_ROOM_PAUSE
            if blocking.is_on(self.desk):
                blocking.mend(self.desk, now=self._clock.now(), account=name)
            with self.desk.store.read() as connection:
                wanted = self._wanted(connection, name)
                if wanted is None:
                    return None
                left_behind = self._left_behind(connection, name) if wanted is not Wanted.DOUBTFUL else []
                due = [*left_behind, *deliveries.due(connection, name, self._clock.now(), grace=_GRACE, wanted=wanted)]
            if not self._work_off(name, wanted, due, stop):
                break
        return self._back_at(name)

    def _work_off(self, name: str, wanted: Wanted, due: Sequence[deliveries.Due], stop: threading.Event) -> bool:
        """Advance what is due; once the account's pace holds one back, all that wait their turn wait with it.

        Whether anything has changed, so that it is worth looking again.
        """
        changed = False
        # A part that a network chokes on looks like an outage: whoever it is gets its turn after the others, and starves none.
        for each in sorted(due, key=lambda each: each.id in self._stumbled):
            if stop.is_set() or (wanted is not Wanted.DOUBTFUL and not self.room.on_disk()):
                break
            now = self._clock.now()
            if each.waits_its_turn and self._free_at.get(name, now) > now:
                continue
            changed = self.advance(each.id) or changed
        return changed

    def _left_behind(self, connection: Connection, name: str) -> list[deliveries.Due]:
        """What owners who will not come back had in hand: nobody waits for their leases."""
        in_hand = deliveries.in_hand(connection, name)
        return [deliveries.Due(each, waits_its_turn=False) for each, owner in in_hand if self._claims.is_dead(each, owner)]

    def _back_at(self, name: str) -> datetime | None:
        """The next moment at which something may have changed; never in the past, so that nothing spins."""
        after = self.next_action(name)
        now = self._clock.now()
        if not self.room.on_disk():
            return now + _NO_ROOM_PAUSE if after is None else min(max(after, now + timedelta(seconds=1)), now + _NO_ROOM_PAUSE)
        if after is None or after > now:
            return after
        waits = [until for until in (*self._waits.values(), self._free_at.get(name, now)) if until > now]
        return min(waits, default=now + timedelta(seconds=1))

    def _wanted(self, connection: Connection, name: str) -> Wanted | None:
        """None while the account waits for a sign-in. Held back, what was begun goes on; without room on the disk, what is in doubt."""
        known = accounts.known_one(connection, name)
        if known is None or known.sign_in != "ok" or known.network != self.desk.network_of(name):
            return None
        if not self.room.on_disk():
            return Wanted.DOUBTFUL
        return Wanted.BEGUN if known.held else Wanted.ALL

    # ---- one delivery

    def advance(self, delivery_id: int) -> bool:
        """Take the delivery as far as it goes without waiting; whether anything has changed."""
        if self.leases.holds(delivery_id):
            return False
        claim = self._claims.claim(delivery_id)
        self._note(delivery_id, claim)
        if not isinstance(claim, Claim):
            return isinstance(claim, ledger.Move)
        with self.leases.held(claim):
            try:
                self._advance(claim)
            except StoreError:
                raise
            except Exception:  # noqa: BLE001 - whatever a stranger's hook raises, it is this delivery's affair
                _log.exception("delivery %s could not be worked on", delivery_id)
                self._recorder.give_back(claim)
        (self._stumbled.add if claim.stumbled else self._stumbled.discard)(delivery_id)
        return True

    def _note(self, delivery_id: int, claim: Claim | ledger.Move | ledger.Wait | None) -> None:
        """Remember for how long a delivery waits for its owner, or its account for the pace: until then it holds back the others too."""
        self._waits.pop(delivery_id, None)
        if isinstance(claim, ledger.Wait):
            self._waits[delivery_id] = claim.until
        if isinstance(claim, ledger.Move):
            after = claim.after
            if after.state is ledger.State.PLANNED and after.due == claim.before.due and after.next_action_at is not None:
                self._free_at[after.account] = after.next_action_at

    def _advance(self, claim: Claim) -> None:
        here = ledger.phase(claim.delivery)
        if here in {ledger.State.CLAIMED, ledger.State.PUBLISHED} and taking_down.is_wanted(claim.delivery, self._clock.now()):
            self._remover.take_down(claim)
        elif here is ledger.State.CLAIMED:
            self._sender.go_on(claim)
        elif here is not ledger.State.UNKNOWN:
            self._recorder.give_back(claim)
        elif self._looker.look(claim):
            self._sender.send(claim)
