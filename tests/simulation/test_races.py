"""People change their minds while a publisher works, and networks disappear: each post is public once or not at all, as its row says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from httpx import MockTransport, Request, Response, WSGITransport
from sqlalchemy import Connection

from evenly import ledger
from evenly.networks import Networks
from evenly.plugin import Part
from evenly.publishing import Publisher
from evenly.store import deliveries, rewriting
from tests.publishing.scene import Scene, scene

if TYPE_CHECKING:
    from evenly.store import Store

RACES = 1_000


def test_scenario_19_an_uninstalled_network_keeps_its_posts(tmp_path: Path) -> None:
    """Its package is gone: nothing is sent, failed or looked for; back again, everything goes out."""
    with scene(tmp_path) as board:
        posts = [board.queue(f"Post {n}") for n in range(3)]
        without = replace(board.desk, networks=Networks())
        whole = board.desk
        board.desk = without

        assert board.publisher().accounts() == []
        assert [board.state(post) for post in posts] == ["planned"] * 3
        board.desk = whole
        board.run()

        assert sorted(board.public()) == ["Post 0", "Post 1", "Post 2"]


class Meddled:
    """A store and a way to the network that let somebody in at the n-th turn: before a commit, before a call, or after it."""

    def __init__(self, board: Scene) -> None:
        self._store, self._app = board.desk.store, WSGITransport(app=board.board.app)
        self._left, self._wish = 0, no_wish

    def at(self, turn: int, wish: Callable[[], None]) -> None:
        self._left, self._wish = turn, wish

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self._turn()
        with self._store.write() as connection:
            yield connection

    def handle(self, request: Request) -> Response:
        self._turn()
        response = self._app.handle_request(request)
        self._turn()
        return response

    def _turn(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._wish()


def no_wish() -> None:
    """Nobody meddles."""


def test_scenario_20_a_thousand_races_of_edit_and_cancel_with_claim_and_send(tmp_path: Path) -> None:
    """Whoever comes first wins whole: cancelled and not public, edited and public so, or too late and public as it was."""
    chance = random.Random(20)
    with scene(tmp_path, "record") as board:
        meddled, wishes = Meddled(board), Counter[str]()
        desk = replace(board.desk, store=cast("Store", meddled))
        transport = MockTransport(meddled.handle)
        publisher = Publisher(desk, board.vault, board.clock, "elsewhere:1::", transport_for=lambda _name: transport)
        for number in range(RACES):
            posts = {(post := board.queue(f"Post {number}", at=board.clock.now())): f"Post {number}"}

            meddled.at(chance.randint(1, 6), partial(count_wish, wishes, board, post, posts, chance))
            board.run(publisher)

            out = [each.text for each in board.board.public()]
            assert (board.state(post), out) in (("published", [posts[post]]), ("cancelled", []))
            board.board.pins.clear()
        assert min(wishes["dropped"], wishes["edited"], wishes["too late"]) > RACES / 10, wishes


def count_wish(wishes: Counter[str], board: Scene, post: int, posts: dict[int, str], chance: random.Random) -> None:
    wishes[wished(board, post, posts, chance)] += 1


def wished(board: Scene, post: int, posts: dict[int, str], chance: random.Random) -> str:
    """Drop or edit the post, whatever the publisher does with it just now; how that went. `posts` says what is to be public."""
    with board.desk.store.write() as connection:
        current = deliveries.load(connection, post)
        assert current is not None
        drops, now = chance.random() < 0.5, board.clock.now()
        move = ledger.drop(current, now=now) if drops else ledger.edit(current, {0: f"key-of-{post}-edited"}, now=now)
        if not isinstance(move, ledger.Move) or not deliveries.apply(connection, move):
            return "too late"
        if drops:
            return "dropped"
        posts[post] += ", edited"
        rewriting.rewrite_parts(connection, post, "pin", [Part(text=posts[post])], revision=move.after.revision)
        return "edited"
