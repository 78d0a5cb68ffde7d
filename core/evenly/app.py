"""Puts settings, networks, store and clock together, once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from evenly import clock as clocks
from evenly.networks import Networks
from evenly.planning.desk import Desk
from evenly.settings import Settings, load, networks_named
from evenly.store import Store
from evenly.store.secrets import Vault

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from evenly.notifying import Courier, Outbox
    from evenly.publishing import Publisher


@dataclass(frozen=True)
class App:
    """One workspace, ready for any command."""

    settings: Settings
    networks: Networks
    store: Store
    clock: clocks.Clock
    environment: Mapping[str, str]

    @classmethod
    def open(cls, folder: Path, *, environment: Mapping[str, str] | None = None, clock: clocks.Clock | None = None) -> Self:
        """Open the workspace `folder`: its whole file is checked, its plugins loaded, its store brought up to date.

        Raises `SettingsRefused`, `StoreError`, `ClockRefused`.
        """
        environment = os.environ if environment is None else environment
        networks = Networks.load(networks_named(folder))
        known = {name: networks[name].settings for name in networks.names()}
        settings = load(folder, known)
        store = Store.open(settings.store.url, settings.state)
        return cls(settings, networks, store, clock or clocks.clock_of(environment), environment)

    @cached_property
    def vault(self) -> Vault:
        """What opens the stored sign-ins. Raises `StoreRefused` where the key is missing."""
        return Vault.open(self.settings.state, self.environment)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.settings, self.networks, self.store)

    @cached_property
    def outbox(self) -> Outbox:
        """Where this process puts what somebody may want to know."""
        from evenly.notifying import Outbox

        return Outbox(self.desk, self.clock)

    @cached_property
    def courier(self) -> Courier:
        """What brings it to them. Raises `StoreRefused` where the key is missing."""
        from evenly.notifying import Courier

        return Courier(self.desk, self.vault, self.clock, self.outbox)

    def publisher(self, **options: Any) -> Publisher:
        """What publishes for this process; on SQLite only while it holds the publisher's lock."""
        from evenly.publishing import Publisher
        from evenly.signing_in.owners import new_owner

        return Publisher(
            self.desk,
            self.vault,
            self.clock,
            new_owner(),
            notify=self.outbox.put,
            earlier_owners_dead=self.store.is_sqlite,
            **options,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.store.close()
