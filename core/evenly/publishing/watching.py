"""For how long this process has seen something unchanged, by its own monotonic clock."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenly.clock import Clock

_MOST = 10_000


class Watch:
    """Remembers when each mark was first seen. Forgetting one only means waiting again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._first: dict[Hashable, float] = {}
        self._lock = threading.Lock()

    def seen_for(self, mark: Hashable | None) -> timedelta:
        """How long ago this mark was first seen; nothing for None."""
        if mark is None:
            return timedelta(0)
        now = self._clock.monotonic()
        with self._lock:
            if len(self._first) > _MOST:
                self._first.clear()
            return timedelta(seconds=now - self._first.setdefault(mark, now))
