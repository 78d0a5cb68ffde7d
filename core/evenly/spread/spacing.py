"""What should not follow itself: posts with the same word stand apart, where others of their kind, topic and priority can go between."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from evenly.spread.filling import Mark
    from evenly.spread.values import QueuedPost

Lane = tuple[str | None, str | None, int]
"""Kind, topic and priority: an exchange inside of it touches neither the mix nor who is more urgent."""


def apart(
    placed: Sequence[tuple[QueuedPost, int]], marks: Iterable[Mark] = (), *, firm: Collection[str] = ()
) -> list[tuple[QueuedPost, int]]:
    """The posts at the same times, some of them exchanged, so that fewer with the same `apart` follow each other.

    One that would follow its like lets the next of its lane go first that has no such word; where only such are left, they are spread
    from the end. `marks` are taken times. Posts that are `firm` or have bounds stay where they are. Else the order stays as it is.
    """
    if all(post.apart is None for post, _ in placed):
        return list(placed)
    line = sorted(
        [_Place(mark.minute, mark.apart) for mark in marks]
        + [_Place(minute, post.apart, post, _lane_of(post, firm)) for post, minute in placed],
        key=lambda place: place.minute,
    )
    forwards = _dealt(line)
    backwards = _dealt(forwards[::-1])[::-1]
    best = min((line, forwards, backwards), key=_meetings)
    return [(place.post, place.minute) for place in best if place.post is not None]


@dataclass(frozen=True, slots=True)
class _Place:
    """A taken time: `lane` is None where it is fixed who stands there."""

    minute: int
    word: str | None
    post: QueuedPost | None = None
    lane: Lane | None = None


def _lane_of(post: QueuedPost, firm: Collection[str]) -> Lane | None:
    is_bound = post.not_before is not None or post.expires is not None or post.id in firm
    return None if is_bound else (post.kind, post.topic, post.priority)


@dataclass(slots=True)
class _Waiting:
    """Those of a lane in their order, who has a word and who has none, each with its turn."""

    worded: deque[tuple[int, QueuedPost]] = field(default_factory=deque)
    calm: deque[tuple[int, QueuedPost]] = field(default_factory=deque)

    def next(self, shunned: Collection[str | None]) -> QueuedPost:
        """The next in turn; one with a shunned word lets the next without any go first."""
        if not self.worded or not self.calm:
            return (self.worded or self.calm).popleft()[1]
        turn, post = self.worded[0]
        return (self.calm if self.calm[0][0] < turn or post.apart in shunned else self.worded).popleft()[1]


def _dealt(line: Sequence[_Place]) -> list[_Place]:
    """The line dealt out anew from its beginning."""
    lanes: dict[Lane, _Waiting] = {}
    for turn, place in enumerate(line):
        if place.lane is not None and place.post is not None:
            waiting = lanes.setdefault(place.lane, _Waiting())
            (waiting.calm if place.word is None else waiting.worded).append((turn, place.post))
    dealt: list[_Place] = []
    for place, after in zip(line, [*line[1:], None], strict=True):
        if place.lane is None:
            dealt.append(place)
            continue
        before = dealt[-1].word if dealt else None
        coming = after.word if after is not None and after.lane is None else None
        post = lanes[place.lane].next({before, coming})
        dealt.append(replace(place, post=post, word=post.apart))
    return dealt


def _meetings(line: Sequence[_Place]) -> int:
    return sum(one.word is not None and one.word == other.word for one, other in pairwise(line))
