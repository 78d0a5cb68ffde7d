"""Facebook keeps the promises that every network makes."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

import evenly_facebook
from evenly.plugin.testing import NetworkContract


class TestFacebook(NetworkContract):
    #: An absent `shares` and a missing kind of reaction mean 0: https://developers.facebook.com/docs/graph-api/reference/insights
    absent_means_zero: ClassVar[frozenset[str]] = frozenset({"shares", "likes"})

    @pytest.fixture
    def plugin(self) -> Any:
        return evenly_facebook
