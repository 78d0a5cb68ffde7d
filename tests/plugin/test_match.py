"""Is this remote post that part?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.plugin import Absent, CannotTell, Found, Media, Part, RemotePost
from evenly.plugin.match import CLOCKS_DIFFER, matches, normalised, not_before, same_text, settled

SENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PART = Part(text="Good morning")
REMOTE = RemotePost(remote_id="7", text="Good morning", at=SENT, url="https://n.example/7")
PICTURE = Media(path=Path("a.jpg"), kind="picture", mime="image/jpeg", bytes=1)

texts = st.text(max_size=80)


@given(texts)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    """A normalised text is its own normal form."""
    assert normalised(normalised(text)) == normalised(text)


@given(texts, st.sampled_from([" ", "\n", "\r\n", "\t", "\u00a0"]))
def test_white_space_and_composition_do_not_matter(text: str, space: str) -> None:
    """Networks trim, fold and compose as they like."""
    assert same_text(text, normalize("NFD", space + text.replace(" ", space) + space))


@given(texts, st.integers(0, 80))
def test_a_letter_more_is_another_text(text: str, place: int) -> None:
    """Only white space and composition are forgiven."""
    assert not same_text(text, text[:place] + "x" + text[place:])


def found(remote: RemotePost, part: Part = PART, **sent: object) -> bool:
    arguments: dict[str, object] = {"text": part.text, "first_attempt": SENT} | sent
    return matches(remote, part, **arguments)  # type: ignore[arg-type]  # a bag of keywords


def test_an_equal_text_after_the_first_attempt_is_ours() -> None:
    """The common case."""
    assert found(REMOTE)


@pytest.mark.parametrize(
    ("late", "ours"),
    [(timedelta(0), True), (-CLOCKS_DIFFER, True), (-CLOCKS_DIFFER - timedelta(seconds=1), False), (timedelta(days=1), True)],
)
def test_nothing_older_than_the_first_attempt_is_ours(late: timedelta, *, ours: bool) -> None:
    """Clocks may differ by two minutes, and no more."""
    assert found(replace(REMOTE, at=SENT + late)) is ours
    assert (SENT + late >= not_before(SENT)) is ours


@pytest.mark.parametrize(
    ("change", "ours"),
    [
        ({"text": "Good evening"}, False),
        ({"text": " Good\n morning "}, True),
        ({"ours": False}, False),
        ({"ours": True}, True),
        ({"media": ("m1",)}, False),
        ({"media_count": 1}, False),
        ({"media_count": 0}, True),
        ({"parent": "6"}, False),
    ],
)
def test_what_differs_is_another_post(change: dict[str, object], *, ours: bool) -> None:
    """Text, app, media and parent all count."""
    assert found(replace(REMOTE, **change)) is ours  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(("parent", "ours"), [("6", True), ("5", False), (None, True)])
def test_a_reply_answers_its_own_parent(parent: str | None, *, ours: bool) -> None:
    """Where the network tells the parent it must be ours."""
    assert found(replace(REMOTE, parent=parent), parent="6") is ours


def test_ids_of_media_are_the_best_proof() -> None:
    """They decide against a text that the network has changed, and against an equal text with other pictures."""
    part = replace(PART, media=(PICTURE,))

    assert found(replace(REMOTE, text="Good morning…", media=("m1",)), part, media=["m1"])
    assert not found(replace(REMOTE, media=("m2",)), part, media=["m1"])


def test_where_media_are_only_counted_the_count_decides() -> None:
    """No ids, but as many pictures."""
    part = replace(PART, media=(PICTURE,))

    assert found(replace(REMOTE, media_count=1), part, media=["m1"])
    assert not found(replace(REMOTE, media_count=2), part, media=["m1"])


def test_one_candidate_is_found() -> None:
    """With its id, address and time."""
    verdict = settled([REMOTE])

    assert isinstance(verdict, Found)
    assert (verdict.published.remote_id, verdict.published.url, verdict.published.at) == ("7", REMOTE.url, SENT)


def test_no_candidate_is_absence_and_several_are_doubt() -> None:
    """Two equal posts cannot be told apart."""
    assert settled([]) == Absent()
    assert settled([REMOTE, replace(REMOTE, remote_id="8")], look_again=timedelta(minutes=1)) == CannotTell(timedelta(minutes=1))
