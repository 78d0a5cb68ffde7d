"""Whether there is room to begin something new, on the disk and for connections; and what a store in trouble is told to lack."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from evenly.plugin import Message
from evenly.store import StoreError

if TYPE_CHECKING:
    from evenly.publishing.troubles import Troubles
    from evenly.store import Store

_HANDLES = 8  #: what publishing one post opens at the same time, and something for whoever works beside
_FULL = Message("The disk is nearly full: nothing new is published until there is room; what is in doubt is found out.")
_NO_HANDLES = Message(
    "The system lets this process open no more files and connections: nothing is published until some are free; "
    "raise the limit (ulimit -n, LimitNOFILE)."
)


class Room:
    """What one process has left. Each shortage is told once when it begins and once when it is over."""

    def __init__(self, store: Store, troubles: Troubles) -> None:
        self._store = store
        self._troubles = troubles

    def on_disk(self) -> bool:
        """Whether something new may be begun. Raises `StoreError`."""
        return self._told("disk", _FULL, is_short=self._store.is_nearly_full(), over="there is room on the disk again")

    def for_handles(self) -> bool:
        """Whether as many files and connections can be opened as a post needs."""
        return self._told("handles", _NO_HANDLES, is_short=_are_few_handles(), over="files and connections can be opened again")

    def store_failed(self, error: StoreError) -> None:
        """Tell of the store's trouble, unless it comes from what is short and told already."""
        if self.for_handles():
            with suppress(StoreError):
                if not self.on_disk():
                    return
            self._troubles.met("store", error)

    def _told(self, subject: str, shortage: Message, *, is_short: bool, over: str) -> bool:
        if is_short:
            self._troubles.met(subject, shortage)
        else:
            self._troubles.over(subject, over)
        return not is_short


def _are_few_handles() -> bool:
    """Whether the limit is near; found out by trying, since nothing else counts what the whole system has open."""
    taken: list[int] = []
    try:
        taken.extend(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC) for _ in range(_HANDLES))
    except OSError as error:
        return error.errno in {errno.EMFILE, errno.ENFILE}
    finally:
        for handle in taken:
            os.close(handle)
    return False
