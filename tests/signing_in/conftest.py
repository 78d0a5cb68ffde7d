"""A workspace with one account on Lantern, whose server listens on loopback."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from evenly import signing_in
from evenly.clock import VirtualClock
from evenly.planning.desk import Desk
from evenly.plugin import Account, App, Credentials
from evenly.plugin.testing import Served, serve
from evenly.store.secrets import Vault
from tests.signing_in.lantern import Lantern
from tests.signing_in.workspaces import workspace

START = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Scene:
    """Everything that signing in works with."""

    desk: Desk
    vault: Vault
    clock: VirtualClock
    server: Lantern
    served: Served

    @property
    def http_for(self) -> signing_in.HttpFor:
        return functools.partial(signing_in.http, self.desk, clock=self.clock)

    def keep(self, credentials: Credentials, *, left: timedelta | None = None) -> None:
        """Sign in with these; their access token ends in `left`."""
        from dataclasses import replace

        ends = None if left is None else self.clock.now() + left
        ready = replace(credentials, expires_at=ends)
        signing_in.take_ready(self.desk, self.vault, "lamp", ready, clock=self.clock, http_for=self.http_for, probe=False)

    def account(self) -> Account:
        return signing_in.account(self.desk, self.vault, "lamp")

    def renewed(self) -> Account:
        return signing_in.refresh_if_due(self.desk, self.vault, "lamp", self.clock, self.http_for)

    def other_than(self, refused: Account) -> Account:
        return signing_in.refresh_refused(self.desk, self.vault, refused, self.clock, self.http_for)

    def store_app(self) -> None:
        signing_in.store_app(self.desk, self.vault, "lantern", App("an-id", "an-app-secret"), clock=self.clock)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    server = Lantern()
    with serve(server) as served:
        desk = workspace(tmp_path, served.url)
        yield Scene(desk, Vault.open(desk.settings.state, {}), VirtualClock(START), server, served)
        desk.store.close()
