"""What planning, importing and publishing work with: the settings, the networks and the store of one workspace."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from evenly.plugin import Account

if TYPE_CHECKING:
    from evenly.networks import Networks
    from evenly.settings import Settings
    from evenly.store import Store
    from evenly.store.secrets import Vault


@dataclass(frozen=True)
class Desk:
    """One workspace, laid out for work."""

    settings: Settings
    networks: Networks
    store: Store
    vault: Vault | None = None  #: None: nothing here needs credentials

    def account(self, name: str) -> Account:
        """The account as its network's hooks see it, without credentials: evenly.toml over what sign-in found out."""
        return self._accounts[name]

    def network_of(self, name: str) -> str:
        return self.settings.accounts[name].network

    @cached_property
    def _accounts(self) -> dict[str, Account]:
        from evenly.store import accounts

        with self.store.read() as connection:
            known = accounts.known(connection)
        return {name: self._seen(name, known.get(name)) for name in self.settings.accounts}
