"""What is old can be let go: details, never a post, and nothing of what has not ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from evenly.planning import Desk, forgetting
from evenly.store import Store, models
from tests.planning import desks

NOW = desks.NOW
OLD, BEFORE = NOW - timedelta(days=800), NOW - timedelta(days=730)


def published(desk: Desk, text: str, at: Any = OLD, **state: Any) -> int:
    """A delivery that is out since then, with readings at five marks and an attempt that told something."""
    (number,) = desks.add(desk, text)
    with desk.store.write() as connection:
        out = {"state": "published", "published_at": at, "next_action_at": None, **state}
        connection.execute(models.delivery.update().where(models.delivery.c.id == number).values(**out))
        part = connection.execute(select(models.part.c.id).where(models.part.c.delivery_id == number)).scalar_one()
        for place, mark in enumerate(("1h", "24h", "72h", "7d", "28d")):
            figures = {} if mark == "28d" else {"likes": place}
            taken = at + timedelta(days=place)
            connection.execute(
                models.metric.insert().values(account="pins", delivery_id=number, mark=mark, taken_at=taken, figures=figures)
            )
        tried = {"part_id": part, "fence": 1, "number": 1, "step": "publish", "started_at": at, "ended_at": at, "outcome": "published"}
        connection.execute(models.attempt.insert().values(**tried, status=200, evidence={"text": "Thanks", "values": {}}))
    return number


def rows(store: Store, table: Any) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key)).all())


def test_of_old_figures_the_last_that_told_something_stay(desk: Desk) -> None:
    """Younger posts keep all of theirs."""
    old, young = published(desk, "Silver"), published(desk, "Gold", NOW - timedelta(days=100))

    assert forgetting.forget(desk, BEFORE).counts["readings"] == 3
    kept = [(row.delivery_id, row.mark) for row in rows(desk.store, models.metric)]
    assert [mark for number, mark in kept if number == old] == ["7d", "28d"]
    assert len([mark for number, mark in kept if number == young]) == 5
    assert forgetting.forget(desk, BEFORE).counts["readings"] == 0


def test_of_an_accounts_old_figures_one_a_month_stays(desk: Desk) -> None:
    """Each month's last."""
    with desk.store.write() as connection:
        for day in range(60):
            at = OLD + timedelta(days=day)
            values = {"mark": at.date().isoformat(), "taken_at": at, "figures": {"followers": day}}
            connection.execute(models.metric.insert().values(account="pins", delivery_id=None, **values))

    forgetting.forget(desk, BEFORE)

    marks = [row.mark for row in rows(desk.store, models.metric)]
    assert len(marks) == len({mark[:7] for mark in marks})
    assert max(marks) == (OLD + timedelta(days=59)).date().isoformat()
    assert len(marks) in {2, 3}


def test_what_networks_said_goes_and_that_it_was_tried_stays(desk: Desk) -> None:
    """The ledger of attempts is kept."""
    published(desk, "Silver")

    assert forgetting.forget(desk, BEFORE).counts["evidence"] == 1
    (row,) = rows(desk.store, models.attempt)
    assert (row.evidence, row.outcome, row.status) == (None, "published", 200)


@pytest.mark.parametrize(
    "state",
    [
        {"state": "uncertain"},
        {"state": "failed"},
        {"state": "unknown", "next_action_at": NOW},
        {"next_action_at": NOW},
        {"owner": "host:1::"},
        {"take_down_at": NOW},
    ],
)
def test_what_has_not_ended_stays_whole(desk: Desk, state: dict[str, Any]) -> None:
    """However old it is: a person may have to find out."""
    published(desk, "Silver", **state)
    before = desks.everything(desk)

    assert forgetting.forget(desk, BEFORE).total == 0
    assert desks.everything(desk) == before


def test_notes_strangers_posts_and_old_items_go(desk: Desk) -> None:
    """The time itself stays, and what a feed still has."""
    with desk.store.write() as connection:
        for number, at in enumerate((OLD, NOW), 1):
            connection.execute(models.effort.insert().values(id=number, task="reply", seconds=60, at=at, note="To Anna"))
            connection.execute(models.elsewhere.insert().values(account="pins", remote_id=f"e{number}", at=at, text="x", media_count=0))
            connection.execute(
                models.feed.insert().values(id=number, url=f"https://{number}.example", title="x", next_poll_at=NOW, failures=0)
            )
            item = {"guid_digest": "g", "link_digest": f"l{number}", "title": "x", "summary": "", "link": "l", "found_at": OLD}
            connection.execute(models.item.insert().values(feed_id=number, seen_at=at, state="new", **item))

    counts = forgetting.forget(desk, BEFORE).counts

    assert (counts["notes"], counts["elsewhere"], counts["items"]) == (1, 1, 1)
    assert [(row.seconds, row.note) for row in rows(desk.store, models.effort)] == [(60, None), (60, "To Anna")]
    assert [row.remote_id for row in rows(desk.store, models.elsewhere)] == ["e2"]
    assert [row.link_digest for row in rows(desk.store, models.item)] == ["l2"]


def test_looking_changes_nothing_and_says_what_would_go(desk: Desk) -> None:
    """The same numbers."""
    published(desk, "Silver")
    before = desks.everything(desk)

    seen = forgetting.see(desk, BEFORE)

    assert desks.everything(desk) == before
    assert seen == forgetting.forget(desk, BEFORE)
    assert seen.total == 4


def test_what_is_still_needed_is_not_let_go(desk: Desk) -> None:
    """The planner, the mix and the reading of figures look back 60 days."""
    forgetting.check(NOW - timedelta(days=60), NOW)
    with pytest.raises(forgetting.ForgetRefused, match="60 days"):
        forgetting.check(NOW - timedelta(days=59), NOW)
