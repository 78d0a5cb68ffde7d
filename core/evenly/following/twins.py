"""Near-duplicates: what the brand has published or queued that says nearly the same as an item, or leads to the same page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evenly.importing.feeds import canonical
from evenly.mix.likeness import Texts, likeness


@dataclass(frozen=True, slots=True)
class Twin:
    """A post of the brand's own: queued here (`post`, such as p7), or read from an account."""

    post: str | None
    account: str | None
    url: str | None
    alike: float  #: 1.0 for the same page


class Twins:
    """Everything the brand said lately, to be compared with many items."""

    def __init__(self, posts: Sequence[Any], elsewhere: Sequence[Any]) -> None:
        """`posts` have `id` and `fields`, those of `elsewhere` `account`, `text`, `link` and `url`."""
        known = [*_posts(posts), *_elsewhere(elsewhere)]
        self._texts = [(twin, text) for twin, text, _ in known]
        self._alike = Texts((place, text) for place, (_, text) in enumerate(self._texts))
        self._by_link = {canonical(link): twin for twin, _, link in reversed(known) if link}

    def of(self, title: str, summary: str, link: str) -> Twin | None:
        """What leads to the same page, else what has nearly the same words as the title, the summary or both."""
        if (same := self._by_link.get(canonical(link))) is not None:
            return same
        for said in filter(None, (title, summary, f"{title}\n{summary}")):
            if (place := self._alike.twin(said)) is not None:
                twin, text = self._texts[place]
                return Twin(twin.post, twin.account, twin.url, likeness(said, text))
        return None


def _posts(posts: Sequence[Any]) -> Iterator[tuple[Twin, str, str | None]]:
    for each in posts:
        twin = Twin(f"p{each.id}", None, None, 1.0)
        for text in (each.fields.get("text", ""), *each.fields.get("text_for", {}).values()):
            yield twin, text, each.fields.get("link")


def _elsewhere(found: Sequence[Any]) -> Iterator[tuple[Twin, str, str | None]]:
    for each in found:
        yield Twin(None, each.account, each.url, 1.0), each.text, each.link
