"""What other processes do in the tests of renewing: kept apart, so that they start quickly."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

from evenly import signing_in
from evenly.clock import RealClock
from evenly.plugin import SignInNeeded, TryLater
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


def renew_and_be_killed(folder: str, kills: int) -> None:
    """Four processes renew as often as they can; every moment one of them is killed, and another takes its place."""
    race(folder, 1)  # so that everything is loaded, and a new process begins at once
    chance = random.Random(9)
    running = [_forked(folder) for _ in range(4)]
    for _ in range(kills):
        time.sleep(chance.uniform(0.05, 0.4))
        _killed(running.pop(chance.randrange(4)))
        running.append(_forked(folder))
    for each in running:
        _killed(each)


def _forked(folder: str) -> int:
    child = os.fork()
    if child == 0:
        try:
            _renew_for_ever(folder)
        finally:
            os._exit(1)
    return child


def _killed(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _renew_for_ever(folder: str) -> None:
    desk, clock = desk_of(Path(folder)), RealClock()
    vault = Vault.open(desk.settings.state, {})
    while True:
        try:
            signing_in.refresh_if_due(desk, vault, "lamp", clock, lambda name: signing_in.http(desk, name, clock))
        except (TryLater, SignInNeeded):
            time.sleep(0.005)


def die_before_storing(folder: str) -> None:
    desk, clock = desk_of(Path(folder)), RealClock()

    def die(*_arguments: Any, **_keywords: Any) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    credentials.renew = die
    vault = Vault.open(desk.settings.state, {})
    signing_in.refresh_if_due(desk, vault, "lamp", clock, lambda name: signing_in.http(desk, name, clock))
