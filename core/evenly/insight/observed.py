"""Posts with all that is computed of them once: their columns, their groups, and how well each did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from evenly.insight.columns import Columns

if TYPE_CHECKING:
    from evenly.insight.columns import Column
    from evenly.insight.values import By, Post


class Observed:
    """A list of posts, to be looked at from several sides. A place is the index of a post in `posts`."""

    def __init__(self, posts: Iterable[Post]) -> None:
        self.posts: Sequence[Post] = tuple(posts)
        self._groups: dict[By, Mapping[str, Column]] = {}
        self._levels: dict[str, Column] = {}

    @classmethod
    def of(cls, posts: Iterable[Post] | Observed) -> Observed:
        return posts if isinstance(posts, Observed) else cls(posts)

    @cached_property
    def columns(self) -> Columns:
        return Columns.of(self.posts)

    @cached_property
    def accounts(self) -> Column:
        """A number for the account of every post."""
        import numpy as np

        found = np.zeros(len(self.posts), dtype=int)
        for number, places in enumerate(self.groups("account").values()):
            found[places] = number
        return found

    def groups(self, by: By) -> Mapping[str, Column]:
        """The places of the posts of every group of a kind, in the order of the groups' names."""
        import numpy as np

        if by not in self._groups:
            # Posts that are labelled alike are found together first: of very many there are few kinds.
            of = attrgetter("actions" if by == "action" else by)
            alike: dict[object, list[int]] = {}
            for place, post in enumerate(self.posts):
                alike.setdefault(of(post), []).append(place)
            found: dict[str, list[int]] = {}
            for places in alike.values():
                for key in self.posts[places[0]].keys(by):
                    found.setdefault(key, []).extend(places)
            self._groups[by] = {key: np.sort(np.array(places, dtype=int)) for key, places in sorted(found.items())}
        return self._groups[by]

    def levels(self, metric: str) -> Column:
        """The level of every post, as `levels.levels` has it; NaN where its figures are not known."""
        import numpy as np

        if metric not in self._levels:
            found = np.full(len(self.posts), np.nan)
            for places in self.groups("account").values():
                found[places] = _of_account(self.columns.take(places), metric)
            self._levels[metric] = found
        return self._levels[metric]


def _of_account(columns: Columns, metric: str) -> Column:
    import numpy as np

    counts = columns.engagements if metric == "engagements" else columns.column(metric)
    seen = np.zeros(len(columns)) if columns.basis is None else columns.seen(columns.basis)
    # What is below 0 is no count of anything, and unknown counts are not above it either.
    is_known = (counts >= 0) & (seen >= 0)
    values = np.where(is_known, np.log((np.where(is_known, counts, 0) + 0.5) / (np.where(is_known, seen, 0) + 1)), np.nan)
    return values - values[is_known].mean() if is_known.any() else values
