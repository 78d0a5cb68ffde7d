"""The values, messages and errors that pass between the core and a network."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import timedelta

import pytest

import evenly.plugin
from evenly.plugin import (
    Account,
    App,
    Credentials,
    Duplicate,
    Message,
    Metrics,
    NetworkError,
    OutcomeUnknown,
    Part,
    PostRejected,
    PrepareAgain,
    Problem,
    SignInNeeded,
    TryLater,
    characters,
    types,
)

VALUES = [value for value in vars(types).values() if dataclasses.is_dataclass(value)]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.__name__)
def test_values_are_frozen_and_slotted(value: type) -> None:
    """What a plugin is given stays as it was."""
    assert value.__dataclass_params__.frozen  # type: ignore[attr-defined]  # set by dataclass()
    assert "__slots__" in vars(value)


def test_the_door_lists_what_it_offers() -> None:
    """`__all__` is the promise: sorted, complete, and everything is there."""
    offered = evenly.plugin.__all__
    modules = {name for name, value in vars(evenly.plugin).items() if type(value) is type(sys)}
    public = {name for name in vars(evenly.plugin) if not name.startswith("_")} - modules - {"annotations"}

    assert offered == sorted(offered)
    assert set(offered) == public


def test_the_door_opens_without_heavy_libraries() -> None:
    """A plugin's import must not cost what it does not use."""
    program = "import sys, evenly.plugin; print(*sorted({'httpx', 'tweepy', 'PIL', 'sqlalchemy', 'pydantic', 'pytest'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split() == []


def test_credentials_never_show_themselves() -> None:
    """`repr` says what is held, not what it is."""
    held = Credentials(access_token="t0ken", refresh_token="r3fresh", client_secret="s3cret", extra={"app_password": "p4ss"})
    shown = repr(held) + repr(Account(id="a", network="n", credentials=held)) + repr(App("id", "s3cret"))

    assert "access_token=…" in shown
    assert not [secret for secret in ("t0ken", "r3fresh", "s3cret", "p4ss") if secret in shown]


def test_a_figure_of_zero_is_known_and_an_absent_one_is_not() -> None:
    """Absent is never 0."""
    assert Metrics(views=0, likes=3).known() == {"views": 0, "likes": 3}


def test_the_networks_own_names_are_no_figures() -> None:
    """Who gives none, as plugins of before, is as equal and as hashable as ever; nobody shares a mapping with another."""
    named = Metrics(views=5, counted_as={"views": "post_media_view"})

    assert named.known() == {"views": 5}
    assert Metrics(likes=1) == Metrics(likes=1)
    assert len({Metrics(likes=1), Metrics(likes=1), named}) == 2
    assert Metrics().counted_as == {}
    assert Metrics().counted_as is not Metrics().counted_as


def test_text_counts_in_code_points_by_default() -> None:
    """Networks that count otherwise bring their own count."""
    assert characters(Account(id="a", network="n"), Part(text="né👍🏽")) == 4


def test_a_message_is_its_english_sentence_with_values() -> None:
    """The sentence is the id of its translation; the values are filled in where it is shown."""
    message = Message("{host} answered {status}.", host="n.example", status=500)

    assert str(message) == "n.example answered 500."
    assert message == Message("{host} answered {status}.", host="n.example", status=500)
    assert message != Message("{host} answered {status}.", host="n.example", status=502)
    assert message != "n.example answered 500."
    assert len({message, Message("{host} answered {status}.", host="n.example", status=500)}) == 1
    assert repr(message) == "Message('n.example answered 500.')"


def test_a_sentence_from_outside_may_hold_braces() -> None:
    """A network's own words are a value, never a template."""
    assert str(PostRejected("no {such} thing")) == "no {such} thing"


@pytest.mark.parametrize("error", [PostRejected("no"), Duplicate("7"), PrepareAgain(), SignInNeeded(), TryLater(), OutcomeUnknown()])
def test_every_error_is_a_network_error_with_a_sentence(error: NetworkError) -> None:
    """One tree; each says something even when the plugin gave no words."""
    assert isinstance(error.message, Message)
    assert str(error) == str(error.message) != ""


def test_errors_carry_what_the_next_step_needs() -> None:
    """The wait, its scope, the id of the equal post, the field to edit."""
    problem = Problem(Message("Too long."), "text")

    assert (TryLater(timedelta(minutes=1), "app").wait, TryLater(scope="account").scope) == (timedelta(minutes=1), "account")
    assert Duplicate("7").remote_id == "7"
    assert (PostRejected(problem).problem, str(PostRejected(problem))) == (problem, "Too long.")
