"""The hand-over pack of a campaign: what an agency needs, and nothing of anybody's."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly.reporting.building import report
from evenly.reporting.pack import SEEN, pack, posts
from tests.planning.desks import NOW
from tests.reporting.seasons import Season, season

MORE = """
[campaigns.wedding]
goal = "appointments"
[[audiences]]
name = "couples"
ages = [25, 34]
country = "FR"
[accounts.toots]
network = "mastodon"
[accounts.page]
network = "facebook"
"""
LINK = "https://atelier.example/rings?utm_source=board&utm_medium=social&utm_campaign=wedding"


@pytest.fixture
def brand(tmp_path: Path) -> Iterator[Season]:
    with season(tmp_path / "brand") as made:
        made.settings(MORE)
        made.published(20, {}, noise=0.1)
        yield made


def packed(brand: Season) -> dict[str, bytes]:
    since, until = NOW - timedelta(days=60), NOW
    made = report(brand.desk, since=since, until=until, now=NOW, campaign="wedding")
    with zipfile.ZipFile(io.BytesIO(pack(brand.desk, made, "wedding", page="<!doctype html><p>drawn</p>"))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_a_pack_holds_audience_posts_links_and_figures(brand: Season) -> None:
    """The figures as a page, as JSON and as CSV."""
    brand.published(10, {}, campaign="wedding", link=LINK, noise=0.1)

    files = packed(brand)

    assert set(files) == {"campaign.html", "campaign.json", "campaign.csv", "audience.csv", "posts.csv", "links.csv"}
    assert [row["link"] for row in rows(files["links.csv"])] == [LINK] * 10
    assert {row["network"] for row in rows(files["audience.csv"])} == {"facebook"}
    assert json.loads(files["campaign.json"])["campaign"] == "wedding"
    assert len(rows(files["posts.csv"])) == 10


def test_best_posts_come_with_their_interval_and_only_those_above_the_usual_are_to_be_boosted(brand: Season) -> None:
    """One post brings four times as much as all the others."""
    best = brand.published(1, {"topic:care": 4.0}, campaign="wedding", noise=0.0)[0]
    brand.published(9, {}, campaign="wedding", noise=0.0, until=NOW - timedelta(days=1))

    made = report(brand.desk, since=NOW - timedelta(days=60), until=NOW, now=NOW, campaign="wedding")
    found = posts(brand.desk, made, "wedding")

    assert [each.delivery for each in found if each.boost] == [str(best)]
    assert found[0].low < found[0].rate < found[0].high
    assert found[0].low > found[0].usual


def test_a_post_that_few_have_seen_or_an_account_with_few_posts_is_never_judged(brand: Season) -> None:
    """However high its rate is."""
    brand.desk.store.write()
    few = brand.published(1, {"topic:care": 10.0}, campaign="wedding")[0]
    with brand.desk.store.write() as connection:
        from evenly.store import models

        seen = {"reach": SEEN - 1, "likes": SEEN - 2}
        connection.execute(models.metric.update().where(models.metric.c.delivery_id == few).values(figures=seen))

    assert rows(packed(brand)["posts.csv"]) == []


def test_nobody_is_named_and_nothing_is_secret(brand: Season) -> None:
    """Mentions in texts are blotted out."""
    brand.published(10, {}, campaign="wedding", noise=0.1)

    files = packed(brand)

    assert not any(b"anna" in content for content in files.values())
    assert b"for @" in files["posts.csv"]
