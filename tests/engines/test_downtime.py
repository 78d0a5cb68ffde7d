"""Eight hours without a daemon: what was missed meanwhile is spread again, each account by its policy, and never sent together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest

from evenly.clock import FastClock
from evenly.ledger import PartState
from evenly.plugin.testing import Fault, faults
from tests.engines.daemon import daemon, until, workspace
from tests.publishing.scene import START, Scene, scene

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ACCOUNTS = ("pin", "other", "third")
BACK = datetime(2027, 3, 1, 10, tzinfo=UTC)  #: a Monday; the machine went down eight hours before


def missed_meanwhile(board: Scene, *accounts: str) -> dict[str, list[int]]:
    """One an hour on each account, all at the same minute."""
    return {
        name: [board.queue(f"{name} {hour}", at=BACK - hour * HOUR, account=name, pinned=False) for hour in range(8, 0, -1)]
        for name in accounts
    }


def gaps(board: Scene, name: str = "") -> list[timedelta]:
    times = sorted(pin.at for pin in board.board.public() if pin.text.startswith(name))
    return [later - sooner for sooner, later in pairwise(times)]


def run_all(board: Scene, names: Sequence[str]) -> None:
    """Let time pass, as an engine would, until no account has anything more to do."""
    publisher = board.publisher()
    for _ in range(500):
        backs = [at for name in names if (at := publisher.work(name, board.stop)) is not None]
        if not backs:
            return
        board.clock.wait_until(min(backs), board.stop)
    raise AssertionError("it never ends")


@contextmanager
def down_until(folder: Path, **options: Any) -> Iterator[Scene]:
    """A workspace whose daemon comes back now, after eight hours."""
    with scene(folder, "key", **options) as board:
        board.clock.moment = BACK
        yield board


def test_within_its_policy_what_was_missed_goes_out_in_order_and_apart(tmp_path: Path) -> None:
    """Dated ones first, then by their time, a gap between; what is older than six hours when its turn comes is missed."""
    with down_until(tmp_path, gap="40m") as board:
        posts = missed_meanwhile(board, "pin")["pin"]
        board.queue("pin dated", at=BACK - MINUTE, not_after=BACK + 5 * HOUR)
        run_all(board, ["pin"])

        public = board.public()
        assert public == ["pin dated", "pin 5", "pin 4", "pin 3", "pin 2", "pin 1"]
        assert [board.state(each) for each in posts] == ["missed"] * 3 + ["published"] * 5
        assert min(gaps(board)) >= 40 * MINUTE


def test_what_is_replanned_gets_one_open_slot_after_the_other(tmp_path: Path) -> None:
    """Nothing is lost, no two share a slot, none comes before its account is open again or too near to what was planned."""
    more = 'missed = "replan"\nwindows = ["Mon-Sun 10:30-20:00"]'
    with down_until(tmp_path, gap="40m", more=more) as board:
        posts = missed_meanwhile(board, "pin")["pin"]
        planned = board.queue("pin 0", at=BACK + 90 * MINUTE, pinned=False)
        run_all(board, ["pin"])

        slots = [board.delivery(each).due or BACK for each in posts]
        assert slots == sorted(slots)
        assert slots[0] == BACK + 30 * MINUTE
        assert board.delivery(planned).due == BACK + 90 * MINUTE
        assert min(gaps(board)) >= 40 * MINUTE
        assert sorted(board.public()) == [f"pin {hour}" for hour in range(9)]


def test_what_is_skipped_is_missed_and_nothing_of_it_goes_out(tmp_path: Path) -> None:
    """A person may release it; what comes due afterwards is not touched."""
    with down_until(tmp_path, more='missed = "skip"') as board:
        posts = missed_meanwhile(board, "pin")["pin"]
        board.queue("pin 0", at=BACK + 30 * MINUTE)
        run_all(board, ["pin"])

        assert [board.state(each) for each in posts] == ["missed"] * 8
        assert [event.kind for event in board.events] == ["missed"] * 8 + ["published"]
        assert board.public() == ["pin 0"]


@pytest.mark.parametrize("policy", ["publish within 6h", "replan"])
def test_what_several_accounts_missed_is_not_sent_together_either(tmp_path: Path, policy: str) -> None:
    """The brand's accounts keep their distance to each other, as they do in a plan."""
    with down_until(tmp_path, names=ACCOUNTS, gap="40m", more=f'missed = "{policy}"') as board:
        missed_meanwhile(board, *ACCOUNTS)
        run_all(board, ACCOUNTS)

        assert min(gaps(board)) >= 10 * MINUTE
        assert all(min(gaps(board, name)) >= 40 * MINUTE for name in ACCOUNTS)
        assert len(board.public()) == 24 or policy != "replan"
        assert len(board.public()) >= 12


def test_a_daemon_that_comes_back_after_eight_hours_sends_no_burst(tmp_path: Path) -> None:
    """The real one, five minutes a second, with accounts of every policy."""
    clock = FastClock(BACK, 300, since=time.time() + 2)
    policies = {"one": "publish within 6h", "two": "publish within 6h", "three": "skip", "four": "replan"}
    with workspace(tmp_path, "key", clock=clock, names=tuple(policies), gap="15m") as board:
        toml = tmp_path / "evenly.toml"
        for name, policy in policies.items():
            written = f'[accounts.{name}]\nmissed = "{policy}"\nwindows = ["Mon-Sun 10:50-20:00"]'
            toml.write_text(toml.read_text().replace(f"[accounts.{name}]", written))
        late = {name: [board.queue(f"{name} {n}", at=BACK - n * HOUR, account=name, pinned=False) for n in (4, 2)] for name in policies}
        with daemon(board, tmp_path):
            until(lambda: all(board.state(each) in {"published", "missed"} for each in chain(*late.values())))

        assert [board.state(each) for each in late["three"]] == ["missed"] * 2
        assert sorted(board.public()) == ["four 2", "four 4", "one 2", "one 4", "two 2", "two 4"]
        # The network sees a request a little later than the program has written that it sends it.
        assert min(gaps(board)) >= 5 * MINUTE
        assert all(min(gaps(board, name)) >= 10 * MINUTE for name in ("one", "two", "four"))


def test_a_half_published_thread_goes_on_before_anything_else(tmp_path: Path) -> None:
    """However late, and whatever the policy says: its beginning is public."""
    with scene(tmp_path, "key", more='missed = "skip"') as board:
        board.served.inject(Fault(faults.fail(503), method="POST", path="/pins", nth=2))
        thread = board.queue("One", "Two")
        board.publisher().work("pin", board.stop)
        assert board.delivery(thread).part(0).state is PartState.PUBLISHED
        other = board.queue("Late", at=START + HOUR)

        board.clock.advance(8 * HOUR)
        board.run()

        assert board.public() == ["One", "Two"]
        assert (board.state(thread), board.state(other)) == ("published", "missed")


@pytest.mark.parametrize(("policy", "out"), [("publish within 6h", 6), ("replan", 8), ("skip", 0)])
def test_a_sign_in_that_was_needed_for_a_day_ends_without_a_burst(tmp_path: Path, policy: str, out: int) -> None:
    """What came due meanwhile waits untouched; once signed in again its policy decides, and the gap holds."""
    with scene(tmp_path, "key", gap="40m", more=f'missed = "{policy}"') as board:
        board.served.inject(Fault(faults.fail(401), method="POST", path="/pins"))
        posts = [board.queue(f"Post {hour}", at=START + 20 * HOUR + hour * 30 * MINUTE, pinned=False) for hour in range(8)]
        board.queue("The first", at=START)
        board.run(until=5 * MINUTE)
        assert board.account_row().sign_in == "needed"
        board.clock.moment = START + 24 * HOUR
        assert {board.state(each) for each in posts} == {"planned"}

        board.served.mend()
        board.sign_in("pin")
        board.run()

        public = [text for text in board.public() if text.startswith("Post")]
        assert len(public) >= min(out, 1)
        assert len(public) == out or policy.startswith("publish")
        assert {board.state(each) for each in posts} <= {"published", "missed"}
        assert all(gap >= 40 * MINUTE for gap in gaps(board, "Post"))
