"""The monthly versions of the API: each lives for about a year, and then every call is refused.

https://learn.microsoft.com/en-us/linkedin/marketing/versioning
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

VERSION = "202609"

_WARNED = timedelta(days=60)


def ends(version: str) -> datetime:
    """When the version may be switched off: around the middle of its month, a year later."""
    return datetime(int(version[:4]) + 1, int(version[4:]), 15, tzinfo=UTC)


def may_be_over(version: str, now: datetime) -> bool:
    return now >= ends(version)


def ends_soon(version: str, now: datetime) -> bool:
    return now >= ends(version) - _WARNED
