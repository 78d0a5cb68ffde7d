"""Figures from a file: each at its mark or its day, once, and nothing that a network has told itself is lost."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from evenly.exporting import export_lines
from evenly.importing import FiguresReport, ImportRefused, import_figures
from evenly.store import metrics, models
from tests.reporting.brands import NOON, Brand, brand

NOW = NOON + timedelta(days=20)
URL = "https://www.facebook.com/atelier/posts/1?id=7"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Brand]:
    """A brand of which two posts are out: the first on the page at an address, the second on both accounts."""
    with brand(tmp_path) as made:
        made.publish("page")
        made.publish("page", "birds", at=NOON + timedelta(hours=6))
        with made.desk.store.write() as connection:
            connection.execute(models.part.update().where(models.part.c.delivery_id == 1).values(url=URL))
        yield made


def bring(here: Brand, text: str | bytes, *, now: datetime = NOW, **how: Any) -> FiguresReport:
    file = here.desk.settings.folder / "figures.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return import_figures(here.desk, file, now=now, **how)


def readings(here: Brand) -> Mapping[tuple[str, int | None, str], Mapping[str, float]]:
    """Of every account and delivery the figures at each mark."""
    with here.desk.store.read() as connection:
        rows = connection.execute(select(models.metric)).all()
    return {(row.account, row.delivery_id, row.mark): row.figures for row in rows}


def reasons(report: FiguresReport) -> list[tuple[int | None, str]]:
    return [(each.line, str(each.reason)) for each in report.refused]


def test_a_row_belongs_to_the_last_mark_that_had_passed(here: Brand) -> None:
    """By delivery, post or address; a blank cell says nothing; without a time it is of now."""
    report = bring(
        here,
        "delivery,url,account,taken_at,likes,clicks,views\n"
        "1,,,2027-03-10T14:00:00+01:00,3,,\n"
        "p1,,,2027-03-12T12:00:00Z,5,0,\n"
        ",http://m.facebook.com/atelier/posts/1/?id=7,,2027-03-18,9,,120\n"
        "p2,,birds,,,4,\n",
    )

    assert (report.added, report.unchanged, report.refused) == (4, 0, ())
    assert readings(here) == {
        ("page", 1, "1h"): {"likes": 3},
        ("page", 1, "24h"): {"likes": 5, "clicks": 0},
        ("page", 1, "7d"): {"likes": 9, "views": 120},
        ("birds", 3, "7d"): {"clicks": 4},
    }


def test_an_account_has_a_row_for_each_day(here: Brand) -> None:
    """What was done that day has names of its own: networks tell such of four weeks. Money may have a comma."""
    report = bring(
        here, "account;taken_at;followers;likes;comments;visits;goal_value\npage;2027-03-11;1200;20;10;50;300,50\nbirds;;90;;;;\n"
    )

    assert report.added == 2
    assert readings(here) == {
        ("page", None, "2027-03-11"): {"followers": 1200, "day_likes": 20, "day_comments": 10, "visits": 50, "goal_value": 300.5},
        ("birds", None, "2027-03-30"): {"followers": 90},
    }


def test_importing_again_changes_nothing(here: Brand) -> None:
    """Not a row, not a byte of the export; a correction of one figure changes that one."""
    table = "delivery,account,taken_at,likes,clicks,followers\n1,,2027-03-12T12:00,5,2,\n,page,2027-03-12,,,100\n"
    bring(here, table)
    before = list(export_lines(here.desk))

    again = bring(here, table)
    assert (again.added, again.unchanged) == (0, 2)
    assert list(export_lines(here.desk)) == before

    assert bring(here, table.replace(",5,2,", ",6,2,")).added == 1
    assert readings(here)["page", 1, "24h"] == {"likes": 6, "clicks": 2}


def test_of_two_files_the_later_reading_counts(here: Brand) -> None:
    """Whichever was imported last."""
    head = "delivery,taken_at,likes,clicks\n"
    bring(here, head + "1,2027-03-12T12:00Z,5,\n")
    older = bring(here, head + "1,2027-03-11T18:00Z,4,1\n")

    assert older.added == 1
    assert readings(here)["page", 1, "24h"] == {"likes": 5, "clicks": 1}


def test_what_the_network_told_itself_stays(here: Brand) -> None:
    """Only what it did not tell is added, and that it differs is counted."""
    here.read(1, "7d", likes=8, comments=2)
    report = bring(here, "delivery,taken_at,likes,clicks\n1,2027-03-18,9,4\n")

    assert (report.added, report.told_otherwise) == (1, 1)
    assert readings(here)["page", 1, "7d"] == {"likes": 8, "comments": 2, "clicks": 4}


def test_what_the_network_tells_later_takes_the_place_of_a_files_figure(here: Brand) -> None:
    """What it does not tell stays as the file has told it, and can still be corrected by one."""
    bring(here, "delivery,taken_at,likes,clicks\n1,2027-03-18,9,4\n")
    here.read(1, "7d", likes=8)
    here.read(1, "7d")
    assert readings(here)["page", 1, "7d"] == {"likes": 8, "clicks": 4}

    corrected = bring(here, "delivery,taken_at,likes,clicks\n1,2027-03-18,10,5\n")
    assert (corrected.added, corrected.told_otherwise) == (1, 1)
    assert readings(here)["page", 1, "7d"] == {"likes": 8, "clicks": 5}


def test_a_file_does_not_keep_the_network_from_being_asked(here: Brand) -> None:
    """Neither for the post at its mark, nor for the account on its day; once it was asked, it is."""
    now = NOON + timedelta(hours=30)
    bring(here, "delivery,account,likes,followers\n1,,5,\n,page,,100\n", now=now)

    def waiting() -> tuple[list[int], bool]:
        with here.desk.store.read() as connection:
            due = metrics.due(connection, "page", now=now, most=9)
            return [row.delivery_id for row in due if row.delivery_id == 1], metrics.is_account_read(connection, "page", "2027-03-11")

    assert waiting() == ([1], False)
    here.read(1, "24h")
    here.read(None, "2027-03-11", at=now, followers=101)
    assert waiting() == ([], True)
    assert readings(here) == {("page", 1, "24h"): {"likes": 5}, ("page", None, "2027-03-11"): {"followers": 101}}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,,,,-3,,", "likes cannot be '-3': write a whole number"),
        ("1,,,,2.5,,", "likes cannot be '2.5'"),
        ('1,,,,"1,234",,', "likes cannot be '1,234'"),
        ("1,,,,=1+1,,", "likes cannot be '=1+1'"),
        ("1,,,,²,,", "likes cannot be '²'"),
        ("1,,,,9999999999,,", "likes cannot be more than 2000000000"),
        ("1,,,,99999999999999999999,,", "likes cannot be '9"),
        ("1,,,,,,", "the row holds no figure"),
        ("1,,,,,7,", "visits is told of an account's day, not of a post"),
        (",,page,,,-1,", "visits cannot be '-1'"),
        (",,page,,,,1.234", "goal_value cannot be '1.234': write money such as 450 or 450.50"),
        (",,page,,,,-5", "goal_value cannot be '-5'"),
        (",,,,5,,", "fill delivery, url or account"),
        ("9,,,,5,,", "9 is no delivery that is out"),
        ("p9,,,,5,,", "p9 is no delivery that is out"),
        ("x,,,,5,,", "x is no delivery that is out"),
        (f"{'9' * 400},,,,5,,", "is no delivery that is out"),
        ("p2,,,,5,,", "it is out on several accounts (birds, page)"),
        ("1,,birds,,5,,", "1 is not out on this account"),
        ("2,https://facebook.com/atelier/posts/1?id=7,,,5,,", "delivery and url are of two posts"),
        (",https://facebook.com/other,,,5,,", "no post that went out here stands at https://facebook.com/other"),
        (",http://[,,,5,,", "no post that went out here stands at http://["),
        (",,nobody,,5,,", "There is no account nobody; evenly.toml has: page, birds."),
        ("1,,,soon,5,,", '"soon" is no time'),
        ("1,,,2027-03-09T12:00,5,,", "2027-03-09T12:00 is before the post was out"),
        ("1,,,2027-03-09,5,,", "2027-03-09 is before the post was out"),
        ("1,,,2027-05-01,5,,", "2027-05-01 has not come yet"),
        ("1,,,2027-03-30T15:00Z,5,,", "2027-03-30T15:00Z has not come yet"),
        ("1,,,2027-03-28T02:30,5,,", "does not exist in Europe/Paris"),
        ("1,,,,5,,,,extra", "a cell stands under no header"),
        ('1,,,,"5""x"y,,', "the row is no CSV"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line_and_the_others_are_kept(here: Brand, row: str, said: str) -> None:
    report = bring(here, f"delivery,url,account,taken_at,likes,visits,goal_value\n1,,,,4,,\n{row}\n2,,,,6,,\n")

    assert [line for line, _reason in reasons(report)] == [3]
    assert said in reasons(report)[0][1]
    assert report.added == 2
    assert {figures["likes"] for figures in readings(here).values()} == {4, 6}


def test_two_rows_of_the_same_at_the_same_time_are_refused(here: Brand) -> None:
    """Nobody knows which of them is meant."""
    report = bring(here, "delivery,likes\n1,4\np1,5\n")

    assert reasons(report) == [(3, "line 2 tells of the same at the same time: keep one of them")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "names no column that evenly knows"),
        ("name,age\nAnna,30\n", "names no column that evenly knows"),
        ("likes,views\n1,2\n", "no column says what the figures are of"),
        ("delivery,taken_at,hearts\n1,,3\n", "no column holds figures"),
        ("delivery,likes,Likes\n1,2,3\n", "the column likes stands twice"),
        (b"delivery,likes\n1,\x81\x8d\n", "neither UTF-8 nor Windows-1252"),
        ("delivery,likes\n" + "1,2\n" * 100_001, "more than 100000 rows"),
        (b"\x00" * (33 * 2**20), "is larger than"),
    ],
)
def test_a_file_that_is_none_is_refused_whole(here: Brand, content: str | bytes, said: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring(here, content)

    assert said in str(refused.value)
    assert readings(here) == {}


def test_what_is_no_file_is_refused(here: Brand) -> None:
    for path in (here.desk.settings.folder, Path("/dev/zero"), here.desk.settings.folder / "none.csv"):
        with pytest.raises(ImportRefused, match="There is no file"):
            import_figures(here.desk, path, now=NOW)


def test_columns_that_nobody_knows_are_named(here: Brand) -> None:
    """And left out; headers may be in capitals, or guarded from spreadsheets."""
    report = bring(here, "Delivery,LIKES,mood,Notes\n1,4,good,x\n".encode("utf-16"))

    assert [str(each) for each in report.warnings] == ["Columns that are no figures were left out: mood, Notes."]
    assert readings(here) == {("page", 1, "7d"): {"likes": 4}}


def test_a_day_alone_is_its_noon_but_never_before_the_post_nor_after_now(here: Brand) -> None:
    """The second post went out in the evening of the day that the file names."""
    bring(here, "delivery,taken_at,likes\n2,2027-03-10,4\n")
    bring(here, "delivery,taken_at,likes\n2,2027-03-11,5\n", now=datetime(2027, 3, 11, 2, tzinfo=UTC))

    assert readings(here) == {("page", 2, "0"): {"likes": 4}, ("page", 2, "1h"): {"likes": 5}}


def test_trying_changes_nothing(here: Brand) -> None:
    assert bring(here, "delivery,likes\n1,4\n7,4\n", dry_run=True).added == 1
    assert readings(here) == {}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_a_file_holds_it_is_read_or_refused(here: Brand, seed: int) -> None:
    """Bytes at random, and files of ours with bytes changed: never another error."""
    dice = random.Random(seed)
    good = b"delivery,account,taken_at,likes,visits\n1,,2027-03-12,5,\n,page,2027-03-12,3,4\n"
    for _ in range(10):
        data = bytearray(good if dice.random() < 0.7 else dice.randbytes(200))
        for _change in range(dice.randrange(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            report = bring(here, bytes(data))
        except ImportRefused:
            continue
        assert report.added + report.unchanged + len(report.refused) <= data.count(b"\n") + data.count(b"\r") + 1
