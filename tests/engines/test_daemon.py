"""The daemon as an operator meets it: real processes, real sockets, a clock that runs fast."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly.plugin.testing import Fault, faults
from tests.acceptance.world import World, world

_LONG = 60.0


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, speed=60) as made:
        yield made


def _soon(here: World) -> str:
    """A little later, on the fast clock: long enough for a slow machine to start a program."""
    return (here.clock.now() + timedelta(minutes=10)).isoformat(timespec="minutes")


def _wait_for(here: World, delivery: dict[str, Any]) -> None:
    due = datetime.fromisoformat(delivery["due"])
    _until(lambda: here.clock.now() >= due)


def _add(here: World, text: str, *options: str) -> dict[str, Any]:
    added = json.loads(here.done("add", text, "--json", *options))
    delivery: dict[str, Any] = added["deliveries"][0]
    return delivery


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONG
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in a minute"
        time.sleep(0.1)


def _ended(process: subprocess.Popen[bytes]) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(timeout=_LONG)


def test_what_is_due_goes_out_and_not_before_its_time(here: World, tmp_path: Path) -> None:
    """A daemon that is left alone publishes a pinned post once its time has come."""
    planned = _add(here, "In two minutes", "--to", "fedi", "--at", _soon(here))
    daemon = here.daemon(tmp_path / "log")
    try:
        _until(lambda: bool(here.public("fedi")))
    finally:
        assert _ended(daemon) == 0, (tmp_path / "log").read_text()

    (post,) = here.public("fedi")
    assert post.at >= datetime.fromisoformat(planned["due"])
    assert [each["state"] for each in here.deliveries()] == ["published"]


def test_a_change_by_another_process_is_noticed(here: World, tmp_path: Path) -> None:
    """`evenly publish` asks the daemon that runs, and follows the delivery until it is out."""
    daemon = here.daemon(tmp_path / "log")
    try:
        _until(lambda: "Publishing for" in (tmp_path / "log").read_text())
        delivery = _add(here, "Now, please", "--to", "page")
        result = here.evenly("publish", delivery["id"])
    finally:
        assert _ended(daemon) == 0

    assert result.returncode == 0, result.stderr
    assert str(daemon.pid) in result.stderr
    assert [post.text for post in here.public("page")] == ["Now, please"]


def test_publish_does_it_itself_where_no_daemon_runs(here: World) -> None:
    delivery = _add(here, "By hand", "--to", "fedi")

    here.done("publish", delivery["id"])

    assert [post.text for post in here.public("fedi")] == ["By hand"]


def test_a_second_daemon_names_the_first_and_takes_over_when_it_dies(here: World, tmp_path: Path) -> None:
    first = here.daemon(tmp_path / "first")
    _until(lambda: "Publishing for" in (tmp_path / "first").read_text())
    second = here.daemon(tmp_path / "second")
    try:
        _until(lambda: str(first.pid) in (tmp_path / "second").read_text())
        _add(here, "Whoever is there", "--to", "fedi", "--at", _soon(here))
        first.kill()
        first.wait()
        _until(lambda: len(here.public("fedi")) == 1)
    finally:
        assert _ended(second) == 0


def test_sigterm_lets_a_call_in_flight_end(tmp_path: Path) -> None:
    """The network answers late; the daemon is told to stop meanwhile, and still writes down what came of it."""
    slow = Fault(faults.delay(1.5), method="POST", path="/api/v1/statuses")
    with world(tmp_path, speed=60, faults={"fedi": [slow]}) as here:
        delivery = _add(here, "A slow one", "--to", "fedi")
        daemon = here.daemon(tmp_path / "log")
        _until(lambda: "Publishing for" in (tmp_path / "log").read_text())
        here.done("publish", "--no-wait", delivery["id"])
        _until(lambda: any(each["attempts"] for each in _shown(here, delivery["id"])))
        assert _ended(daemon) == 0

        assert [each["state"] for each in here.deliveries()] == ["published"]


def _shown(here: World, identity: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(here.done("show", identity, "--json"))["deliveries"]
    return found


def test_a_network_that_hangs_delays_no_other(tmp_path: Path) -> None:
    """While every call to one account hangs until its time-out, the other account's posts go out."""
    with world(tmp_path, speed=60, faults={"fedi": [Fault(faults.hang, method="POST")]}) as here:
        for number in range(3):
            _add(here, f"Number {number}", "--at", (here.clock.now() + timedelta(minutes=20 + number)).isoformat(timespec="minutes"))
        daemon = here.daemon(tmp_path / "log")
        try:
            _until(lambda: len(here.public("page")) == 3)
        finally:
            assert _ended(daemon) == 0


def test_run_once_publishes_what_is_due_and_ends(here: World) -> None:
    due = _add(here, "Due very soon", "--to", "fedi", "--at", _soon(here))
    _add(here, "Much later", "--to", "fedi", "--at", (here.clock.now() + timedelta(days=3)).isoformat(timespec="minutes"))

    _wait_for(here, due)
    here.done("run", "--once")

    assert [post.text for post in here.public("fedi")] == ["Due very soon"]


def test_a_lost_answer_is_found_and_nothing_doubled(tmp_path: Path) -> None:
    """The first visible call's answer is lost after the network took the post: one post, and the delivery knows its address."""
    lost = Fault(faults.lose_answer, method="POST", path="/api/v1/statuses", nth=1)
    with world(tmp_path, speed=1, faults={"fedi": [lost]}) as here:
        delivery = _add(here, "Only once", "--to", "fedi")
        here.done("publish", delivery["id"])

        assert [post.text for post in here.public("fedi")] == ["Only once"]
        (shown,) = _shown(here, delivery["id"])
        assert shown["url"]
        assert "lost" in [each["outcome"] for each in shown["attempts"]]


def test_the_log_can_be_read_by_machines(here: World) -> None:
    _wait_for(here, _add(here, "Logged", "--to", "fedi", "--at", _soon(here)))

    result = here.evenly("run", "--once", "--log-format", "json")

    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert any("is published" in line["message"] for line in lines), result.stderr
