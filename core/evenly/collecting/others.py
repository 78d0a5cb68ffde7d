"""What stands on an account, ours or not, as its network tells it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly import signing_in
from evenly.links import page_of
from evenly.plugin import Message, NetworkError, Published
from evenly.store import StoreError, elsewhere

if TYPE_CHECKING:
    import httpx

    from evenly.clock import Clock
    from evenly.planning import Desk
    from evenly.plugin import RemotePost
    from evenly.store.secrets import Vault

_log = logging.getLogger("evenly.collecting")

_LOOK_BACK = timedelta(days=60)  #: as far as the planner looks back, too


@dataclass(frozen=True, slots=True)
class Synced:
    """What reading one account's posts brought: how many are there that did not go out through here, or why it could not be read."""

    account: str
    elsewhere: int = 0
    new: int = 0  #: of these, not known before
    trouble: Message | None = None


def sync(desk: Desk, vault: Vault, clock: Clock, name: str, *, transport: httpx.BaseTransport | None = None) -> Synced:
    """Read what the account has published lately, and keep what did not go out through here: by hand, or by other tools.

    Never raises for a network's fault or a plugin's: `trouble` tells it, and what was known stays.
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
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault in one network's plugin must not keep the others from being read
        _log.debug("reading the posts of %s", name, exc_info=True)
        return Synced(name, trouble=Message("Its plugin failed: {kind}: {error}.", kind=type(error).__name__, error=error))
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
    except StoreError:
        raise
    except Exception:  # noqa: BLE001 - a network's no or a plugin's fault: the address itself is all there is
        _log.debug("reading the posts of %s", name, exc_info=True)
        return None
    page = page_of(url)
    found = next((post for post in recent if post.url is not None and page_of(post.url) == page), None)
    return None if found is None else Published(remote_id=found.remote_id, url=found.url, at=found.at)
