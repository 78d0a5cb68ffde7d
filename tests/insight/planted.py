"""Posts whose truth is known: effects are planted, noise is thrown over them."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from evenly.insight import Post

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
NOISE = 0.6  #: standard deviation of a post's level, on the log scale


def posts(count: int, seed: int, effects: Mapping[str, float], *, shares: Mapping[str, float] | None = None) -> list[Post]:
    """`effects` maps actions to how many times the engagement they bring; each post has each action with its share (default 0.3)."""
    dice = random.Random(seed)
    return [_post(number, dice, effects, shares or {}) for number in range(count)]


def _post(number: int, dice: random.Random, effects: Mapping[str, float], shares: Mapping[str, float]) -> Post:
    actions = frozenset(name for name in effects if dice.random() < shares.get(name, 0.3))
    level = math.log(0.05) + sum(math.log(effects[name]) for name in actions) + dice.gauss(0, NOISE)
    reach = dice.randint(5_000, 50_000)
    count = reach * math.exp(level)
    return Post(
        key=str(number),
        account=dice.choice(["page", "grid"]),
        network="mastodon",
        at=BEGIN + timedelta(hours=dice.randint(0, 24 * 300)),
        actions=actions,
        topic=dice.choice(["care", "craft"]),
        figures={"likes": round(count * 0.8), "comments": round(count * 0.2), "reach": reach},
        minutes=10,
    )
