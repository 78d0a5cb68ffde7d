"""What a log and a person hear of publishing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Literal

from evenly import ledger
from evenly.plugin import Event, Message, NetworkError

_log = logging.getLogger("evenly.publishing")


class Teller:
    """Logs what became of deliveries, and notifies where a person may want to know. Nothing that goes wrong here touches publishing."""

    def __init__(self, notify: Callable[[Event], None]) -> None:
        self.notify = notify

    def tell(self, move: ledger.Move) -> None:
        """A move was made."""
        after = move.after
        if move.alarm is not None:
            _log.error("delivery %s: %s", after.id, move.alarm)
            self.say(_event("alarm", after, move.alarm))
        if after.state is move.before.state:
            return
        reason = after.reason or Message("{state}", state=after.state.value)
        match after.state:
            case ledger.State.PUBLISHED:
                url = _url(after)
                _log.info("delivery %s is published on %s: %s", after.id, after.account, url)
                self.say(_event("published", after, Message("Published: {url}", url=url)))
            case ledger.State.FAILED:
                self._persons_turn("failed", after, reason)
            case ledger.State.UNCERTAIN:
                self._persons_turn("uncertain", after, reason)
            case ledger.State.MISSED:
                self._persons_turn("missed", after, reason)
            case ledger.State.HELD:
                self._persons_turn("held", after, reason)
            case ledger.State.UNKNOWN:
                _log.warning("delivery %s on %s: the answer was lost; looking whether it is out", after.id, after.account)

    def _persons_turn(self, kind: Literal["failed", "uncertain", "missed", "held"], delivery: ledger.Delivery, reason: Message) -> None:
        _log.warning("delivery %s on %s: %s: %s", delivery.id, delivery.account, kind, reason)
        self.say(_event(kind, delivery, _to_settle(delivery, reason) if kind == "uncertain" else reason))

    def sign_in_needed(self, name: str, reason: Message) -> None:
        _log.warning("%s needs a new sign-in: %s", name, reason)
        self.say(Event(kind="sign-in-needed", account=name, message=reason))

    def fault(self, network: str, hook: str, error: Exception) -> None:
        """An error that is no answer of a network is a plugin's fault, and its author will want the traceback."""
        if not isinstance(error, NetworkError):
            _log.error("%s() of %s failed", hook, network, exc_info=error)

    def say(self, event: Event) -> None:
        try:
            self.notify(event)
        except Exception:  # noqa: BLE001 - a stranger's hook
            _log.exception("a notification failed")


def _event(
    kind: Literal["published", "failed", "uncertain", "missed", "held", "alarm"], delivery: ledger.Delivery, message: Message
) -> Event:
    return Event(kind=kind, account=delivery.account, delivery=str(delivery.id), message=message, url=_url(delivery))


def _to_settle(delivery: ledger.Delivery, reason: Message) -> Message:
    """What to check, and the commands that settle it: whoever reads this is not at a terminal."""
    doubtful = next((part for part in delivery.parts if part.state is ledger.PartState.UNCERTAIN), delivery.parts[0])
    return Message(
        "Delivery {id} on {account}, sent at {time}: {reason} "
        "If it is there: evenly settle {id} --published URL. If it is not: evenly settle {id} --not-published",
        id=delivery.id,
        account=delivery.account,
        time=doubtful.first_attempt,
        reason=reason,
    )


def _url(delivery: ledger.Delivery) -> str | None:
    root: Sequence[ledger.Part] = delivery.out[:1]
    published = root[0].published if root else None
    return None if published is None else published.url or published.remote_id
