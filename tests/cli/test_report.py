"""`evenly report`: what went out, what it brought, and how sure that is."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evenly.cli import queue_command, report_command
from evenly.fields import OFFERS
from evenly.store import Store, metrics
from tests.cli.shops import Shop

READ = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def reported(shop: Shop) -> Shop:
    """Three posts are out: two of them were read, one went out on the last evening of November in Paris."""
    figures: Mapping[str, Mapping[str, int]] = {
        "2026-11-24T10:00": {"views": 200, "likes": 8, "comments": 2},
        "2026-11-30T23:30": {"views": 100, "likes": 5},
    }
    numbers = {at: shop.add(f"Silver at {at}?", "--at", at, to="echo")["id"] for at in (*figures, "2026-12-01T00:10")}
    shop.run_at("2026-11-24T09:01:00Z", "echo")
    shop.run_at("2026-11-30T22:31:00Z")
    shop.run_at("2026-11-30T23:11:00Z")
    store = Store.open("sqlite", shop.folder / ".evenly")
    with store.write() as connection:
        metrics.keep(connection, [metrics.Reading("echo", int(numbers[at]), "24h", READ, known) for at, known in figures.items()])
    store.close()
    return shop


def rows(document: Mapping[str, Any], by: str) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in document["rows"] if row["by"] == by}


def test_the_document_has_the_promised_keys(reported: Shop) -> None:
    """Sums stand under the normalised names, and a figure that nobody gave is left out."""
    document = reported.done("report", "--since", "2026-11-01", "--until", "2026-11-30")
    row = rows(document, "network")["echo"]

    assert {"since", "until", "rows", "best_times", "recommendations"} <= document.keys()
    assert (document["since"], document["until"]) == ("2026-11-01T00:00:00+01:00", "2026-12-01T00:00:00+01:00")
    assert {name: row[name] for name in ("by", "key", "deliveries", "effort_minutes", "views", "likes", "comments")} == {
        "by": "network",
        "key": "echo",
        "deliveries": 2,
        "effort_minutes": 40,
        "views": 300,
        "likes": 13,
        "comments": 2,
    }
    assert row["engagement_rate"] == pytest.approx(5.0)
    assert row["interval"][0] <= 5.0 <= row["interval"][1]
    assert "reach" not in row
    assert document["counting"] == "posts published in the period"
    assert document["age"] == "24h"


def test_the_last_day_counts_whole_in_the_brands_zone(reported: Shop) -> None:
    """23:30 in Paris on the 30th is of November; 0:10 on the next day is of December."""
    counts = [
        rows(reported.done("report", "--since", since, "--until", until), "account")["echo"]["deliveries"]
        for since, until in (("2026-11-30", "2026-11-30"), ("2026-12-01", "2026-12-01"), ("2026-11-30T23:00", "2026-12-01T00:15"))
    ]

    assert counts == [1, 1, 2]


def test_without_a_period_it_is_28_days_with_today(reported: Shop) -> None:
    reported.at("2026-12-01T08:00:00Z")
    document = reported.done("report")

    assert (document["since"], document["until"]) == ("2026-11-04T00:00:00+01:00", "2026-12-02T00:00:00+01:00")
    assert rows(document, "network")["echo"]["deliveries"] == 3


def test_posts_are_compared_at_the_age_that_is_asked_for(reported: Shop) -> None:
    document = reported.done("report", "--since", "2026-11-01", "--until", "2026-12-01", "--age", "7d")

    assert document["age"] == "7d"
    assert "likes" not in rows(document, "network")["echo"]


def test_csv_has_a_line_for_every_row_and_no_formula(reported: Shop) -> None:
    result = reported("report", "--since", "2026-11-01", "--csv")
    lines = list(csv.DictReader(io.StringIO(result.out)))

    assert result.code == 0
    assert ("network", "echo") in [(line["by"], line["key"]) for line in lines]
    assert next(line for line in lines if line["by"] == "account")["likes"] == "13"
    assert not any(cell.startswith(tuple("=+-@")) for line in lines for cell in line.values())


def test_on_a_terminal_plain_words_come_first(reported: Shop) -> None:
    """Then tables; nothing is wider than a narrow terminal has room for, and what is missing is named."""
    result = reported("report", "--since", "2026-11-01", "--until", "2026-12-01")
    lines = result.out.splitlines()

    assert result.code == 0, result.err
    assert lines[0] == "Atelier Lumière, 2026-11-01 to 2026-12-01"
    assert lines[1].startswith("It is too early to say what works: the figures of 2 are known so far")
    assert lines[2] == "On time: 3 of 3, which is 100 % (between 44 and 100 %)."
    assert "echo: nothing is known of people reached, shares, saves, clicks." in lines
    assert any("posts published in this time" in line for line in lines)


def test_on_a_terminal_the_weeks_stand_below_each_other(reported: Shop) -> None:
    """Where there are several of which there is something to tell; a part of a week says how long it is."""
    told = reported("report", "--since", "2026-11-16", "--until", "2026-12-01").out
    lines = told[told.index("Week by week") :].partition("\n\n")[0].splitlines()

    assert [" ".join(line.split()) for line in lines[2:]] == [
        "2026-11-16 0 - - - 0",
        "2026-11-23 1 1 of 1 5.0 (best 0.0) too early 20",
        "2026-11-30, 2 days 2 2 of 2 0.0 (best 0.0) too early 40",
    ]
    assert "Week by week" not in reported("report", "--since", "2026-11-24", "--until", "2026-11-24").out


def test_a_page_is_drawn(reported: Shop, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    result = reported("report", "--since", "2026-11-01", "--html", str(page))

    assert result.code == 0, result.err
    assert "Atelier Lumière" in page.read_text("utf-8")
    assert str(page) in result.err


def test_one_offer_alone_in_every_form(shop: Shop) -> None:
    """Of three posts one is about a service: the terminal, JSON, CSV, the page and a campaign's pack tell of that one."""
    for minute, offer in enumerate(("product", "service", "product")):
        link = ("--link", f"https://atelier.example/{minute}")
        shop.add(f"Silver {minute}", "--at", f"2026-11-24T10:0{minute}", "--offer", offer, "--campaign", "wedding", *link, to="echo")
    shop.run_at("2026-11-24T09:05:00Z", "echo")
    asked = ("report", "--since", "2026-11-24", "--until", "2026-11-24", "--offer", "service")

    document = shop.done(*asked)
    assert document["offer"] == "service"
    assert {row["key"]: row["deliveries"] for row in document["rows"] if row["by"] in {"account", "offer"}} == {"echo": 1, "service": 1}
    assert sum(each["published"] for each in document["accounts"]) == 1
    assert {(line["by"], line["deliveries"]) for line in csv.DictReader(io.StringIO(shop(*asked, "--csv").out))} >= {("offer", "1")}
    lines = shop(*asked).out.splitlines()
    assert lines[1] == "Posts about services"
    assert any(line.split()[:3] == ["offer", "services", "1"] for line in lines)
    shop(*asked, "--html", "report.html")
    page = (shop.folder / "report.html").read_text("utf-8")
    assert "November 24, 2026 · services" in page
    assert "products" not in page
    shop(*asked, "--pack", "wedding")
    with zipfile.ZipFile(shop.folder / "wedding.zip") as archive:
        told = json.loads(archive.read("campaign.json"))
    assert (told["offer"], [each["link"][:25] for each in told["links"]]) == ("service", ["https://atelier.example/1"])


def test_every_offer_that_a_post_may_have_can_be_asked_for() -> None:
    assert queue_command._OFFERS == report_command._OFFERS == OFFERS


def test_nobodys_token_is_told(reported: Shop) -> None:
    """Whatever is printed, in every form."""
    told = [reported("report", "--since", "2026-11-01", *form).out for form in ((), ("--json",), ("--csv",))]

    assert all(told)
    assert not any("not-a-real-one" in each for each in told)


def test_where_nothing_was_published_it_says_so(shop: Shop) -> None:
    result = shop("report", "--since", "2026-11-01", "--until", "2026-11-22")

    assert result.code == 0, result.err
    assert result.out.splitlines()[1] == "Nothing was published from 2026-11-01 to 2026-11-22."
    assert json.loads(shop("report", "--json").out)["rows"] == []


def test_of_nothing_no_work_is_told_and_nothing_is_computed(shop: Shop) -> None:
    """In a process of its own: statistics take a second to load."""
    ended = subprocess.run(
        shop.evenly.command("report"),
        cwd=shop.folder,
        env=shop.evenly.environment({"PYTHONPROFILEIMPORTTIME": "1"}),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert "minutes of work" not in ended.stdout
    assert "evenly.reporting.building" in ended.stderr
    assert "scipy" not in ended.stderr


def test_in_french_numbers_and_names_are_french_and_keys_of_json_are_not(reported: Shop) -> None:
    """A comma, and what people call things; scripts read the same in every language."""
    asked = ("report", "--since", "2026-11-01", "--until", "2026-12-01")
    english = json.loads(reported(*asked, "--json").out)
    reported.evenly.env["LANGUAGE"] = "fr"
    told = reported(*asked).out

    assert re.search(r"5,0 \(\d,\d-\d+,\d\)", told)
    assert not re.search(r"\d\.\d", told)
    assert "questions" in told
    assert {**json.loads(reported(*asked, "--json").out), "short": None, "made_at": None} == {**english, "short": None, "made_at": None}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--since", "2026-12-02", "--until", "2026-12-01"), "--since is 2026-12-02 00:00, which is after 2026-12-01 23:59."),
        (("--since", "soon"), "soon"),
        (("--until", "9999-12-31"), "--until is 9999-12-31"),
        (("--since", "0001-01-01"), "--since is 0001-01-01"),
        (("--account", "nobody"), "There is no account nobody; evenly.toml has: page, toots, echo, well."),
        (("--campaign", "nothing"), "There is no campaign nothing; evenly.toml has: wedding."),
        (("--offer", "gift"), "'gift' is not one of 'product', 'brand', 'service'"),
        (("--age", "3d"), "'3d' is not one of"),
        (("--json", "--csv"), "one of them at a time"),
        (("--html", "/nowhere/at/all.html"), "cannot be written"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(shop: Shop, options: tuple[str, ...], said: str) -> None:
    assert said in shop.refused("report", *options)
