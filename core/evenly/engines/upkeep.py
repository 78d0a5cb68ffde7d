"""What has to be done now and then beside publishing: tokens, fresh looks at accounts, feeds, posts from elsewhere, room on the disk."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly import collecting, following, signing_in
from evenly.planning import blocking, evergreen, forgetting, hosting
from evenly.plugin import NetworkError
from evenly.store import accounts, elsewhere

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.notifying import Courier
    from evenly.planning import Desk
    from evenly.store.secrets import Vault

_log = logging.getLogger("evenly.upkeep")

_LOOK_AGAIN = timedelta(days=1)
_TELL = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done every so often; at least every 5 seconds apart."""

    name: str
    every: timedelta
    run: Callable[[], None]
    by_each: bool = False  #: by every process, not only by the one that leads


def chores(desk: Desk, vault: Vault, clock: Clock) -> list[Chore]:
    """Everything that a daemon does beside publishing."""
    return [
        Chore("tokens", timedelta(minutes=1), lambda: _each(desk, lambda name: _refresh(desk, vault, clock, name))),
        Chore("looks", timedelta(minutes=10), lambda: _each(desk, lambda name: _look(desk, vault, clock, name))),
        Chore("endings", timedelta(days=1), lambda: _announce_endings(desk, clock)),
        Chore("public media", timedelta(minutes=10), lambda: hosting.withdraw(desk)),
        Chore("feeds", timedelta(minutes=1), lambda: _poll(desk, clock)),
        Chore("elsewhere", timedelta(hours=1), lambda: _sync(desk, vault, clock)),
        Chore("figures", timedelta(minutes=1), functools.partial(_collect, collecting.Collector(desk, vault, clock))),
        Chore("retention", timedelta(days=1), lambda: _forget(desk, clock)),
        Chore("evergreen", timedelta(hours=1), lambda: _refill(desk, clock)),
        Chore("mix", timedelta(hours=1), lambda: _mend(desk, clock)),
        Chore("ballast", timedelta(minutes=1), desk.store.keep_ballast, by_each=True),
    ]


def notices(courier: Courier) -> list[Chore]:
    """Telling people: one chore for each channel, so that one that hangs holds up no other."""
    sending = [
        Chore(f"telling {channel}", _TELL, functools.partial(_send, courier, channel), by_each=True) for channel in courier.channels()
    ]
    return [*sending, Chore("outbox", _TELL, courier.tidy, by_each=True)] if sending else []


def _send(courier: Courier, channel: str) -> None:
    courier.send_due(channel)


def _each(desk: Desk, act: Callable[[str], None]) -> None:
    with desk.store.read() as connection:
        known = accounts.known(connection)
    for name in desk.settings.accounts:
        if name in known and known[name].sign_in == "ok" and desk.network_of(name) in desk.networks:
            try:
                act(name)
            except NetworkError as error:
                _log.warning("%s: %s", name, error)


def _refresh(desk: Desk, vault: Vault, clock: Clock, name: str) -> None:
    signing_in.refresh_if_due(desk, vault, name, clock, lambda each: signing_in.http(desk, each, clock))


def _poll(desk: Desk, clock: Clock) -> None:
    """Fetch the feeds whose time has come."""
    for polled in following.poll_due(desk, clock):
        if polled.trouble is not None:
            _log.warning("feed %s: %s", polled.id, polled.trouble)
        elif polled.new:
            _log.info("feed %s: %s new items in the inbox", polled.id, polled.new)


def _sync(desk: Desk, vault: Vault, clock: Clock) -> None:
    """Read once a day what the accounts published elsewhere."""
    with desk.store.read() as connection:
        unread = elsewhere.unread(connection, clock.now(), after=_LOOK_AGAIN)
    _each(desk, lambda name: _sync_one(desk, vault, clock, name) if name in unread else None)


def _sync_one(desk: Desk, vault: Vault, clock: Clock, name: str) -> None:
    if desk.networks.offers(desk.network_of(name), "recent"):
        synced = collecting.sync(desk, vault, clock, name)
        if synced.trouble is not None:
            _log.warning("%s: %s", name, synced.trouble)


def _collect(collector: collecting.Collector) -> None:
    """Read the figures that are due."""
    for each in collector.round():
        if each.trouble is not None:
            _log.warning("%s: the figures could not be read: %s", each.account, each.trouble)
        elif each.deliveries:
            _log.info("%s: the figures of %s posts are read", each.account, each.deliveries)


def _forget(desk: Desk, clock: Clock) -> None:
    """What is older than `[retention] after` goes."""
    after = desk.settings.retention.after
    if after is not None and (gone := forgetting.forget(desk, clock.now() - after)).total:
        _log.info("forgot what was older than %s days: %s rows", after.days, gone.total)


def _refill(desk: Desk, clock: Clock) -> None:
    """Where a queue runs thin, queue what may come back."""
    if added := evergreen.refill(desk, now=clock.now()):
        _log.info("%s posts come back, since the queue runs thin", len(added))


def _mend(desk: Desk, clock: Clock) -> None:
    """Let go what the mix held, once it is mended: the window goes on though nothing is published."""
    if released := blocking.mend(desk, now=clock.now()):
        _log.info("the mix is mended: %s deliveries go on", len(released))


def _announce_endings(desk: Desk, clock: Clock) -> None:
    """Say in the log, days ahead, which sign-ins end without being renewed."""
    for name, message in signing_in.warnings(desk, clock.now()).items():
        _log.warning("%s: %s", name, message)


def _look(desk: Desk, vault: Vault, clock: Clock, name: str) -> None:
    """Read an account's limits and quota anew, once a day."""
    with desk.store.read() as connection:
        known = accounts.known_one(connection, name)
    if known is None or (known.looked_at is not None and clock.now() - known.looked_at < _LOOK_AGAIN):
        return
    network = desk.network_of(name)
    if not desk.networks.offers(network, "look"):
        return
    account = signing_in.account(desk, vault, name)
    with signing_in.http(desk, name, clock) as http:
        state = desk.networks.call(network, "look", account=account, http=http)
    with desk.store.write() as connection:
        accounts.looked(connection, name, state, at=clock.now())
