"""Renewing tokens, by the law for those that may be used only once.

Take the lease on the credential's row; read it again; write the intent down; ask; keep the new pair durably before anything uses it; free
the lease. An intent without an answer means that the answer was lost: after the settle time the old token is tried once more, then the
access token; a sign-in is needed only when both are refused.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import Account, Credentials, Http, Message, NetworkError, OutcomeUnknown, SignInNeeded, TryLater
from evenly.signing_in.opening import app_of, opened
from evenly.signing_in.owners import is_elsewhere, is_gone, new_owner
from evenly.store import StoreFull, accounts, credentials

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.planning.desk import Desk
    from evenly.store.credentials import Kept
    from evenly.store.secrets import Vault

HttpFor = Callable[[str], Http]
"""Makes a client for the account of that name."""

_log = logging.getLogger("evenly.signing_in")
_SOONEST, _EARLIEST = timedelta(minutes=1), timedelta(days=7)
_LOOK_AGAIN = timedelta(seconds=1)


def refresh_if_due(desk: Desk, vault: Vault, name: str, clock: Clock, http_for: HttpFor) -> Account:
    """The account with credentials that open it, renewed where they have come near their end.

    Never waits. Raises `SignInNeeded`, and `TryLater` where there is no usable token for the moment: another process is renewing it, an
    answer was lost, or the network is out of reach.
    """
    return _Renewal(desk, vault, name, clock, http_for).account()


def refresh_refused(desk: Desk, vault: Vault, refused: Account, clock: Clock, http_for: HttpFor) -> Account:
    """The account with other credentials than `refused` has, after the network did not take those.

    Raises like `refresh_if_due`; where nothing can be renewed, the account's row says from now on that a sign-in is needed.
    """
    token = refused.credentials.access_token if refused.credentials else None
    return _Renewal(desk, vault, refused.id, clock, http_for, refused=token).account()


def is_due(kept: Kept, now: datetime) -> bool:
    """Whether less than a quarter of the token's life is left (a week of a long one), or there is none."""
    if not kept.credentials.access_token:
        return True
    if kept.expires_at is None:
        return False
    return now >= kept.expires_at - earliness(kept.stored_at, kept.expires_at)


def earliness(stored_at: datetime, expires_at: datetime) -> timedelta:
    """How long before its end a token is renewed."""
    return min(max((expires_at - stored_at) / 4, _SOONEST), _EARLIEST)


@dataclass(frozen=True)
class _Renewal:
    desk: Desk
    vault: Vault
    name: str
    clock: Clock
    http_for: HttpFor
    refused: str | None = None  #: an access token that the network does not take, whatever its end

    def account(self) -> Account:
        account, kept = self._read()
        if not self._is_wanted(kept):
            return account
        if not kept.refreshable:
            return account if self._is_usable(kept) else self._needed(kept, self._over())
        owner = self._lease(kept)
        if owner is None:
            return account if self._is_usable(kept) else self._busy()
        try:
            return self._under_lease(owner)
        finally:
            with self.desk.store.write() as connection:
                credentials.release(connection, self.name, owner=owner)

    def _under_lease(self, owner: str) -> Account:
        account, kept = self._read()  # somebody may have brought a newer pair since
        if not self._is_wanted(kept):
            return account
        if (left := self._unsettled(kept)) is not None:
            if self._is_usable(kept):
                return account
            raise TryLater(
                left, "account", Message("The answer of {account}'s renewal was lost; it is tried again soon.", account=self.name)
            )
        with self.desk.store.write() as connection:
            if not credentials.intend(connection, self.name, owner=owner, now=self.clock.now()):
                return self._busy()
        return self._asked(account, kept)

    def _asked(self, account: Account, kept: Kept) -> Account:
        try:
            app = app_of(self.desk, self.vault, account)
            fresh = merged(kept.credentials, self._call("refresh", account, app=app))
        except (TryLater, OutcomeUnknown) as error:
            if not self._is_usable(kept):
                raise
            _log.warning("%s could not be renewed yet: %s", self.name, error)
            return account
        except NetworkError as error:
            return self._after_refusal(account, kept, error)
        return self._kept(account, kept, fresh)

    def _kept(self, account: Account, kept: Kept, fresh: Credentials) -> Account:
        """Keep the new pair, and only then use it. On a full disk the ballast makes room: the old pair is worth nothing any more."""
        try:
            stored = self._store(kept, fresh)
        except StoreFull:
            if not self.desk.store.give_up_ballast():
                raise
            stored = self._store(kept, fresh)
        return replace(account, credentials=fresh) if stored else self._read()[0]

    def _store(self, kept: Kept, fresh: Credentials) -> bool:
        with self.desk.store.write() as connection:
            return credentials.renew(connection, self.vault, self.name, kept, fresh, now=self.clock.now())

    def _after_refusal(self, account: Account, kept: Kept, error: NetworkError) -> Account:
        """Nothing can be renewed; the access token may still be good."""
        if not self._still_opens(account):
            return self._needed(kept, error)
        over = kept.expires_at is not None and kept.expires_at <= self.clock.now()
        _log.warning("%s cannot be renewed any more: %s", self.name, error)
        with self.desk.store.write() as connection:
            credentials.stop_renewing(connection, self.name, kept, expires_at=None if over else kept.expires_at)
        return account

    def _still_opens(self, account: Account) -> bool:
        token = account.credentials.access_token if account.credentials else None
        if not token or token == self.refused or not self.desk.networks.offers(account.network, "look"):
            return False
        try:
            self._call("look", account)
        except SignInNeeded:
            return False
        return True

    def _needed(self, kept: Kept, error: NetworkError) -> Account:
        with self.desk.store.write() as connection:
            current = credentials.get(connection, self.vault, self.name)
            is_newer = current is not None and current.generation != kept.generation
            if not is_newer:
                accounts.sign_in_needed(connection, self.name, self.desk.network_of(self.name), error.message)
        if is_newer:
            return self._read()[0]
        raise error if isinstance(error, SignInNeeded) else SignInNeeded(error.message)

    def _over(self) -> SignInNeeded:
        return SignInNeeded(Message("The sign-in of {account} has ended: evenly connect {account}", account=self.name))

    def _busy(self) -> Account:
        raise TryLater(_LOOK_AGAIN, "account", Message("Another process is renewing the sign-in of {account}.", account=self.name))

    def _call(self, hook: str, account: Account, **arguments: Any) -> Any:
        with self.http_for(self.name) as http:
            return self.desk.networks.call(account.network, hook, account=account, http=http, **arguments)

    def _read(self) -> tuple[Account, Kept]:
        with self.desk.store.read() as connection:
            return opened(self.desk, self.vault, self.name, connection)

    def _lease(self, kept: Kept) -> str | None:
        """Take the lease where it is free or its holder will not come back; the new owner, or None."""
        now = self.clock.now()
        if not self._is_free(kept, now):
            return None
        owner = new_owner()
        with self.desk.store.write() as connection:
            taken = credentials.lease(connection, self.name, kept, owner=owner, until=now + self.desk.settings.engine.lease)
        return owner if taken else None

    def _is_free(self, kept: Kept, now: datetime) -> bool:
        if kept.owner is None or is_gone(kept.owner):
            return True
        # The settle time on top makes up for clocks that differ.
        return is_elsewhere(kept.owner) and kept.lease_until is not None and now > kept.lease_until + self.desk.settings.engine.settle

    def _unsettled(self, kept: Kept) -> timedelta | None:
        """How long until an unanswered renewal may be tried again; None: now."""
        if kept.intent_at is None:
            return None
        left = kept.intent_at + self.desk.settings.engine.settle - self.clock.now()
        return left if left > timedelta(0) else None

    def _is_wanted(self, kept: Kept) -> bool:
        return is_due(kept, self.clock.now()) or self._is_refused(kept)

    def _is_refused(self, kept: Kept) -> bool:
        return self.refused is not None and kept.credentials.access_token == self.refused

    def _is_usable(self, kept: Kept) -> bool:
        alive = kept.expires_at is None or self.clock.now() < kept.expires_at
        return bool(kept.credentials.access_token) and alive and not self._is_refused(kept)


def merged(old: Credentials, new: Credentials) -> Credentials:
    """The new credentials; what is empty in them never replaces what was there. Raises `TryLater` where there is no access token."""
    if not new.access_token:
        raise TryLater(scope="account", message=Message("The network gave no new token."))
    kept = {each.name: getattr(new, each.name) or getattr(old, each.name) for each in fields(new) if each.name != "expires_at"}
    return Credentials(**(kept | {"expires_at": new.expires_at, "extra": {**old.extra, **_filled(new)}}))


def _filled(new: Credentials) -> dict[str, str]:
    return {name: value for name, value in new.extra.items() if value}
