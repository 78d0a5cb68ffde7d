"""A process that publishes from a workspace of the scene, to be killed or paused.

python -m tests.publishing.worker FOLDER FACILITY [--stays] [--stops-itself]
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any

from evenly.clock import RealClock
from evenly.engines.embedded import EmbeddedEngine
from evenly.networks import Networks
from evenly.planning.desk import Desk
from evenly.plugin import Http, Published, hookimpl
from evenly.publishing import Publisher
from evenly.settings import load
from evenly.signing_in.owners import new_owner
from evenly.store import Store
from evenly.store.lock import PublisherLock
from evenly.store.secrets import Vault
from tests.plugin.board import Board, read


class Stopping(Board):
    """Its process is stopped between the intent and the first byte, once."""

    stopped = False

    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Http) -> Published:
        request = self.visible(account, part, prepared, thread, key)
        if not self.stopped:
            self.stopped = True
            os.kill(os.getpid(), signal.SIGSTOP)
        return read(http.send_once(request))


def main(folder: Path, facility: str, options: Collection[str]) -> None:
    """Publish until nothing is left to do, or `--stays` for ever, as a daemon does."""
    networks = Networks()
    networks.add("board", Stopping(facility) if "--stops-itself" in options else Board(facility))
    settings = load(folder, {})
    stop = threading.Event()
    store = Store.open(settings.store.url, settings.state)
    if store.is_sqlite and not PublisherLock(settings.state).wait(stop):
        return
    clock = RealClock()
    vault = Vault.open(settings.state, {})
    publisher = Publisher(Desk(settings, networks, store), vault, clock, new_owner(), earlier_owners_dead=store.is_sqlite)
    if "--stays" in options:
        signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
        EmbeddedEngine(publisher, clock, []).run(stop)
        return
    while (back := publisher.work("pin", stop)) is not None:
        clock.wait_until(back, stop)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
