"""A brand whose posts of half a year are out, with effects planted into their figures."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from evenly.planning import Desk
from evenly.settings import load
from evenly.store import models
from tests.planning.desks import NOW, workspace

SETTINGS = """
[brand]
timezone = "Europe/Paris"
[topics.care]
title = "Care of silver"
[topics.craft]
[mix]
preset = "evenly"  # as it came
topics = { care = 0.5, craft = 0.5 }
[accounts.pins]
network = "board"
cadence = "1/day"
windows = ["Mon-Sun 08:00-20:00"]
"""


@dataclass
class Season:
    """The workspace, and what to put into it."""

    desk: Desk

    def published(
        self,
        count: int,
        effects: Mapping[str, float],
        *,
        rates: Mapping[str, float] | None = None,
        until: datetime = NOW,
        seed: int = 1,
        noise: float = 0.4,
        campaign: str | None = None,
        link: str | None = None,
        hours: Sequence[int] = (8, 11, 14, 17),
        **fields: Any,
    ) -> list[int]:
        """Let so many posts go out before `until`, one a day, read at 7 days; `rates` of them have each action.

        `effects`: how many times as much actions bring, topics as `topic:care`, hours as `17h`.
        """
        dice, ids = random.Random(seed), []
        with self.desk.store.write() as connection:
            for number in range(count):
                at = (until - timedelta(days=count - number)).replace(hour=dice.choice(hours), minute=30)
                topic = ["care", "craft"][number % 2]
                actions = [name for name in effects if name.isalpha() and _is_one(number, (rates or {}).get(name, 0.3))]
                true = [*actions, f"topic:{topic}", f"{at.hour + 1}h"]  # Paris is an hour ahead in winter
                level = math.log(0.05) + sum(math.log(effects.get(each, 1)) for each in true) + dice.gauss(0, noise)
                post = {"text": f"Post {number} for @anna", "topic": topic, "actions": actions, **fields}
                ids.append(self._out(connection, post, at, campaign, link, {"reach": 1000, "likes": round(1000 * math.exp(level))}))
        return ids

    def _out(self, connection: Any, post: dict[str, Any], at: datetime, campaign: str | None, link: str | None, figures: Any) -> int:
        verdict = {"origin": "owned", "on_topic": True, "reasons": {}, "warnings": []}
        base = {**verdict, "topic": post["topic"], "actions": post["actions"]}
        kept = {"base": base, "accounts": {}, "said": {"asked": True}}
        values = {"fields": post, "topic": post["topic"], "origin": "owned", "campaign": campaign, "created_at": at, "recognised": kept}
        values |= {"offer": post.get("offer")}
        number = connection.execute(models.post.insert().values(**values).returning(models.post.c.id)).scalar_one()
        common = {"account": "pins", "state": "published", "published_at": at}
        delivery = {"post_id": number, "network": "board", "due": at, "created_at": at, "topic": post["topic"], **common}
        made = int(connection.execute(models.delivery.insert().values(**delivery).returning(models.delivery.c.id)).scalar_one())
        content = {"text": post["text"], "link": link, "media": [], "format": "post", "options": {}, "language": "en"}
        part = {"delivery_id": made, "position": 0, "kind": "post", "content": content, "key": f"k{made}", "remote_id": f"r{made}"}
        connection.execute(models.part.insert().values(**part, **common, url=f"https://board.example/{made}"))
        reading = {"account": "pins", "delivery_id": made, "mark": "7d", "taken_at": at + timedelta(days=7), "figures": figures}
        connection.execute(models.metric.insert().values(**reading))
        return made

    def read(self, delivery: int, mark: str, at: datetime, **figures: int) -> None:
        with self.desk.store.write() as connection:
            connection.execute(models.metric.insert().values(account="pins", delivery_id=delivery, mark=mark, taken_at=at, figures=figures))

    def settings(self, more: str) -> None:
        """Write the file anew, with this at its end, and go on with that."""
        file = self.desk.settings.folder / "evenly.toml"
        file.write_text(SETTINGS + more, encoding="utf-8")
        self.reload()

    def reload(self) -> None:
        self.desk = Desk(load(self.desk.settings.folder, {"board": None}), self.desk.networks, self.desk.store)

    @property
    def file(self) -> Path:
        return self.desk.settings.folder / "evenly.toml"

    def dump(self) -> str:
        """All advices and judgements of the store."""
        with self.desk.store.read() as connection:
            rows = [*connection.execute(models.advice.select()), *connection.execute(models.judgement.select())]
        return json.dumps([list(map(str, row)) for row in rows])


def _is_one(number: int, rate: float) -> bool:
    """Of any posts in a row that share of them, whatever their topic."""
    turn = number // 2
    return math.floor((turn + 1) * rate + 1e-9) > math.floor(turn * rate + 1e-9)


@contextmanager
def season(folder: Path, settings: str = SETTINGS) -> Iterator[Season]:
    with workspace(folder, settings) as desk:
        yield Season(desk)
