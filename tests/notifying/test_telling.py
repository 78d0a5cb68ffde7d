"""What publishing finds out reaches people: once, gathered, after a restart too, and never at publishing's expense."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from evenly.messages import shown, speaking
from evenly.notifying import courier, webhook
from evenly.plugin import Event, Message, hookimpl
from evenly.plugin.testing import Fault, Served, faults, serve
from evenly.store import StoreFull, accounts, notices
from tests.notifying.post_office import Office, news, office, welcome

HOOK = '[notify]\non = {on}\n[notify.webhook]\nurl = "{url}/hook"\n'
EVERYTHING = '["uncertain", "failed", "missed", "held", "sign-in-needed", "alarm", "published"]'
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TOO_LONG = "x" * 5000


@contextmanager
def told(folder: Path, served: Served, on: str = EVERYTHING, **brand: str) -> Iterator[Office]:
    with office(folder, HOOK.format(on=on, url=served.url), **brand) as here:
        here.keep("webhook", SECRET)
        yield here


@pytest.fixture
def receiver() -> Iterator[Served]:
    with serve(welcome) as served:
        yield served


@pytest.fixture
def here(tmp_path: Path, receiver: Served) -> Iterator[Office]:
    with told(tmp_path, receiver) as made:
        yield made


def letters(receiver: Served) -> list[dict[str, Any]]:
    return [json.loads(seen.body)["data"] for seen in receiver.log]


def events(receiver: Served) -> list[tuple[str, str | None]]:
    return [(event["event"], event["delivery"]) for letter in letters(receiver) for event in letter["events"]]


def waiting(here: Office) -> int:
    with here.scene.desk.store.read() as connection:
        return sum(notices.waiting(connection).values())


def publish(here: Office) -> None:
    here.scene.run(here.scene.publisher(notify=here.outbox.put))


def test_what_became_of_each_delivery_is_told(here: Office, receiver: Served) -> None:
    """One letter about both: what is out, and what the network refused."""
    good, bad = here.scene.queue("Good morning"), here.scene.queue(TOO_LONG)

    publish(here)
    here.later(minutes=1)
    here.send("webhook")

    assert sorted(events(receiver)) == [("failed", str(bad)), ("published", str(good))]
    assert letters(receiver)[0]["summary"].endswith("1 delivery needs you, 1 post is published")


def test_only_what_was_asked_for_is_told(tmp_path: Path, receiver: Served) -> None:
    """Success is silent unless it is wanted."""
    with told(tmp_path, receiver, on='["failed"]') as here:
        here.scene.queue("Good morning")
        publish(here)
        assert waiting(here) == 0


def test_without_a_channel_nothing_is_written_down(tmp_path: Path) -> None:
    """Publishing pays for no news that nobody wants."""
    with office(tmp_path, "") as here:
        here.scene.queue(TOO_LONG)
        publish(here)
        assert waiting(here) == 0


def test_a_burst_is_one_letter(here: Office, receiver: Served) -> None:
    """An outage fails two hundred deliveries within a minute: one letter says so."""
    here.put(*(news(number) for number in range(1, 201)))
    assert not here.send("webhook"), "it is gathered for a minute"

    here.later(minutes=1)
    assert here.send("webhook")
    assert not here.send("webhook")

    (letter,) = letters(receiver)
    assert letter["summary"].endswith(": 200 deliveries need you")
    assert len(letter["events"]) == 200


def test_letters_are_few_even_if_news_never_ends(here: Office, receiver: Served) -> None:
    """Ten an hour; what comes then is gathered, and nothing of it lost."""
    for number in range(1, 61):
        here.put(news(number))
        here.later(minutes=1)
        here.send("webhook")
    assert len(receiver.log) == courier.MOST_AN_HOUR

    here.later(minutes=2)
    while here.send("webhook"):
        here.later(minutes=1)
    assert len(receiver.log) == courier.MOST_AN_HOUR + 1
    assert [delivery for _kind, delivery in events(receiver)] == [str(number) for number in range(1, 61)]


def test_the_same_news_is_told_once(here: Office, receiver: Served) -> None:
    """Also if it comes again after it was told, or from another process."""
    here.put(news(), news())
    here.later(minutes=1)
    here.send("webhook")
    here.restarted().put(news())
    here.later(minutes=1)
    here.send("webhook")

    assert events(receiver) == [("failed", "1")]


def test_a_delivery_that_fails_again_is_told_again(here: Office, receiver: Served) -> None:
    """Released in between, it was claimed anew."""
    from evenly.planning import changing

    bad = here.scene.queue(TOO_LONG)
    for _ in range(2):
        publish(here)
        here.later(minutes=1)
        here.send("webhook")
        changing.publish_now(here.scene.desk, [str(bad)], now=here.scene.clock.now())

    assert events(receiver) == [("failed", str(bad))] * 2


def test_what_waits_outlasts_the_process(here: Office, receiver: Served) -> None:
    """Killed between the event and the letter: the next process sends it."""
    here.put(news())

    again = here.restarted()
    again.later(minutes=1)
    again.send("webhook")

    assert events(receiver) == [("failed", "1")]


def test_a_letter_whose_sender_died_is_sent_again(here: Office, receiver: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """After two minutes, by whoever is there; not before, since the first may still be at it."""

    class Killed(BaseException):
        pass

    def die(*_arguments: Any, **_options: Any) -> None:
        raise Killed

    here.put(news())
    here.later(minutes=1)
    with monkeypatch.context() as patched:
        patched.setattr(webhook, "send", die)
        with pytest.raises(Killed):
            here.send("webhook")

    again = here.restarted()
    assert not again.send("webhook")
    again.later(minutes=2)
    assert again.send("webhook")
    assert events(receiver) == [("failed", "1")]


def test_a_receiver_that_is_down_is_tried_with_longer_and_longer_pauses(tmp_path: Path) -> None:
    """And what nobody took for a day is given up, in the log."""
    with serve(welcome, [Fault(faults.fail(503))]) as served, told(tmp_path, served) as here:
        here.put(news())
        tries = []
        for minute in range(1, 121):
            here.later(minutes=1)
            before = len(served.log)
            here.send("webhook")
            tries += [minute] if len(served.log) > before else []

        assert tries == [1, 2, 4, 8, 16, 32, 62, 92]


def test_old_news_is_dropped_and_said_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Older than a day it would only puzzle."""
    with serve(welcome) as served, told(tmp_path, served) as here:
        here.put(news())
        here.later(hours=25)

        assert not here.send("webhook")

        assert (waiting(here), list(served.log)) == (0, [])
        assert "1 notifications could not be sent for a day" in caplog.text


@pytest.mark.parametrize("fault", [faults.hang, faults.drop, faults.fail(500)], ids=["hangs", "hangs up", "fails"])
def test_whatever_a_receiver_does_publishing_goes_on(tmp_path: Path, fault: Any) -> None:
    """Each post is out at once and in order; the news waits."""
    with serve(welcome, [Fault(fault)]) as served, told(tmp_path, served) as here:
        posts = [here.scene.queue(f"Post {number}") for number in range(5)]
        sending = threading.Thread(target=here.courier.flush, args=(timedelta(seconds=30),), daemon=True)
        here.put(news(99))
        sending.start()
        began = time.monotonic()
        publish(here)

        assert time.monotonic() - began < 5
        assert [here.scene.state(post) for post in posts] == ["published"] * 5
        assert waiting(here) >= 5


def test_ending_waits_for_a_receiver_only_so_long(tmp_path: Path) -> None:
    """`publish` and `run --once` end soon; what is left waits for the next process."""
    with serve(welcome, [Fault(faults.hang)]) as served, told(tmp_path, served) as here:
        here.put(news())
        began = time.monotonic()

        here.courier.flush(timedelta(seconds=0.3))

        assert time.monotonic() - began < 3
        assert waiting(here) == 1


def test_ending_sends_at_once_what_is_there(here: Office, receiver: Served) -> None:
    """Nobody waits for a minute to gather more."""
    here.put(news(1), news(2))

    here.courier.flush(timedelta(seconds=20))

    assert events(receiver) == [("failed", "1"), ("failed", "2")]


def test_a_store_in_trouble_costs_publishing_nothing_and_loses_no_news(
    here: Office, receiver: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk: the news is kept in memory and written down once there is room."""

    def full(*_arguments: Any, **_options: Any) -> bool:
        raise StoreFull(Message("The disk is full."))

    post = here.scene.queue("Good morning")
    with monkeypatch.context() as patched:
        patched.setattr(notices, "put", full)
        publish(here)
    assert here.scene.state(post) == "published"
    assert waiting(here) == 0

    here.courier.tidy()
    here.later(minutes=1)
    assert here.send("webhook")
    assert events(receiver) == [("published", str(post))]


def test_a_sign_in_that_ends_is_told_once_whoever_found_it_out(here: Office, receiver: Served) -> None:
    """Publishing sends an event, renewing tokens does not: the account's row tells of both."""
    reason = Message("The token was revoked.")
    with here.scene.desk.store.write() as connection:
        accounts.sign_in_needed(connection, "pin", "board", reason)
    for _ in range(3):
        here.send("webhook")
        here.put(Event(kind="sign-in-needed", account="pin", message=reason))
        here.later(minutes=1)
    assert events(receiver) == [("sign-in-needed", None)]

    here.scene.sign_in("pin")
    here.later(minutes=1)
    with here.scene.desk.store.write() as connection:
        accounts.sign_in_needed(connection, "pin", "board", reason)
    here.send("webhook")
    here.later(minutes=1)
    here.send("webhook")
    assert events(receiver) == [("sign-in-needed", None)] * 2


def test_the_brands_language_is_spoken_whatever_the_terminals_is(tmp_path: Path, receiver: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A daemon often has none; and the terminal's is not changed by it."""
    monkeypatch.setenv("LANGUAGE", "en")
    said = "The disk is full: make room, nothing is lost."
    with told(tmp_path, receiver, language="fr-CA") as here:
        here.put(news(message=Message(said)))
        here.later(minutes=1)
        assert here.send("webhook")

    (letter,) = letters(receiver)
    assert letter["events"][0]["message"] == "Le disque est plein : faites de la place, rien n’est perdu."
    assert shown(Message(said)) == said
    with speaking("de"):
        assert shown(Message(said)) == said, "a language that evenly does not speak"


class Listener:
    """A stranger's package that wants to hear of everything, and may fall over it."""

    def __init__(self, falls: bool = False) -> None:
        self.heard: list[str] = []
        self.falls = falls

    @hookimpl
    def notify(self, event: Event) -> None:
        self.heard.append(f"{event.kind} {event.delivery}: {event.message}")
        if self.falls:
            raise RuntimeError("nobody is at home")


@pytest.mark.parametrize("falls", [False, True])
def test_packages_with_the_hook_hear_each_event_by_itself_off_publishings_threads(tmp_path: Path, falls: bool) -> None:
    """Also those that `on` leaves out, also without any channel; one that raises is not asked again."""
    with office(tmp_path, "") as here:
        listener = Listener(falls)
        here.scene.desk.networks.add("listener", listener)
        post = here.scene.queue("Good morning")
        publish(here)
        assert listener.heard == []

        assert here.courier.channels() == ("plugins",)
        assert here.send("plugins")
        assert not here.send("plugins")

        assert len(listener.heard) == 1
        assert listener.heard[0].startswith(f"published {post}: Published: ")


def test_one_channel_that_fails_holds_up_no_other(tmp_path: Path, receiver: Served, caplog: pytest.LogCaptureFixture) -> None:
    """Each has its own copy of the news."""
    caplog.set_level(logging.WARNING)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    mail = f'[notify.email]\nto = "anna@atelier.example"\nserver = "127.0.0.1:{port}"\n'
    with office(tmp_path, HOOK.format(on=EVERYTHING, url=receiver.url) + mail) as here:
        here.keep("webhook", SECRET)
        here.put(news())
        here.courier.flush(timedelta(seconds=20))

        assert events(receiver) == [("failed", "1")]
        assert waiting(here) == 1
        assert "email: The mail server 127.0.0.1 did not take the letter" in caplog.text
