"""Every call that reaches a stand-in is held against Meta's specification, whoever made it: nothing of that traffic is a sample."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from evenly_graph.stand_in import Call, Reply
from evenly_instagram.standing_in.stand_in import InstagramStandIn
from tests.plugins.instagram.endpoints import faults


@contextmanager
def recorded(server: InstagramStandIn) -> Iterator[set[str]]:
    """Write down which endpoints were called; at the end every call must have been one that Meta knows, in all it said."""
    called: set[str] = set()
    against: list[str] = []
    answer = server.answer

    def watched(call: Call) -> Reply:
        grant = server.consent.tokens.get(call.token)
        found = faults(call, grant.login if grant else None)
        called.add(found.endpoint)
        against.extend(f"{found.endpoint}: {each}" for each in found.wrong)
        return answer(call)

    server.answer = watched  # type: ignore[method-assign]  # the one place that every call comes through
    yield called
    assert against == [], "a request that Meta's specification does not know"
