"""Amounts of money as a person writes them, held in whole hundredths: they add up without a fraction getting lost."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"(\d{1,8})(?:[.,](\d{1,2}))?", re.ASCII)


def hundredths(written: str) -> int | None:
    """Of `30`, `30.5` or `30,50` the hundredths; None for what is no amount, is below 0, or above 99,999,999.99."""
    found = _AMOUNT.fullmatch(written.strip())
    return None if found is None else int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
