"""What planning, importing and publishing work with: the settings, the networks and the store of one workspace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from evenly.plugin import Account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenly.networks import Networks
    from evenly.plugin import Limits
    from evenly.settings import Settings
    from evenly.store import Store
    from evenly.store.accounts import Known
    from evenly.store.secrets import Vault


@dataclass(frozen=True)
class Desk:
    """One workspace, laid out for work."""

    settings: Settings
    networks: Networks
    store: Store
    vault: Vault | None = None  #: None: nothing here needs credentials

    def account(self, name: str) -> Account:
        """The account as its network's hooks see it, without credentials: evenly.toml over what sign-in found out.

        As it stood when this desk was first asked for an account.
        """
        return self._accounts[name]

    def network_of(self, name: str) -> str:
        return self.settings.accounts[name].network

    def limits(self, account: Account) -> Limits:
        """What the account takes: as its own server said, else as its network says of all."""
        if account.state is not None and account.state.limits is not None:
            return account.state.limits
        return self.networks[account.network].limits

    def seen(self, name: str, known: Known | None) -> Account:
        """The account with what the store knows of it. What was found out on another network does not count."""
        network = self.network_of(name)
        found = known if known is not None and known.network == network else None
        return Account(
            id=name,
            network=network,
            settings={**(found.settings if found else {}), **self.settings.accounts[name].own},
            state=found.state if found else None,
            language=self.settings.brand.language,
        )

    @cached_property
    def learnt(self) -> Mapping[str, tuple[float, ...]]:
        """Of each account with `audience = "learnt"` the weights of the 168 hours of the week, if they were ever taken."""
        named = [name for name, account in self.settings.accounts.items() if account.audience == "learnt"]
        if not named:
            return {}
        from evenly.store import advices

        with self.store.read() as connection:
            known = advices.learnt(connection)
        return {name: known[name] for name in named if name in known}

    @cached_property
    def _accounts(self) -> dict[str, Account]:
        from evenly.store import accounts

        with self.store.read() as connection:
            known = accounts.known(connection)
        return {name: self.seen(name, known.get(name)) for name in self.settings.accounts}
