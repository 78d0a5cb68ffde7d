"""A figure that its network counts under another name starts a new series, and the report says what it leaves out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from evenly.cli import report_tables
from evenly.pages.names import Names
from evenly.pages.report import report_page
from evenly.reporting import document
from evenly.reporting.values import Series
from evenly.store import conversations, models
from evenly.store.metrics import MARKS
from tests.reporting.brands import DAY, NOON, SINCE, UNTIL, Brand
from tests.reporting.test_building import report, row

OLD, NEW = {"views": "post_impressions"}, {"views": "post_media_view"}
RENAMED = NOON + 10 * DAY


def published(here: Brand, *days: int, account: str = "page", kind: str = "post") -> None:
    """A post on each of these days, read a week later; views are counted in another way from RENAMED on."""
    for day in days:
        at = NOON + day * DAY
        read_at = at + 7 * DAY
        (delivery,) = here.publish(account, at=at, kind=kind, origin="owned")
        names = NEW if read_at >= RENAMED else OLD
        here.read(delivery, "7d", account, read_at, names, views=100 if names is OLD else 10, likes=2)


def test_views_of_two_names_are_not_added_up(here: Brand) -> None:
    """Those of the newest name count; likes, which nobody renamed, are all there."""
    published(here, 0, 1, 2, 3, 4)

    assert [dict(post.figures) for post in here.posts()] == [{"likes": 2}] * 3 + [{"views": 10, "likes": 2}] * 2
    made = report(here)
    assert row(made, "account", "page").figures == {"views": 20, "likes": 10}
    assert row(made, "account", "page").kpis.er_views == 20
    assert made.series == (Series("page", "views", "post_media_view", date(2027, 3, 20), 3),)


def test_before_it_was_renamed_nothing_is_left_out(here: Brand) -> None:
    """A report of earlier posts stays as it was."""
    published(here, 0, 1, 2, 3, 4)

    made = report(here, until=NOON + 2.5 * DAY)

    assert (made.series, row(made, "account", "page").figures) == ((), {"views": 300, "likes": 6})


def test_readings_without_names_belong_to_any_series(here: Brand) -> None:
    """As all that were taken before names were kept."""
    (delivery,) = here.publish("page", at=NOON - DAY)
    here.read(delivery, "7d", views=5)
    published(here, 3, 4)

    made = report(here)

    assert (made.series, row(made, "account", "page").figures["views"]) == ((), 25)


def test_only_the_account_and_the_format_that_were_renamed_lose_figures(here: Brand) -> None:
    """Stories are counted under the old name as ever, and another account too."""
    published(here, 0, 4)
    published(here, 5, account="birds")
    published(here, 0, 1, kind="story")

    made = report(here)

    assert [len(post.apart) for post in here.posts()] == [1, 0, 0, 0, 0]
    assert row(made, "format", "story").figures == {"views": 200, "likes": 4}
    assert [(each.account, each.before) for each in made.series] == [("page", 1)]


def test_a_report_of_one_account_or_campaign_tells_of_these(here: Brand) -> None:
    """What is left out of other posts is not its affair."""
    published(here, 0, 4)
    (delivery,) = here.publish("page", at=NOON, campaign="spring")
    here.read(delivery, "7d", "page", NOON + 7 * DAY, OLD, views=100)

    assert report(here, account="birds").series == ()
    assert [each.before for each in report(here, campaign="spring").series] == [1]
    assert [each.before for each in report(here, account="page").series] == [2]


def test_followers_that_are_counted_in_another_way_did_not_grow(here: Brand) -> None:
    """From the first count of the new name on; those of the day of an older post are not known."""
    for day, (count, name) in enumerate([(900, "fan_count"), (902, "fan_count"), (60, "followers_count"), (63, "followers_count")]):
        at = NOON + day * DAY
        here.read(None, at.date().isoformat(), "page", at, {"followers": name}, followers=count)
    here.publish("page", at=NOON)
    here.publish("page", at=NOON + 3 * DAY)

    made = report(here)

    assert row(made, "account", "page").followers == (60, 63)
    assert made.series == (Series("page", "followers", "followers_count", date(2027, 3, 12), 2),)
    assert [post.followers for post in here.posts()] == [60, 63]
    earlier = here.posts(until=NOON + 1.5 * DAY)
    assert [post.followers for post in earlier] == [900]


def test_everybody_is_told(here: Brand, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal, on the page and in JSON."""
    published(here, 0, 1, 2, 3, 4)
    here.read(None, "2027-03-10", "page", NOON, {"followers": "fan_count"}, followers=900)
    here.read(None, "2027-03-11", "page", NOON + DAY, {"followers": "followers_count"}, followers=60)
    made = report(here)

    report_tables.tell(made, None, Names())
    told = " ".join(capsys.readouterr().out.split())
    page = report_page(made)

    assert "page: views are counted as post_media_view since 2027-03-20; 3 earlier posts are left out of them." in told
    assert "page: followers are counted as followers_count since 2027-03-11; 1 earlier count is left out." in told
    assert "views are counted as post_media_view since" in page
    assert document.document(made)["series"] == [
        {"account": "page", "figure": "followers", "counted_as": "followers_count", "since": "2027-03-11", "before": 1},
        {"account": "page", "figure": "views", "counted_as": "post_media_view", "since": "2027-03-20", "before": 3},
    ]


def test_without_a_new_name_nothing_is_said(here: Brand, capsys: pytest.CaptureFixture[str]) -> None:
    """Nor is there a list of nothing on the page."""
    published(here, 3, 4)
    made = report(here)

    report_tables.tell(made, None, Names())

    assert "counted as" not in capsys.readouterr().out
    assert "counted in a new way" not in report_page(made)
    assert document.document(made)["series"] == []


def test_comments_that_are_counted_in_another_way_are_no_new_ones(here: Brand) -> None:
    """Nobody is sent there to answer them; where a name is not known, nothing is known of a change."""
    for before, after in (("comments", "replies"), ("comments", "comments"), (None, "comments")):
        (delivery,) = here.publish("page")
        for mark, name, count in (("1h", before, 2), ("24h", after, 9)):
            at = NOON + MARKS[mark]
            here.read(delivery, mark, "page", at, {} if name is None else {"comments": name}, comments=count)

    with here.desk.store.read() as connection:
        found = conversations.commented(connection, NOON + 2 * DAY, ["page"])
    assert [(each.id, each.new) for each in found] == [(2, 7), (3, 7)]


def test_a_reading_that_replaces_another_brings_its_names(here: Brand) -> None:
    """An empty one replaces neither."""
    (delivery,) = here.publish("page")
    here.read(delivery, "7d", "page", NOON, {**OLD, "likes": "likes"}, views=1, likes=1)
    here.read(delivery, "7d", "page", NOON + timedelta(hours=1), NEW, views=2)
    here.read(delivery, "7d", "page", NOON + timedelta(hours=2))

    with here.desk.store.read() as connection:
        (kept,) = connection.execute(models.metric.select()).all()
    assert (kept.figures, kept.counted_as) == ({"views": 2}, NEW)
    assert SINCE < kept.taken_at == NOON + timedelta(hours=1) < UNTIL
