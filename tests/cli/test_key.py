"""`evenly key rotate`."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable

from tests.cli.conftest import Program
from tests.cli.lamps import Lamps


def test_a_new_key_is_made_and_the_sign_ins_hold(lamps: Lamps) -> None:
    """The old one is gone, and no key is ever shown."""
    lamps.take()
    key = lamps.evenly.folder / ".evenly" / "key"
    old = key.read_text()

    result = lamps.evenly("key", "rotate")

    assert result.code == 0, result.err
    assert "1 secret is encrypted with the new key" in result.out
    assert len(key.read_text().split()) == 1
    assert key.read_text() != old
    assert not any(each.strip() in result.out + result.err for each in (old, key.read_text()))
    assert "opens everything" in lamps.evenly("doctor").out


def test_a_daemon_that_runs_goes_on_with_the_new_key(lamps: Lamps, spawned: Callable[..., subprocess.Popen[bytes]]) -> None:
    """What it renews meanwhile is encrypted with a key that still is there afterwards."""
    lamps.server.lives = 4  # renewed within the last minute of their life: all the time
    lamps.take(more={"expires_at": time.time() + 1})
    daemon = spawned(lamps.evenly, "run")
    _until(lambda: lamps.server.renewals > 0)

    for _ in range(5):
        renewed = lamps.server.renewals
        assert lamps.evenly("key", "rotate").code == 0
        lamps.evenly("metrics")
    daemon.terminate()
    daemon.communicate(timeout=60)

    assert renewed > 0
    doctor = lamps.evenly("doctor", "--json").json
    assert [each["ok"] for each in doctor["findings"] if each["check"] == "key"] == [True]
    assert lamps.server.replays == 0


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_a_key_from_the_environment_is_the_persons_to_change(evenly: Program) -> None:
    """Refused with what to do; done that, everything is encrypted with the new one, and the old one can go."""
    old, new = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
    evenly.env["EVENLY_KEY"] = old
    assert evenly("connect", "--app", "mastodon", stdin=json.dumps({"client_id": "id", "client_secret": "secret"})).code == 0

    refused = evenly("key", "rotate")
    evenly.env["EVENLY_KEY"] = f"{new} {old}"
    done = evenly("key", "rotate")
    evenly.env["EVENLY_KEY"] = new

    assert refused.code == 2
    assert "Put a new one before it" in refused.err
    assert done.code == 1
    assert "take them away" in done.out
    assert "opens everything" in evenly("doctor").out
    assert not any(key in each.out + each.err for each in (refused, done) for key in (old, new))
