"""What an error says of the whole account or app, beyond the delivery that met it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly import signing_in
from evenly.plugin import NetworkError, SignInNeeded, TryLater
from evenly.store import accounts, quotas

if TYPE_CHECKING:
    from evenly.publishing.calling import Hooks
    from evenly.publishing.leases import Claim
    from evenly.publishing.process import Process

_log = logging.getLogger("evenly.publishing")

_RENEWAL_HELPS_FOR = timedelta(minutes=10)  #: refused again within it, fresh credentials are not what is missing


class Consequences:
    """Draws them, for one process."""

    def __init__(self, process: Process, hooks: Hooks) -> None:
        self._process = process
        self._hooks = hooks
        self._renewed: dict[str, datetime] = {}

    def follow(self, claim: Claim, outcome: object) -> None:
        """An account that is to wait waits; one whose sign-in was refused is renewed, or waits for a person."""
        name = claim.delivery.account
        if isinstance(outcome, SignInNeeded):
            self._sign_in_refused(name, outcome)
        if isinstance(outcome, TryLater) and outcome.scope != "part":
            now = self._process.clock.now()
            until = now + (outcome.wait or claim.terms.first_wait)
            network = self._process.desk.network_of(name)
            with self._process.desk.store.write() as connection:
                quotas.wait(connection, outcome.scope, name, network, until=until, reason=outcome.message, now=now)

    def _sign_in_refused(self, name: str, refusal: SignInNeeded) -> None:
        """Try other credentials once; where that does not help either, the account waits for a person."""
        again, now = self._renewed.get(name), self._process.clock.now()
        self._renewed[name] = now
        if (again is None or now - again > _RENEWAL_HELPS_FOR) and self._is_renewed(name):
            return
        with self._process.desk.store.write() as connection:
            accounts.sign_in_needed(connection, name, self._process.desk.network_of(name), refusal.message)
        self._process.teller.sign_in_needed(name, refusal.message)

    def _is_renewed(self, name: str) -> bool:
        """Whether there are other credentials now, or will be soon."""
        process = self._process
        with process.desk.store.read() as connection:
            known = accounts.known_one(connection, name)
        if known is None or known.sign_in != "ok":
            return False
        try:
            refused = signing_in.account(process.desk, process.vault, name)
            signing_in.refresh_refused(process.desk, process.vault, refused, process.clock, self._hooks.renewing)
        except TryLater:
            return True
        except NetworkError as error:
            _log.debug("%s: renewing did not help: %s", name, error)
            return False
        return True
