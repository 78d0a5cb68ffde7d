"""What an item is about, as far as its words tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly.mix import topics
from evenly.mix.values import Topic

if TYPE_CHECKING:
    from evenly.mix.topics import Placed
    from evenly.planning import Desk


def verdict(desk: Desk, title: str, summary: str) -> Placed:
    """The topic whose words stand in the title or the summary."""
    known = tuple(Topic(name, topic.words, topic.negative) for name, topic in desk.settings.topics.items())
    return topics.placed(f"{title}\n{summary}", known, desk.settings.brand.language)
