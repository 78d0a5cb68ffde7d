"""What a run has to say in numbers at its end, also where it was shared out among processes."""

from __future__ import annotations

from collections import Counter

import pytest

_COUNTED = pytest.StashKey[Counter[str]]()  #: by what was counted, in words that follow the number


def counted(config: pytest.Config) -> Counter[str]:
    return config.stash.setdefault(_COUNTED, Counter())


def count(config: pytest.Config, what: str, number: int = 1) -> None:
    counted(config)[what] += number
