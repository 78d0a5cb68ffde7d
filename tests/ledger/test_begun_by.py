"""Since when a post may be ours: the time of the first attempt, while our own clock is to be trusted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from evenly.ledger import Part, begun_by

FIRST = datetime(2027, 3, 1, 12, tzinfo=UTC)
SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400))


@given(lost_after=SPANS, asked_after=SPANS, known=SPANS)
def test_a_clock_that_only_goes_forward_is_believed(lost_after: timedelta, asked_after: timedelta, known: timedelta) -> None:
    """Whatever is known was known after the attempt."""
    part = Part(position=0, key="k", first_attempt=FIRST, unknown_since=FIRST + lost_after)
    now = FIRST + lost_after + asked_after

    assert begun_by(part, now=now, known_for=min(known, asked_after)) == FIRST


@given(back=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=400)), later=SPANS)
def test_a_loss_that_was_known_before_the_attempt_proves_that_the_clock_was_set_back(back: timedelta, later: timedelta) -> None:
    """However right it looks by now."""
    part = Part(position=0, key="k", first_attempt=FIRST, unknown_since=FIRST - back)
    begun = begun_by(part, now=FIRST - back + later)

    assert begun is not None
    assert begun <= FIRST - back - timedelta(days=1)


@given(back=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=400)), known=SPANS)
def test_so_does_one_that_this_process_knows_for_longer_than_its_clock_says(back: timedelta, known: timedelta) -> None:
    """The loss was written down by the wrong clock as well, which was set back afterwards."""
    part = Part(position=0, key="k", first_attempt=FIRST, unknown_since=FIRST)
    begun = begun_by(part, now=FIRST + known - back, known_for=known)

    assert begun is not None
    assert begun < FIRST - back


def test_what_was_never_tried_began_never() -> None:
    """There is nothing to look for."""
    assert begun_by(Part(position=0, key="k"), now=FIRST) is None
