"""A process that publishes from a workspace of the scene, to be killed: `python -m tests.publishing.worker FOLDER FACILITY`."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from evenly.clock import RealClock
from evenly.networks import Networks
from evenly.planning.desk import Desk
from evenly.publishing import Publisher
from evenly.settings import load
from evenly.store import Store
from evenly.store.lock import PublisherLock
from evenly.store.secrets import Vault
from tests.plugin.board import Board


def main(folder: Path, facility: str) -> None:
    """Publish until nothing is left to do."""
    networks = Networks()
    networks.add("board", Board(facility))
    settings = load(folder, {})
    stop = threading.Event()
    if not PublisherLock(settings.state).wait(stop):
        return
    desk = Desk(settings, networks, Store.open("sqlite", settings.state))
    clock = RealClock()
    publisher = Publisher(desk, Vault.open(settings.state, {}), clock, f"process {os.getpid()}", earlier_owners_dead=True)
    while (back := publisher.work("pin", stop)) is not None:
        clock.wait_until(back, stop)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
