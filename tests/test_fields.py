"""The fields of a post: what is taken, what is refused, and that nothing is lost on the way through a document."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenly.fields import (
    ACTIONS,
    AI,
    FITS,
    FORMATS,
    NAMES,
    OFFERS,
    ORIGINS,
    FieldRefused,
    Fields,
    FieldsRefused,
    MediaField,
    When,
    as_cells,
    as_document,
    from_cells,
    guarded,
    known_column,
    read,
    unguarded,
    unknown,
    warnings,
)

wall = datetime.fromisoformat  # without an offset: what a clock on the wall shows
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
words = texts.filter(str.strip)
names = st.from_regex(r"(?!p\d+\Z)[a-z][A-Za-z0-9_-]{0,10}", fullmatch=True)
spans = st.timedeltas(timedelta(microseconds=1), timedelta(days=36_500))
moments = st.datetimes(wall("1971-01-01"), wall("2999-01-01"), timezones=st.sampled_from([None, UTC, ZoneInfo("Asia/Kolkata")])).map(
    datetime.isoformat
)
json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts, st.lists)
options = st.dictionaries(names, st.dictionaries(texts, json_values, max_size=2), max_size=2)

documents = st.fixed_dictionaries(
    {"text": words},
    optional={
        "to": st.lists(names, min_size=1, max_size=3),
        "text_for": st.dictionaries(names, words, max_size=2),
        "link": st.just("https://atelier.example/rings?a=1#b"),
        "media": st.lists(st.fixed_dictionaries({"path": st.just("pictures/ring.jpg"), "alt": texts}), max_size=2),
        "thread": st.lists(words, max_size=3),
        "first_comment": texts,
        "format": st.sampled_from(FORMATS),
        "origin": st.sampled_from(ORIGINS),
        "topic": names,
        "campaign": names,
        "offer": st.sampled_from(OFFERS),
        "actions": st.lists(st.sampled_from(ACTIONS), max_size=3),
        "effort": spans,
        "at": moments,
        "take_down_after": spans,
        "priority": st.integers(-1000, 1000),
        "ai": st.sampled_from(AI),
        "fit": st.sampled_from(FITS),
        "ad": st.booleans(),
        "credit": texts,
        "draft": st.booleans(),
        "evergreen": st.sampled_from(["rest 60 days, 3 times", "2 times, rest 36h", "every 4 weeks"]),
        "options": options,
        "mood": json_values,
        "extra": st.dictionaries(texts, json_values, max_size=2),
    },
)


def faults_of(document: dict[str, object]) -> dict[str | None, str]:
    """What `read` refuses, by field."""
    with pytest.raises(FieldsRefused) as refused:
        read(document)
    return {fault.field: str(fault.message) for fault in refused.value.faults}


@settings(max_examples=60, deadline=None)
@given(documents)
def test_a_post_comes_back_from_its_document_as_it_was(document: dict[str, object]) -> None:
    """Reading, writing as JSON and reading again changes nothing."""
    fields = read(document)

    assert fields == read(json.loads(json.dumps(as_document(fields))))


@settings(deadline=None)
@given(documents)
def test_a_post_comes_back_from_its_cells_as_it_was(document: dict[str, object]) -> None:
    """A spreadsheet keeps every field, also those that nobody knows."""
    fields = read(document)
    row = {guarded(column): guarded(cell) for column, cell in as_cells(fields).items()}
    headers = {column: unguarded(column) for column in row}

    assert fields == read(from_cells({known_column(headers[column]) or headers[column]: unguarded(cell) for column, cell in row.items()}))


@settings(deadline=None)
@given(texts)
def test_no_cell_is_a_formula(text: str) -> None:
    """A spreadsheet would run it; the apostrophe goes away again on import."""
    assert not guarded(text).startswith(("=", "+", "-", "@"))
    assert unguarded(guarded(text)) == text


def test_semicolons_part_a_cell_unless_escaped() -> None:
    """Texts about pictures may hold semicolons themselves."""
    cells = {"text": "x", "to": "page; toots;", "media": "a.jpg;b.jpg;c.jpg", "alt": r";one\; two"}

    assert read(from_cells(cells)).to == ("page", "toots")
    assert read(from_cells(cells)).media == (MediaField("a.jpg"), MediaField("b.jpg", "one; two"), MediaField("c.jpg"))


def test_cells_that_cannot_be_read_are_named() -> None:
    """More texts than pictures, and options that are no JSON."""
    with pytest.raises(FieldsRefused) as refused:
        from_cells({"text": "x", "alt": "a ring", "options_page": "visibility=unlisted", "extra": "[]"})

    assert {"alt", "options_page", "extra"} == {fault.field for fault in refused.value.faults}


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), json_values | st.dictionaries(texts, json_values)))
def test_no_document_makes_it_stumble(document: dict[str, object]) -> None:
    """Whatever stands in the fields, the answer is fields or faults."""
    try:
        answer: Fields | str = read(document)
    except FieldsRefused as refused:
        answer = str(refused)

    assert answer


def test_all_faults_are_told_at_once_with_their_fields() -> None:
    """A person mends everything in one go."""
    document = {
        "text": 5,
        "to": ["Page", "p7", "page"],
        "text_for": {"Page": "x", "page": 5},
        "link": "ftp://files.example",
        "media": ["", {"path": "a.jpg", "caption": "x"}, {"path": "https://cdn.example/a.jpg"}],
        "thread": ["  "],
        "format": "sonnet",
        "origin": "mine",
        "topic": "Two words",
        "offer": "gift",
        "actions": ["question", "sing"],
        "effort": "20",
        "at": "tomorrow",
        "take_down_after": "0s",
        "priority": "high",
        "ai": "robot",
        "fit": "stretch",
        "ad": "perhaps",
        "options": {"page": "unlisted"},
        "mood": float("nan"),
    }
    expected = {
        "text",
        "to[0]",
        "to[1]",
        "text_for.Page",
        "text_for.page",
        "link",
        "media[0].path",
        "media[1]",
        "media[2].path",
        "thread[0]",
        "format",
        "origin",
        "topic",
        "offer",
        "actions[1]",
        "effort",
        "at",
        "take_down_after",
        "priority",
        "ai",
        "fit",
        "ad",
        "options.page",
        "mood",
    }

    assert expected == set(faults_of(document))


@pytest.mark.parametrize(
    "link",
    [
        "atelier.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://a b.example",
        "https://u:p@a.example",
        "https://a:99999/",
    ],
)
def test_a_link_is_a_whole_web_address(link: str) -> None:
    """Anything else would go out as dead text, or lead somewhere nobody sees."""
    assert "whole web address" in faults_of({"text": "x", "link": link})["link"]


def test_values_of_the_wrong_kind_are_refused() -> None:
    """A list where a text belongs, a text where a table belongs, and values that no JSON can hold."""
    nested: list[object] = []
    for _ in range(30):
        nested = [nested]
    document = {
        "text": "x",
        "text_for": "page",
        "media": [{"alt": "no path"}],
        "effort": 20,
        "not_after": 20261201,
        "options": [],
        "deep": nested,
        "when": datetime(2026, 12, 1, tzinfo=UTC),
        "tags": {"b", "a"},
        "raw": b"bytes",
    }

    assert {"text_for", "media[0].path", "effort", "not_after", "options", "deep", "raw"} == set(faults_of(document))
    assert read({"text": "x", "when": document["when"], "tags": document["tags"]}).extra == {
        "when": "2026-12-01T00:00:00+00:00",
        "tags": ["a", "b"],
    }


def test_pythons_own_times_and_durations_are_taken() -> None:
    """As TOML gives them."""
    fields = read({"text": "x", "at": datetime(2026, 12, 1, 10, tzinfo=UTC), "effort": timedelta(minutes=20)})

    assert fields == read({"text": "x", "at": "2026-12-01T10:00:00+00:00", "effort": "20m"})
    assert "effort" in faults_of({"text": "x", "effort": timedelta(minutes=-1)})


@pytest.mark.parametrize("text", ["half \ud83d of a pair", "a\0b"])
def test_text_no_network_could_take_is_refused(text: str) -> None:
    """Lone surrogates and NUL cannot be sent."""
    assert "no network can take" in faults_of({"text": text})["text"]


def test_line_ends_are_those_of_unix() -> None:
    """A file from Windows or an old Mac gives the same post."""
    assert read({"text": "a\r\nb\rc"}) == read({"text": "a\nb\nc"})


def test_a_post_says_something() -> None:
    """Labels alone are no post; a picture or a link is."""
    assert set(faults_of({"draft": True})) == {"text"}
    assert read({"media": "ring.jpg"}).media == (MediaField("ring.jpg"),)
    assert read({"link": "https://atelier.example"}).text == ""


def test_unknown_keys_are_kept_and_named() -> None:
    """A misspelt field is not lost, and the warning says which was probably meant."""
    fields = read({"text": "x", "capaign": "summer", "weather": {"sun": [1, None]}, "extra": {"mood": "calm"}})

    assert unknown(fields) == ("mood", "capaign", "weather")
    assert [str(each) for each in warnings(fields)][1] == "capaign is not a field of a post; it is kept as it is (did you mean campaign?)"
    assert as_document(fields)["extra"] == {"mood": "calm", "capaign": "summer", "weather": {"sun": [1, None]}}


def test_numbers_and_switches_may_be_text() -> None:
    """A CSV cell and a command's option say the same as YAML."""
    assert read({"text": "x", "priority": "3", "ad": "yes", "draft": "TRUE"}) == read(
        {"text": "x", "priority": 3, "ad": True, "draft": True}
    )


def test_words_may_be_written_as_in_the_settings() -> None:
    """`behind_the_scenes` in evenly.toml is the action behind-the-scenes."""
    assert read({"text": "x", "actions": "behind_the_scenes", "origin": "Third_Party"}).actions == ("behind-the-scenes",)


def test_the_wording_of_an_account_wins_over_the_text() -> None:
    """`text_for` is for one account only."""
    fields = read({"text": "all", "text_for": {"page": "page"}})

    assert (fields.wording("page"), fields.wording("toots")) == ("page", "all")


def test_a_date_alone_bounds_the_whole_day() -> None:
    """Not before a day begins with it, not after a day ends with it."""
    fields = read({"text": "x", "not_before": "2026-12-01", "not_after": "2026-12-01"})

    assert (fields.not_before, fields.not_after) == (When("2026-12-01T00:00:00"), When("2026-12-01T23:59:59"))


def test_a_fixed_time_needs_the_time_of_day() -> None:
    """Midnight is nobody's wish."""
    assert "T10:00" in faults_of({"text": "x", "at": "2026-12-01"})["at"]


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ({"not_before": "2026-12-02", "not_after": "2026-12-01"}, "not_after"),
        ({"at": "2026-12-01T10:00", "not_before": "2026-12-02T00:00"}, "at"),
        ({"at": "2026-12-03T10:00+01:00", "not_after": "2026-12-02T00:00Z"}, "at"),
    ],
)
def test_times_that_leave_no_moment_are_refused(times: dict[str, str], field: str) -> None:
    """Found at the door, not when the post is missed."""
    assert set(faults_of({"text": "x", **times})) == {field}


def test_a_time_without_offset_is_the_accounts_wall_time() -> None:
    """Ten o'clock is another instant in Paris than in New York."""
    when = When.parse("2026-12-01T10:00")

    assert when.instant("Europe/Paris") == datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert when.instant("America/New_York") == datetime(2026, 12, 1, 15, tzinfo=UTC)


def test_a_time_with_offset_is_the_same_everywhere() -> None:
    """The zone of the account does not matter."""
    assert When.parse("2026-12-01T10:00+01:00").instant("Asia/Tokyo") == datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "zone", "nearest"),
    [
        ("2026-03-29T02:30", "Europe/Paris", "2026-03-29T01:59 and 2026-03-29T03:00"),
        ("2026-10-04T02:00", "Australia/Sydney", "2026-10-04T01:59 and 2026-10-04T03:00"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-04T01:59 and 2026-10-04T02:30"),
    ],
)
def test_a_skipped_time_is_refused_with_the_nearest_ones(written: str, zone: str, nearest: str) -> None:
    """As the clocks go forward an hour does not exist, in either hemisphere."""
    with pytest.raises(FieldRefused) as refused:
        When.parse(written).instant(zone)

    assert str(refused.value).endswith(f"The nearest times are {nearest}")


def test_a_time_that_comes_twice_is_the_first() -> None:
    """As the clocks go back, 02:30 is summer time."""
    assert When.parse("2026-10-25T02:30").instant("Europe/Paris") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@settings(deadline=None)
@given(st.datetimes(wall("2020-01-01"), wall("2030-01-01")), st.sampled_from(["Europe/Paris", "America/Santiago", "Australia/Lord_Howe"]))
def test_the_clock_shows_the_time_that_was_meant(clock: datetime, zone: str) -> None:
    """Whatever is not refused reads the same on the account's own clock."""
    try:
        instant = When.parse(clock.isoformat()).instant(zone)
    except FieldRefused:
        return
    assert clock == instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
