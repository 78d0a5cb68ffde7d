"""Brings letters from the outbox to the channels: gathered, capped by the hour, tried again with longer and longer pauses."""

from __future__ import annotations

import logging
import secrets
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly.messages import shown
from evenly.notifying import mail, ntfy, webhook
from evenly.notifying.letters import Letter, NotSent, letter, trial
from evenly.notifying.outbox import PLUGINS, channels
from evenly.notifying.secrets import secret_of
from evenly.plugin import Event, Message
from evenly.store import StoreError, StoreRefused, notices

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.notifying.outbox import Outbox
    from evenly.planning import Desk
    from evenly.store.notices import Batch
    from evenly.store.secrets import Vault

_log = logging.getLogger("evenly.notifying")

GATHER = timedelta(minutes=1)
MOST_AN_HOUR = 10
_HOUR = timedelta(hours=1)
_TOO_OLD = timedelta(hours=24)
_REMEMBERED = timedelta(days=30)
_IN_HAND = timedelta(minutes=2)  #: longer than any channel takes; then a letter whose sender died is tried again
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=30)


class Courier:
    """Sends for one process."""

    def __init__(self, desk: Desk, vault: Vault, clock: Clock, outbox: Outbox) -> None:
        self._desk = desk
        self._vault = vault
        self._clock = clock
        self._outbox = outbox

    def channels(self) -> tuple[str, ...]:
        """Everybody who is told of anything: those of `[notify]`, and `plugins` where one implements the hook."""
        return channels(self._desk)

    def send_due(self, channel: str, *, gather: timedelta = GATHER) -> bool:
        """Send the channel's next letter, if its time has come; whether one went out. Raises `StoreError`."""
        batch = self._take(channel, gather=timedelta(0) if channel == PLUGINS else gather)
        if batch is None:
            return False
        try:
            self._send(channel, batch)
        except NotSent as trouble:
            self._failed(batch, trouble)
            return False
        with self._desk.store.write() as connection:
            notices.sent(connection, batch.letter, now=self._clock.now())
        _log.info("%s: a letter about %s events has gone out", channel, len(batch.notices))
        return True

    def tidy(self) -> None:
        """Write down what could not be written before, give up what is a day old, forget what is a month old. Raises `StoreError`."""
        self._outbox.catch_up()
        now = self._clock.now()
        too_old, forgotten = now - _TOO_OLD, now - _REMEMBERED
        with self._desk.store.read() as connection:
            if not notices.has_ended(connection, before=too_old, forgotten=forgotten):
                return
        with self._desk.store.write() as connection:
            dropped = notices.drop(connection, before=too_old, now=now)
            notices.forget(connection, before=forgotten)
        if dropped:
            _log.warning("%s notifications could not be sent for a day and are given up", dropped)

    def flush(self, limit: timedelta) -> None:
        """Send at once what is there; what takes longer than `limit` stays in the outbox. Never raises."""
        threads = [threading.Thread(target=self._flush, args=(each,), name=f"notify {each}", daemon=True) for each in self.channels()]
        until = self._clock.monotonic() + limit.total_seconds()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, until - self._clock.monotonic()))

    def _flush(self, channel: str) -> None:
        try:
            self._outbox.catch_up()
            while self.send_due(channel, gather=timedelta(0)):
                pass
        except StoreError as error:
            _log.warning("%s", error)
        except Exception:  # noqa: BLE001 - publishing is over; what is wrong with a channel must not change how it ended
            _log.exception("%s failed", channel)

    def try_out(self, channel: str) -> Message | None:
        """Send a trial letter now; what went wrong, or None."""
        try:
            self._deliver(channel, trial(secrets.token_hex(16), self._desk.settings, at=self._clock.now()))
        except NotSent as trouble:
            return trouble.message
        return None

    # ---- one letter

    def _take(self, channel: str, *, gather: timedelta) -> Batch | None:
        now = self._clock.now()
        with self._desk.store.read() as connection:
            if not notices.waiting(connection).get(channel):
                return None
        with self._desk.store.write() as connection:
            full = channel != PLUGINS and notices.letters_since(connection, channel, now - _HOUR) >= MOST_AN_HOUR
            return notices.take(connection, channel, now=now, until=now + _IN_HAND, gathered=now - gather, full=full)

    def _send(self, channel: str, batch: Batch) -> None:
        if channel == PLUGINS:
            self._call_plugins(batch)
        else:
            self._deliver(channel, letter(batch.letter, batch.notices, self._desk.settings, at=self._clock.now()))

    def _call_plugins(self, batch: Batch) -> None:
        """Each event by itself; an implementation that raises is not called with the same event again."""
        for each in batch.notices:
            event = Event(kind=each.kind, message=each.message, account=each.account, delivery=each.delivery, url=each.url)  # type: ignore[arg-type]  # only our own words are stored
            try:
                self._desk.networks.call_all("notify", event=event)
            except Exception:  # noqa: BLE001 - a stranger's hook
                _log.exception("a notification failed")

    def _deliver(self, channel: str, written: Letter) -> None:
        settings = self._desk.settings.notify
        try:
            secret = secret_of(self._desk.store, self._vault, channel)
        except StoreRefused as error:
            raise NotSent(error.message) from error
        match channel:
            case "email" if settings.email is not None:
                mail.send(written, settings.email, secret)
            case "webhook" if settings.webhook is not None:
                webhook.send(written, settings.webhook, secret, clock=self._clock)
            case "ntfy" if settings.ntfy is not None:
                ntfy.send(written, settings.ntfy, secret, clock=self._clock)

    def _failed(self, batch: Batch, trouble: NotSent) -> None:
        pause = max(min(_FIRST_PAUSE * 2 ** min(batch.tries, 10), _LONGEST_PAUSE), trouble.wait or timedelta(0))
        _log.warning("%s: %s", batch.channel, shown(trouble.message))
        with self._desk.store.write() as connection:
            notices.failed(connection, batch.letter, again_at=self._clock.now() + pause)
