"""Takes due deliveries in hand and works on them: prepare, write the intent, make the one call, record its end, settle doubts.

Every decision is the ledger's. What is here reads rows, calls hooks and writes rows; no transaction is held over a call.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly import ledger, signing_in
from evenly.planning import spreading
from evenly.plugin import (
    Account,
    CannotTell,
    Event,
    Found,
    Http,
    Message,
    NetworkError,
    OutcomeUnknown,
    Part,
    Prepared,
    Published,
    SignInNeeded,
    TryLater,
)
from evenly.publishing.leases import Claim, Leases
from evenly.publishing.terms import gap_of, pace_of, terms_of
from evenly.publishing.watching import Watch
from evenly.store import StoreError, StoreFull, accounts, contents, deliveries, quotas

if TYPE_CHECKING:
    import httpx
    from sqlalchemy import Connection

    from evenly.clock import Clock
    from evenly.planning import Desk
    from evenly.store.secrets import Vault

_log = logging.getLogger("evenly.publishing")

_RECORD_AGAIN_SECONDS = 0.5
_RECORD_FOR_SECONDS = 600.0
_RENEWAL_HELPS_FOR = timedelta(minutes=10)  #: refused again within it, fresh credentials are not what is missing
_FULL_DISK_PAUSE = timedelta(seconds=30)


class _TakenOver(Exception):
    """Somebody has changed the row meanwhile."""


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
        earlier_owners_dead: bool = False,
    ) -> None:
        """`earlier_owners_dead`: the store's lock is held, so whoever else claimed something is gone."""
        self.desk = desk
        self.owner = owner
        self.leases = Leases(desk.store, clock, owner)
        self._vault = vault
        self._clock = clock
        self._transport_for = transport_for
        self._notify = notify
        self._earlier_owners_dead = earlier_owners_dead
        self._watch = Watch(clock)
        self._waits: dict[int, datetime] = {}
        self._free_at: dict[str, datetime] = {}
        self._gaps: dict[str, timedelta] = {}
        self._renewed: dict[str, datetime] = {}
        self._inherited: set[str] = set()
        self._random = random.SystemRandom()

    # ---- what there is to do

    def accounts(self) -> list[str]:
        """The accounts whose network can be called at all."""
        settings = self.desk.settings.accounts
        return [name for name in settings if self.desk.network_of(name) in self.desk.networks]

    def next_action(self, name: str) -> datetime | None:
        """When the account's next delivery wants to be looked at; None while the account waits or has nothing."""
        with self.desk.store.read() as connection:
            only_begun = self._only_begun(connection, name)
            return None if only_begun is None else deliveries.next_action(connection, name, only_begun=only_begun)

    def work(self, name: str, stop: threading.Event) -> datetime | None:
        """Work on the account until nothing of it is due, or `stop` is set; when to come back."""
        while not stop.is_set():
            now = self._clock.now()
            if self.desk.store.is_nearly_full():
                _log.error("the disk is nearly full: nothing new is published until there is room")
                return now + _FULL_DISK_PAUSE
            with self.desk.store.read() as connection:
                only_begun = self._only_begun(connection, name)
                if only_begun is None:
                    return None
                due = [*self._left_behind(connection, name), *deliveries.due(connection, name, now, only_begun=only_begun)]
            if not self._work_off(name, due, stop):
                break
        return self._back_at(name)

    def _work_off(self, name: str, due: Sequence[deliveries.Due], stop: threading.Event) -> bool:
        """Advance what is due; once the account's pace holds one back, all that wait their turn wait with it."""
        changed = False
        for each in due:
            now = self._clock.now()
            if stop.is_set() or (each.waits_its_turn and self._free_at.get(name, now) > now):
                continue
            changed = self.advance(each.id) or changed
        return changed

    def _left_behind(self, connection: Connection, name: str) -> list[deliveries.Due]:
        """What earlier owners had in hand when they died, the first time it is asked for: nobody waits for their leases."""
        if not self._earlier_owners_dead or name in self._inherited:
            return []
        self._inherited.add(name)
        return deliveries.owned_by_others(connection, name, self.owner)

    def _back_at(self, name: str) -> datetime | None:
        """The next moment at which something may have changed; never in the past, so that nothing spins."""
        after = self.next_action(name)
        now = self._clock.now()
        if after is None or after > now:
            return after
        waits = [until for until in (*self._waits.values(), self._free_at.get(name, now)) if until > now]
        return min(waits, default=now + timedelta(seconds=1))

    def _only_begun(self, connection: Connection, name: str) -> bool | None:
        """None: the account waits for a sign-in. True: it is held back, and only what was begun goes on."""
        known = accounts.known_one(connection, name)
        if known is None or known.sign_in != "ok" or known.network != self.desk.network_of(name):
            return None
        return known.held

    # ---- one delivery

    def advance(self, delivery_id: int) -> bool:
        """Take the delivery as far as it goes without waiting; whether anything has changed."""
        if self.leases.holds(delivery_id):
            return False
        claim = self._claim(delivery_id)
        if claim is None or isinstance(claim, bool):
            return bool(claim)
        with self.leases.held(claim):
            try:
                self._advance(claim)
            except StoreError:
                raise
            except Exception:  # noqa: BLE001 - whatever a stranger's hook raises, it is this delivery's affair
                _log.exception("delivery %s could not be worked on", delivery_id)
                self._give_back(claim)
        return True

    def _claim(self, delivery_id: int) -> Claim | bool | None:
        """The delivery in hand; True when it was only moved on (postponed, missed, replanned), None when it is not to be had."""
        now, before_commit = self._clock.now(), self._clock.monotonic()
        with self.desk.store.write() as connection:
            current = deliveries.load(connection, delivery_id)
            if current is None or current.account not in self.desk.settings.accounts:
                return None
            known = accounts.known_one(connection, current.account)
            account = self.desk.seen(current.account, known)
            terms = terms_of(self.desk, account)
            move = ledger.claim(
                current,
                self.owner,
                now=now,
                terms=terms,
                pace=pace_of(self.desk, connection, account, self._gap(account.id, now), now),
                unchanged_for=self._watch.seen_for((delivery_id, ledger.lease_mark(current))),
                owner_dead=self._is_dead(current),
            )
            if isinstance(move, ledger.Replan):
                move = ledger.replanned(move.delivery, spreading.next_open(self.desk, connection, current.account, now))
            if isinstance(move, ledger.Wait):
                self._waits[delivery_id] = move.until
                return None
            self._waits.pop(delivery_id, None)
            if isinstance(move, ledger.Refused) or not deliveries.claim(connection, move):
                return None
        if move.after.owner != self.owner:
            self._note_postponed(move)
            self._tell_missed(move.after)
            return True
        return Claim(move.after, ledger.deadline(before_commit, terms), terms)

    def _note_postponed(self, move: ledger.Move) -> None:
        """The account's pace held a delivery back: until then it holds back the others too."""
        after = move.after
        if after.state is ledger.State.PLANNED and after.due == move.before.due and after.next_action_at is not None:
            self._free_at[after.account] = after.next_action_at

    def _gap(self, name: str, now: datetime) -> timedelta:
        if name not in self._gaps:
            self._gaps[name] = gap_of(self.desk, name, now.year)
        return self._gaps[name]

    def _is_dead(self, delivery: ledger.Delivery) -> bool:
        if delivery.owner == self.owner:
            return not self.leases.holds(delivery.id)
        return self._earlier_owners_dead

    def _advance(self, claim: Claim) -> None:
        here = ledger.phase(claim.delivery)
        if here in {ledger.State.CLAIMED, ledger.State.PUBLISHED} and self._is_to_be_taken_down(claim.delivery):
            self._take_down(claim)
            return
        match here:
            case ledger.State.CLAIMED:
                prepared = self._prepare(claim)
                if prepared is not None:
                    self._intend(claim, prepared)
            case ledger.State.UNKNOWN:
                self._look(claim)
            case _:
                self._give_back(claim)

    def _is_to_be_taken_down(self, delivery: ledger.Delivery) -> bool:
        return delivery.take_down_at is not None and delivery.take_down_at <= self._clock.now()

    # ---- the steps

    def _prepare(self, claim: Claim) -> list[ledger.Move] | None:
        """Take everything invisible as far as it goes now; the last step not yet written, or None when nothing can be sent."""
        pending: list[ledger.Move] = []
        while (part := ledger.to_prepare(claim.delivery, now=self._clock.now())) is not None:
            if not self._is_fresh(claim, pending):
                return None
            try:
                with self._http(claim) as http:
                    result = self._call("prepare", claim, part, http, so_far=ledger.so_far(part.prepared, self._clock.now()))
                if not isinstance(result, Prepared):
                    raise TypeError(f"prepare() gave {result!r}, not a Prepared")
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever a stranger's hook raises, it is this delivery's affair
                self._prepare_failed(claim, part, error)
                return None
            move = ledger.staged(claim.delivery, part.position, result, now=self._clock.now(), terms=claim.terms)
            if move.after.owner is None:
                self._apply(claim, [move])
                return None
            claim.delivery = move.after
            pending = [move]
        return pending

    def _is_fresh(self, claim: Claim, pending: list[ledger.Move]) -> bool:
        """Write down the step before, and see that the lease lasts for one more; False when the delivery is lost to another."""
        if pending and not self._apply(claim, pending):
            return False
        return self.leases.lasts(claim) or self.leases.renew(claim)

    def _prepare_failed(self, claim: Claim, part: ledger.Part, error: Exception) -> None:
        self._log_bug(claim, "prepare", error)

        def decide(current: ledger.Delivery, _connection: Connection) -> ledger.Move | ledger.Refused:
            return ledger.prepare_failed(
                current,
                part.position,
                error,
                fence=claim.delivery.fence,
                now=self._clock.now(),
                terms=claim.terms,
                jitter=self._random.random(),
            )

        self._record(claim, decide)
        self._consequences(claim, error)

    def _intend(self, claim: Claim, prepared: list[ledger.Move]) -> None:
        """Write the intent, with the last step of preparing; only when it is durable, make the call."""
        if not self.leases.lasts(claim) and not self.leases.renew(claim):
            return
        name = claim.delivery.account
        move = ledger.intend(claim.delivery, now=self._clock.now())
        if isinstance(move, ledger.Refused):
            self._give_back(claim)
        elif self._apply(claim, [*prepared, move], also=lambda connection: quotas.take(connection, name, self.desk.network_of(name))):
            self._send(claim)

    def _send(self, claim: Claim) -> None:
        """The one visible call, and whatever end it has."""
        part = ledger.next_part(claim.delivery)
        if part is None or part.first_attempt is None:
            raise AssertionError("an intent was written for no part")
        outcome: Published | Exception
        with self._http(claim) as http:
            try:
                outcome = self._published(self._call("publish", claim, part, http, **self._identity(part)))
            except StoreError as error:
                outcome = TryLater(message=error.message)  # the store's trouble, not the post's
            except Exception as error:  # noqa: BLE001 - whatever a stranger's hook raises, it is this delivery's affair
                self._log_bug(claim, "publish", error)
                outcome = error
            visible = http.visible

        def decide(current: ledger.Delivery, connection: Connection) -> ledger.Move | ledger.Refused:
            return ledger.record(
                current,
                part.position,
                outcome,
                fence=claim.delivery.fence,
                now=self._clock.now(),
                terms=claim.terms,
                jitter=self._random.random(),
                visible=visible,
                held_elsewhere=self._held_elsewhere(connection, current, part, outcome),
            )

        self._record(claim, decide)
        self._consequences(claim, outcome)

    def _look(self, claim: Claim) -> None:
        """Find out about an unknown outcome; where the ledger says so, send the same again under the same key."""
        part = ledger.next_part(claim.delivery)
        if part is None:
            self._give_back(claim)
            return
        # Measured before the look: what a reading that began too early did not show may have come while it went on.
        unknown_for = self._watch.seen_for(ledger.unknown_mark(claim.delivery))
        answer: Any
        try:
            with self._http(claim) as http:
                answer = self._call("find", claim, part, http, **self._identity(part))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a stranger's hook raises, it is this delivery's affair
            self._log_bug(claim, "find", error)
            self._consequences(claim, error)
            answer = CannotTell(error.wait if isinstance(error, TryLater) and error.wait else claim.terms.between_looks)
        with self.desk.store.write() as connection:
            current = deliveries.load(connection, claim.delivery.id)
            if current is None or current.fence != claim.delivery.fence:
                return
            move = ledger.looked(
                current,
                answer,
                now=self._clock.now(),
                terms=claim.terms,
                unknown_for=unknown_for,
                held_elsewhere=isinstance(answer, Found) and self._held_elsewhere(connection, current, part, answer.published),
            )
            if isinstance(move, ledger.Refused) or not deliveries.apply(connection, move):
                return
            if move.after.out != current.out:
                deliveries.was_sent(connection, current.account, self._clock.now())
            claim.delivery = move.after
        self._tell(move)
        if move.is_intent and self.leases.renew(claim):
            self._send(claim)

    def _take_down(self, claim: Claim) -> None:
        """Take every public part back, the last one first."""
        try:
            for part in reversed(claim.delivery.out):
                with self._http(claim) as http:
                    account = signing_in.account(self.desk, self._vault, claim.delivery.account)
                    self.desk.networks.call(account.network, "delete", account=account, published=part.published, http=http)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a stranger's hook raises, it is this delivery's affair
            self._log_bug(claim, "delete", error)
            said = getattr(error, "message", None)
            told = said if isinstance(said, Message) else Message("{kind}: {error}", kind=type(error).__name__, error=error)
            move = ledger.take_down_failed(claim.delivery, told, now=self._clock.now(), terms=claim.terms, jitter=self._random.random())
            self._apply(claim, [move])
            self._consequences(claim, error)
            return
        self._apply(claim, [ledger.taken_down(claim.delivery, now=self._clock.now())])

    # ---- calling hooks

    def _http(self, claim: Claim) -> Http:
        name = claim.delivery.account
        return signing_in.http(self.desk, name, self._clock, deadline=claim.deadline, transport=self._transport_for(name))

    def _http_of(self, name: str) -> Http:
        return signing_in.http(self.desk, name, self._clock, transport=self._transport_for(name))

    def _call(self, hook: str, claim: Claim, part: ledger.Part, http: Http, **more: Any) -> Any:
        account = self._account(claim.delivery.account)
        thread = ledger.thread_before(claim.delivery, part.position)
        content = self._content(claim.delivery.id, part.position)
        return self.desk.networks.call(account.network, hook, account=account, part=content, thread=thread, http=http, **more)

    def _account(self, name: str) -> Account:
        return signing_in.refresh_if_due(self.desk, self._vault, name, self._clock, self._http_of)

    def _identity(self, part: ledger.Part) -> dict[str, Any]:
        prepared = part.prepared or Prepared()
        return {"prepared": prepared, "key": part.key, "first_attempt": part.first_attempt}

    def _content(self, delivery_id: int, position: int) -> Part:
        with self.desk.store.read() as connection:
            found = next(each for each in deliveries.contents(connection, delivery_id) if each.position == position)
        return contents.as_part(found.kind, found.position, found.content, self.desk.settings.state)

    @staticmethod
    def _published(result: object) -> Published:
        if isinstance(result, Published) and isinstance(result.remote_id, str) and result.remote_id:
            return result
        raise OutcomeUnknown(Message("The network's answer held no id."))

    def _held_elsewhere(self, connection: Connection, current: ledger.Delivery, part: ledger.Part, outcome: object) -> bool:
        remote_id = getattr(outcome, "remote_id", None)
        if not isinstance(remote_id, str):
            return False
        holder = deliveries.holder_of(connection, current.account, remote_id)
        return holder is not None and holder != (current.id, part.position)

    # ---- writing down

    def _apply(self, claim: Claim, moves: Sequence[ledger.Move], also: Callable[[Connection], None] | None = None) -> bool:
        """Make the moves in one transaction; False, and none is made, when somebody has changed the row meanwhile."""
        try:
            with self.desk.store.write() as connection:
                for move in moves:
                    if not deliveries.apply(connection, move):
                        raise _TakenOver
                if also is not None:
                    also(connection)
        except _TakenOver:
            return False
        claim.delivery = moves[-1].after
        for move in moves:
            self._tell(move)
        return True

    def _record(self, claim: Claim, decide: Callable[[ledger.Delivery, Connection], ledger.Move | ledger.Refused]) -> None:
        """Write an outcome down, whatever the store's troubles; it is decided anew when the row has changed meanwhile.

        What cannot be written for too long is left: the lease ends, and somebody finds out.
        """
        pause = threading.Event()
        until = self._clock.monotonic() + _RECORD_FOR_SECONDS
        while True:
            try:
                if self._record_once(claim, decide):
                    return
            except StoreFull:
                if not self.desk.store.give_up_ballast():
                    _log.error("the disk is full: an outcome waits to be written down")
            except StoreError as error:
                _log.error("an outcome waits to be written down: %s", error)
            if self._clock.monotonic() > until:
                _log.error("delivery %s: its outcome could not be written down; it will be looked for", claim.delivery.id)
                return
            pause.wait(_RECORD_AGAIN_SECONDS)

    def _record_once(self, claim: Claim, decide: Callable[[ledger.Delivery, Connection], ledger.Move | ledger.Refused]) -> bool:
        with self.desk.store.write() as connection:
            current = deliveries.load(connection, claim.delivery.id)
            if current is None:
                return True
            move = decide(current, connection)
            if isinstance(move, ledger.Refused):
                _log.warning("delivery %s: %s", current.id, move.reason)
                return True
            if not deliveries.apply(connection, move):
                return False
            if move.after.out != current.out:
                deliveries.was_sent(connection, current.account, self._clock.now())
        claim.delivery = move.after
        self._tell(move)
        return True

    def _give_back(self, claim: Claim) -> None:
        with self.desk.store.write() as connection:
            current = deliveries.load(connection, claim.delivery.id)
            if current is not None and current.owner == self.owner and ledger.phase(current) is not ledger.State.SENDING:
                move = ledger.give_back(current, now=self._clock.now() + timedelta(minutes=1))
                deliveries.apply(connection, move)

    def _consequences(self, claim: Claim, outcome: object) -> None:
        """What an error says of the whole account or app."""
        name = claim.delivery.account
        network = self.desk.network_of(name)
        now = self._clock.now()
        if isinstance(outcome, SignInNeeded):
            self._sign_in_refused(name, outcome)
        if isinstance(outcome, TryLater) and outcome.scope != "part":
            until = now + (outcome.wait or claim.terms.first_wait)
            with self.desk.store.write() as connection:
                quotas.wait(connection, outcome.scope, name, network, until=until, reason=outcome.message, now=now)

    def _sign_in_refused(self, name: str, refusal: SignInNeeded) -> None:
        """Try other credentials once; where that does not help either, the account waits for a person."""
        again = self._renewed.get(name)
        now = self._clock.now()
        self._renewed[name] = now
        if again is None or now - again > _RENEWAL_HELPS_FOR:
            try:
                with self.desk.store.read() as connection:
                    known = accounts.known_one(connection, name)
                if known is not None and known.sign_in == "ok":
                    refused = signing_in.account(self.desk, self._vault, name)
                    signing_in.refresh_refused(self.desk, self._vault, refused, self._clock, self._http_of)
                    return
            except TryLater:
                return
            except NetworkError as error:
                _log.debug("%s: renewing did not help: %s", name, error)
        with self.desk.store.write() as connection:
            accounts.sign_in_needed(connection, name, self.desk.network_of(name), refusal.message)
        _log.warning("%s needs a new sign-in: %s", name, refusal.message)
        self._say(Event(kind="sign-in-needed", account=name, message=refusal.message))

    # ---- telling

    def _tell(self, move: ledger.Move) -> None:
        """Log what became of a delivery, and notify where a person may want to know."""
        after = move.after
        if move.alarm is not None:
            _log.error("delivery %s: %s", after.id, move.alarm)
            self._say(_event("alarm", after, move.alarm))
        if after.state is move.before.state:
            return
        reason = after.reason or Message("{state}", state=after.state.value)
        match after.state:
            case ledger.State.PUBLISHED:
                url = _url(after)
                _log.info("delivery %s is published on %s: %s", after.id, after.account, url)
                self._say(_event("published", after, Message("Published: {url}", url=url)))
            case ledger.State.FAILED | ledger.State.UNCERTAIN:
                _log.warning("delivery %s on %s: %s: %s", after.id, after.account, after.state.value, reason)
                self._say(_event(after.state.value, after, reason))
            case ledger.State.UNKNOWN:
                _log.warning("delivery %s on %s: the answer was lost; looking whether it is out", after.id, after.account)

    def _say(self, event: Event) -> None:
        """Tell whoever wants to know. What goes wrong there never touches publishing."""
        try:
            self._notify(event)
        except Exception:  # noqa: BLE001 - a stranger's hook
            _log.exception("a notification failed")

    def _tell_missed(self, delivery: ledger.Delivery) -> None:
        if delivery.state is ledger.State.MISSED and delivery.reason is not None:
            _log.warning("delivery %s on %s is missed: %s", delivery.id, delivery.account, delivery.reason)
            self._say(_event("missed", delivery, delivery.reason))

    def _log_bug(self, claim: Claim, hook: str, error: Exception) -> None:
        """An error that is no answer of a network is a plugin's fault, and its author will want the traceback."""
        if not isinstance(error, NetworkError):
            _log.error("%s() of %s failed", hook, self.desk.network_of(claim.delivery.account), exc_info=error)


def _event(kind: Any, delivery: ledger.Delivery, message: Message) -> Event:
    return Event(kind=kind, account=delivery.account, delivery=str(delivery.id), message=message, url=_url(delivery))


def _url(delivery: ledger.Delivery) -> str | None:
    root: Sequence[ledger.Part] = delivery.out[:1]
    published = root[0].published if root else None
    return None if published is None else published.url or published.remote_id
