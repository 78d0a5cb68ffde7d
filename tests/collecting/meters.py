"""A workspace whose network tells figures as a test wants: kept in memory, no server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import select

from evenly.clock import VirtualClock
from evenly.networks import Networks
from evenly.planning import Desk
from evenly.plugin import Credentials, Limits, Metrics, Network, Part, Published, hookimpl
from evenly.settings import load
from evenly.store import Store, accounts, credentials, models, queue
from evenly.store.secrets import Vault, make_key

START = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


class Meter:
    """Counts everything it is asked. `answer` may be replaced; by default every post has as many likes as it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.accounts_asked = 0
        self.answer: Callable[[list[str]], Mapping[str, Metrics]] = lambda ids: {each: Metrics(likes=len(self.asked)) for each in ids}
        self.followers: Callable[[], Metrics] = lambda: Metrics(followers=100)
        self.counted: Literal["together", "by endpoint"] = "together"

    @hookimpl
    def network(self) -> Network:
        return Network(name="meter", title="Meter", limits=Limits(text=500), repeat_safe={}, counted=self.counted)

    @hookimpl
    def publish(self, part: Part) -> Published:
        return Published(remote_id=part.text)

    @hookimpl
    def post_metrics(self, published: Sequence[Published]) -> Mapping[str, Metrics]:
        self.asked.append([each.remote_id for each in published])
        return self.answer(self.asked[-1])

    @hookimpl
    def account_metrics(self) -> Metrics:
        self.accounts_asked += 1
        return self.followers()


@dataclass
class Meters:
    """The workspace."""

    desk: Desk
    vault: Vault
    clock: VirtualClock
    meter: Meter
    posted: dict[str, int] = field(default_factory=dict)

    def publish(self, text: str, *, ago: timedelta = timedelta(0), account: str = "one", **state: Any) -> int:
        """Let a post be out since then; its delivery."""
        at = self.clock.now() - ago
        new = queue.NewDelivery(account=account, network="meter", parts=[Part(text=text)], due=at)
        with self.desk.store.write() as connection:
            post = queue.insert_post(connection, {"text": text}, digest=None, now=at)
            number = queue.insert_delivery(connection, post, new, now=at)
            out = {"state": "published", "published_at": at, "next_action_at": None, **state}
            connection.execute(models.delivery.update().where(models.delivery.c.id == number).values(**out))
            known = {"state": "published", "remote_id": text, "published_at": at}
            connection.execute(models.part.update().where(models.part.c.delivery_id == number).values(**known))
        self.posted[text] = number
        return number

    def readings(self, text: str) -> dict[str, dict[str, int]]:
        """The figures of a post by mark."""
        query = select(models.metric.c.mark, models.metric.c.figures).where(models.metric.c.delivery_id == self.posted[text])
        with self.desk.store.read() as connection:
            return {row.mark: row.figures for row in connection.execute(query)}

    def account_readings(self, account: str = "one") -> dict[str, dict[str, int]]:
        """The account's own figures by day."""
        mine = (models.metric.c.delivery_id.is_(None), models.metric.c.account == account)
        with self.desk.store.read() as connection:
            return {row.mark: row.figures for row in connection.execute(select(models.metric).where(*mine))}

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.clock.wait_until(self.clock.now() + timedelta(**span), threading.Event())


@contextmanager
def meters(folder: Path, *names: str, counted: Literal["together", "by endpoint"] = "together") -> Iterator[Meters]:
    """A workspace in `folder` with these accounts, signed in; its network counts calls so."""
    names = names or ("one",)
    clock, meter, networks = VirtualClock(START), Meter(), Networks()
    meter.counted = counted
    networks.add("meter", meter)
    tables = "".join(f'[accounts.{name}]\nnetwork = "meter"\n' for name in names)
    (folder / "evenly.toml").write_text('[brand]\ntimezone = "UTC"\n' + tables)
    settings = load(folder, {})
    settings.state.mkdir(mode=0o700)
    make_key(settings.state)
    desk = Desk(settings, networks, Store.open("sqlite", settings.state))
    made = Meters(desk, Vault.open(settings.state, {}), clock, meter)
    with desk.store.write() as connection:
        for name in names:
            accounts.signed_in(connection, name, "meter", {})
            credentials.put(connection, made.vault, name, Credentials(access_token="t0ken"), refreshable=False, now=clock.now())
    try:
        yield made
    finally:
        desk.store.close()
