"""What a tick of the daemon costs with a short and a long queue, and what the real daemon takes of memory and processor meanwhile.

python -m tests.benchmarks.daemon [--most 1000000]
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from evenly.app import App
from evenly.clock import VirtualClock
from evenly.store import accounts, deliveries, models, secrets

_NOW = datetime(2026, 12, 1, 6, tzinfo=UTC)
_TICKS = 200
_STARTING_SECONDS = 10
_WATCHED_SECONDS = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_000_000)
    most = parser.parse_args().most
    for count in (1_000, most):
        with tempfile.TemporaryDirectory() as folder, _app(Path(folder)) as app:
            _fill(app, count)
            tick = _tick(app) * 1e6
            resident, busy = _daemon(Path(folder))
            print(f"{count:>9} queued: a tick takes {tick:.0f} µs; the daemon {resident:.0f} MB at most, and {busy:.1%} of one core")


def _app(folder: Path) -> App:
    (folder / "evenly.toml").write_text(
        '[brand]\ntimezone = "UTC"\n[accounts.fedi]\nnetwork = "mastodon"\ninstance = "https://m.example"\n'
        '[accounts.page]\nnetwork = "facebook"\n'
    )
    (folder / ".evenly").mkdir(mode=0o700)
    secrets.make_key(folder / ".evenly")
    app = App.open(folder, environment={}, clock=VirtualClock(_NOW))
    with app.store.write() as connection:
        for name, network in (("fedi", "mastodon"), ("page", "facebook")):
            accounts.signed_in(connection, name, network, {})
    return app


def _fill(app: App, count: int, begins: datetime = _NOW) -> None:
    """Deliveries that are planned for the coming years, half of them on each account."""
    content: dict[str, object] = {"text": "Queued", "link": None, "media": [], "format": "post", "options": {}, "language": "en"}
    with app.store.write() as connection:
        first = 1 + (connection.execute(select(func.max(models.post.c.id))).scalar() or 0)
        for start in range(first, first + count, 50_000):
            numbers = range(start, min(start + 50_000, first + count))
            connection.exec_driver_sql(
                "insert into post (id, fields, created_at) values (?, '{}', ?)",
                [(number, _NOW.isoformat(sep=" ")[:19] + ".000000") for number in numbers],
            )
            connection.execute(models.delivery.insert(), [_row(number, begins) for number in numbers])
            connection.execute(
                models.part.insert(),
                [
                    {
                        "delivery_id": number,
                        "account": _row(number, begins)["account"],
                        "position": 0,
                        "kind": "post",
                        "content": content,
                        "state": "waiting",
                        "key": str(number),
                    }
                    for number in numbers
                ],
            )


def _row(number: int, begins: datetime) -> dict[str, object]:
    name, network = (("fedi", "mastodon"), ("page", "facebook"))[number % 2]
    due = begins + timedelta(minutes=10 * number)
    return {
        "id": number,
        "post_id": number,
        "account": name,
        "network": network,
        "state": "planned",
        "due": due,
        "next_action_at": due,
        "created_at": _NOW,
    }


def _tick(app: App) -> float:
    """What looking whether anything is due costs, as the daemon does it: the median of many, in seconds."""
    took = []
    for _ in range(_TICKS):
        began = time.perf_counter()
        with app.store.read() as connection:
            for name in ("fedi", "page"):
                deliveries.due(connection, name, _NOW)
                deliveries.next_action(connection, name)
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def _daemon(folder: Path) -> tuple[float, float]:
    """Run the daemon for a while: the most memory it took, in MB, and its share of one core once it had started."""
    environment = {**os.environ, "EVENLY_CLOCK": f"{_NOW.isoformat()}@{time.time()}x1"}
    daemon = subprocess.Popen([sys.executable, "-m", "evenly", "run"], cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        time.sleep(_STARTING_SECONDS)
        before = _spent(daemon.pid)
        time.sleep(_WATCHED_SECONDS)
        busy = (_spent(daemon.pid) - before) / _WATCHED_SECONDS
        status = Path(f"/proc/{daemon.pid}/status").read_text()
    finally:
        daemon.terminate()
        daemon.wait(timeout=60)
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak is not None
    return int(peak[1]) / 1024, busy


def _spent(pid: int) -> float:
    """Processor seconds of a process: proc(5), /proc/PID/stat, fields 14 and 15."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
