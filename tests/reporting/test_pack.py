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
from evenly.reporting.pack import pack
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


def test_of_one_offer_alone_the_pack_holds_its_posts_and_links(brand: Season) -> None:
    """They are still rated against all of their account."""
    brand.published(4, {}, campaign="wedding", link=LINK, noise=0.1, offer="service")
    brand.published(6, {}, campaign="wedding", link=LINK, noise=0.1, until=NOW - timedelta(hours=1), offer="product")
    period: dict[str, Any] = {"since": NOW - timedelta(days=60), "until": NOW}
    made = report(brand.desk, **period, now=NOW, campaign="wedding", offer="service")

    with zipfile.ZipFile(io.BytesIO(pack(brand.desk, made, "wedding", page="", offer="service"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}

    assert (len(rows(files["posts.csv"])), len(rows(files["links.csv"]))) == (4, 4)
    whole = json.loads(files["campaign.json"])
    assert (whole["offer"], whole["report"]["offer"]) == ("service", "service")
    assert json.loads(packed(brand)["campaign.json"])["offer"] is None


def test_its_posts_are_those_of_the_report(brand: Season) -> None:
    """One computation for both: what is to be boosted here is so there."""
    brand.published(1, {"topic:care": 4.0}, campaign="wedding", noise=0.0)
    brand.published(9, {}, campaign="wedding", noise=0.0, until=NOW - timedelta(days=1))

    files = packed(brand)

    listed = json.loads(files["campaign.json"])["report"]["boost"]
    assert [row["delivery"] for row in rows(files["posts.csv"]) if row["boost"] == "True"] == [each["delivery"] for each in listed]
    assert len(listed) == 1


def test_nobody_is_named_and_nothing_is_secret(brand: Season) -> None:
    """Mentions in texts are blotted out."""
    brand.published(10, {}, campaign="wedding", noise=0.1)

    files = packed(brand)

    assert not any(b"anna" in content for content in files.values())
    assert b"for @" in files["posts.csv"]
