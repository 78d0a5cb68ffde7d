"""Pauses, clocks that jump, and a store in trouble: at any moment, and still once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection

from evenly.plugin import Http, Message, Prepared, Published, hookimpl
from evenly.plugin.testing import Fault, faults
from evenly.store import Store, StoreBusy, StoreError, StoreFull, StoreGone
from tests.plugin.board import Board, read
from tests.publishing.scene import Scene, scene


class Pausing(Board):
    """Something happens to its process in the middle of a hook, once."""

    def __init__(self, facility: str, hook: str) -> None:
        super().__init__(facility)
        self.hook = hook
        self.meanwhile: Callable[[], object] | None = None

    def _pause(self, hook: str) -> None:
        if hook == self.hook and self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()

    @hookimpl
    def prepare(self, account: Any, part: Any, so_far: Any, thread: Any, http: Http) -> Prepared:
        prepared = super().prepare(account, part, so_far, thread, http)
        self._pause("prepare")
        return prepared

    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Http) -> Published:
        request = self.visible(account, part, prepared, thread, key)
        self._pause("publish")
        return read(http.send_once(request))


def taken_over(board: Scene) -> None:
    """Another machine sees the lease end, and works until nothing is left to do."""
    other = board.publisher(alone=False)
    for _ in range(6):
        other.work("pin", board.stop)
        board.clock.advance(board.desk.settings.engine.lease / 2)


@pytest.mark.parametrize("facility", ["two-phase", "read-back", "none"])
@pytest.mark.parametrize("hook", ["prepare", "publish"])
def test_a_paused_process_that_wakes_after_its_lease_sends_nothing(tmp_path: Path, hook: str, facility: str) -> None:
    """Paused before the intent it finds its fence gone, paused before the first byte its deadline passed."""
    plugin = Pausing(facility, hook)
    with scene(tmp_path, facility, board=plugin) as board:
        post = board.queue("Polishing day")
        plugin.meanwhile = lambda: taken_over(board)

        board.publisher(alone=False).work("pin", board.stop)
        board.run(board.publisher(alone=False))

        if facility == "none" and hook == "publish":
            assert board.state(post) == "uncertain"
            assert board.public() == []
        else:
            assert board.state(post) == "published"
            assert board.public() == ["Polishing day"]


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(days=30), timedelta(days=-30)], ids=str)
@pytest.mark.parametrize("fault", [faults.lose_answer, faults.drop])
def test_a_wall_clock_that_jumps_in_flight_doubles_and_loses_nothing(tmp_path: Path, fault: Any, jump: timedelta) -> None:
    """From the middle of the call on the clock is wrong; the answer is lost besides."""
    plugin = Pausing("two-phase", "publish")
    with scene(tmp_path, "two-phase", board=plugin) as board:
        board.served.inject(Fault(fault, method="POST", path="/drafts/.*/publication", nth=1))
        post = board.queue("Polishing day")

        def jumped() -> None:
            board.clock.moment += jump

        plugin.meanwhile = jumped
        board.run(until=timedelta(days=100))

        if fault is faults.drop and jump > timedelta(hours=6):
            assert board.state(post) == "missed"
        else:
            assert board.state(post) == "published"
            assert board.public() == ["Polishing day"]


class TroubledStore:
    """The store, whose n-th commit fails."""

    def __init__(self, store: Store, *, fails_at: int, error: StoreError) -> None:
        self._store = store
        self._left = fails_at
        self._error = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self._left -= 1
        with self._store.write() as connection:
            yield connection
            if self._left == 0:
                raise self._error


@pytest.mark.parametrize("error", [StoreBusy, StoreFull, StoreGone])
def test_a_store_in_trouble_at_any_commit(tmp_path: Path, error: type[StoreError]) -> None:
    """At the claim or the intent nothing is sent; at the outcome it is written down as soon as it can be."""
    for commit in range(1, 14):
        folder = tmp_path / str(commit)
        folder.mkdir()
        with scene(folder, "none") as board:
            post = board.queue("Polishing day")
            troubled = TroubledStore(board.desk.store, fails_at=commit, error=error(Message("trouble")))
            object.__setattr__(board.desk, "store", cast("Store", troubled))
            publisher = board.publisher()

            for _ in range(2):
                try:
                    board.run(publisher)
                except StoreError:
                    board.clock.advance(timedelta(seconds=5))

            assert board.state(post) == "published"
            assert board.public() == ["Polishing day"]
            assert len(board.visible_calls()) == 1


def test_a_full_disk_gives_up_its_ballast_for_an_outcome_only(tmp_path: Path) -> None:
    """A few bytes were put aside for exactly this: the commit that has none of them to spend is the outcome's."""
    spent = []
    for commit in range(1, 8):
        folder = tmp_path / str(commit)
        folder.mkdir()
        with scene(folder, "none") as board:
            whole = board.desk.store
            whole.keep_ballast()
            board.queue("Polishing day")
            full = TroubledStore(whole, fails_at=commit, error=StoreFull(Message("full")))
            object.__setattr__(board.desk, "store", cast("Store", full))
            with suppress(StoreError):
                board.run()
            if not (board.desk.settings.state / "ballast").exists():
                spent.append((commit, board.public()))

    assert [texts for _commit, texts in spent] == [["Polishing day"]]
