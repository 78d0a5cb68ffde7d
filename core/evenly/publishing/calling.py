"""Calling the hooks of a claim's network, with everything they are promised."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evenly import ledger, signing_in
from evenly.plugin import Prepared
from evenly.store import contents

if TYPE_CHECKING:
    from datetime import datetime

    from evenly.plugin import Account, Http
    from evenly.publishing.leases import Claim
    from evenly.publishing.process import Process

_OPEN_FOR_SECONDS = 5.0  #: the steps of one claim follow each other at once: what was read for one holds for the next
_SENDING = frozenset({"prepare", "publish"})  #: the hooks from which a network learns where media are


class Hooks:
    """The hooks of whatever network a claim belongs to."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def http(self, claim: Claim) -> Http:
        """A client for one step; what the network tells of its quota is kept with the claim and written down with the step's end."""
        process, name = self._process, claim.delivery.account
        transport = process.transport_for(name)
        return signing_in.http(
            process.desk, name, process.clock, deadline=claim.deadline, transport=transport, on_quota=claim.quotas.append
        )

    def call(self, hook: str, claim: Claim, part: ledger.Part, http: Http, **more: Any) -> Any:
        """Call a hook that concerns one part."""
        account = self._account(claim)
        content = claim.contents[part.position]
        said = contents.as_part(content.kind, content.position, content.content, self._process.desk.settings.state)
        if hook in _SENDING:
            said = self._process.reachable(said, account)
        thread = ledger.thread_before(claim.delivery, part.position)
        return self._process.desk.networks.call(account.network, hook, account=account, part=said, thread=thread, http=http, **more)

    def delete(self, claim: Claim, part: ledger.Part) -> None:
        """Take one part back."""
        with self.http(claim) as http:
            account = self._account(claim)
            self._process.desk.networks.call(account.network, "delete", account=account, published=part.published, http=http)

    def renewing(self, name: str) -> Http:
        """A client for renewing the account's sign-in."""
        process = self._process
        return signing_in.http(process.desk, name, process.clock, transport=process.transport_for(name))

    def _account(self, claim: Claim) -> Account:
        process, now = self._process, self._process.clock.monotonic()
        if claim.account is None or now - claim.opened_at > _OPEN_FOR_SECONDS:
            name = claim.delivery.account
            claim.account = signing_in.refresh_if_due(process.desk, process.vault, name, process.clock, self.renewing)
            claim.opened_at = now
        return claim.account


def identity(part: ledger.Part, now: datetime, known_for: timedelta = timedelta(0)) -> dict[str, Any]:
    """By what every attempt at the part is known. `known_for`: for how long this process has known of the loss of its answer."""
    begun = ledger.begun_by(part, now=now, known_for=known_for)
    return {"prepared": part.prepared or Prepared(), "key": part.key, "first_attempt": begun}
