"""Posts labelled by hand, and the sheets that go with them."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evenly.mix import Brand, Content, Topic

HERE = Path(__file__).parent
MONTH: dict[str, Any] = tomllib.loads((HERE / "jeweller_month.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Labelled:
    """A post and what it is, by hand; `limit` holds what the rules are known to say instead."""

    id: str
    content: Content
    origin: str
    topic: str | None
    on_topic: bool | None
    actions: frozenset[str]
    why: str
    limit: dict[str, Any]

    def expected(self) -> dict[str, Any]:
        """What the rules say, known limits included."""
        label = {"origin": self.origin, "topic": self.topic, "on_topic": self.on_topic, "actions": self.actions}
        return {**label, **_outcome(self.limit)}


def brand(language: str) -> Brand:
    """The jeweller."""
    topics = tuple(Topic(name, tuple(sheet["words"]), tuple(sheet.get("negative", ()))) for name, sheet in MONTH["topics"].items())
    facts = MONTH["brand"]
    return Brand(
        names=tuple(facts["names"]),
        language=language,
        domains=frozenset(facts["domains"]),
        handles=frozenset(facts["handles"]),
        channels=frozenset(facts["channels"]),
        topics=topics,
    )


def month() -> list[Labelled]:
    """The forty posts."""
    return [_labelled(post) for post in MONTH["post"]]


def jeweller() -> list[dict[str, str]]:
    """32 posts in French, English and German: id, lang, on_topic (1 or 0), actions (; between), text."""
    with (HERE / "jeweller_posts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _labelled(post: dict[str, Any]) -> Labelled:
    outcome = {"topic": None, "on_topic": None} | _outcome(post)
    return Labelled(
        id=post["id"],
        content=Content(
            text=post["text"],
            link=post.get("link"),
            media=tuple(post.get("media", ())),
            alts=tuple(post.get("alts", ())),
            language=post["language"],
        ),
        origin=post["origin"],
        topic=outcome["topic"],
        on_topic=outcome["on_topic"],
        actions=frozenset(post["actions"]),
        why=post["why"],
        limit=post.get("limit", {}),
    )


def _outcome(table: dict[str, Any]) -> dict[str, Any]:
    """The labels of a table in the words of the rules: a topic means on topic."""
    found: dict[str, Any] = {}
    if "actions" in table:
        found["actions"] = frozenset(table["actions"])
    if table.get("topic", "unknown") != "unknown":
        found |= {"topic": table["topic"], "on_topic": True}
    elif "unknown" in (table.get("topic"), table.get("on_topic")):
        found |= {"topic": None, "on_topic": None}
    elif "on_topic" in table:
        found |= {"topic": None, "on_topic": table["on_topic"]}
    return found
