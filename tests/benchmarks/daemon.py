"""What a tick of the daemon costs with a short and a long queue, and how much memory it takes.

python -m tests.benchmarks.daemon [--most 1000000]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from evenly import signing_in
from evenly.app import App
from evenly.clock import VirtualClock
from evenly.store import accounts, deliveries, models, secrets

_NOW = datetime(2026, 12, 1, 6, tzinfo=UTC)
_TICKS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1_000_000)
    most = parser.parse_args().most
    assert signing_in  # loaded as the daemon has it
    for count in (1_000, most):
        with tempfile.TemporaryDirectory() as folder, _app(Path(folder)) as app:
            _fill(app, count)
            print(f"{count:>9} queued: a tick takes {_tick(app) * 1e6:.0f} µs; {_resident():.0f} MB resident")


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


def _fill(app: App, count: int) -> None:
    """Deliveries that are planned for the coming years, half of them on each account."""
    content: dict[str, object] = {"text": "Queued", "link": None, "media": [], "format": "post", "options": {}, "language": "en"}
    with app.store.write() as connection:
        connection.execute(models.post.insert().values(id=1, fields={}, created_at=_NOW))
        for start in range(0, count, 50_000):
            numbers = range(start + 1, min(start + 50_000, count) + 1)
            connection.exec_driver_sql(
                "insert into post (id, fields, created_at) values (?, '{}', ?)",
                [(number, _NOW.isoformat(sep=" ")[:19] + ".000000") for number in numbers if number > 1],
            )
            connection.execute(models.delivery.insert(), [_row(number) for number in numbers])
            connection.execute(
                models.part.insert(),
                [
                    {
                        "delivery_id": number,
                        "account": _row(number)["account"],
                        "position": 0,
                        "kind": "post",
                        "content": content,
                        "state": "waiting",
                        "key": str(number),
                    }
                    for number in numbers
                ],
            )


def _row(number: int) -> dict[str, object]:
    name, network = (("fedi", "mastodon"), ("page", "facebook"))[number % 2]
    due = _NOW + timedelta(minutes=10 * number)
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


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
