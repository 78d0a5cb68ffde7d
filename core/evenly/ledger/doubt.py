"""How an unknown outcome is settled: look, wait, send the same again under the same key, or ask a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from evenly.ledger import rules
from evenly.ledger.calls import naming_parts_out, succeeded, used_up
from evenly.ledger.rows import Delivery, Entry, Move, Part, Refused, Terms, with_part
from evenly.ledger.states import OnUnknown, PartState, State, Step
from evenly.ledger.work import closing, freed, moment, opened, phase, put_aside
from evenly.plugin import Absent, CannotTell, Found, Message

_LEAST_WAIT = timedelta(milliseconds=200)


def looked(
    delivery: Delivery,
    answer: Found | Absent | CannotTell,
    *,
    now: datetime,
    terms: Terms,
    unknown_for: timedelta,
    held_elsewhere: bool = False,
) -> Move | Refused:
    """What the answer of one `find` does to a claimed delivery in doubt.

    `unknown_for` is for how long this reader had seen the same `unknown_mark`, on its own monotonic clock, when the look began. A move
    that `is_intent` means: after its commit the same call is made again, with the same key.
    """
    part = rules.next_part(delivery)
    if part is None or phase(delivery) is not State.UNKNOWN:
        return Refused(Message("There is nothing to find out about this delivery."))
    look = _Look(delivery, part, now, terms, unknown_for)
    if isinstance(answer, Found) and not held_elsewhere:
        return succeeded(delivery, part, answer.published, now=now, fence=delivery.fence, step=Step.FIND)
    if isinstance(answer, Absent) and not part.proven_out:
        return look.absent()
    return look.cannot_tell(answer if isinstance(answer, CannotTell) else CannotTell(terms.between_looks))


class _Look:
    """One look that did not find the part."""

    __slots__ = ("delivery", "now", "part", "terms", "unknown_for")

    def __init__(self, delivery: Delivery, part: Part, now: datetime, terms: Terms, unknown_for: timedelta) -> None:
        self.delivery = delivery
        self.part = part
        self.now = now
        self.terms = terms
        self.unknown_for = unknown_for

    def absent(self) -> Move:
        if not rules.absence_counts(self.unknown_for, self.terms):
            return self._answered(self.terms.settle - self.unknown_for, "too early")
        missed = self.part.absent_looks + 1
        if missed < self.terms.agreeing_looks:
            return self._answered(self.terms.between_looks, "absent", missed)
        return self._proven_absent()

    def cannot_tell(self, answer: CannotTell) -> Move:
        again = moment(answer.look_again, self.now)
        if again is not None and not self._given_up():
            return self._again(again - self.now, "cannot tell")
        if again is None and self._may_repeat():
            return self._repeat()
        return self._give_up()

    def _given_up(self) -> bool:
        """No answer for a day; by the wall clock, but never because that clock has jumped just now."""
        since = self.part.unknown_since
        waited = since is not None and self.now - since >= self.terms.give_up_after
        return waited and self.unknown_for >= self.terms.settle

    def _may_repeat(self) -> bool:
        """The network told that it can never tell by looking; does the same call settle it without making a second post?"""
        trusted = rules.key_is_trusted(self.part, self.terms, now=self.now, known_for=self.unknown_for)
        return trusted and not self.part.proven_out and self.part.setbacks < self.terms.most_setbacks

    def _repeat(self) -> Move:
        # Two requests with one key at the same moment may both be accepted: the first one gets the time to end.
        if self.unknown_for < self.terms.request:
            return self._again(self.terms.request - self.unknown_for, "cannot tell")
        return opened(self.delivery, self.part, self.now)

    def _answered(self, wait: timedelta, outcome: str, absent_looks: int = 0) -> Move:
        """Not out, as far as can be seen: the day without an answer begins anew."""
        self.part = replace(self.part, unknown_since=rules.silent_since(self.part, now=self.now))
        return self._again(wait, outcome, absent_looks)

    def _again(self, wait: timedelta, outcome: str, absent_looks: int = 0) -> Move:
        kept = with_part(self.delivery, replace(self.part, absent_looks=absent_looks))
        at = self.now + max(wait, _LEAST_WAIT)
        return Move(self.delivery, put_aside(kept, State.UNKNOWN, at), self._entry(outcome))

    def _proven_absent(self) -> Move:
        clean = replace(self.part, state=PartState.WAITING, tainted=False, absent_looks=0)
        if clean.setbacks >= self.terms.most_setbacks:
            return self._ended(State.FAILED, PartState.FAILED, used_up(clean, Message("it never got out")), "absent")
        again = replace(freed(with_part(self.delivery, clean), State.PLANNED, self.now), awaited=self.now)
        return Move(self.delivery, again, self._entry("absent"))

    def _give_up(self) -> Move:
        """Nobody could find out: the setting decides where it may, else a person."""
        choice = self.terms.on_unknown if self.terms.nothing_helps else OnUnknown.ASK
        if choice is OnUnknown.RESEND and self.part.setbacks < self.terms.most_setbacks:
            clean = replace(self.part, state=PartState.WAITING, tainted=False)
            again = replace(freed(with_part(self.delivery, clean), State.PLANNED, self.now), awaited=self.now)
            return Move(self.delivery, again, self._entry("cannot tell", "on_unknown = resend"))
        if choice is OnUnknown.DROP:
            reason = Message("Nobody could find out whether it was published; dropped, as on_unknown says.")
            return self._ended(State.CANCELLED, PartState.CANCELLED, reason, "cannot tell")
        return self._ended(State.UNCERTAIN, PartState.UNCERTAIN, _open_question(self.part), "cannot tell")

    def _ended(self, state: State, part_state: PartState, reason: Message, outcome: str) -> Move:
        ended = with_part(self.delivery, replace(self.part, state=part_state, tainted=part_state is PartState.UNCERTAIN))
        after = freed(ended, state, None)
        named = naming_parts_out(after, self.part, reason)
        return Move(self.delivery, replace(after, reason=named), self._entry(outcome, named))

    def _entry(self, outcome: str, evidence: object = None) -> Entry:
        return closing(self.part, Step.FIND, outcome, self.now, evidence)


def _open_question(part: Part) -> Message:
    if part.proven_out:
        return Message("The network says that it has this text already, but not under which address. Look at the account, then settle it.")
    return Message("It may be public, and nobody could find out. Look at the account, then settle it.")
