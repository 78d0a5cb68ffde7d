"""A brand whose posts are out, with whatever labels, figures and efforts a test wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from evenly.insight import Post
from evenly.networks import Networks
from evenly.planning import Desk
from evenly.plugin import Part
from evenly.reporting import observing
from evenly.settings import load
from evenly.store import Store, efforts, metrics, models, queue

SINCE, UNTIL = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC)
NOON = datetime(2027, 3, 10, 12, tzinfo=UTC)
SETTINGS = """
[brand]
timezone = "UTC"
[store]
url = "{url}"
[capacity]
minutes_per_week = 100
minutes = {{ write = 20, photo = 15, curate = 5, reply = 5 }}
[accounts.page]
network = "facebook"
timezone = "Europe/Paris"
[accounts.birds]
network = "x"
timezone = "America/New_York"
"""


@dataclass(frozen=True)
class Brand:
    """The workspace."""

    desk: Desk

    def publish(
        self,
        *accounts: str,
        at: datetime = NOON,
        kind: Any = "post",
        effort: float | None = None,
        media: bool = False,
        recognised: Mapping[str, Any] | None = None,
        fields: Mapping[str, Any] | None = None,
        post: int | None = None,
        due: datetime | None = None,
        **labels: Any,
    ) -> list[int]:
        """Let a post be out since then on these accounts; its deliveries. With `post` it is one that was out elsewhere before."""
        stored = {"media": [{"path": "ring.png"}] if media else [], **labels, **(fields or {})}
        stored |= {} if effort is None else {"effort_minutes": effort}
        with self.desk.store.write() as connection:
            number = post or queue.insert_post(connection, stored, digest=None, now=at)
            connection.execute(models.post.update().where(models.post.c.id == number).values(recognised=recognised))
            deliveries = []
            for account in accounts:
                new = queue.NewDelivery(account=account, network="x", parts=[Part(text="Silver", format=kind)], due=due or at)
                deliveries.append(queue.insert_delivery(connection, number, new, now=at))
                out = {"state": "published", "published_at": at, "next_action_at": None}
                connection.execute(models.delivery.update().where(models.delivery.c.id == deliveries[-1]).values(**out))
                known = {"state": "published", "remote_id": f"r{deliveries[-1]}", "published_at": at}
                connection.execute(models.part.update().where(models.part.c.delivery_id == deliveries[-1]).values(**known))
        return deliveries

    def read(
        self, delivery: int | None, mark: str, account: str = "page", at: datetime = NOON, counted_as: Any = None, **figures: int
    ) -> None:
        """Keep a reading; `counted_as` has the network's own names of its figures."""
        with self.desk.store.write() as connection:
            metrics.keep(connection, [metrics.Reading(account, delivery, mark, at, figures, counted_as or {})])

    def log(self, task: Any, seconds: int, *, posts: Mapping[int, int] | None = None, at: datetime = NOON, **about: Any) -> None:
        """Log an effort."""
        with self.desk.store.write() as connection:
            efforts.add(connection, efforts.Entry(id=0, task=task, seconds=seconds, at=at, posts=posts or {}, **about))

    def posts(self, age: str = "7d", *, since: datetime = SINCE, until: datetime = UNTIL) -> list[Post]:
        with self.desk.store.read() as connection:
            return observing.posts(self.desk, connection, since=since, until=until, age=age)

    def minutes(self) -> Sequence[tuple[str, float, float]]:
        """Of each delivery its account, its minutes, and how many of them are estimated."""
        return [(post.account, round(post.minutes, 6), round(post.estimated, 6)) for post in self.posts()]

    def best_age(self) -> str:
        with self.desk.store.read() as connection:
            return observing.best_age(self.desk, connection, since=SINCE, until=UNTIL)


@contextmanager
def brand(folder: Path, url: str = "sqlite") -> Iterator[Brand]:
    (folder / "evenly.toml").write_text(SETTINGS.format(url=url))
    settings = load(folder, {})
    desk = Desk(settings, Networks(), Store.open(url, settings.state))
    try:
        yield Brand(desk)
    finally:
        desk.store.close()


DAY = timedelta(days=1)
