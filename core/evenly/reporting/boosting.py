"""Which posts of a campaign surely do better than the usual post of their account, so that more people ought to see them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evenly import insight
from evenly.insight import LEAST
from evenly.reporting.values import Rated

if TYPE_CHECKING:
    from evenly.insight import Post

SEEN = 100
"""A post that fewer people have seen tells nothing of its rate."""
_SHOWN = 120  #: characters of a text
_MENTION = re.compile(r"(?<![\w/.])@[\w.-]+(?:@[\w.-]+)?")


def rated(posts: Sequence[Post], rows: Mapping[str, Any]) -> tuple[Rated, ...]:
    """Those of the posts that `rows` has (by their keys, of `store.queue.deliveries`), the best first by the low end of the interval.

    Left out are those that too few have seen, and those of an account with fewer than eight posts that can be judged: there is nothing to
    set them against.
    """
    accounts = dict.fromkeys(post.account for post in posts if post.key in rows)
    found = (each for account in accounts for each in _of_account([post for post in posts if post.account == account], rows))
    return tuple(sorted(found, key=lambda each: (-each.low, each.delivery)))


def _of_account(posts: Sequence[Post], rows: Mapping[str, Any]) -> Iterator[Rated]:
    basis = insight.basis_of(posts)
    judged = [] if basis is None else [post for post in posts if _can_be_judged(post, basis)]
    if basis is None or len(judged) < LEAST:
        return
    usual = sum(_engaged(post) for post in judged) / sum(_seen(post, basis) for post in judged) * 100
    for post in judged:
        if post.key in rows and rows[post.key].taken_down_at is None:
            yield _rated(post, basis, usual, rows[post.key])


def _can_be_judged(post: Post, basis: str) -> bool:
    seen = insight.seen_by(post, basis)
    engaged = insight.engagements_of(post)
    return seen is not None and seen >= SEEN and engaged is not None and engaged >= 0


def _seen(post: Post, basis: str) -> int:
    return round(insight.seen_by(post, basis) or 0)


def _engaged(post: Post) -> int:
    return round(insight.engagements_of(post) or 0)


def _rated(post: Post, basis: str, usual: float, row: Any) -> Rated:
    # Somebody may do several things with one post: more than all who saw it is not a share.
    seen, engaged = _seen(post, basis), min(_engaged(post), _seen(post, basis))
    found = insight.wilson(engaged, seen)
    low, high = (0.0, 100.0) if found is None else (found.low * 100, found.high * 100)
    return Rated(
        delivery=post.key,
        account=post.account,
        network=post.network,
        published=post.at.isoformat(timespec="minutes"),
        text=_excerpt(row.content["text"]),
        url=row.url,
        seen=seen,
        basis=basis,
        engagements=_engaged(post),
        rate=round(engaged / seen * 100, 2),
        low=round(low, 2),
        high=round(high, 2),
        usual=round(usual, 2),
        boost=low > usual,
    )


def _excerpt(text: str) -> str:
    return textwrap.shorten(_MENTION.sub("@…", text), _SHOWN, placeholder="…")
