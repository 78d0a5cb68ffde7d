"""A network renames what it counts while the daemon runs: from the reading to the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from evenly.collecting import Collector
from evenly.exporting import export_lines
from evenly.importing.restoring import restore
from evenly.plugin import Metrics
from evenly.reporting import building
from evenly.reporting.values import Report, Series
from evenly.store import models
from tests.collecting.meters import START, Meters, meters

DAY = timedelta(days=1)


def answer(views: int, name: str) -> Callable[[list[str]], Mapping[str, Metrics]]:
    """The same of every post. Names without a figure, and names that are none, are of no use."""
    given = Metrics(views=views, likes=3, counted_as={"views": name, "likes": "hearts", "saves": "kept", "reach": ""})
    return lambda ids: dict.fromkeys(ids, given)


def renamed(here: Meters) -> None:
    """Three posts are read under the old name and four under the new one, which counts ten times as many."""
    here.meter.followers = lambda: Metrics(followers=10, counted_as={"followers": "fans"})
    collector = Collector(here.desk, here.vault, here.clock)
    for number in range(7):
        here.meter.answer = answer(1000, "views") if number > 2 else answer(100, "impressions")
        here.publish(f"Silver {number}")
        for _ in range(26):
            here.later(hours=1)
            collector.round()


def report(here: Meters) -> Report:
    now = here.clock.now()
    return building.report(here.desk, since=START, until=now, now=now, age="24h")


def test_what_was_read_before_the_change_is_a_series_of_its_own(tmp_path: Path) -> None:
    """It is kept, with its name, and left out of the sums; the report says so."""
    with meters(tmp_path) as here:
        renamed(here)
        made = report(here)

    (row,) = (each for each in made.rows if each.by == "account")
    assert (row.deliveries, row.figures) == (7, {"views": 4000, "likes": 21})
    assert row.engagement_rate == 0.3
    assert made.series == (Series("one", "views", "views", date(2027, 3, 5), 3),)


def test_the_names_are_kept_of_those_figures_alone_that_were_given(tmp_path: Path) -> None:
    """With each reading, of posts and of the account."""
    with meters(tmp_path) as here:
        renamed(here)
        with here.desk.store.read() as connection:
            known = [*connection.execute(select(models.metric.c.counted_as, models.metric.c.delivery_id))]

    of_posts = [names for names, delivery in known if delivery is not None]
    assert of_posts[0] == {"likes": "hearts", "views": "impressions"}
    assert of_posts[-1] == {"likes": "hearts", "views": "views"}
    assert next(names for names, delivery in known if delivery is None) == {"followers": "fans"}


def test_a_plugin_of_before_gives_no_names_and_nothing_changes(tmp_path: Path) -> None:
    """Its readings are told as ever."""
    with meters(tmp_path) as here:
        here.publish("Silver", ago=DAY)
        Collector(here.desk, here.vault, here.clock).round()
        with here.desk.store.read() as connection:
            assert {*connection.execute(select(models.metric.c.counted_as)).scalars()} == {None}
        assert report(here).series == ()


def test_the_export_carries_the_names(tmp_path: Path) -> None:
    """Another workspace reports the same from it."""
    (tmp_path / "there").mkdir()
    with meters(tmp_path) as here, meters(tmp_path / "there") as there:
        renamed(here)
        file = tmp_path / "all.jsonl"
        file.write_text("\n".join(export_lines(here.desk)), encoding="utf-8")
        restore(there.desk, file)
        there.later(seconds=(here.clock.now() - there.clock.now()).total_seconds())

        assert report(there).series == report(here).series != ()
