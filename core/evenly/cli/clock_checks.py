"""Whether this machine's clock agrees with those of the networks: one request to each server in use, without a token."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from evenly.cli.checks import Finding
from evenly.messages import _

if TYPE_CHECKING:
    from evenly.app import App

_LONGEST = timedelta(seconds=5)  # for all of them together, names that are slowly looked up included
_MAY_DIFFER = timedelta(minutes=2)
_ANY_STATUS = range(100, 600)  # whatever it answers, its clock is told


@dataclass
class _Asked:
    """One server, and what it told."""

    address: str  #: scheme, host and port alone
    network: str
    difference: timedelta | None = None  #: how much later its clock is; None: it has told nothing


def against_networks(app: App) -> list[Finding]:
    """Ask each server in use for its time, all at once. Nobody is asked where evenly's own clock is not the machine's."""
    from evenly.clock import RealClock

    if not isinstance(app.clock, RealClock):
        return []
    asked = [_Asked(address, network) for address, network in _servers(app).items()]
    askers = [threading.Thread(target=_ask, args=(app, each), daemon=True) for each in asked]
    for asker in askers:
        asker.start()
    until = time.monotonic() + _LONGEST.total_seconds()
    for asker in askers:
        asker.join(max(until - time.monotonic(), 0))
    return [_finding(each) for each in asked]


def _servers(app: App) -> Mapping[str, str]:
    """The base addresses of the accounts in use with their networks: the `api` override, else where the account's page is."""
    from evenly.store import accounts

    with app.store.read() as connection:
        known = accounts.known(connection)
    return dict(_addresses(app, {name: each.state.url for name, each in known.items() if each.state is not None}))


def _addresses(app: App, pages: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for name, account in app.settings.accounts.items():
        if (address := _base(account.api or pages.get(name) or "")) is not None:
            yield address, account.network


def _base(url: str) -> str | None:
    """Scheme, host and port alone; None for what is no address of the web."""
    try:
        parts = urlsplit(url)
    except ValueError:  # what a network tells of itself may be anything
        return None
    return f"{parts.scheme}://{parts.netloc}/" if parts.scheme in {"http", "https"} and parts.hostname else None


def _ask(app: App, asked: _Asked) -> None:
    import httpx

    from evenly.plugin import Http, NetworkError

    # The address is the override's own where there is one: it needs no second one.
    with Http(clock=app.clock, timeout=_LONGEST) as http:
        try:
            http.send_repeatable(httpx.Request("HEAD", asked.address), accept=_ANY_STATUS)
        except (NetworkError, httpx.InvalidURL):
            return
        told, now = http.server_time, app.clock.now()
    asked.difference = None if told is None else told - now


def _finding(asked: _Asked) -> Finding:
    host, network = urlsplit(asked.address).netloc, asked.network
    if asked.difference is None:
        said = _("{network}: {host} could not be asked for its time.", network=network, host=host)
        return Finding("clocks", ok=True, message=said)
    apart = _written(abs(asked.difference))
    if abs(asked.difference) <= _MAY_DIFFER:
        return Finding("clocks", ok=True, message=_("{network}: {host} shows the same time.", network=network, host=host))
    if asked.difference > timedelta(0):
        said = _(
            "{network}: this machine's clock is {time} behind that of {host}: posts go out late, and sign-ins may be refused. Set it.",
            network=network,
            host=host,
            time=apart,
        )
    else:
        said = _(
            "{network}: this machine's clock is {time} ahead of that of {host}: posts go out early, and sign-ins may be refused. Set it.",
            network=network,
            host=host,
            time=apart,
        )
    return Finding("clocks", ok=False, message=said)


def _written(apart: timedelta) -> str:
    """To the minute: the answer took some seconds, too."""
    from evenly import durations

    return durations.written(timedelta(minutes=round(apart / timedelta(minutes=1))))
