"""Answers of the Graph API, made by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from evenly.plugin import Http
from evenly.plugin.testing import SteppedClock
from evenly_graph.calls import Graph


@pytest.fixture
def graph() -> Graph:
    return Graph("v25.0", "FAKE_TOKEN")


@pytest.fixture
def http_with(clock: SteppedClock) -> Callable[..., Http]:
    """A client whose network is one function."""

    def http_with(answer: Callable[[httpx.Request], httpx.Response]) -> Http:
        from evenly_facebook import network

        return Http(clock=clock, network=network(), transport=httpx.MockTransport(answer))

    return http_with


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


def answered(graph: Graph, status: int, body: Any, *, publishes: bool = False, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """An answer to a call that the public sees, or to another."""
    request = graph.post("1/feed", {}, publishes=publishes)
    return httpx.Response(status, json=body, headers=headers, request=request)
