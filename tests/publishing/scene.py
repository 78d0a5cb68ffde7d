"""A workspace with one account on the pinboard, whose server listens on loopback, and publishers that may die anywhere."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from evenly import ledger
from evenly.clock import VirtualClock
from evenly.networks import Networks
from evenly.planning.desk import Desk
from evenly.plugin import Credentials, Event, Part
from evenly.plugin.testing import Served, serve
from evenly.publishing import Publisher
from evenly.settings import load
from evenly.store import Store, accounts, credentials, deliveries, models, queue
from evenly.store.secrets import Vault, make_key
from tests.plugin.board import Board
from tests.plugin.board_server import TOKENS, BoardServer

START = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
TOKEN = next(iter(TOKENS))
SETTINGS = """
[brand]
timezone = "UTC"
[engine]
lease = "6s"
request = "1s"
settle = "10s"
[store]
url = "{url}"
"""
ACCOUNT = """
[accounts.{name}]
network = "board"
api = "{url}"
gap = "{gap}"
{more}
"""


class Killed(BaseException):
    """The process is gone: nothing catches it."""


@dataclass
class Scene:
    """Everything that publishing works with."""

    desk: Desk
    vault: Vault
    clock: VirtualClock
    board: BoardServer
    served: Served
    events: list[Event] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    processes: int = 0

    def publisher(self, *, alone: bool = True, notify: Callable[[Event], None] | None = None) -> Publisher:
        """A fresh process; `alone`: it holds the lock, so that every earlier one is dead."""
        self.processes += 1
        owner = f"elsewhere:{self.processes}::"  # as on another machine: nothing is known of the process
        return Publisher(self.desk, self.vault, self.clock, owner, notify=notify or self.events.append, earlier_owners_dead=alone)

    def queue(
        self,
        *texts: str,
        comment: str | None = None,
        at: datetime = START,
        account: str = "pin",
        pinned: bool = True,
        not_after: datetime | None = None,
        take_down_after: timedelta | None = None,
    ) -> int:
        """Put a delivery (a thread, of several texts) into the store; its id."""
        parts = [Part(kind="reply" if position else "post", position=position, text=text) for position, text in enumerate(texts)]
        if comment is not None:
            parts.append(Part(kind="comment", position=len(parts), text=comment))
        new = queue.NewDelivery(
            account=account,
            network="board",
            parts=parts,
            due=at,
            pinned=pinned,
            not_after=not_after,
            take_down_after=None if take_down_after is None else take_down_after.total_seconds(),
        )
        with self.desk.store.write() as connection:
            post = queue.insert_post(connection, {}, digest=None, now=self.clock.now())
            return queue.insert_delivery(connection, post, new, now=self.clock.now())

    def run(self, publisher: Publisher | None = None, *, account: str = "pin", until: timedelta = timedelta(days=3)) -> None:
        """Let time pass, as an engine would, until the account has nothing more to do or `until` is over."""
        publisher = publisher or self.publisher()
        end = self.clock.now() + until
        for _ in range(1_000):
            after = publisher.work(account, self.stop)
            if after is None or after > end:
                return
            self.clock.wait_until(after, self.stop)
        raise AssertionError("it never ends")

    def delivery(self, delivery_id: int) -> ledger.Delivery:
        with self.desk.store.read() as connection:
            found = deliveries.load(connection, delivery_id)
        assert found is not None
        return found

    def state(self, delivery_id: int) -> str:
        return self.delivery(delivery_id).state.value

    def move(self, move: ledger.Move | ledger.Refused) -> None:
        assert isinstance(move, ledger.Move), move
        with self.desk.store.write() as connection:
            assert deliveries.apply(connection, move)

    def attempts(self, delivery_id: int) -> Sequence[Any]:
        with self.desk.store.read() as connection:
            return queue.attempts_of(connection, delivery_id)

    def public(self) -> list[str]:
        return [each.text for each in self.board.public()]

    def visible_calls(self) -> list[Any]:
        """The requests that could have made something public."""
        return [seen for seen in self.served.log if is_visible(seen.method, seen.path)]

    def sign_in(self, name: str) -> None:
        with self.desk.store.write() as connection:
            accounts.signed_in(connection, name, "board", {})
            credentials.put(connection, self.vault, name, Credentials(access_token=TOKEN), refreshable=False, now=self.clock.now())

    def account_row(self, name: str = "pin") -> Any:
        with self.desk.store.read() as connection:
            return connection.execute(select(models.account).where(models.account.c.name == name)).one()


def is_visible(method: str, path: str) -> bool:
    return method in {"POST", "PUT"} and (path.startswith("/pins") or path.endswith("/publication"))


@contextmanager
def scene(
    folder: Path,
    facility: str = "key",
    *,
    names: Sequence[str] = ("pin",),
    gap: str = "0s",
    more: str = "",
    board: Board | None = None,
    url: str = "sqlite",
) -> Iterator[Scene]:
    """A workspace in `folder` on a board that offers this facility to settle lost answers; its store is at `url`."""
    clock = VirtualClock(START)
    server = BoardServer(clock, facility)
    with serve(server.app) as served:
        state = folder / ".evenly"
        state.mkdir(mode=0o700)
        make_key(state)
        every = "".join(ACCOUNT.format(name=name, url=served.url, gap=gap, more=more) for name in names)
        (folder / "evenly.toml").write_text(SETTINGS.format(url=url) + every)
        networks = Networks()
        networks.add("board", board or Board(facility))
        settings = load(folder, {})
        desk = Desk(settings, networks, Store.open(url, settings.state))
        made = Scene(desk, Vault.open(settings.state, {}), clock, server, served)
        for name in names:
            made.sign_in(name)
        try:
            yield made
        finally:
            desk.store.close()


class MortalStore:
    """The store, seen by a process that dies just before, or just after, its n-th commit."""

    def __init__(self, store: Store, *, dies_at: int, after: bool) -> None:
        self._store = store
        self._left = dies_at
        self._after = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self._left -= 1
        with self._store.write() as connection:
            yield connection
            if self._left == 0 and not self._after:
                raise Killed
        if self._left == 0:
            raise Killed
