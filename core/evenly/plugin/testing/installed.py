"""The conformance suite for a plugin that is at hand: behind `evenly plugins check`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

_SUITE = Path(__file__).with_name("suite.py")


def check(plugin: Any, arguments: Sequence[str] = (), *, listeners: Sequence[Any] = ()) -> int:
    """Run every promise on `plugin`, a module or object with hooks. `arguments` and `listeners` go to pytest; 0: all are kept.

    The settings of a pytest project around the current folder do not count.
    """
    own = [str(_SUITE), "--config-file", str(_SUITE.with_name("suite.ini")), "--rootdir", str(_SUITE.parent), "-p", "no:cacheprovider"]
    return int(pytest.main([*own, *arguments], plugins=[_Chosen(plugin), *listeners]))


class _Chosen:
    """Gives the suite its plugin."""

    def __init__(self, plugin: Any) -> None:
        self._plugin = plugin

    @pytest.fixture
    def plugin(self) -> Any:
        return self._plugin
