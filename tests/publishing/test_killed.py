"""A process may be killed anywhere: whoever comes after finishes its work, once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from evenly.plugin import Http, Published, hookimpl
from evenly.store import Store
from tests.plugin.board import Board, read
from tests.publishing.scene import Killed, MortalStore, Scene, scene

FACILITIES = ("key", "two-phase", "record", "read-back", "refusal")
MOST_COMMITS = 40


def killed_at(board: Scene, commit: int, *, after: bool) -> bool:
    """Let a process work until it dies at this commit; False when it came to its end before."""
    whole = board.desk.store
    object.__setattr__(board.desk, "store", cast("Store", MortalStore(whole, dies_at=commit, after=after)))
    try:
        board.run()
    except Killed:
        return True
    else:
        return False
    finally:
        object.__setattr__(board.desk, "store", whole)


@pytest.mark.parametrize(
    ("facility", "after"),
    [*((name, False) for name in FACILITIES), ("key", True)],
    ids=lambda value: {False: "before", True: "after"}.get(value, value),
)
def test_killed_at_any_commit(tmp_path: Path, facility: str, *, after: bool) -> None:
    """Killed just before or just after each commit on its way, with a post and its first comment: each is public once."""
    for commit in range(1, MOST_COMMITS):
        with scene(_fresh(tmp_path / str(commit)), facility) as board:
            post = board.queue("Root", comment="Comment")

            died = killed_at(board, commit, after=after)
            board.run()

            assert sorted(board.public()) == ["Comment", "Root"]
            assert board.state(post) == "published"
            if not died:
                return
    raise AssertionError("the work has more commits than are tried")


def _fresh(folder: Path) -> Path:
    folder.mkdir()
    return folder


class DyingBoard(Board):
    """Its process dies around the visible call, once."""

    def __init__(self, facility: str, *, sends: bool) -> None:
        super().__init__(facility)
        self.sends = sends
        self.died = False

    @hookimpl
    def publish(self, account: Any, part: Any, prepared: Any, thread: Any, key: str, http: Http) -> Published:
        if self.died:
            return read(http.send_once(self.visible(account, part, prepared, thread, key)))
        self.died = True
        if self.sends:
            http.send_once(self.visible(account, part, prepared, thread, key))
        raise Killed


@pytest.mark.parametrize("sends", [False, True], ids=["before the request", "before its answer was written down"])
@pytest.mark.parametrize("facility", [*FACILITIES, "none"])
def test_killed_around_the_visible_call(tmp_path: Path, facility: str, *, sends: bool) -> None:
    """The intent is on record, and nobody knows what came of it: it is found out, or a person is asked."""
    with scene(tmp_path, facility, board=DyingBoard(facility, sends=sends)) as board:
        post = board.queue("Polishing day")

        with pytest.raises(Killed):
            board.run()
        assert board.state(post) == "sending"
        board.run()

        if facility == "none":
            assert board.state(post) == "uncertain"
            assert len(board.public()) == sends
        else:
            assert board.state(post) == "published"
            assert board.public() == ["Polishing day"]


def test_an_unfinished_claim_is_free_at_once_for_whoever_holds_the_lock(tmp_path: Path) -> None:
    """Taking the lock proves the earlier owner dead: nobody waits for its lease."""
    with scene(tmp_path) as board:
        post = board.queue("Polishing day")
        assert killed_at(board, 1, after=True)
        assert board.state(post) == "claimed"
        begun = board.clock.now()

        board.publisher(alone=True).work("pin", board.stop)

        assert board.state(post) == "published"
        assert board.clock.now() == begun


def test_without_the_lock_a_lease_is_waited_for(tmp_path: Path) -> None:
    """Another machine's claim is taken over only after this process has seen it unrenewed for a whole lease."""
    with scene(tmp_path) as board:
        post = board.queue("Polishing day")
        assert killed_at(board, 1, after=True)
        lease = board.desk.settings.engine.lease
        second = board.publisher(alone=False)

        board.clock.advance(lease)
        second.work("pin", board.stop)
        assert board.state(post) == "claimed"
        board.clock.advance(lease)
        second.work("pin", board.stop)

        assert board.state(post) == "published"
        assert board.public() == ["Polishing day"]
