"""How many requests were held against a network's own description in this run, also where the run was shared out among processes."""

from __future__ import annotations

from collections import Counter

import pytest

_JUDGED = pytest.StashKey[Counter[str]]()  #: by what they were held against


def counted(config: pytest.Config) -> Counter[str]:
    return config.stash.setdefault(_JUDGED, Counter())


def count(config: pytest.Config, against: str) -> None:
    counted(config)[against] += 1
