"""Signing in and out: what a network gives is proven by one look, then kept in one transaction or not at all."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from evenly.plugin import Account, AccountState, App, Credentials, Message, NetworkError, OutcomeUnknown, SignedIn, TryLater
from evenly.signing_in.opening import app_of
from evenly.signing_in.refreshing import merged
from evenly.store import accounts, credentials, quotas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenly.clock import Clock
    from evenly.planning.desk import Desk
    from evenly.plugin import Browser
    from evenly.signing_in.refreshing import HttpFor
    from evenly.store.secrets import Vault

_log = logging.getLogger("evenly.signing_in")


class SignInRefused(Exception):
    """The sign-in did not work, and nothing was changed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """How a sign-in ended: it is kept."""

    account: Account
    state: AccountState | None = None  #: what the probe told
    doubt: Message | None = None  #: why the probe could not prove it
    before: AccountState | None = None  #: who had been signed in


def sign_in(desk: Desk, vault: Vault, name: str, *, browser: Browser, clock: Clock, http_for: HttpFor, probe: bool = True) -> Connected:
    """Lead a person through the network's sign-in, prove it with one look, and keep it. Raises `SignInRefused`."""
    return _Connection(desk, vault, name, clock, http_for).signed_in(browser, probe=probe)


def take_ready(
    desk: Desk, vault: Vault, name: str, ready: Credentials, *, clock: Clock, http_for: HttpFor, probe: bool = True
) -> Connected:
    """Prove ready-made credentials with one look, and keep them. Raises `SignInRefused`."""
    return _Connection(desk, vault, name, clock, http_for).finished(SignedIn(credentials=ready), probe=probe)


def store_app(desk: Desk, vault: Vault, network: str, app: App, *, clock: Clock) -> None:
    """Keep the app that is registered with a network."""
    with desk.store.write() as connection:
        credentials.put_app(connection, vault, network, app, now=clock.now())


def disconnect(desk: Desk, name: str) -> bool:
    """Forget an account's tokens and what sign-in found out; whether there was anything. Its posts stay and wait."""
    with desk.store.write() as connection:
        had_tokens = credentials.forget(connection, name)
        return accounts.forget(connection, name) or had_tokens


@dataclass(frozen=True)
class _Connection:
    desk: Desk
    vault: Vault
    name: str
    clock: Clock
    http_for: HttpFor

    def signed_in(self, browser: Browser, *, probe: bool) -> Connected:
        account = self.desk.seen(self.name, self._known())
        if not self.desk.networks.offers(account.network, "sign_in"):
            raise SignInRefused(
                Message("{network} offers no sign-in: make a token there, and give it with --token-stdin.", network=account.network)
            )
        app = app_of(self.desk, self.vault, account)
        try:
            signed: SignedIn = self._call("sign_in", account, app=app, browser=browser)
        except SignInRefused as refused:
            raise SignInRefused(self._registering(refused.message, browser.redirect_uri)) from refused
        return self.finished(signed, probe=probe)

    def _registering(self, reason: Message, address: str) -> Message:
        """Where the network's sentence sends a person off to make an app, the address that the app will be asked for as well."""
        said = str(reason)
        if f"--app {self.desk.network_of(self.name)}" not in said or address in said:
            return reason
        return Message("{reason} Give the app exactly this redirect address: {address}", reason=reason, address=address)

    def finished(self, signed: SignedIn, *, probe: bool) -> Connected:
        known = self._known()
        found = replace(known, settings={**known.settings, **signed.settings}, state=None)
        account = self._with_access(replace(self.desk.seen(self.name, found), credentials=signed.credentials))
        ended = self._proven(account) if probe else Connected(account=account)
        self._keep(ended, found.settings)
        return replace(ended, before=known.state)

    def _with_access(self, account: Account) -> Account:
        """A password or a refresh token alone is traded for an access token first."""
        held = account.credentials
        if held is None or held.access_token or not self.desk.networks.offers(account.network, "refresh"):
            return account
        fresh: Credentials = self._call("refresh", account, app=app_of(self.desk, self.vault, account))
        if not fresh.access_token:
            raise self._refused(Message("the network gave no token for it."))
        return replace(account, credentials=merged(held, fresh))

    def _proven(self, account: Account) -> Connected:
        if not self.desk.networks.offers(account.network, "look"):
            return Connected(account=account)
        try:
            state = self._call("look", account)
        except (TryLater, OutcomeUnknown) as error:
            return Connected(account=account, doubt=error.message)
        return Connected(account=account, state=state)

    def _keep(self, ended: Connected, settings: Mapping[str, Any]) -> None:
        state, network, now = ended.state, ended.account.network, self.clock.now()
        held = ended.account.credentials or Credentials()
        if held.expires_at is None and state is not None:
            held = replace(held, expires_at=state.expires_at)
        refreshable = self.desk.networks.offers(network, "refresh") and (state is None or state.renewable)
        with self.desk.store.write() as connection:
            accounts.signed_in(connection, self.name, network, settings)
            credentials.put(connection, self.vault, self.name, held, refreshable=refreshable, now=now)
            if state is not None:
                accounts.looked(connection, self.name, state, at=now)
            if state is not None and state.quota is not None:
                quotas.record(connection, self.name, network, state.quota, now=now)

    def _call(self, hook: str, account: Account, **arguments: Any) -> Any:
        """Call a hook; whatever goes wrong becomes a refusal. `TryLater` and `OutcomeUnknown` of a look go through."""
        try:
            with self.http_for(self.name) as http:
                return self.desk.networks.call(account.network, hook, account=account, http=http, **arguments)
        except (TryLater, OutcomeUnknown) as error:
            if hook == "look":
                raise
            raise self._refused(Message("{reason} Try again later.", reason=error.message)) from error
        except NetworkError as error:
            raise self._refused(error.message) from error
        except Exception as error:
            _log.debug("%s of %s failed", hook, account.network, exc_info=True)
            said = Message("{kind}: {error}. Tell the author of the plugin.", kind=type(error).__name__, error=error)
            raise self._refused(said) from error

    def _refused(self, reason: Message) -> SignInRefused:
        return SignInRefused(Message("Signing in to {account} did not work: {reason}", account=self.name, reason=reason))

    def _known(self) -> accounts.Known:
        """What the store knows of the account on its present network."""
        network = self.desk.network_of(self.name)
        with self.desk.store.read() as connection:
            known = accounts.known_one(connection, self.name)
        return known if known is not None and known.network == network else accounts.Known(name=self.name, network=network)
