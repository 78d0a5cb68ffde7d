"""Rows as they may stand in a store, whatever has happened in it: every table, every state, every kind of value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection

from evenly.store.models import metadata

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

STATES = ("draft", "planned", "claimed", "sending", "unknown", "published", "failed", "missed", "uncertain", "held", "cancelled")
PARTS = ("waiting", "sending", "unknown", "published", "failed", "uncertain", "cancelled")
_WOKEN = {"planned", "claimed", "sending", "unknown"}
_TEXTS = ("", "Silver", "été 👩‍🔧", "two\nlines", "\u2028 \x85 \x07", '{"a": 1}', "'; drop table post; --", "日本" * 20, "\\n")


class _Any:
    """Values of all kinds, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def one(self, *values: Any) -> Any:
        return self._random.choice(values)

    def text(self) -> str:
        return str(self.one(*_TEXTS))

    def count(self) -> int:
        return int(self.one(0, 1, self._random.randrange(2**31), 2**31 - 1))

    def moment(self) -> datetime:
        return NOW + timedelta(microseconds=self._random.randrange(-(10**15), 10**15))

    def json(self, depth: int = 2) -> Any:
        plain = (None, True, 0, -1.5, 1e300, 2**53, self.text())
        if not depth:
            return self.one(*plain)
        return self.one(*plain, [self.json(depth - 1)], {self.text(): self.json(depth - 1), "": []})

    def message(self) -> Any:
        return {"text": "Because of {n}.", "values": {"n": self.one(1, self.text(), {"moment": self.moment().isoformat()})}}

    def maybe(self, value: Any) -> Any:
        return self.one(None, value)

    def some(self, most: int) -> range:
        return range(self._random.randint(0, most))

    def shuffled(self, values: tuple[str, ...]) -> list[str]:
        return self._random.sample(values, len(values))


def anything(seed: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of a store by table: a delivery in each state with its post, parts and attempts, and everything else that is kept."""
    any_ = _Any(seed)
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in metadata.tables}
    for number, state in enumerate(any_.shuffled(STATES), 1):
        rows["post"].append(_post(any_, number))
        rows["delivery"].append(delivery := _delivery(any_, number, state))
        kinds = ["post", *("reply" for _ in any_.some(2)), *("comment" for _ in any_.some(1))]
        for position, kind in enumerate(kinds):
            rows["part"].append(part := _part(any_, len(rows["part"]) + 1, delivery, position, kind))
            rows["attempt"] += [_attempt(any_, len(rows["attempt"]) + 1 + more, part) for more in any_.some(2)]
        figures = {"id": number, "account": delivery["account"], "delivery_id": any_.maybe(number), "mark": any_.one("0", "1h", "28d")}
        told = {"figures": {"views": any_.count()}, "counted_as": any_.maybe({"views": any_.text()})}
        unasked = {"imported": any_.maybe({"views": NOW.isoformat()}), "unasked": any_.maybe(True)}
        rows["metric"].append({**figures, "taken_at": NOW, **told, **unasked})
        rest = {"last_published_at": any_.maybe(any_.moment()), "rail": any_.maybe(any_.json()), "held": any_.one(True, False)}
        rows["account"].append({"name": delivery["account"], "network": "pinboard", "sign_in": "none", **rest})
    rows["repetition"] = [{"post_id": 2, "original_id": 1}, {"post_id": 3, "original_id": 1}]
    seen = {"account": "a1", "remote_id": "elsewhere", "at": any_.moment(), "text": any_.text(), "media_count": any_.count()}
    rows["elsewhere"] = [{"id": 7, **seen, "url": any_.maybe(any_.text()), "link": any_.maybe(any_.text())}]
    rows["feed"] = [_feed(any_)]
    rows["item"] = [_item(any_, number, state) for number, state in enumerate(("new", "taken", "skipped"), 1)]
    rows["quota"] = [_quota(any_, name) for name in ("account:a1", "app:pinboard")]
    rows["effort"] = [_effort(any_, number) for number in (1, 2)]
    rows["effort_post"] = [{"effort_id": 2, "post_id": post, "seconds": any_.count(), "cents": any_.one(0, 1250)} for post in (1, 3)]
    rows["timer"] = [{"id": 1, "started_at": any_.moment(), "entry": {"task": "write", "posts": [3], "note": any_.text()}}]
    rows["advice"] = [_advice(any_, number, state) for number, state in enumerate(("offered", "taken", "declined", "overtaken"), 1)]
    rows["judgement"] = [_judgement(any_)]
    return rows


def _post(any_: _Any, number: int) -> dict[str, Any]:
    return {
        "id": number,
        "fields": {"text": any_.text(), "extra": any_.json(), "evergreen": any_.maybe("30d")},
        "origin": any_.one(None, "owned", "third-party", "mixed", "unknown"),
        "topic": any_.maybe("care"),
        "campaign": any_.maybe("spring"),
        "effort_minutes": any_.one(None, 0.1, 20.0),
        "digest": any_.maybe(f"digest-{number}"),
        "created_at": any_.moment(),
        "recognised": any_.maybe({"base": _verdict(any_), "accounts": {"a1": _verdict(any_)}}),
        "recognised_by": any_.maybe(any_.text()),
        "offer": any_.one(None, "product", "brand", "service"),
    }


def _verdict(any_: _Any) -> dict[str, Any]:
    told = {
        "on_topic": any_.one(None, True, False),
        "actions": any_.one([], ["photo", "question"]),
        "reasons": {"topic": any_.message()},
        "warnings": [],
    }
    return {"origin": any_.one("owned", "mixed"), "topic": any_.maybe("care"), **told}


def _delivery(any_: _Any, number: int, state: str) -> dict[str, Any]:
    in_hand = state in {"claimed", "sending"}
    owner = "host:1::" if in_hand or (state in {"unknown", "published"} and any_.one(True, False)) else None
    return {
        "id": number,
        "post_id": number,
        "account": f"a{number}",  # one claim for an account: each has its own
        "network": "pinboard",
        "state": state,
        "due": any_.maybe(any_.moment()),
        "pinned": any_.one(True, False),
        "priority": any_.one(0, -3, any_.count()),
        "kind": any_.maybe("owned/care"),
        "topic": any_.maybe("care"),
        "apart": any_.maybe("promotion"),
        "not_before": any_.maybe(any_.moment()),
        "not_after": any_.maybe(any_.moment()),
        "take_down_after": any_.one(None, 86400.0, 0.5),
        "provisional": any_.one(True, False),
        "why": any_.maybe(any_.message()),
        "reason": any_.maybe(any_.message()),
        "next_action_at": any_.moment() if state in _WOKEN else any_.maybe(any_.moment()),
        "awaited": any_.maybe(any_.moment()),
        "held_by": any_.one("person", "mix") if state == "held" else None,
        "forced": any_.one(True, False),
        "urgent": any_.one(True, False),
        "fence": any_.count(),
        "owner": owner,
        "lease_until": any_.moment() if owner else None,
        "revision": any_.count(),
        "text_digest": any_.maybe("d" * 64),
        "published_at": any_.moment() if state == "published" else None,
        "take_down_at": any_.maybe(any_.moment()),
        "take_down_tries": any_.count(),
        "taken_down_at": any_.maybe(any_.moment()),
        "created_at": any_.moment(),
    }


def _part(any_: _Any, number: int, delivery: dict[str, Any], position: int, kind: str) -> dict[str, Any]:
    media = [
        {"path": f"{number}{each}.png", "kind": "picture", "mime": "image/png", "bytes": 1, "alt": any_.text()} for each in any_.some(2)
    ]
    return {
        "id": number,
        "delivery_id": delivery["id"],
        "account": delivery["account"],
        "position": position,
        "kind": kind,
        "content": {"text": any_.text(), "link": any_.maybe("https://a.example"), "media": media, "format": "post", "options": {"a": 1}},
        "state": any_.one(*PARTS),
        "key": f"key-{number}",
        "first_attempt": any_.maybe(any_.moment()),
        "tries": any_.count(),
        "setbacks": any_.count(),
        "tainted": any_.one(True, False),
        "proven_out": any_.one(True, False),
        "absent_looks": any_.count(),
        "unknown_since": any_.maybe(any_.moment()),
        "prepared": any_.maybe({"data": any_.json(), "ready": True}),
        "remote_id": any_.maybe(f"remote-{number}"),
        "url": any_.maybe(any_.text()),
        "data": any_.maybe({"cid": any_.json()}),
        "published_at": any_.maybe(any_.moment()),
    }


def _attempt(any_: _Any, number: int, part: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "part_id": part["id"],
        "fence": any_.count(),
        "number": any_.count(),
        "step": any_.one("prepare", "publish", "find", "delete", "person"),
        "started_at": any_.moment(),
        "ended_at": any_.maybe(any_.moment()),
        "outcome": any_.one(None, "published", "lost", "absent"),
        "status": any_.one(None, 200, 503),
        "evidence": any_.maybe(any_.json()),
    }


def _feed(any_: _Any) -> dict[str, Any]:
    asked = {"etag": any_.maybe(any_.text()), "last_modified": any_.maybe(any_.text()), "polled_at": any_.maybe(any_.moment())}
    told = {"title": any_.text(), "topic": any_.maybe("care"), "trouble": any_.maybe(any_.message()), "failures": any_.count()}
    flags = {"owned": any_.one(True, False), "allow_private": any_.one(True, False)}
    return {"id": 3, "url": "https://a.example/feed", "next_poll_at": NOW, **flags, **asked, **told}


def _item(any_: _Any, number: int, state: str) -> dict[str, Any]:
    known = {"id": number, "feed_id": 3, "guid_digest": f"g{number}", "link_digest": f"l{number}", "state": state}
    told = {"title": any_.text(), "summary": any_.text(), "link": any_.text(), "told_at": any_.maybe(any_.moment())}
    return {**known, **told, "found_at": any_.moment(), "seen_at": any_.moment(), "post_id": 1 if state == "taken" else None}


def _quota(any_: _Any, name: str) -> dict[str, Any]:
    left = {"limit": any_.maybe(any_.count()), "remaining": any_.maybe(any_.count()), "resets_at": any_.maybe(any_.moment())}
    return {"name": name, **left, "not_before": any_.maybe(any_.moment()), "reason": any_.maybe(any_.message()), "updated_at": NOW}


def _effort(any_: _Any, number: int) -> dict[str, Any]:
    about = {"account": any_.maybe("a1"), "campaign": any_.maybe("spring"), "note": any_.maybe(any_.text())}
    took = {"task": any_.one("write", "reply", "learn"), "seconds": any_.one(1, 1500, 2**31 - 1), "at": any_.moment()}
    took |= {"cents": any_.one(0, 1, 2**31 - 1)}
    return {"id": number, **took, **about}


def _advice(any_: _Any, number: int, state: str) -> dict[str, Any]:
    told = {"reason": any_.message(), "change": any_.message(), "because": any_.maybe(any_.text()), "account": any_.maybe("a1")}
    worth = {name: any_.maybe(1.25) for name in ("gain", "low", "high")}
    step = {"path": ["mix", "question", "min"], "before": any_.maybe(0.2), "after": 0.3}
    given = {"week": "2026-W48", "number": number, "key": f"mix.{number}", "kind": "more", "state": state, "steps": [step]}
    moments = {"offered_at": any_.moment(), "decided_at": any_.maybe(any_.moment())}
    return {"id": number, **given, **told, **worth, **moments, "weights": any_.maybe([1.5] * 168)}


def _judgement(any_: _Any) -> dict[str, Any]:
    counted = {"posts": any_.count(), "others": any_.count(), "minutes": 12.5, "metric": "comments", "question": "action:question"}
    found = {name: any_.maybe(1.25) for name in ("ratio", "low", "high")}
    return {"name": "evening", **counted, **found, "verdict": "works", "age": "7d", "judged_at": any_.moment()}


def put(connection: Connection, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Write the rows into an empty store."""
    for table in metadata.sorted_tables:
        if rows[table.name]:
            connection.execute(table.insert(), rows[table.name])
