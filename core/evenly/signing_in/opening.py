"""An account as its network's hooks need it: with its credentials, what is known of it, and a client to call through."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from evenly.plugin import Account, App, Http, Message, SignInNeeded
from evenly.store import StoreError, accounts, credentials, quotas

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from sqlalchemy import Connection

    from evenly.clock import Clock
    from evenly.planning.desk import Desk
    from evenly.plugin import Quota
    from evenly.store.credentials import Kept
    from evenly.store.secrets import Vault

_log = logging.getLogger("evenly.signing_in")


def account(desk: Desk, vault: Vault, name: str) -> Account:
    """The account with its credentials and what its last look told, fresh from the store.

    Raises `SignInNeeded` where nobody has signed in, or where the network asked for it again.
    """
    with desk.store.read() as connection:
        return opened(desk, vault, name, connection)[0]


def opened(desk: Desk, vault: Vault, name: str, connection: Connection) -> tuple[Account, Kept]:
    """The account with its credentials, and these as they are kept. Raises `SignInNeeded`."""
    known = accounts.known_one(connection, name)
    network = desk.network_of(name)
    if known is None or known.network != network or known.sign_in == "none":
        raise SignInNeeded(Message("Nobody has signed in to {account} yet: evenly connect {account}", account=name))
    if known.sign_in == "needed":
        raise SignInNeeded(known.reason)
    kept = credentials.get(connection, vault, name)
    if kept is None:
        raise SignInNeeded(Message("Nobody has signed in to {account} yet: evenly connect {account}", account=name))
    return replace(desk.seen(name, known), credentials=kept.credentials), kept


def app_of(desk: Desk, vault: Vault, account: Account) -> App | None:
    """The app that calls of this account are made for: the one stored for its network, else the one it was signed in with."""
    with desk.store.read() as connection:
        stored = credentials.get_app(connection, vault, account.network)
    if stored is not None:
        return stored
    held = account.credentials
    return App(held.client_id, held.client_secret) if held is not None and held.client_id else None


def http(
    desk: Desk,
    name: str,
    clock: Clock,
    *,
    deadline: float | None = None,
    transport: httpx.BaseTransport | None = None,
    on_quota: Callable[[Quota], None] | None = None,
) -> Http:
    """A client for one step of one account: its own address, time-out and counters. `deadline` is on `clock.monotonic`.

    What the network tells of its quota is written down at once, or handed to `on_quota`.
    """
    network = desk.network_of(name)
    return Http(
        clock=clock,
        network=desk.networks[network],
        api=desk.settings.accounts[name].api,
        timeout=desk.settings.engine.request,
        deadline=deadline,
        on_quota=on_quota or _counter(desk, name, network, clock),
        transport=transport,
    )


def _counter(desk: Desk, name: str, network: str, clock: Clock) -> Callable[[Quota], None]:
    def count(quota: Quota) -> None:
        try:
            with desk.store.write() as connection:
                quotas.record(connection, name, network, quota, now=clock.now())
        except StoreError as error:
            # An answer has just come; what it says of the quota is worth less than the answer, and the trouble is told where it hinders.
            _log.debug("the quota of %s could not be written down: %s", name, error)

    return count
