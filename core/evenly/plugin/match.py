"""Is this remote post that part? For networks where only a list can tell.

The rule: same account (the caller's list), same normalised text, same media, same parent, and not older than the first attempt less a
tolerance for clocks that differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from evenly.plugin.types import Absent, CannotTell, Found, Part, Published, RemotePost

CLOCKS_DIFFER = timedelta(minutes=2)

_SPACE = re.compile(r"\s+")


def normalised(text: str) -> str:
    """`text` in NFC, its white space folded to single spaces, without any at the ends."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def same_text(one: str, other: str) -> bool:
    return normalised(one) == normalised(other)


def not_before(first_attempt: datetime) -> datetime:
    """The earliest time, by the network's clock, at which our part can have appeared."""
    return first_attempt - CLOCKS_DIFFER


def matches(
    remote: RemotePost,
    part: Part,
    *,
    text: str,
    first_attempt: datetime,
    media: Iterable[str] = (),
    parent: str | None = None,
) -> bool:
    """Whether `remote` is `part` as it was sent: with `text`, the uploaded `media` ids and `parent` (None: it stands alone).

    Where the network tells media ids they decide; where it only counts them, the counts must agree.
    """
    if remote.ours is False or remote.at < not_before(first_attempt):
        return False
    if remote.parent is not None and remote.parent != parent:
        return False
    sent = frozenset(media)
    if sent and remote.media:
        return sent == frozenset(remote.media)
    count = len(remote.media) if remote.media_count is None else remote.media_count
    return same_text(remote.text, text) and count == len(part.media)


def settled(candidates: Iterable[RemotePost], *, look_again: timedelta | None = None) -> Found | Absent | CannotTell:
    """One candidate: found. None: absent. Several cannot be told apart: `CannotTell(look_again)`."""
    every = list(candidates)
    if not every:
        return Absent()
    if len(every) > 1:
        return CannotTell(look_again)
    (remote,) = every
    return Found(Published(remote_id=remote.remote_id, url=remote.url, at=remote.at))
