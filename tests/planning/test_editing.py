"""How changes are laid over what was written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from evenly import media
from evenly.planning import Desk, Edit, PostRefused, editing
from evenly.planning.editing import merged
from evenly.store import queue
from tests.planning.desks import NOW, add, everything

WORDS = st.text(max_size=5)
TABLES = st.dictionaries(st.sampled_from("abc"), WORDS | st.none(), max_size=3)
DOCUMENTS = st.fixed_dictionaries({}, optional={"text": WORDS, "link": WORDS, "text_for": TABLES, "topic": WORDS})


def _clean(document: dict[str, object]) -> dict[str, object]:
    tables = {
        name: {key: each for key, each in value.items() if each is not None} for name, value in document.items() if isinstance(value, dict)
    }
    return {**document, **tables}


@given(DOCUMENTS)
def test_nothing_changed_is_nothing_changed(stored: dict[str, object]) -> None:
    """Beside what was counted from the fields."""
    assert merged({**stored, "effort_minutes": 5.0}, {}) == stored


@given(DOCUMENTS, DOCUMENTS)
def test_the_same_changes_twice_are_the_same_as_once(stored: dict[str, object], changes: dict[str, object]) -> None:
    """What is said again was said already."""
    once = merged(_clean(stored), changes)

    assert merged(once, changes) == once


@given(DOCUMENTS, DOCUMENTS)
def test_what_is_not_named_stays_and_what_is_named_counts(stored: dict[str, object], changes: dict[str, object]) -> None:
    """Field by field."""
    found = merged(stored, changes)

    assert all(found[name] == value for name, value in stored.items() if name not in changes)
    assert all(found[name] == value for name, value in changes.items() if name != "text_for")


def test_none_takes_a_value_away() -> None:
    """Of a field, or of one account in it."""
    stored = {"link": "https://a.example", "text_for": {"pins": "a", "notes": "b"}, "options": {"pins": {"x": 1}}}

    changes = {"link": None, "text_for": {"pins": None}, "options": {"pins": {"x": None}}}

    assert merged(stored, changes) == {"text_for": {"notes": "b"}, "options": {}}


def test_a_refused_edit_of_one_account_changes_no_other(desk: Desk) -> None:
    """All or nothing, although the first would have been fine."""
    add(desk, "Hello", to=["pins", "notes"])
    before = everything(desk)

    with pytest.raises(PostRefused, match="notes: Board takes 50 characters"):
        editing.edit(desk, "p1", Edit(changes={"text": "Hi", "text_for": {"notes": "x" * 60}}, root=desk.settings.folder), now=NOW)

    assert everything(desk) == before


def test_parts_come_and_go(desk: Desk) -> None:
    """A thread grows, shrinks, and its first comment keeps the last place."""
    (one,) = add(desk, "One", thread=["Two"], first_comment="Comment")

    def parts(**changes: object) -> list[tuple[str, str]]:
        editing.edit(desk, "1", Edit(changes=changes, root=desk.settings.folder), now=NOW)
        with desk.store.read() as connection:
            return [(part.kind, part.content["text"]) for part in queue.parts_of(connection, one)]

    assert parts(thread=["Two", "Three"]) == [("post", "One"), ("reply", "Two"), ("reply", "Three"), ("comment", "Comment")]
    assert parts(thread=None) == [("post", "One"), ("comment", "Comment")]
    assert parts(first_comment=None) == [("post", "One")]


def test_nobody_waits_while_pictures_are_made_to_fit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures take their time, and a writing transaction keeps everybody else waiting."""
    add(desk, "A ring")
    Image.new("RGB", (40, 30), "teal").save(desk.settings.folder / "ring.png")
    fit, fitted = media.fit, []

    def fit_while_another_writes(*arguments: Any, **more: Any) -> media.Fitted:
        with desk.store.write() as connection:
            queue.nonce(connection)
        fitted.append(arguments[0].name)
        return fit(*arguments, **more)

    monkeypatch.setattr(media, "fit", fit_while_another_writes)
    changes = {"media": [{"path": "ring.png", "alt": "A ring"}]}

    edited = editing.edit(desk, "p1", Edit(changes=changes, root=desk.settings.folder), now=NOW)

    assert fitted == ["ring.png"]
    with desk.store.read() as connection:
        (part,) = queue.parts_of(connection, edited.deliveries[0])
    assert [each["alt"] for each in part.content["media"]] == ["A ring"]
