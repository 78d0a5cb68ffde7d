"""Reading usage headers, and how long to wait."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.plugin import Quota
from evenly_graph.usage import Usage, quota, usage, wait

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def business(**entry: int) -> dict[str, str]:
    return {"x-business-use-case-usage": json.dumps({"1": [{"type": "pages", **entry}]})}


def test_the_fullest_counter_counts() -> None:
    """Of all ids and kinds, and apart for the app."""
    headers = business(call_count=3, total_time=31, total_cputime=20) | {"x-app-usage": '{"call_count":28,"total_time":2}'}
    assert usage(headers) == Usage(account=31, app=28)


def test_the_estimate_is_in_minutes() -> None:
    """As Meta's page says of this one number."""
    assert usage(business(estimated_time_to_regain_access=12)).regain == timedelta(minutes=12)


@pytest.mark.parametrize(
    ("used", "code", "minutes"),
    [
        (Usage(), None, 0),
        (Usage(account=84), None, 0),
        (Usage(account=85), None, 2),
        (Usage(app=95), None, 10),
        (Usage(account=20), 32, 10),
        (Usage(account=100), 32, 60),
        (Usage(account=100, regain=timedelta(minutes=12)), 32, 12),
        (Usage(), 190, 0),
    ],
)
def test_how_long_to_wait(used: Usage, code: int | None, minutes: int) -> None:
    """The estimate, where there is one; else by how full the counters are."""
    assert wait(used, code) == timedelta(minutes=minutes)


def test_the_quota_is_what_is_left_in_per_cent() -> None:
    """Close to the end nothing is left, and it says until when."""
    assert quota(business(call_count=30), NOON) == Quota(limit=100, remaining=70, resets_at=NOON + timedelta(hours=1))
    assert quota(business(call_count=96), NOON) == Quota(limit=100, remaining=0, resets_at=NOON + timedelta(minutes=10))
    assert quota({"x-app-usage": '{"call_count":40}'}, NOON) == Quota(
        limit=100, remaining=60, resets_at=NOON + timedelta(hours=1), scope="app"
    )
    assert quota({}, NOON) is None


@given(
    st.sampled_from(["x-app-usage", "x-page-usage", "x-business-use-case-usage"]),
    st.text() | st.sampled_from(["[]", '{"1":[5]}', '{"1":5}', "3"]),
)
def test_nonsense_counts_as_unused(name: str, value: str) -> None:
    """A header may say anything."""
    found = quota({name: value}, NOON)
    assert found is not None
    assert found.remaining == 100
