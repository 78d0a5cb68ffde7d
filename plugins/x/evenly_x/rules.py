"""What X takes, and how a lost answer is settled there: https://docs.x.com/x-api/media/quickstart/best-practices"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from evenly.plugin import Limits, MediaLimits, VideoLimits

if TYPE_CHECKING:
    from evenly.plugin import Account
    from evenly.plugin.types import Facility

READ_BACK = "3m"
SHORT, LONG = 280, 25_000
#: How far back X looks for an equal text is not published; so much is safe to rely on.
_REFUSES_EQUAL_TEXTS = timedelta(minutes=15)
_DURATION = re.compile(r"([0-9]{1,6})\s*([smhd])")
_ANY = 2**16  # X's pages name a largest size and speak of larger ones: X itself decides
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

LIMITS = Limits(
    text=SHORT,
    pictures=4,
    picture=MediaLimits(types=frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"}), bytes=5_000_000),
    animation=MediaLimits(types=frozenset({"image/gif"}), bytes=15_000_000),
    videos=1,
    video=VideoLimits(
        types=frozenset({"video/mp4", "video/quicktime"}),
        bytes=8 * 10**9,
        seconds=(0.5, 20 * 60),
        ratio=(1 / 3, 3),
        width=(32, _ANY),
        height=(32, _ANY),
        fps=(0, 60),
    ),
    alt=1_000,
    formats=frozenset({"post", "poll"}),
    thread=100,
    first_comment=True,
    daily=2_400,  # https://help.x.com/en/rules-and-policies/x-limits
)
_PREMIUM = replace(LIMITS, text=LONG, video=replace(LIMITS.video, bytes=16 * 10**9, seconds=(0.5, 125 * 60)))


def limits(*, premium: bool) -> Limits:
    """What an account takes: https://help.x.com/en/using-x/x-premium"""
    return _PREMIUM if premium else LIMITS


def is_premium(account: Account, subscription: object) -> bool:
    """Whether the account has long posts: as the user says, else as X says."""
    said = account.settings.get("premium")
    return bool(said) if said is not None else isinstance(subscription, str) and subscription not in {"", "None"}


def repeat_safe(read_back: str) -> Mapping[Facility, timedelta]:
    """Own posts can be listed after a while, and an equal text is refused."""
    return {"read-back": duration(read_back), "refusal": _REFUSES_EQUAL_TEXTS}


def duration(text: str) -> timedelta:
    """`90s`, `3m`, `1h`. Raises ValueError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'"{text}" is no duration: write a number and s, m, h or d, like 90s or 3m')
    return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])
