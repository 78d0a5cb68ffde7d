"""The daemon's collecting: what is due is read off the rows, so that nothing is asked twice and what was missed is caught up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.collecting.figures import AT_ONCE, Collected, day, gives_figures, opened, told
from evenly.plugin import TryLater
from evenly.store import accounts, metrics

if TYPE_CHECKING:
    import httpx

    from evenly.clock import Clock
    from evenly.collecting.figures import Reader
    from evenly.planning import Desk
    from evenly.store.secrets import Vault

_FIRST_WAIT = timedelta(minutes=2)
_LONGEST_WAIT = timedelta(hours=6)
_LONGEST_ROUND = 20.0  #: seconds; no further batch is begun then: whoever ends the daemon does not want to wait


class Collector:
    """Reads what is due: each post at each of its marks, each account once a day. Call from one thread.

    A reading that is late is taken at the mark that the post has reached by then. After a failure the account is left alone for a while,
    at least as long as its network asks for; that is held in memory, so a new process tries at once.
    """

    def __init__(
        self, desk: Desk, vault: Vault, clock: Clock, *, transport_for: Callable[[str], httpx.BaseTransport | None] = lambda _name: None
    ) -> None:
        self._desk = desk
        self._vault = vault
        self._clock = clock
        self._transport_for = transport_for
        self._names = [name for name in desk.settings.accounts if desk.network_of(name) in desk.networks and gives_figures(desk, name)]
        self._failures: Counter[str] = Counter()
        self._waits: dict[str, datetime] = {}

    def round(self) -> list[Collected]:
        """Read what is due of every account that is signed in; what each brought that was asked. Raises `StoreError`."""
        until = self._clock.monotonic() + _LONGEST_ROUND
        brought = []
        for name in list(self._names):
            if self._clock.monotonic() >= until:
                break
            # Whoever was asked stands back, so that the others come first when there is not time for all.
            self._names.remove(name)
            self._names.append(name)
            if self._is_open(name) and self._has_due(name):
                brought.append(self._asked(name, until))
        return brought

    def _is_open(self, name: str) -> bool:
        if name in self._waits and self._clock.now() < self._waits[name]:
            return False
        with self._desk.store.read() as connection:
            known = accounts.known_one(connection, name)
        return known is not None and known.sign_in == "ok"

    def _has_due(self, name: str) -> bool:
        now = self._clock.now()
        with self._desk.store.read() as connection:
            return bool(metrics.due(connection, name, now=now, most=1)) or not metrics.is_account_read(connection, name, day(now))

    def _asked(self, name: str, until: float) -> Collected:
        later: list[TryLater] = []

        def read() -> Collected:
            try:
                with opened(self._desk, self._vault, self._clock, name, transport=self._transport_for(name)) as reader:
                    return Collected(name, self._posts(reader, until), self._account_itself(reader))
            except TryLater as asked:
                later.append(asked)
                raise

        collected = told(name, read)
        if collected.trouble is None:
            self._failures.pop(name, None)
        else:
            self._leave_alone(name, next(iter(later), None))
        return collected

    def _posts(self, reader: Reader, until: float) -> int:
        count = 0
        while rows := self._due(reader.account.id):
            count += reader.posts(rows)
            if self._clock.monotonic() >= until:
                break
        return count

    def _due(self, name: str) -> Sequence[Any]:
        if not self._desk.networks.offers(self._desk.network_of(name), "post_metrics"):
            return []
        with self._desk.store.read() as connection:
            return metrics.due(connection, name, now=self._clock.now(), most=AT_ONCE)

    def _account_itself(self, reader: Reader) -> int | None:
        with self._desk.store.read() as connection:
            is_read = metrics.is_account_read(connection, reader.account.id, day(self._clock.now()))
        return None if is_read else reader.account_itself()

    def _leave_alone(self, name: str, later: TryLater | None) -> None:
        """Ask the account no more for a while; nobody on its network, where the whole app is to wait."""
        self._failures[name] += 1
        wait = min(_FIRST_WAIT * 2 ** min(self._failures[name] - 1, 10), _LONGEST_WAIT)
        if later is not None and later.wait is not None:
            wait = max(wait, later.wait)
        network = self._desk.network_of(name)
        is_alike = later is not None and later.scope == "app"
        for each in self._names:
            if each == name or (is_alike and self._desk.network_of(each) == network):
                self._waits[each] = self._clock.now() + wait
