"""A thread for each account: woken, it works on everything of the account that is due, and says when to come back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly.store import StoreError

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.publishing import Publisher

_AFTER_TROUBLE = timedelta(seconds=5)


class Hands:
    """The threads of one process. A wake-up that comes while its account is worked on is not lost: the account is looked at once more."""

    def __init__(self, publisher: Publisher, clock: Clock, rest: Callable[[str, datetime | None], None]) -> None:
        """`rest` is told of each account that was worked on, and when to come back to it: None where nothing of it waits."""
        self._publisher = publisher
        self._clock = clock
        self._rest = rest
        self.names = publisher.accounts()
        self._events = {name: threading.Event() for name in self.names}

    def start(self, stop: threading.Event) -> list[threading.Thread]:
        """Begin, each account with a first look; the threads, which end soon after `stop` is set and `wake_all` called."""
        threads = [threading.Thread(target=self._work, args=(name, stop), name=name, daemon=True) for name in self.names]
        self.wake_all()
        for thread in threads:
            thread.start()
        return threads

    def wake(self, name: str) -> None:
        """Look at the account; one that this process does not know is left to others."""
        if name in self._events:
            self._events[name].set()

    def wake_all(self) -> None:
        for event in self._events.values():
            event.set()

    def _work(self, name: str, stop: threading.Event) -> None:
        wake = self._events[name]
        while not stop.is_set():
            wake.wait()
            wake.clear()
            if stop.is_set():
                return
            self._rest(name, self._worked(name, stop))

    def _worked(self, name: str, stop: threading.Event) -> datetime | None:
        """Work on the account; whatever goes wrong is tried again soon, and hinders no other."""
        trying = f"working on {name}"
        try:
            back = self._publisher.work(name, stop)
        except StoreError as error:
            self._publisher.room.store_failed(error)
        except Exception as error:  # noqa: BLE001 - a fault of ours in one account must not end the others
            self._publisher.troubles.failed(trying, error)
        else:
            self._publisher.troubles.over(trying, f"{trying} succeeds again")
            return back
        return self._clock.now() + _AFTER_TROUBLE
