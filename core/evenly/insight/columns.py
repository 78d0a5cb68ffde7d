"""Posts as columns of numbers, for sums over many posts and many groups of them. What is not known is NaN, and never 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from evenly.insight.values import Post

    Column = np.ndarray[Any, Any]

PARTS = ("likes", "comments", "shares", "saves", "clicks")
"""What an engagement can be. Networks give some of them; the ones that were counted are told beside the sum."""

BASES = ("reach", "views", "followers")
"""What engagements are set against: the first of these that is known."""


def is_complete(post: Post) -> bool:
    """Whether the engagements of a post can be compared with those of others: no part of them was counted under an older name."""
    return not post.apart or not any(each.figure in PARTS for each in post.apart)


@dataclass(frozen=True)
class Columns:
    """Some posts, a column for each number of theirs."""

    figures: Mapping[str, Column]
    followers: Column
    minutes: Column
    estimated: Column
    cents: Column
    complete: Column  #: whether no part of what engagements are made of belongs to another series

    @classmethod
    def of(cls, posts: Sequence[Post]) -> Columns:
        import numpy as np

        names = sorted({name for post in posts for name in post.figures})
        unknown = float("nan")
        return cls(
            figures={name: np.array([post.figures.get(name, unknown) for post in posts], dtype=float) for name in names},
            followers=np.array([unknown if post.followers is None else post.followers for post in posts], dtype=float),
            minutes=np.array([post.minutes for post in posts], dtype=float),
            estimated=np.array([post.estimated for post in posts], dtype=float),
            cents=np.array([post.cents for post in posts], dtype=float),
            complete=np.array([is_complete(post) for post in posts], dtype=bool),
        )

    def __len__(self) -> int:
        return len(self.minutes)

    def take(self, places: Column) -> Columns:
        """The posts at these places."""
        return Columns(
            {name: column[places] for name, column in self.figures.items()},
            self.followers[places],
            self.minutes[places],
            self.estimated[places],
            self.cents[places],
            self.complete[places],
        )

    def column(self, name: str) -> Column:
        """A figure of every post; all NaN where no post has it."""
        import numpy as np

        return self.figures.get(name, np.full(len(self), np.nan))

    @cached_property
    def engagements(self) -> Column:
        """Of every post the sum of those parts that are known; not known where a part is of another series: it would only seem small."""
        import numpy as np

        parts = [self.figures[part] for part in PARTS if part in self.figures]
        added, known = np.zeros(len(self)), np.zeros(len(self), dtype=bool)
        for part in parts:
            added += np.nan_to_num(part)
            known |= ~np.isnan(part)
        return np.where(known & self.complete, added, np.nan)

    @cached_property
    def basis(self) -> str | None:
        """The first basis that most of the posts with engagements have."""
        import numpy as np

        engaged = ~np.isnan(self.engagements)
        counts = {basis: int(np.count_nonzero(engaged & ~np.isnan(self.seen(basis)))) for basis in BASES}
        return next((basis for basis in BASES if counts[basis] * 2 > engaged.sum()), None)

    def seen(self, basis: str) -> Column:
        """What each post's engagements are set against."""
        return self.followers if basis == "followers" else self.column(basis)

    def sums(self) -> dict[str, float]:
        """The figures added up over the posts that have them; one that no post has is left out."""
        import numpy as np

        return {name: float(np.nansum(column)) for name, column in self.figures.items() if not np.isnan(column).all()}
