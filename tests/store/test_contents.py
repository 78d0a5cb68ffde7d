"""What is kept of a sentence comes back as it was."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from evenly.messages import Number
from evenly.plugin import Message
from evenly.store.contents import as_message, message_of


def test_a_sentence_comes_back_with_all_that_is_in_it() -> None:
    """Numbers, moments and spans too: in which language they are written is seen when they are shown."""
    values = {"n": 3, "times": Number(1.75, 1), "at": datetime(2026, 12, 1, tzinfo=UTC), "wait": timedelta(hours=2), "none": None}
    said = Message("{n} {times} {at} {wait} {none} {why}", **values, why=Message("because of {times}", times=Number(1234)))

    assert message_of(json.loads(json.dumps(as_message(said)))) == said
