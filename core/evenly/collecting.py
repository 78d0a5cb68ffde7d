"""Asks networks for the figures of what was published, which are kept with their age, and for posts as they stand there, ours or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from evenly import signing_in
from evenly.networks import HookMissing
from evenly.plugin import Message, Metrics, NetworkError, Published
from evenly.store import elsewhere, metrics

if TYPE_CHECKING:
    import httpx

    from evenly.clock import Clock
    from evenly.planning import Desk
    from evenly.plugin import RemotePost
    from evenly.store.secrets import Vault

#: The ages at which posts are compared, by their names.
MARKS = {
    "0": timedelta(0),
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "72h": timedelta(hours=72),
    "7d": timedelta(days=7),
    "28d": timedelta(days=28),
}
_LONGEST_AGE = timedelta(days=35)
_AT_ONCE = 50
_LOOK_BACK = timedelta(days=60)  #: as far as the planner looks back, too


@dataclass(frozen=True, slots=True)
class Collected:
    """What one account's collecting brought: how many deliveries have new figures, or why there are none."""

    account: str
    deliveries: int = 0
    followers: int | None = None
    trouble: Message | None = None


@dataclass(frozen=True, slots=True)
class Synced:
    """What reading one account's posts brought: how many are there that did not go out through here, or why it could not be read."""

    account: str
    elsewhere: int = 0
    new: int = 0  #: of these, not known before
    trouble: Message | None = None


def mark(age: timedelta) -> str:
    """The last mark that has passed at this age."""
    return [name for name, least in MARKS.items() if least <= max(age, timedelta(0))][-1]


def collect(desk: Desk, vault: Vault, clock: Clock, name: str, *, transport: httpx.BaseTransport | None = None) -> Collected:
    """Ask the account's network for the figures of its latest posts and of itself, and keep them.

    Never raises for a network's fault: `trouble` tells it. A plugin's own fault is told the same way. Calls go through `transport` where
    one is given, and to nobody else.
    """
    network = desk.network_of(name)
    if network not in desk.networks:
        return Collected(name, trouble=Message("No installed package provides the network {network}.", network=network))
    try:
        account = signing_in.account(desk, vault, name)
        with signing_in.http(desk, name, clock, transport=transport) as http:
            count = _posts(desk, name, {"account": account, "http": http}, clock)
            followers = _account(desk, name, {"account": account, "http": http}, clock)
    except HookMissing:
        return Collected(name, trouble=Message("{network} gives no figures.", network=desk.networks[network].title))
    except NetworkError as error:
        return Collected(name, trouble=error.message)
    return Collected(name, count, followers)


def sync(desk: Desk, vault: Vault, clock: Clock, name: str, *, transport: httpx.BaseTransport | None = None) -> Synced:
    """Read what the account has published lately, and keep what did not go out through here: by hand, or by other tools.

    Never raises for a network's fault: `trouble` tells it, and what was known stays.
    """
    network = desk.network_of(name)
    if network not in desk.networks:
        return Synced(name, trouble=Message("No installed package provides the network {network}.", network=network))
    if not desk.networks.offers(network, "recent"):
        return Synced(name, trouble=Message("{network} does not tell what was published there.", network=desk.networks[network].title))
    now = clock.now()
    try:
        account = signing_in.account(desk, vault, name)
        with signing_in.http(desk, name, clock, transport=transport) as http:
            recent: Sequence[RemotePost] = desk.networks.call(network, "recent", account=account, since=now - _LOOK_BACK, http=http)
    except NetworkError as error:
        return Synced(name, trouble=error.message)
    with desk.store.write() as connection:
        new = elsewhere.keep(connection, name, network, recent, since=now - _LOOK_BACK, now=now)
        return Synced(name, len(elsewhere.since(connection, name, now - _LOOK_BACK)), new)


def post_at(desk: Desk, vault: Vault, clock: Clock, name: str, url: str, *, since: datetime) -> Published | None:
    """The account's post at this address, if its network tells of it: many addresses do not hold the id that the network goes by."""
    network = desk.network_of(name)
    if network not in desk.networks or not desk.networks.offers(network, "recent"):
        return None
    try:
        account = signing_in.account(desk, vault, name)
        with signing_in.http(desk, name, clock) as http:
            recent: Sequence[RemotePost] = desk.networks.call(network, "recent", account=account, since=since, http=http)
    except NetworkError:
        return None
    found = next((post for post in recent if post.url is not None and _address(post.url) == _address(url)), None)
    return None if found is None else Published(remote_id=found.remote_id, url=found.url, at=found.at)


def _address(url: str) -> tuple[str, str, str]:
    """What tells one page from another: not the scheme, nor whether it is the site for telephones."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    return host, parts.path.rstrip("/"), parts.query


def _posts(desk: Desk, name: str, common: Mapping[str, Any], clock: Clock) -> int:
    with desk.store.read() as connection:
        rows = metrics.published(connection, name, since=clock.now() - _LONGEST_AGE)
    collected = 0
    for start in range(0, len(rows), _AT_ONCE):
        collected += _batch(desk, name, rows[start : start + _AT_ONCE], common, clock)
    return collected


def _batch(desk: Desk, name: str, rows: Sequence[Any], common: Mapping[str, Any], clock: Clock) -> int:
    asked = [Published(remote_id=row.remote_id, url=row.url, at=row.published_at, data=row.data or {}) for row in rows]
    figures: Mapping[str, Metrics] = desk.networks.call(desk.network_of(name), "post_metrics", published=asked, **common)
    now = clock.now()
    readings = [
        metrics.Reading(name, row.delivery_id, mark(now - row.published_at), now, figures[row.remote_id].known())
        for row in rows
        if row.remote_id in figures
    ]
    with desk.store.write() as connection:
        metrics.keep(connection, readings)
    return len(readings)


def _account(desk: Desk, name: str, common: Mapping[str, Any], clock: Clock) -> int | None:
    if not desk.networks.offers(desk.network_of(name), "account_metrics"):
        return None
    figures: Metrics = desk.networks.call(desk.network_of(name), "account_metrics", **common)
    now: datetime = clock.now()
    with desk.store.write() as connection:
        metrics.keep(connection, [metrics.Reading(name, None, now.date().isoformat(), now, figures.known())])
    return figures.followers
