"""A store as it is after years: many deliveries that are out, each read at many marks, invented but the same for the same seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from evenly.networks import Networks
from evenly.planning import Desk
from evenly.plugin import Part
from evenly.settings import load
from evenly.store import Store, models
from evenly.store.contents import as_content

UNTIL = datetime(2027, 1, 1, tzinfo=UTC)
ACCOUNTS = ("page", "gram", "fedi", "birds")
MARKS = ("0", "1h", "2h", "12h", "24h", "48h", "72h", "7d", "14d", "28d")
"""Those that evenly reads at, and others: they stand for whatever else was read."""
_NETWORKS = ("facebook", "instagram", "mastodon", "x")
_SETTINGS = """
[brand]
timezone = "Europe/Paris"
[capacity]
minutes_per_week = 600
[topics.care]
[topics.craft]
[campaigns.spring]
[experiments.asking]
hypothesis = "Questions bring more comments"
compare = "action:question"
metric = "comments"
"""
_AT_ONCE = 5_000
_TO = 2  #: accounts that a post goes to


def desk(folder: Path, *, deliveries: int, seed: int = 7) -> Desk:
    """A workspace in `folder` with so many deliveries, the last of them just before UNTIL, each with ten readings."""
    accounts = "".join(f'[accounts.{name}]\nnetwork = "{network}"\n' for name, network in zip(ACCOUNTS, _NETWORKS, strict=True))
    (folder / "evenly.toml").write_text(_SETTINGS + accounts, encoding="utf-8")
    settings = load(folder, {})
    made = Desk(settings, Networks(), Store.open("sqlite", settings.state))
    for start in range(0, deliveries, _AT_ONCE):
        _put(made.store, range(start, min(start + _AT_ONCE, deliveries)), deliveries, seed)
    with made.store.write() as connection:
        connection.execute(models.metric.insert(), [*_followers()])
    return made


def years(deliveries: int) -> timedelta:
    """How far back they go: a hundred a day."""
    return timedelta(days=deliveries / 100)


def _put(store: Store, numbers: range, deliveries: int, seed: int) -> None:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in ("post", "delivery", "part", "metric")}
    for number in numbers:
        random = Random(seed * 1_000_003 + number)
        at = UNTIL - years(deliveries) * ((deliveries - number) / deliveries)
        if number % _TO == 0:
            rows["post"].append(_post(random, number // _TO + 1, at))
        for table, row in _delivery(random, number, at).items():
            rows[table].append(row)
        rows["metric"] += [_reading(random, number, place, mark, at) for place, mark in enumerate(MARKS)]
    with store.write() as connection:
        for name, some in rows.items():
            connection.execute(models.metadata.tables[name].insert(), some)


def _post(random: Random, number: int, at: datetime) -> dict[str, Any]:
    origin, topic = random.choice(["owned", "owned", "owned", "third-party"]), random.choice(["care", "craft", None])
    actions = sorted(random.sample(["question", "photo", "invitation", "link"], random.randrange(3)))
    reason = {
        "text": "It has {n} words of the topic {topic}, and its link leads to {host}.",
        "values": {"n": 3, "topic": topic, "host": "a.example"},
    }
    verdict = {"origin": origin, "topic": topic, "on_topic": topic is not None, "actions": actions, "warnings": []}
    base = {**verdict, "reasons": dict.fromkeys(["origin", "topic", *actions], reason)}
    return {
        "id": number,
        "fields": {
            "text": "Silver tarnishes where sulphur is about. " * 7,
            "media": [{"path": "ring.png", "alt": "A ring"}] if "photo" in actions else [],
        },
        "origin": origin,
        "topic": topic,
        "campaign": random.choice([None, None, "spring"]),
        "effort_minutes": random.choice([None, None, 20.0]),
        "created_at": at,
        "recognised": {"base": base, "accounts": {"birds": base} if number % 5 == 0 else {}},
        "recognised_by": "digest",
    }


def _delivery(random: Random, number: int, at: datetime) -> dict[str, dict[str, Any]]:
    account = (number // _TO + number % _TO * 2) % len(ACCOUNTS)
    name, post = ACCOUNTS[account], number // _TO + 1
    common = {"id": number + 1, "account": name, "published_at": at}
    delivery = {**common, "post_id": post, "network": _NETWORKS[account], "state": "published", "due": at, "created_at": at}
    content = as_content(Part(text="Silver tarnishes where sulphur is about. " * 7))
    part = {
        **common,
        "delivery_id": number + 1,
        "position": 0,
        "kind": "post",
        "content": content,
        "state": "published",
        "key": f"k{number}",
    }
    return {"delivery": delivery, "part": {**part, "remote_id": f"r{number}"}}


def _reading(random: Random, number: int, place: int, mark: str, at: datetime) -> dict[str, Any]:
    reach = int(random.lognormvariate(6, 1)) + place
    figures = {
        "views": reach * 2,
        "reach": reach,
        "likes": reach // 20,
        "comments": reach // 90,
        "shares": reach // 120,
        "clicks": reach // 40,
    }
    name = ACCOUNTS[(number // _TO + number % _TO * 2) % len(ACCOUNTS)]
    return {"account": name, "delivery_id": number + 1, "mark": mark, "taken_at": at + timedelta(days=place), "figures": figures}


def _followers() -> list[dict[str, Any]]:
    days = [UNTIL - timedelta(days=back) for back in range(400)]
    return [
        {"account": name, "delivery_id": None, "mark": day.date().isoformat(), "taken_at": day, "figures": {"followers": 1000 + place}}
        for name in ACCOUNTS
        for place, day in enumerate(reversed(days))
    ]
