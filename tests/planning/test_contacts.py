"""`{@name}` becomes the handle that goes with the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evenly.planning import ChangeRefused, Desk, Edit, PostRefused, editing
from tests.planning.desks import NOW, SETTINGS, add, row, workspace

CONTACTS = """
[contacts.lapidaire]
board = "@lap"
mastodon = "@lapidaire@social.example"
[contacts.elsewhere]
mastodon = "@elsewhere@social.example"
"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with workspace(tmp_path / "brand", SETTINGS + CONTACTS) as desk:
        yield desk


def texts(desk: Desk, delivery: int) -> list[str]:
    from evenly.store import queue

    with desk.store.read() as connection:
        return [part.content["text"] for part in queue.parts_of(connection, delivery)]


def refused(desk: Desk, text: str, **more: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(PostRefused) as caught:
        add(desk, text, **more)
    return [(str(problem), problem.field) for problem in caught.value.problems]


def test_every_text_of_a_post_gets_the_handle(desk: Desk) -> None:
    """The post, its thread and its comment; what was typed is kept as typed."""
    (delivery,) = add(desk, "With {@lapidaire}!", thread=["{@lapidaire}, again"], first_comment="By {@lapidaire}{@lapidaire}")

    assert texts(desk, delivery) == ["With @lap!", "@lap, again", "By @lap@lap"]
    assert row(desk, delivery).fields["text"] == "With {@lapidaire}!"


def test_an_edit_is_worded_likewise(desk: Desk) -> None:
    """By the contacts as they are now."""
    (delivery,) = add(desk, "Hello")

    editing.edit(desk, str(delivery), Edit(changes={"text": "Hello {@lapidaire}"}, root=desk.settings.folder), now=NOW)

    assert texts(desk, delivery) == ["Hello @lap"]


def test_the_length_that_counts_is_that_of_the_handle(desk: Desk) -> None:
    """Board takes 50 characters."""
    (delivery,) = add(desk, "x" * 46 + "{@lapidaire}")

    assert texts(desk, delivery) == ["x" * 46 + "@lap"]


def test_an_unknown_contact_is_refused_by_name(desk: Desk) -> None:
    """In its field, with those there are, and nothing is queued."""
    (said, field), *others = refused(desk, "x", thread=["{@nobody}"])

    assert (field, others) == ("thread[0]", [])
    assert said == "pins: There is no contact {@nobody}; evenly.toml has: elsewhere, lapidaire."


def test_a_contact_without_a_handle_there_is_refused_by_name(desk: Desk) -> None:
    """With what to add; each once, however often it is named."""
    ((said, field),) = refused(desk, "{@elsewhere} and {@elsewhere}")

    assert field == "text"
    assert said == ('pins: The contact elsewhere has no handle on board: add `board = "@…"` to [contacts.elsewhere] in evenly.toml.')


def test_a_wording_for_one_account_is_looked_at_in_its_own_field(desk: Desk) -> None:
    """The common text is not used there, so what it says does not matter."""
    ((_, field),) = refused(desk, "{@lapidaire}", text_for={"pins": "{@nobody}"})

    assert field == "text_for.pins"
    assert add(desk, "{@nobody}", text_for={"pins": "fine"})


@pytest.mark.parametrize("text", ["{lapidaire}", "@lapidaire", "{ @lapidaire}", "{@two words}", "{{}", "100 %"])
def test_other_braces_are_left_alone(desk: Desk, text: str) -> None:
    """Only a name in braces with @ is meant."""
    (delivery,) = add(desk, text)

    assert texts(desk, delivery) == [text]


def test_a_refused_edit_changes_nothing(desk: Desk) -> None:
    """As a refused post."""
    (delivery,) = add(desk, "Hello")

    with pytest.raises((PostRefused, ChangeRefused)):
        editing.edit(desk, str(delivery), Edit(changes={"text": "{@nobody}"}, root=desk.settings.folder), now=NOW)

    assert texts(desk, delivery) == ["Hello"]
