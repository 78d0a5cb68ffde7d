"""The daemon tells people what became of deliveries: real processes, real sockets, a clock that runs fast."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from evenly.plugin.testing import Fault, faults, serve
from tests.acceptance.world import World, world
from tests.notifying.post_office import is_signed, welcome

_LONG = 60.0


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, speed=60) as made:
        yield made


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _LONG
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in a minute"
        time.sleep(0.1)


def _tell(here: World, url: str) -> str:
    """Have everything told to a webhook; its secret."""
    with (here.folder / "evenly.toml").open("a") as settings:
        settings.write(f'\n[notify]\non = ["published", "failed"]\n[notify.webhook]\nurl = "{url}/hook"\n')
    return here.done("notify", "secret", "webhook").strip()


def _add(here: World, text: str) -> dict[str, Any]:
    delivery: dict[str, Any] = json.loads(here.done("add", text, "--json", "--to", "fedi"))["deliveries"][0]
    return delivery


def test_news_outlasts_a_daemon_that_is_killed(here: World, tmp_path: Path) -> None:
    """The receiver is away, the daemon is killed; the next one tells it, once."""
    with socket.create_server(("127.0.0.1", 0)) as away:
        nowhere = f"http://127.0.0.1:{away.getsockname()[1]}"
    secret = _tell(here, nowhere)
    daemon = here.daemon(tmp_path / "first")
    try:
        _until(lambda: "Publishing for" in (tmp_path / "first").read_text())
        delivery = _add(here, "Good morning")
        here.done("publish", delivery["id"])
    finally:
        daemon.kill()
        daemon.wait()

    with serve(welcome) as served:
        text = (here.folder / "evenly.toml").read_text()
        (here.folder / "evenly.toml").write_text(text.replace(nowhere, served.url))
        daemon = here.daemon(tmp_path / "second")
        try:
            _until(lambda: len(served.log) > 0)
        finally:
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(timeout=_LONG) == 0

    (seen,) = served.log
    (event,) = json.loads(seen.body)["data"]["events"]
    assert (event["event"], event["delivery"], event["account"]) == ("published", delivery["id"], "fedi")
    assert is_signed(seen.headers, seen.body, secret)
    assert secret not in (tmp_path / "first").read_text() + (tmp_path / "second").read_text()


def test_publish_tells_before_it_ends(here: World) -> None:
    """Where no daemon runs."""
    with serve(welcome) as served:
        _tell(here, served.url)
        here.done("publish", _add(here, "Good morning")["id"])

        assert [json.loads(seen.body)["data"]["events"][0]["event"] for seen in served.log] == ["published"]


def test_a_receiver_that_hangs_changes_nothing_about_publishing(here: World) -> None:
    """The post is out, the exit code is that of success, and the command ends."""
    with serve(welcome, [Fault(faults.hang)]) as served:
        _tell(here, served.url)
        here.done("publish", _add(here, "Good morning")["id"])

    assert [post.text for post in here.public("fedi")] == ["Good morning"]
    assert json.loads(here.done("notify", "--json"))["channels"][0]["waiting"] == 1
