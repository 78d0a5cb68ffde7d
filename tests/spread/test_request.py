"""Plan requests: read whole or refused whole, with every fault and its place."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenly.spread.request import WEEKDAYS, RequestRefused, plan_file, plan_request, read_request


def request(**changes: Any) -> dict[str, Any]:
    document = {
        "now": "2026-03-27T09:00:00+01:00",
        "stagger_minutes": 10,
        "accounts": [
            {
                "id": "page",
                "tz": "Europe/Paris",
                "cadence": {"count": 2, "per": "day", "weekday_weights": {"sat": 0.5}},
                "windows": {"mon": [["08:00", "20:00"]], "fri": [["20:00", "02:00"]], "sat": [["08:00", "24:00"]]},
                "blackouts": ["2026-12-25", ["2026-08-01", "2026-08-15"]],
                "min_gap_minutes": 60,
                "mix": {"owned": 0.7},
                "brand": "b",
            }
        ],
        "posts": [{"id": f"p{n}", "account": "page", "kind": "owned", "seq": n} for n in range(5)],
        "history": [{"account": "page", "time": "2026-03-26T10:00:00Z", "kind": "owned"}],
    }
    return document | changes


def faults(document: object) -> dict[str, str]:
    with pytest.raises(RequestRefused) as refused:
        read_request(document)
    return {path: str(message) for path, message in refused.value.faults}


def test_a_request_becomes_a_plan_file() -> None:
    """Every post stands in it once, with the true offset of its account's zone, and JSON can carry it."""
    read = read_request(request())
    rows = plan_file(read, plan_request(read))

    assert [f"p{n}" for n in range(5)] == sorted(row["id"] for row in rows)
    assert {"id", "account", "time", "kind", "topic", "pinned"} == set(rows[0])
    assert {"+01:00", "+02:00"} == {row["time"][-6:] for row in rows}
    assert rows == json.loads(json.dumps(rows))


def test_a_post_without_a_time_says_why() -> None:
    """It stands at the end of the file, its time is null."""
    posts = [{"id": "late", "account": "page", "pinned_at": "2026-03-01T10:00:00Z"}]
    read = read_request(request(posts=posts))

    row = plan_file(read, plan_request(read))[-1]
    assert row["time"] is None
    assert row["pinned"] is True
    assert row["reason"] == "Its fixed time has passed."


def test_a_time_without_offset_is_wall_time_of_the_account() -> None:
    """The pin reads 10:00 in Paris."""
    read = read_request(request(posts=[{"id": "p", "account": "page", "pinned_at": "2026-04-01T10:00"}]))

    assert read.posts["page"][0].pinned_at == datetime(2026, 4, 1, 8, tzinfo=UTC)
    assert plan_file(read, plan_request(read))[0]["time"] == "2026-04-01T10:00:00+02:00"


def test_one_post_may_go_to_several_accounts() -> None:
    """Ids are told apart by account."""
    accounts = [{"id": "a"}, {"id": "b"}]
    read = read_request(request(accounts=accounts, history=[], posts=[{"id": "p", "account": "a"}, {"id": "p", "account": "b"}]))

    assert sorted((row["account"], row["id"]) for row in plan_file(read, plan_request(read))) == [("a", "p"), ("b", "p")]


def test_all_faults_are_told_at_once_with_their_places() -> None:
    """Unknown keys, wrong types, impossible values: one answer names them all."""
    account = {
        "id": "page",
        "zone": "Europe/Paris",
        "tz": "Mars/Olympus",
        "cadence": {"count": 0, "per": "year"},
        "windows": {"mon": [["25:00", "20:00"]], "someday": []},
        "mix": {"owned": 0.7, "third": 0.6},
        "audience": [1, 2, 3],
    }
    posts = [{"id": "p", "account": "nobody"}, {"account": "page", "pinned_at": "soon"}]

    assert faults(request(now="2026-03-27T09:00:00", accounts=[account], posts=posts, colour="red")).keys() == {
        "colour", "now", "accounts[0].zone", "accounts[0].tz", "accounts[0].cadence.count", "accounts[0].cadence.per",
        "accounts[0].windows.mon[0]", "accounts[0].windows.someday", "accounts[0].mix", "accounts[0].audience", "posts[0].account",
        "posts[1].id", "posts[1].pinned_at",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("posts[0].pinned_at", {"posts": [{"id": "p", "account": "page", "pinned_at": "2026-03-29T02:30:00"}]}),
        ("posts", {"posts": [{"id": "p", "account": "page"}, {"id": "p", "account": "page"}]}),
        ("accounts[0].windows", {"accounts": [{"id": "page", "windows": {}}]}),
        ("accounts[0].windows.mon[0]", {"accounts": [{"id": "page", "windows": {"mon": ["08:00-20:00"]}}]}),
        ("accounts[0].cadence.weekday_weights", {"accounts": [{"id": "page", "cadence": {"weekday_weights": dict.fromkeys(WEEKDAYS, 0)}}]}),
        ("accounts[0].blackouts[0]", {"accounts": [{"id": "page", "blackouts": [["2026-05-02", "2026-05-01"]]}]}),
        ("accounts[0].tilt", {"accounts": [{"id": "page", "tilt": 2}]}),
        ("accounts", {"accounts": None}),
        ("now", {"now": None}),
        ("history[0].time", {"history": [{"account": "page"}]}),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_refused_at_its_place(path: str, changes: dict[str, Any]) -> None:
    """A wall time the clocks skip, an id twice, no window at all: the place is named."""
    assert path in faults(request(**changes))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_request_it_is_read_or_refused(data: st.DataObject) -> None:
    """Any JSON value in any place: a request or a refusal, never another error."""
    document = request()
    spot: Any = data.draw(st.sampled_from([document, document["accounts"][0], document["posts"][0], document["history"][0]]))
    spot[data.draw(st.sampled_from(sorted(spot)))] = data.draw(json_values)
    with contextlib.suppress(RequestRefused):
        read = read_request(document)
        rows = plan_file(read, plan_request(read))
        assert len(rows) == len(document["posts"] or [])


def test_a_post_of_years_from_now_is_reported_not_searched_for() -> None:
    """Planning does not lay out more than fifty years for one post."""
    far = (datetime(2026, 3, 27, tzinfo=UTC) + timedelta(days=60 * 365)).isoformat()
    read = read_request(request(posts=[{"id": "p", "account": "page", "not_before": far}]))

    assert plan_file(read, plan_request(read))[0]["reason"] == "Its time is more than 50 years away."
