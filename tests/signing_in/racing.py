"""What other processes do in the tests of renewing: kept apart, so that they start quickly."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from evenly import signing_in
from evenly.clock import RealClock
from evenly.plugin import TryLater
from evenly.store import credentials
from evenly.store.secrets import Vault
from tests.signing_in.workspaces import desk_of


def race(folder: str, rounds: int) -> None:
    """Have a good token, `rounds` times."""
    desk, clock = desk_of(Path(folder)), RealClock()
    vault = Vault.open(desk.settings.state, {})
    for _ in range(rounds):
        while True:
            try:
                account = signing_in.refresh_if_due(desk, vault, "lamp", clock, lambda name: signing_in.http(desk, name, clock))
                break
            except TryLater:
                time.sleep(0.005)
        assert account.credentials is not None
        assert account.credentials.access_token
        time.sleep(0.02)


def die_before_storing(folder: str) -> None:
    desk, clock = desk_of(Path(folder)), RealClock()

    def die(*_arguments: Any, **_keywords: Any) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    credentials.renew = die
    vault = Vault.open(desk.settings.state, {})
    signing_in.refresh_if_due(desk, vault, "lamp", clock, lambda name: signing_in.http(desk, name, clock))
