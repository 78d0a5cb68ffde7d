"""What people read: short, in order, with what to do next."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.notifying.letters import Letter, letter, line
from evenly.plugin import Message
from evenly.settings import Brand, Settings
from evenly.store.notices import Notice
from tests.publishing.scene import START

SETTINGS = Settings.model_construct(brand=Brand(name="Atelier"), folder=Path("atelier"))


def notice(number: int, kind: str, message: Message | None = None, url: str | None = None) -> Notice:
    said = message or Message("The picture is too large.")
    about = None if kind == "sign-in-needed" else str(number)
    return Notice(id=number, kind=kind, message=said, at=START, account="page", delivery=about, url=url)


def written(*notices: Notice) -> Letter:
    return letter("an-id", notices, SETTINGS, at=START + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("published", "published on page"),
        ("failed", "a delivery on page has failed"),
        ("uncertain", "nobody knows whether a delivery on page is out"),
        ("missed", "a delivery on page was missed"),
        ("held", "a delivery on page is held back"),
        ("sign-in-needed", "page needs a new sign-in"),
        ("alarm", "please look at a delivery on page"),
    ],
)
def test_one_event_is_told_in_the_subject(kind: str, subject: str) -> None:
    """Whoever sees no more than that knows what it is about."""
    assert written(notice(3, kind)).subject == f"Atelier: {subject}"


def test_several_events_are_counted_in_the_subject() -> None:
    """What needs a person first."""
    kinds = ("failed", "uncertain", "held", "sign-in-needed", "published", "published")
    made = written(*(notice(number, kind) for number, kind in enumerate(kinds)))

    assert made.subject == "Atelier: 3 deliveries need you, 1 account needs a new sign-in, 2 posts are published"


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("failed", "evenly show 3"),
        ("missed", "evenly release 3"),
        ("held", "evenly release 3"),
        ("uncertain", "evenly settle 3 --published URL | --not-published"),
        ("sign-in-needed", "evenly connect page"),
    ],
)
def test_each_event_says_what_to_do_next(kind: str, command: str) -> None:
    """On a line of its own, to be copied."""
    assert written(notice(3, kind)).text.splitlines()[-1].strip() == command


def test_a_doubt_that_says_how_to_settle_it_is_not_told_twice() -> None:
    said = Message("Delivery {id} on page: If it is there: evenly settle {id} --published URL.", id=3)

    assert written(notice(3, "uncertain", said)).text == f"{said}\n"


def test_an_address_is_given_once_and_leads_somewhere() -> None:
    """A network's own id is no address to tap on; several addresses are none either."""
    url = "https://social.example/1"
    out = written(notice(3, "published", Message("Published: {url}", url=url), url))

    assert out.text.count(url) == 1
    assert out.url == url
    assert written(notice(3, "published", url="12_34")).url is None
    assert written(notice(3, "published", url=url), notice(4, "published", url=url + "1")).url is None


def test_a_long_letter_ends_with_how_many_more_there_are() -> None:
    """All of them are counted, and all are in the letter's events."""
    made = written(*(notice(number, "failed") for number in range(100)))

    assert made.text.count("The picture is too large.") == 30
    assert made.text.endswith("… and 70 more: evenly queue\n")
    assert len(made.events) == 100


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    """Nothing in it ends a header or commands a terminal."""
    assert line(text).isprintable()
    assert len(line(text).splitlines()) <= 1


@given(st.text(max_size=3000), st.text(max_size=50))
def test_no_message_breaks_out_of_its_place(said: str, url: str) -> None:
    """Subjects are one line; messages are shortened."""
    made = written(notice(1, "failed", Message("{said}", said=said), url))

    assert made.subject.isprintable()
    assert all(len(each.message) <= 1000 and each.message.isprintable() for each in made.events)
