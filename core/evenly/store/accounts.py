"""What is known of accounts beyond evenly.toml: whether somebody has signed in, and what the network told of them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, Select, bindparam, select

from evenly.plugin import AccountState, Message
from evenly.store.contents import as_message, message_of
from evenly.store.models import account
from evenly.store.upserting import upsert

if TYPE_CHECKING:
    from pydantic import TypeAdapter

SignIn = Literal["none", "ok", "needed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of an account."""

    name: str
    network: str  #: the one it was known on; evenly.toml may say another by now
    sign_in: SignIn = "none"
    reason: Message | None = None  #: why a sign-in is needed
    settings: Mapping[str, Any] = field(default_factory=dict)  #: found out at sign-in
    state: AccountState | None = None
    looked_at: datetime | None = None  #: when `state` was told
    held: bool = False
    last_published_at: datetime | None = None


def known(connection: Connection) -> dict[str, Known]:
    """All accounts that the store knows, by name."""
    return {row.name: _known(row) for row in connection.execute(select(*_COLUMNS).order_by(account.c.name))}


def known_one(connection: Connection, name: str) -> Known | None:
    row = connection.execute(_one(), {"b_name": name}).one_or_none()
    return None if row is None else _known(row)


@functools.cache
def _one() -> Select[Any]:
    return select(*_COLUMNS).where(account.c.name == bindparam("b_name"))


def signed_in(connection: Connection, name: str, network: str, settings: Mapping[str, Any]) -> None:
    """Somebody has signed in; what was known of the account from an earlier sign-in no longer counts."""
    values = {"network": network, "sign_in": "ok", "reason": None, "settings": dict(settings), "state": None, "looked_at": None}
    upsert(connection, account, "name", {"name": name, **values})


def sign_in_needed(connection: Connection, name: str, network: str, reason: Message) -> None:
    """The account waits until somebody signs in. Its deliveries stay as they are."""
    values = {"sign_in": "needed", "reason": as_message(reason)}
    upsert(connection, account, "name", {"name": name, "network": network, **values}, changes=values)


def looked(connection: Connection, name: str, state: AccountState, *, at: datetime) -> None:
    """Keep what a look at the account told, and when."""
    connection.execute(account.update().where(account.c.name == name).values(state=_as_json(state), looked_at=at))


def hold(connection: Connection, name: str, network: str, *, held: bool) -> None:
    """Keep all of the account's deliveries back, or let them go."""
    upsert(connection, account, "name", {"name": name, "network": network, "held": held}, changes={"held": held})


def forget(connection: Connection, name: str) -> bool:
    """Forget the sign-in and what it found out; whether there was any. The account's pace and its hold stay."""
    values = {"sign_in": "none", "reason": None, "settings": None, "state": None, "looked_at": None}
    done = connection.execute(account.update().where(account.c.name == name, account.c.sign_in != "none").values(values))
    return done.rowcount > 0


_COLUMNS = [column for column in account.c if column.name != "rail"]


def _known(row: Any) -> Known:
    return Known(
        name=row.name,
        network=row.network,
        sign_in=row.sign_in,
        reason=message_of(row.reason),
        settings=row.settings or {},
        state=_state(row.state),
        looked_at=row.looked_at,
        held=row.held,
        last_published_at=row.last_published_at,
    )


@functools.cache
def _states() -> TypeAdapter[AccountState]:
    # The annotations of `AccountState` are texts; these are the names in them that its module knows only while types are checked.
    from datetime import datetime, timedelta  # noqa: F401

    from pydantic import TypeAdapter

    return TypeAdapter(AccountState)


def _as_json(state: AccountState) -> Any:
    return _states().dump_python(state, mode="json")


def _state(stored: Any) -> AccountState | None:
    """What was kept; None where another evenly wrote it in a way that this one does not read: the next look tells it anew."""
    from pydantic import ValidationError

    if stored is None:
        return None
    try:
        return _states().validate_python(stored)
    except ValidationError:
        return None
