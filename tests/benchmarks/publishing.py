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

_POSTS = 200


def main() -> None:
    clock = VirtualClock(datetime(2026, 12, 1, 6, tzinfo=UTC))
    stand_in = Networks.load(["mastodon"]).call("mastodon", "stand_in", clock=clock, seed=1)
    with tempfile.TemporaryDirectory() as folder, serve(stand_in.app) as served, _app(Path(folder), served.url, clock, stand_in) as app:
        posts = [fields.read({"text": f"Number {number}"}) for number in range(_POSTS)]
        planning.add_many(app.desk, [planning.NewPost(fields=each, root=Path(folder)) for each in posts], now=clock.now())
        clock.advance(timedelta(days=_POSTS))
        publisher, stop = app.publisher(), threading.Event()
        began = time.perf_counter()
        publisher.work("fedi", stop)
        while len(stand_in.public()) < _POSTS:
            clock.advance(timedelta(hours=1))
            publisher.work("fedi", stop)
        took = time.perf_counter() - began
    print(f"{_POSTS} deliveries in {took:.2f} s: {_POSTS / took:.0f} a second")


def _app(folder: Path, api: str, clock: VirtualClock, stand_in: object) -> App:
    account = stand_in.accounts[0]  # type: ignore[attr-defined]
    instance = account.settings["instance"]
    (folder / "evenly.toml").write_text(
        f'[brand]\ntimezone = "UTC"\n[accounts.fedi]\nnetwork = "mastodon"\napi = "{api}"\ninstance = "{instance}"\n'
        'cadence = "20/day"\ngap = "1s"\nmissed = "publish within 9000 days"\n'
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
