"""The bulk files of other schedulers, each in its maker's own layout."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenly.fields import Fields, MediaField, When
from evenly.importing.bulk import Known
from evenly.importing.rows import Batch, ImportRefused
from evenly.importing.spreadsheets import read

KNOWN = Known(
    accounts={"facebook": ["page"], "x": ["bird"], "instagram": ["gram", "gram2"]},
    topics={"care": "care", "cleaning and care": "care"},
    zone="Europe/Paris",
)

METRICOOL = (
    "Text,Date,Time,Draft,Facebook,Twitter/X,LinkedIn,GBP,Instagram,Pinterest,TikTok,Youtube,Threads,Bluesky,"
    "Picture Url 1,Picture Url 2,Alt text picture 1,Alt text picture 2,Instagram Post Type,First Comment Text,Shortener"
)
PUBLER = (
    "Date - Intl. format or prompt,Text,Link(s) - Separated by comma for FB carousels,Media URL(s) - Separated by comma,"
    '"Title - For the video, pin, PDF ..",Label(s) - Separated by comma,Alt text(s) - Separated by ||,Comment(s) - Separated by ||,'
    '"Pin board, FB album, or Google category","Post subtype - I.e. story, reel, PDF ..",CTA - For Facebook links or Google,'
    '"Reminder - For stories, reels, shorts, and TikToks"'
)


def _is_a_message(data: bytes, *, where: str = "plan.csv") -> None:
    """Read the bytes: rows or a refusal, nothing else."""
    try:
        answer = str(read(data, where=where, folder=Path("/plans"), known=KNOWN))
    except ImportRefused as refused:
        answer = str(refused)

    assert answer


@settings(deadline=None)
@given(st.binary(max_size=60), st.sampled_from(["text,to", "Text,Image URL,Posting Time", "Date,Text,Media URL(s)", METRICOOL, ""]))
def test_no_bytes_make_it_stumble(data: bytes, header: str) -> None:
    """Under every header, and without one."""
    _is_a_message(header.encode() + b"\n" + data)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["03/04/2027 10:05", "x", "", "TRUE", '"', "a||b", ";", "=1"]), max_size=5), max_size=4))
def test_no_cells_make_it_stumble(rows: list[list[str]]) -> None:
    """Rows that are too short, too long, or filled with what belongs elsewhere."""
    for header in ("", f"{PUBLER}\n", "text,media,alt,thread,options_page,extra\n"):
        _is_a_message((header + "".join(line(*row) for row in rows)).encode())


def batch(text: str) -> Batch:
    """What a file with this text is read into."""
    return read(text.encode(), where="plan.csv", folder=Path("/plans"), known=KNOWN)


def fields(found: Batch, number: int = 0) -> Fields:
    """The fields of a row that was taken."""
    taken = found.rows[number].fields
    assert taken is not None, str(found.rows[number].reason)
    return taken


def line(*cells: str) -> str:
    """A row of CSV."""
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def test_buffer() -> None:
    """Text, picture, tags and time; a picture on the web is kept by its address, and named."""
    found = batch(
        "\ufeffText,Image URL,Tags,Posting Time\r\n"
        + line("Silver,\nand more", "https://cdn.example/ring.jpg", "Care, summer", "2026-12-01 10:00")
        + line("Old notation", "", "", "12/24/26 18:30")
    )

    assert found.foreign
    assert fields(found).text == "Silver,\nand more"
    assert fields(found).topic == "care"
    assert fields(found).extra == {
        "remote_media": [{"path": "https://cdn.example/ring.jpg", "alt": ""}],
        "labels": ["Care", "summer"],
    }
    assert "https://cdn.example/ring.jpg" in str(found.rows[0].warnings[0])
    assert [row.wish for row in found.rows] == [When("2026-12-01T10:00"), When("2026-12-24T18:30")]
    assert "--to" in str(found.warnings[-1])


def test_hootsuite_has_no_header() -> None:
    """A day above twelve in one row settles the order for all of them."""
    found = batch(line("03/12/2026 10:05", "Rings", "https://atelier.example") + line("25/12/2026 10:05", "Merry Christmas", ""))

    assert [When("2026-12-03T10:05"), When("2026-12-25T10:05")] == [row.wish for row in found.rows]
    assert fields(found).link == "https://atelier.example"
    assert [row.line for row in found.rows] == [1, 2]


def test_a_time_that_may_be_read_in_two_ways_is_not_guessed() -> None:
    """3 April or March 4: the post is taken without it, and says so."""
    found = batch(line("03/04/2027 10:05", "Rings", ""))

    assert found.rows[0].wish is None
    assert fields(found).extra["wished_at"] == "03/04/2027 10:05"
    assert "day or with the month" in str(found.rows[0].warnings[0])


def test_publer() -> None:
    """The template of 2025, with its explanations in the header."""
    row = line(
        "2026-12-01 10:00",
        "Rings",
        "https://atelier.example/a,https://atelier.example/b",
        "ring.jpg,box.jpg",
        "",
        "Care",
        "A ring||A box",
        "First||Second",
        "Album",
        "Reel",
        "",
        "",
    )
    found = batch(f"{PUBLER}\n{row}{line('next Friday at 2 PM', 'Later', *[''] * 10)}")

    taken = fields(found)
    assert taken.media == (MediaField("ring.jpg", "A ring"), MediaField("box.jpg", "A box"))
    assert (taken.link, taken.first_comment, taken.format, taken.topic) == ("https://atelier.example/a", "First", "reel", "care")
    assert taken.extra == {
        "links": ["https://atelier.example/b"],
        "comments": ["Second"],
        "Pin board, FB album, or Google category": "Album",
    }
    assert found.rows[1].wish is None
    assert "next Friday" in str(found.rows[1].warnings[0])


def test_publer_before_2025() -> None:
    """The captions of the pictures follow the text in its cell."""
    found = batch("Date,Message,Link,Media,Title,Labels\n" + line("2026/12/01 10:00", "Rings||A ring", "", "ring.jpg", "", ""))

    assert fields(found).text == "Rings"
    assert fields(found).media == (MediaField("ring.jpg", "A ring"),)
    assert found.rows[0].wish == When("2026-12-01T10:00")


def test_metricool() -> None:
    """Switched-on networks become this brand's accounts; times are the brand's."""
    row = line(
        *("Rings", "2026-12-01", "10:00:00", "FALSE", "TRUE", "yes", "FALSE", "", "FALSE", "", "", "", "", ""),
        *("ring.jpg", "", "A ring", "", "REEL", "More below", "FALSE"),
    )
    found = batch(f"{METRICOOL}\n{row}")

    taken = fields(found)
    assert taken.to == ("page", "bird")
    assert (taken.media, taken.format, taken.first_comment) == ((MediaField("ring.jpg", "A ring"),), "reel", "More below")
    assert found.rows[0].wish == When("2026-12-01T10:00+01:00")
    assert not found.warnings


def test_metricool_for_networks_that_are_not_here() -> None:
    """Some missing: a warning. All missing: there is nobody to publish it."""
    on = {"Facebook": 4, "Pinterest": 9}
    rows = [["Rings", "2026-12-01", "10:00:00", *[""] * 18] for _ in range(2)]
    rows[0][on["Facebook"]] = rows[0][on["Pinterest"]] = rows[1][on["Pinterest"]] = "TRUE"
    found = batch(METRICOOL + "\n" + "".join(line(*row) for row in rows))

    assert fields(found).to == ("page",)
    assert "pinterest" in str(found.rows[0].warnings[0])
    assert "pinterest" in str(found.rows[1].reason)


def test_socialbee_and_highlevel() -> None:
    """Nearly the same headers, told apart by the column of the text."""
    bee = batch("text,link,imageUrls,gifUrls,videoUrls,postAtSpecificTime\n" + line("Rings", "", "", "", "", "2026-12-01 10:00"))
    level = batch(
        "facebook,,,,,\npostAtSpecificTime (YYYY-MM-DD HH:mm:ss),content,link (OGmetaUrl),imageUrls,gifUrl,videoUrls\n"
        + line("2026-12-01 10:00:00", "Rings", "https://atelier.example", "", "", "")
    )

    assert bee.rows[0].wish == level.rows[0].wish == When("2026-12-01T10:00")
    assert fields(bee).text == fields(level).text == "Rings"
    assert level.rows[0].line == 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_our_own_columns(delimiter: str) -> None:
    """Whatever the spreadsheet parts them with; columns that nobody knows are kept and named."""
    text = "Text,to,at,mood,text_for_page\n'=1+1,page,2026-12-01T10:00,calm,Other\n".replace(",", delimiter)
    found = batch(text)

    assert not found.foreign
    assert fields(found) == Fields(
        text="=1+1", to=("page",), at=When("2026-12-01T10:00"), text_for={"page": "Other"}, extra={"mood": "calm"}
    )
    assert "mood" in str(found.warnings[0])


def test_bad_rows_of_ours_are_told_with_their_lines() -> None:
    """A good row is not hindered by its neighbours."""
    found = batch('text,to,at\nGood,page,\nBad,page,tomorrow\n"Bro"ken,page,\nToo,many,,cells\nGood,page,\n')

    assert [row.line for row in found.rows if row.fields] == [2, 6]
    assert [row.line for row in found.rows if row.reason] == [3, 4, 5]


def test_a_column_that_stands_twice_is_refused() -> None:
    """Nobody could say which one is meant."""
    with pytest.raises(ImportRefused, match="stands twice"):
        batch("text,text\na,b\n")


@pytest.mark.parametrize("text", ["", "name,price\nring,5\n", "just words", "<html>"])
def test_a_file_of_something_else_is_refused(text: str) -> None:
    """The message says which columns there are."""
    with pytest.raises(ImportRefused, match="first_comment"):
        batch(text)
