"""What comes next for a delivery, in a sentence: by itself, or what a person has to do. Pure: told the time, touching nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from evenly.planning.moments import readable, within
from evenly.planning.story import of, said
from evenly.plugin import Message
from evenly.store.contents import message_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of a delivery's account."""

    page: str | None = None  #: the address people see it at
    sign_in: Message | None = None  #: why it waits for a sign-in; None: it does not
    held: bool = False
    owner_gone: bool = False  #: the process that had the delivery in hand has ended
    reason: Message | None = None  #: why its network takes nothing at the moment


def outlook(delivery: Any, parts: Sequence[Any], attempts: Sequence[Any], around: Circumstances, *, now: datetime, zone: tzinfo) -> Message:
    """What happens next, and when; where it is a person's turn, what to do."""
    view = _View(delivery, parts, attempts, around, now, zone)
    match delivery.state:
        case "planned" | "claimed" | "sending" | "unknown":
            return view.at_work()
        case "published":
            return view.published()
        case "uncertain":
            return settling(delivery.id, around.page)
        case "cancelled":
            return view.unsaid(Message("It is cancelled: nothing more happens."))
    return view.persons_turn()


def settling(delivery_id: int, page: str | None) -> Message:
    """What a person does about a delivery of which nobody could find out whether it is public."""
    if page is None:
        return Message(
            "Look at the account. If it is there: evenly settle {id} --published URL. If it is not: evenly settle {id} --not-published",
            id=delivery_id,
        )
    return Message(
        "Look at {page}. If it is there: evenly settle {id} --published URL. If it is not: evenly settle {id} --not-published",
        id=delivery_id,
        page=page,
    )


@dataclass(frozen=True, slots=True)
class _View:
    """One delivery, seen from now."""

    delivery: Any
    parts: Sequence[Any]
    attempts: Sequence[Any]
    around: Circumstances
    now: datetime
    zone: tzinfo

    # ---- by itself

    def at_work(self) -> Message:
        if self.around.sign_in is not None:
            return Message(
                "It waits for a sign-in: {reason} evenly connect {account}", reason=self.around.sign_in, account=self.delivery.account
            )
        if self.around.held and self.delivery.state == "planned":
            return Message("Its account is held. To let it go on: evenly release {account}", account=self.delivery.account)
        if self.around.owner_gone:
            return Message("The process that was at work on it has ended; `evenly run` finds out how far it came, and goes on from there.")
        if self.delivery.owner is not None:
            return Message("It is being worked on right now.")
        time = self._when(self.delivery.next_action_at)
        return self._looking(time) if self.delivery.state == "unknown" else self._waiting(time)

    def _looking(self, time: Message | None) -> Message:
        if time is None:
            return Message("It is looked for again as soon as `evenly run` is at work; before that is settled it is not sent again.")
        return Message("It is looked for again: {time}; before that is settled it is not sent again.", time=time)

    def _waiting(self, time: Message | None) -> Message:
        if self.delivery.due is None:
            return Message("It waits for a time: evenly plan gives it one.")
        if time is None:
            return self.unsaid(Message("It goes out as soon as `evenly run` is at work."))
        if self.delivery.due > self.now:
            return self.unsaid(Message("It goes out: {time}.", time=time))
        if self.around.reason is not None:
            return Message("It waits until the network takes it, and goes on: {time}. {reason}", time=time, reason=self.around.reason)
        if any(attempt.step != "person" for attempt in self.attempts):
            return Message("It goes on: {time}.", time=time)
        return Message("It keeps its distance from the account's other posts, and goes out: {time}.", time=time)

    def published(self) -> Message:
        if self.delivery.taken_down_at is not None:
            return Message("Nothing more happens.")
        if (open_part := next((part for part in self.parts if part.state not in {"published", "cancelled"}), None)) is not None:
            return of(open_part, self._comment(open_part), many=True)
        if self.delivery.take_down_at is not None:
            return Message("It is taken down: {time}.", time=readable(self.delivery.take_down_at, now=self.now, zone=self.zone))
        return self.unsaid(Message("Nothing more to do."))

    def _comment(self, comment: Any) -> Message:
        if comment.state == "uncertain":
            return settling(self.delivery.id, self.around.page)
        if comment.state == "failed":
            return Message("missing. To try it again: evenly release {id}", id=self.delivery.id)
        time = self._when(self.delivery.next_action_at)
        if time is None:
            return Message("still to come, as soon as `evenly run` is at work.")
        return Message("still to come: {time}.", time=time)

    # ---- a person's turn

    def persons_turn(self) -> Message:
        number = self.delivery.id
        match self.delivery.state:
            case "draft":
                return Message("It waits for you. To plan it: evenly approve {id}", id=number)
            case "held" if self.delivery.held_by == "mix":
                return self.unsaid(
                    Message("It goes on by itself when the mix is mended, or when you say so: evenly release {id}", id=number)
                )
            case "held":
                return self.unsaid(Message("It waits for you. To let it go on: evenly release {id}", id=number))
            case "missed":
                return self.unsaid(Message("It waits for you. To give it the next open time: evenly release {id}", id=number))
        return Message("It waits for you. To change it: evenly edit {id} · to try it again as it is: evenly release {id}", id=number)

    def unsaid(self, then: Message) -> Message:
        """The sentence, after the delivery's reason where that has not been told with an attempt."""
        reason = message_of(self.delivery.reason)
        if reason is None or any(str(said(attempt)) in str(reason) for attempt in self.attempts if attempt.evidence):
            return then
        return Message("{reason} {then}", reason=within(reason, self.zone), then=then)

    def _when(self, moment: datetime | None) -> Message | None:
        """A moment to come; None where it is here already."""
        return None if moment is None or moment <= self.now else readable(moment, now=self.now, zone=self.zone)
