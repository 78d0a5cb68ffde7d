"""Addresses in Rest.li's syntax, headers, and what names of LinkedIn's tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly.plugin import Media
from evenly_linkedin import urns, versions
from evenly_linkedin.calls import Calls, listed, value
from tests.plugins.linkedin.endpoints import contract

CALLS = Calls("202609", "a-token")


@pytest.mark.parametrize("case", [each for each in contract()["restli_encoding_cases"] if "value" in each], ids=lambda case: case["param"])
def test_values_are_encoded_and_syntax_is_not(case: dict[str, Any]) -> None:
    """As LinkedIn's own client does it."""
    given = case["value"]
    assert (listed(given) if isinstance(given, list) else value(given)) == case["encoded"]


def test_brackets_reach_the_wire() -> None:
    """An HTTP client would encode them."""
    request = CALLS.get("posts", {"ids": listed(["urn:li:share:1", "urn:li:share:2"])})
    assert request.url.raw_path == b"/rest/posts?ids=List(urn%3Ali%3Ashare%3A1,urn%3Ali%3Ashare%3A2)"


def test_every_versioned_call_names_version_and_protocol() -> None:
    """There is no default version."""
    headers = CALLS.post("posts", {}).headers
    assert (headers["linkedin-version"], headers["x-restli-protocol-version"]) == ("202609", "2.0.0")
    assert headers["authorization"] == "Bearer a-token"
    assert "linkedin-version" not in CALLS.who().headers


def test_the_token_is_not_shown() -> None:
    """A traceback may print the value."""
    assert "a-token" not in repr(CALLS)


def test_the_token_goes_to_linkedin_itself_only(tmp_path: Path) -> None:
    """Another upload host gets the bytes alone."""
    file = tmp_path / "a.jpg"
    file.write_bytes(b"0123456789")
    media = Media(path=file, kind="picture", mime="image/jpeg", bytes=10)
    assert "authorization" in CALLS.put("https://www.linkedin.com/dms-uploads/a/0", media).headers
    elsewhere = CALLS.put("https://media.licdn.com/a", media, 2, 5)
    assert "authorization" not in elsewhere.headers
    assert (elsewhere.read(), elsewhere.headers["content-length"]) == (b"2345", "4")


@pytest.mark.parametrize("case", contract()["urn_time_cases"], ids=lambda case: case["urn"])
def test_a_posts_name_tells_when_it_was_made(case: dict[str, str]) -> None:
    """To the millisecond."""
    assert urns.made_at(case["urn"]) == datetime.fromisoformat(case["utc"])


@pytest.mark.parametrize("urn", ["urn:li:person:AbC", "urn:li:organization:12", "urn:li:share:x", "", "urn:li:share:" + "9" * 40])
def test_other_names_tell_no_time(urn: str) -> None:
    """Nor does a number beyond all dates."""
    assert urns.made_at(urn) is None


def test_comments_have_the_name_of_their_post_and_a_number() -> None:
    """Whichever of its names LinkedIn gives, the number is the same."""
    urn = urns.comment("urn:li:share:1", "22")
    assert urns.comment_parts(urn) == ("urn:li:share:1", "22")
    assert urns.comment_parts("urn:li:share:1") is None
    assert [urns.last_number(each) for each in (urn, "22", "urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A9%2C22%29", None)] == [
        "22",
        "22",
        "22",
        None,
    ]


def test_a_version_lives_for_a_year() -> None:
    """And its end is told two months ahead."""
    end = datetime(2027, 9, 15, tzinfo=UTC)
    assert versions.ends("202609") == end
    assert not versions.may_be_over("202609", end - timedelta(seconds=1))
    assert versions.may_be_over("202609", end)
    assert not versions.ends_soon("202609", end - timedelta(days=61))
    assert versions.ends_soon("202609", end - timedelta(days=59))
