"""Troubles that last: told once when they begin and once when they are over, however often they show themselves meanwhile."""

from __future__ import annotations

import logging
import threading

_log = logging.getLogger("evenly.publishing")


class Troubles:
    """What is known to be wrong at the moment. Safe to call from several threads."""

    def __init__(self) -> None:
        self._known: dict[str, object] = {}
        self._lock = threading.Lock()

    def met(self, subject: str, trouble: object) -> None:
        """The subject is in trouble; told unless it was of the same kind already."""
        level = logging.ERROR if self._is_news(subject, type(trouble) if isinstance(trouble, Exception) else trouble) else logging.DEBUG
        _log.log(level, "%s", trouble)

    def failed(self, subject: str, fault: Exception) -> None:
        """The subject met a fault of ours, which whoever mends it wants the traceback of; told unless it was the same already."""
        level = logging.ERROR if self._is_news(subject, (type(fault), str(fault))) else logging.DEBUG
        _log.log(level, "%s failed and is tried again", subject, exc_info=fault)

    def _is_news(self, subject: str, kind: object) -> bool:
        with self._lock:
            is_known = subject in self._known and self._known[subject] == kind
            self._known[subject] = kind
        return not is_known

    def are_known(self, subject: str) -> bool:
        """Whether the subject is in trouble."""
        with self._lock:
            return subject in self._known

    def over(self, subject: str, told: str) -> None:
        """The subject is well; told where it was not."""
        if not self._known:  # asked after every success: the ordinary answer costs nothing
            return
        with self._lock:
            was_known = self._known.pop(subject, None) is not None
        if was_known:
            _log.info("%s", told)
