"""How many deliveries a second go through the ledger to a stand-in, on SQLite with durable commits.

python -m tests.benchmarks.publishing
"""

from __future__ import annotations

import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from evenly import fields, planning
from evenly.app import App
from evenly.clock import VirtualClock
from evenly.networks import Networks
from evenly.plugin.testing import serve
from evenly.store import accounts, credentials, secrets

_POSTS = 250  #: fewer than the server's rate limit lets through at once
_START = datetime(2026, 12, 1, 6, tzinfo=UTC)


def main() -> None:
    clock = VirtualClock(_START)
    stand_in = Networks.load(["mastodon"]).call("mastodon", "stand_in", clock=clock, seed=1)
    with tempfile.TemporaryDirectory() as folder, serve(stand_in.app) as served, _app(Path(folder), served.url, clock, stand_in) as app:
        _queue(app, Path(folder))
        clock.advance(timedelta(seconds=_POSTS + 1))
        publisher, stop = app.publisher(), threading.Event()
        elapsed, spent = time.perf_counter(), time.process_time()
        publisher.work("fedi", stop)
        elapsed, spent = time.perf_counter() - elapsed, time.process_time() - spent
        assert len(stand_in.public()) == _POSTS, "not everything went out at once"
    each = f"{spent / _POSTS * 1000:.1f} ms of processor time each, the stand-in's own included"
    print(f"{_POSTS} deliveries in {elapsed:.2f} s: {_POSTS / elapsed:.0f} a second; {each}")


def _queue(app: App, folder: Path) -> None:
    """Posts that a person pinned to one second after the other: no gap holds any of them back, and none is late."""
    posts = [
        fields.read({"text": f"Number {number}", "at": (_START + timedelta(seconds=number + 1)).isoformat()}) for number in range(_POSTS)
    ]
    planning.add_many(app.desk, [planning.NewPost(fields=each, root=folder) for each in posts], now=_START)


def _app(folder: Path, api: str, clock: VirtualClock, stand_in: object) -> App:
    account = stand_in.accounts[0]  # type: ignore[attr-defined]
    instance = account.settings["instance"]
    (folder / "evenly.toml").write_text(
        f'[brand]\ntimezone = "UTC"\n[accounts.fedi]\nnetwork = "mastodon"\napi = "{api}"\ninstance = "{instance}"\n'
        'missed = "publish within 9000 days"\n'
    )
    (folder / ".evenly").mkdir(mode=0o700)
    secrets.make_key(folder / ".evenly")
    app = App.open(folder, environment={}, clock=clock)
    with app.store.write() as connection:
        accounts.signed_in(connection, "fedi", "mastodon", {})
        credentials.put(connection, app.vault, "fedi", account.credentials, refreshable=False, now=clock.now())
    return app


if __name__ == "__main__":
    main()
