"""A rehearsal runs the real publisher against stand-ins: everything in its time, once, and only there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from evenly.app import App
from evenly.clock import VirtualClock
from evenly.plugin import Event
from evenly.rehearsal import Rehearsal
from evenly.store import metrics, queue
from tests.rehearsal.conftest import START, add

TEXTS = [f"Number {number} is about silver" for number in range(8)]


@pytest.fixture
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that would leave the program fails the test."""

    def refuse(_transport: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.url} was called")

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", refuse)


def states(rehearsal: Rehearsal) -> Counter[str]:
    with rehearsal.app.store.read() as connection:
        return Counter(row.public_state for row in queue.deliveries(connection))


@pytest.mark.usefixtures("nobody_else")
def test_everything_goes_out_once_at_its_planned_minute(app: App, clock: VirtualClock) -> None:
    """To the end of the queue, on stand-ins alone, though evenly.toml names a real server and page."""
    rehearsal = Rehearsal.open(app, clock)
    add(rehearsal, TEXTS)

    rehearsal.publish()

    with rehearsal.app.store.read() as connection:
        rows = queue.deliveries(connection)
    assert {row.public_state for row in rows} == {"published"}
    assert all(timedelta(0) <= row.published_at - row.due < timedelta(minutes=1) for row in rows)
    assert Counter(post.text for post in rehearsal.public("fedi")) == Counter(TEXTS)
    assert Counter(post.text for post in rehearsal.public("page")) == Counter(TEXTS)


def test_it_stops_where_it_is_told_to(app: App, clock: VirtualClock) -> None:
    """The clock stands there, what was due before is out, and nothing else; then it goes on."""
    rehearsal = Rehearsal.open(app, clock)
    add(rehearsal, TEXTS)
    until = START + timedelta(days=2)

    rehearsal.publish(until=until)

    assert clock.now() == until
    with rehearsal.app.store.read() as connection:
        rows = queue.deliveries(connection)
    assert {(row.public_state == "published") == (row.due < until) for row in rows} == {True}
    assert states(rehearsal)["published"] == 6

    rehearsal.publish()

    assert states(rehearsal) == {"published": 16}


def test_an_empty_queue_ends_at_once(app: App, clock: VirtualClock) -> None:
    """Without a moment passing."""
    rehearsal = Rehearsal.open(app, clock)

    rehearsal.publish()

    assert clock.now() == START


def test_figures_come_from_the_stand_ins(app: App, clock: VirtualClock) -> None:
    """Some days later, for each post of each account."""
    rehearsal = Rehearsal.open(app, clock)
    add(rehearsal, TEXTS[:2])
    rehearsal.publish()
    clock.advance(timedelta(days=3))

    collected = rehearsal.collect()

    assert [(each.account, each.deliveries, each.trouble) for each in collected] == [("fedi", 2, None), ("page", 2, None)]
    with rehearsal.app.store.read() as connection:
        assert all(metrics.latest(connection, row.id) for row in queue.deliveries(connection))


def test_it_tells_what_a_person_would_be_notified_of(app: App, clock: VirtualClock) -> None:
    """And nobody else is: a rehearsal must not ring anybody's bell."""
    told: list[Event] = []
    rehearsal = Rehearsal.open(app, clock, tell=told.append)
    add(rehearsal, TEXTS[:3])

    rehearsal.publish()

    assert Counter((event.kind, event.account) for event in told) == {("published", "fedi"): 3, ("published", "page"): 3}


def test_the_proof_holds_for_threads_and_comments(app: App, clock: VirtualClock) -> None:
    """Every visible part counts."""
    rehearsal = Rehearsal.open(app, clock)
    add(rehearsal, TEXTS[:2], first_comment="More on our page")
    rehearsal.publish()

    proof = rehearsal.proof()

    assert proof.holds
    assert proof.public == 8


def test_the_proof_finds_what_is_lost_and_what_is_too_much(app: App, clock: VirtualClock) -> None:
    """A rehearsal that could not fail would prove nothing."""
    rehearsal = Rehearsal.open(app, clock)
    add(rehearsal, TEXTS[:2])
    rehearsal.publish()
    stand_in = rehearsal.stand_ins["fedi"]
    gone, kept = stand_in.public()
    doubled = replace(kept, remote_id="another")
    stand_in.public = lambda: [kept, kept, doubled]  # type: ignore[method-assign]  # a network that lost one post and doubled another

    proof = rehearsal.proof()

    assert not proof.holds
    assert proof.lost == (gone.remote_id,)
    assert sorted(proof.stray) == sorted([kept.remote_id, "another"])
    assert proof.public == 3


def test_accounts_without_a_stand_in_stay_out_of_it(app: App, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their posts wait, and nobody calls their network."""
    offers = app.networks.offers
    monkeypatch.setattr(app.networks, "offers", lambda name, hook: (name, hook) != ("facebook", "stand_in") and offers(name, hook))
    rehearsal = Rehearsal.open(app, clock)
    add(rehearsal, TEXTS[:2])

    rehearsal.publish()

    assert rehearsal.left_out == ("page",)
    assert states(rehearsal) == {"published": 2, "planned": 2}
