"""Secrets as rows: sealed, counted by generation, and renewed under a lease so that no refresh token is used twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, select

from evenly.store.models import credential
from evenly.store.upserting import upsert

if TYPE_CHECKING:
    from evenly.plugin import App, Credentials
    from evenly.store.secrets import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An account's credentials as they are kept."""

    credentials: Credentials
    generation: int  #: rises with every new pair of tokens
    stored_at: datetime
    expires_at: datetime | None
    refreshable: bool
    owner: str | None  #: who renews them just now
    lease_until: datetime | None
    intent_at: datetime | None  #: a renewal was begun then, and its answer has not been written down


def get(connection: Connection, vault: Vault, name: str) -> Kept | None:
    """The credentials of the account `name`. Raises `StoreRefused` when the key does not fit."""
    row = _row(connection, _account(name))
    if row is None:
        return None
    return Kept(
        credentials=vault.credentials(_account(name), row.sealed),
        generation=row.generation,
        stored_at=row.stored_at,
        expires_at=row.expires_at,
        refreshable=row.refreshable,
        owner=row.owner,
        lease_until=row.lease_until,
        intent_at=row.intent_at,
    )


def put(connection: Connection, vault: Vault, name: str, credentials: Credentials, *, refreshable: bool, now: datetime) -> None:
    """Keep the credentials of a new sign-in; whoever is renewing the old ones will find them gone."""
    values = _values(vault, _account(name), credentials, now) | {"refreshable": refreshable, **_FREE}
    upsert(
        connection,
        credential,
        "name",
        {"name": _account(name), "generation": 1, **values},
        changes={"generation": credential.c.generation + 1, **values},
    )


@dataclass(frozen=True, slots=True)
class End:
    """When credentials end, and whether they are renewed before."""

    at: datetime | None
    refreshable: bool
    stored_at: datetime


def ends(connection: Connection) -> dict[str, End]:
    """The end of each account's credentials, without opening them."""
    columns = (credential.c.name, credential.c.expires_at, credential.c.refreshable, credential.c.stored_at)
    rows = connection.execute(select(*columns).where(credential.c.name.startswith("account:")))
    return {row.name.removeprefix("account:"): End(row.expires_at, row.refreshable, row.stored_at) for row in rows}


def forget(connection: Connection, name: str) -> bool:
    """Forget an account's credentials; whether there were any."""
    return connection.execute(credential.delete().where(credential.c.name == _account(name))).rowcount > 0


def put_app(connection: Connection, vault: Vault, network: str, app: App, *, now: datetime) -> None:
    """Keep the id and secret of the app that is registered with a network."""
    values = {"name": _app(network), "sealed": vault.seal(_app(network), app), "stored_at": now}
    upsert(connection, credential, "name", values)


def get_app(connection: Connection, vault: Vault, network: str) -> App | None:
    row = _row(connection, _app(network))
    return None if row is None else vault.app(_app(network), row.sealed)


# ---- another key


def check(connection: Connection, vault: Vault) -> None:
    """Raises `StoreRefused` for the first secret that no key opens."""
    for row in _sealed(connection):
        vault.check(row.name, row.sealed)


def reseal(connection: Connection, vault: Vault) -> int:
    """Put every secret under the vault's first key; how many there are. Raises `StoreRefused` where no key fits."""
    rows = _sealed(connection)
    for row in rows:
        connection.execute(credential.update().where(credential.c.name == row.name).values(sealed=vault.resealed(row.name, row.sealed)))
    return len(rows)


def are_under_first(connection: Connection, vault: Vault) -> bool:
    """Whether the vault's first key opens every secret alone."""
    return all(vault.is_under_first(row.sealed) for row in _sealed(connection))


def _sealed(connection: Connection) -> Sequence[Row[str, bytes]]:
    """Every secret as it is kept, which nobody else changes before this transaction has ended."""
    return connection.execute(select(credential.c.name, credential.c.sealed).order_by(credential.c.name).with_for_update()).all()


# ---- renewing


def lease(connection: Connection, name: str, held: Kept, *, owner: str, until: datetime) -> bool:
    """Take the lease as it was seen: free, or with an owner of whom it is known that it will not come back."""
    seen = credential.c.owner.is_(None) if held.owner is None else credential.c.owner == held.owner
    return _changed(connection, name, seen, credential.c.generation == held.generation, owner=owner, lease_until=until)


def intend(connection: Connection, name: str, *, owner: str, now: datetime) -> bool:
    """Write down that the network is about to be asked; False when the lease is lost."""
    return _changed(connection, name, credential.c.owner == owner, intent_at=now)


def renew(connection: Connection, vault: Vault, name: str, held: Kept, credentials: Credentials, *, now: datetime) -> bool:
    """Keep the new pair and free the lease; False when another pair has come meanwhile, which then counts."""
    values = _values(vault, _account(name), credentials, now) | {"generation": held.generation + 1, **_FREE}
    return _changed(connection, name, credential.c.generation == held.generation, **values)


def stop_renewing(connection: Connection, name: str, held: Kept, *, expires_at: datetime | None) -> None:
    """The network renews this pair no more, and yet takes its access token (as long as `expires_at` says)."""
    _changed(connection, name, credential.c.generation == held.generation, refreshable=False, expires_at=expires_at, **_FREE)


def release(connection: Connection, name: str, *, owner: str) -> None:
    """Free the lease, if it is still this owner's. An intent without an answer stays on record."""
    _changed(connection, name, credential.c.owner == owner, owner=None, lease_until=None)


_FREE = {"owner": None, "lease_until": None, "intent_at": None}


def _account(name: str) -> str:
    return f"account:{name}"


def _app(network: str) -> str:
    return f"app:{network}"


def _row(connection: Connection, key: str) -> Row[Any] | None:
    return connection.execute(select(credential).where(credential.c.name == key)).one_or_none()


def _values(vault: Vault, key: str, credentials: Credentials, now: datetime) -> dict[str, Any]:
    return {"sealed": vault.seal(key, credentials), "expires_at": credentials.expires_at, "stored_at": now}


def _changed(connection: Connection, name: str, *conditions: Any, **values: Any) -> bool:
    done = connection.execute(credential.update().where(credential.c.name == _account(name), *conditions).values(values))
    return done.rowcount == 1
