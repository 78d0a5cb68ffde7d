"""A text is as long as X says, and what X takes for an address counts 23."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly_x import urls
from evenly_x.counting import counted, length

#: Of twitter-text (Apache-2.0, Copyright Twitter, Inc. and other contributors): https://github.com/twitter/twitter-text
_CASES: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "twitter-text-conformance.json").read_text(encoding="utf-8"))
_HOSTILE = {
    "labels": "a." * 12_500,
    "wide labels": "あ." * 12_500,
    "one long label": "あ" * 25_000,
    "brackets": "http://a.com/" + "(a" * 10_000,
    "commas": "http://a.com/?" + "," * 20_000,
    "schemes": "http://" * 4_000,
    "joiners": "👨\u200d" * 8_000,
    "domains": "a.com." * 4_000,
    "dashes": "a-_." * 6_000,
}


def cases(*sections: str) -> list[Any]:
    return [pytest.param(each, id=f"{section}: {each['description']}") for section in sections for each in _CASES[section]]


@pytest.mark.parametrize("case", cases("weighted_v3", "directional_markers"))
def test_the_published_cases_are_counted_as_published(case: dict[str, Any]) -> None:
    """Every case of twitter-text for the third version of the weights."""
    found = counted(case["text"])

    assert found.length == case["expected"]["weightedLength"]
    assert (found.valid and 0 < found.length <= 280) == case["expected"]["valid"]
    assert length(case["text"]) == found.length


@pytest.mark.parametrize("case", cases("urls", "tco_urls_with_params"))
def test_the_published_addresses_are_found(case: dict[str, Any]) -> None:
    """Every case of twitter-text: what is an address, and what only looks like one."""
    assert [url.text for url in urls.find(case["text"])] == case["expected"]


@pytest.mark.parametrize("case", cases("urls_with_indices", "urls_with_directional_markers"))
def test_the_published_addresses_are_found_where_they_stand(case: dict[str, Any]) -> None:
    """Start and end, in code points."""
    assert [{"url": url.text, "indices": [url.start, url.end]} for url in urls.find(case["text"])] == case["expected"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("Hello, world! 👋", 16),
        ("👩‍👩‍👧‍👦", 2),
        ("👍🏽", 2),
        ("🇫🇷🇩🇪", 4),
        ("1️⃣ 2️⃣", 5),
        ("☝️", 2),
        ("© ®", 3),
        ("©️", 2),
        ("123#*", 5),
        ("example.com", 23),
        ("a\nb", 3),
        ("e\u0301", 1),
        ("“quoted” – and — so", 19),
        ("…", 2),
        ("•", 2),
        ("€", 2),
        ("→™", 4),
        ("\u200d", 1),
        ("한국어", 6),
        ("日本", 4),
        ("Привет", 6),
        ("שלום", 4),
        ("ก", 1),
        ("ა", 1),
        ("@lapidaire", 10),
        ("me@example.com", 14),
    ],
)
def test_each_character_has_its_weight(text: str, expected: int) -> None:
    """As the published ranges have it."""
    assert counted(text).length == expected


@pytest.mark.parametrize(
    ("text", "exactly", "safely"), [("http://a.newtld", 15, 23), ("http://a.newtld/" + "x" * 30, 46, 46), ("a.newtld", 8, 8)]
)
def test_an_address_in_a_domain_of_after_the_list_is_never_counted_too_short(text: str, exactly: int, safely: int) -> None:
    """X may know the domain, and then counts 23."""
    assert (counted(text).length, length(text)) == (exactly, safely)


@given(st.text())
def test_no_text_is_too_odd_to_be_counted(text: str) -> None:
    """Addresses stand in the text, in order and apart; every length is at least 0."""
    found = urls.find(text)
    assert [text[each.start : each.end] for each in found] == [each.text for each in found]
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert 0 <= counted(text).length <= length(text)


@given(
    st.lists(
        st.sampled_from(["a", "あ", "com", "み", ".", "-", "_", "/", "(", ")", "?", "=", ":", "http://", "https://t.co/", "@", "é", " "])
    )
)
def test_addresses_are_apart_and_begin_where_they_may(pieces: list[str]) -> None:
    """However dots, dashes and schemes are mixed."""
    text = "".join(pieces)
    found = urls.find(text)
    assert [text[each.start : each.end] for each in found] == [each.text for each in found]
    assert all("." in each.text for each in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@pytest.mark.parametrize("text", _HOSTILE.values(), ids=_HOSTILE.keys())
@pytest.mark.timeout(10)
def test_counting_a_hostile_text_stays_quick(text: str) -> None:
    """As long as the longest post may be, and made to send the search astray."""
    assert length(text) > 0
