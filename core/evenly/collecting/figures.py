"""The figures of one account's posts and of the account itself, asked for in batches and kept with their age.

A post of which the network tells nothing, as when it is gone there, gets an empty reading: it has been asked for at this mark. A reading
that was taken is never computed anew: where a network renames what it counts, its plugin gives the new count under the name whose meaning
it has, with the network's own name, which is kept and starts a new series.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly import ledger, signing_in
from evenly.plugin import Message, Metrics, NetworkError, Published, SignInNeeded, TryLater
from evenly.store import StoreError, metrics, quotas

if TYPE_CHECKING:
    import httpx

    from evenly.clock import Clock
    from evenly.planning import Desk
    from evenly.plugin import Account, Http
    from evenly.store.secrets import Vault

_log = logging.getLogger("evenly.collecting")

AT_ONCE = 25
_KEPT_BACK = 4  #: one call in so many is left to publishing
_ENOUGH = 3  #: so many posts refused and none told: it is not the posts
_LONGEST_UNKNOWN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Collected:
    """What one account's collecting brought: how many deliveries have new figures, or why there are none."""

    account: str
    deliveries: int = 0
    followers: int | None = None
    trouble: Message | None = None


def collect(desk: Desk, vault: Vault, clock: Clock, name: str, *, transport: httpx.BaseTransport | None = None) -> Collected:
    """Ask the account's network for the figures of all posts that are young enough and of itself, and keep them.

    Never raises for a network's fault or a plugin's: `trouble` tells it. Calls go through `transport` where one is given, and to nobody
    else.
    """
    network = desk.network_of(name)
    if network not in desk.networks:
        return Collected(name, trouble=Message("No installed package provides the network {network}.", network=network))
    if not gives_figures(desk, name):
        return Collected(name, trouble=Message("{network} gives no figures.", network=desk.networks[network].title))

    def everything() -> Collected:
        with opened(desk, vault, clock, name, transport=transport) as reader:
            with desk.store.read() as connection:
                rows = metrics.published(connection, name, now=clock.now())
            count = sum(reader.posts(rows[start : start + AT_ONCE]) for start in range(0, len(rows), AT_ONCE))
            return Collected(name, count, reader.account_itself())

    return told(name, everything)


def gives_figures(desk: Desk, name: str) -> bool:
    """Whether the account's network tells anything at all."""
    return any(desk.networks.offers(desk.network_of(name), hook) for hook in ("post_metrics", "account_metrics"))


def told(name: str, read: Callable[[], Collected]) -> Collected:
    """What the reading gives; what a network or a plugin does instead is told as trouble. Raises `StoreError`."""
    try:
        return read()
    except NetworkError as error:
        return Collected(name, trouble=error.message)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault in one network's plugin must not keep the others from being read
        _log.debug("reading the figures of %s", name, exc_info=True)
        return Collected(name, trouble=Message("Its plugin failed: {kind}: {error}.", kind=type(error).__name__, error=error))


@contextmanager
def opened(desk: Desk, vault: Vault, clock: Clock, name: str, *, transport: httpx.BaseTransport | None) -> Iterator[Reader]:
    """The account, ready to be read. Raises `SignInNeeded`."""
    account = signing_in.account(desk, vault, name)
    with signing_in.http(desk, name, clock, transport=transport) as http:
        yield Reader(desk, clock, account, http)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the figures of one account, as long as the network has more calls left than publishing may need."""

    desk: Desk
    clock: Clock
    account: Account
    http: Http

    def posts(self, rows: Sequence[Any]) -> int:
        """Read these posts, rows of `metrics.published`; of how many the network told something. Raises `NetworkError`."""
        if not self._offers("post_metrics"):
            return 0
        try:
            return self._keep(rows, self._ask(rows))
        except (TryLater, SignInNeeded):
            raise
        except NetworkError as refusal:
            return self._one_by_one(rows, refusal)

    def account_itself(self) -> int | None:
        """Read the account's own figures of this day; its followers. Raises `NetworkError`."""
        if not self._offers("account_metrics"):
            return None
        self._see_room()
        try:
            figures: Metrics = self._call("account_metrics")
        except (TryLater, SignInNeeded):
            raise
        except NetworkError:
            self._keep_account(Metrics())
            raise
        self._keep_account(figures)
        return figures.followers

    def _one_by_one(self, rows: Sequence[Any], refusal: NetworkError) -> int:
        """The network refuses them together, perhaps for one of them: that one must not keep the others from being read."""
        known = refused = 0
        for row in rows:
            figures: Mapping[str, Metrics] = {}
            try:
                figures = self._ask([row])
            except (TryLater, SignInNeeded):
                raise
            except NetworkError as error:
                refused, refusal = refused + 1, error
            known += self._keep([row], figures)
            if refused == _ENOUGH and not known:
                raise refusal
        if refused and not known:
            raise refusal
        return known

    def _ask(self, rows: Sequence[Any]) -> Mapping[str, Metrics]:
        self._see_room()
        asked = [Published(remote_id=row.remote_id, url=row.url, at=row.published_at, data=row.data or {}) for row in rows]
        figures: Mapping[str, Metrics] = self._call("post_metrics", published=asked)
        return figures

    def _keep(self, rows: Sequence[Any], figures: Mapping[str, Metrics]) -> int:
        now = self.clock.now()
        marks = [metrics.mark(now - row.published_at) for row in rows]
        readings = [
            self._reading(row.delivery_id, mark, now, figures.get(row.remote_id, Metrics())) for row, mark in zip(rows, marks, strict=True)
        ]
        with self.desk.store.write() as connection:
            metrics.keep(connection, readings)
        return sum(row.remote_id in figures for row in rows)

    def _keep_account(self, figures: Metrics) -> None:
        now = self.clock.now()
        with self.desk.store.write() as connection:
            metrics.keep(connection, [self._reading(None, day(now), now, figures)])

    def _reading(self, delivery: int | None, mark: str, now: datetime, figures: Metrics) -> metrics.Reading:
        return metrics.Reading(self.account.id, delivery, mark, now, figures.known(), _names(figures))

    def _offers(self, hook: str) -> bool:
        return self.desk.networks.offers(self.account.network, hook)

    def _call(self, hook: str, **arguments: Any) -> Any:
        return self.desk.networks.call(self.account.network, hook, account=self.account, http=self.http, **arguments)

    def _see_room(self) -> None:
        """Raise `TryLater` where the network asks to wait, or so little is left that publishing may need it."""
        name, network, now = self.account.id, self.account.network, self.clock.now()
        with self.desk.store.read() as connection:
            allowed = quotas.allowance(connection, name, network, now=now)
        # Where each endpoint counts apart, what is left is of publishing alone: reading takes nothing of it.
        apart = self.desk.networks[network].counted == "by endpoint"
        until = _free_at(replace(allowed, remaining=None) if apart else allowed, now)
        if until > now:
            said = Message(
                "{network} is not to be asked for figures before {time}: what is left of its allowance is kept for publishing.",
                network=self.desk.networks[network].title,
                time=until.astimezone(ZoneInfo(self.desk.settings.zone(name))).strftime("%Y-%m-%d %H:%M"),
            )
            raise TryLater(until - now, "account", said)


def _names(figures: Metrics) -> dict[str, str]:
    """The network's own names of those figures that it gave."""
    names = {figure: figures.counted_as.get(figure) for figure in figures.known()}
    return {figure: name for figure, name in names.items() if isinstance(name, str) and name and name.isprintable()}


def day(now: datetime) -> str:
    """The mark of an account's own figures."""
    return now.date().isoformat()


def _free_at(allowed: quotas.Allowance, now: datetime) -> datetime:
    """When figures may be asked for; not after `now` when they may be now."""
    moments = [ledger.open_at(ledger.Pace(not_before=allowed.not_before), now=now)]
    if allowed.remaining is not None and allowed.remaining <= (allowed.limit or 0) // _KEPT_BACK:
        moments.append(allowed.resets_at or now + _LONGEST_UNKNOWN)
    return max(moments)
