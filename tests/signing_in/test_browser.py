"""The browser comes back to this machine, or a person carries its address over; what it brings is believed only when it fits."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest

from evenly.plugin import Message, SignInNeeded
from evenly.signing_in.browser import browser, checked
from evenly.signing_in.redirects import DEFAULT, PASTED, RedirectRefused, Redirects, address, query_of

ANY_PORT = "http://127.0.0.1:0/"


class Person:
    """A person at a terminal, who answers what was agreed upon."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.read: list[str] = []
        self.asked: list[tuple[str, bool]] = []

    def say(self, text: str) -> None:
        self.read.append(text)

    def ask(self, question: str, *, secret: bool) -> str:
        self.asked.append((question, secret))
        return self.answers.pop(0)


def coming_back(uri: str, query: str, *before: str) -> Callable[[str], object]:
    """A browser that opens a page and goes to the redirect, after some other addresses."""

    def open_page(_url: str) -> None:
        def go() -> None:
            for path in before:
                httpx.get(uri.rstrip("/") + path)
            httpx.get(uri + query)

        threading.Thread(target=go).start()

    return open_page


def authorised(query: str, *before: str, state: str | None = "s") -> dict[str, str]:
    person = Person()
    opened: list[str] = []
    with browser(person, redirect=ANY_PORT, open_page=opened.append) as one:
        one.open_page = coming_back(one.redirect_uri, query, *before)  # type: ignore[attr-defined]  # its port is known only now
        return dict(one.authorise("https://network.example/consent", state=state))


def test_the_answer_of_the_redirect_is_given_back() -> None:
    """All of its query."""
    assert authorised("?code=c&state=s&more=1") == {"code": "c", "state": "s", "more": "1"}


def test_other_requests_of_a_browser_do_not_count() -> None:
    """Browsers ask for icons, and for the bare address."""
    assert authorised("?code=c&state=s", "/favicon.ico", "/", "/other?code=x&state=s")["code"] == "c"


def test_a_connection_that_is_opened_and_never_used_stops_nobody() -> None:
    """Browsers open connections in advance."""
    with Redirects(ANY_PORT) as redirects:
        host = urlsplit(redirects.uri)
        with socket.create_connection((host.hostname or "", host.port or 0)):
            httpx.get(redirects.uri + "?code=c")
            assert redirects.wait(timedelta(seconds=5)) == {"code": "c"}


def test_only_this_machine_can_send_an_answer() -> None:
    """The port is bound to loopback."""
    with Redirects(ANY_PORT) as redirects:
        assert redirects._server.server_address[0] == "127.0.0.1"


def test_the_page_says_that_it_may_be_closed_and_keeps_the_code_to_itself() -> None:
    """No address of it is passed on, and nothing is kept."""
    with Redirects(ANY_PORT) as redirects:
        page = httpx.get(redirects.uri + "?code=a-secret-code")

    assert "close this window" in page.text
    assert "a-secret-code" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "no-referrer" in page.text


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?error=access_denied&state=s", "Consent was refused"),
        ("?error=user_cancelled_authorize&error_description=cancelled&state=s", "Consent was refused"),
        ("?error=server_error&error_description=broken&state=s", "server_error (broken)"),
        ("?error=invalid_scope&state=s", "invalid_scope"),
        ("?code=c&state=other", "another sign-in"),
        ("?code=c", "another sign-in"),
    ],
)
def test_every_other_end_says_what_happened(query: str, sentence: str) -> None:
    """Consent that was refused, another fault of the network, and an answer to somebody else's sign-in."""
    with pytest.raises(SignInNeeded, match=sentence.replace("(", r"\(").replace(")", r"\)")):
        authorised(query)


def test_nobody_waits_for_ever() -> None:
    """A person who closed the page is told so."""
    with (
        browser(Person(), redirect=ANY_PORT, open_page=lambda _: None, patience=timedelta(seconds=0.05)) as one,
        pytest.raises(SignInNeeded, match="Nobody came back"),
    ):
        one.authorise("https://network.example/consent", state="s")


def test_a_taken_port_is_told_with_the_cure() -> None:
    """Networks want the address registered beforehand, so that no other port is taken in silence."""
    with Redirects(ANY_PORT) as redirects, pytest.raises(RedirectRefused, match="--redirect"):
        Redirects(redirects.uri)


def test_the_address_is_shown_even_where_no_browser_opens() -> None:
    """A person can open it by hand."""
    person = Person()
    with browser(person, redirect=ANY_PORT, open_page=lambda _: False, patience=timedelta(0)) as one, pytest.raises(SignInNeeded):
        one.authorise("https://network.example/consent?x=1")
    assert "https://network.example/consent?x=1" in person.read


@pytest.mark.parametrize(
    ("pasted", "answer"),
    [
        ("http://127.0.0.1:8917/?code=c&state=s#_", {"code": "c", "state": "s"}),
        ("  ?code=c&state=s ", {"code": "c", "state": "s"}),
        ("code=c&state=s", {"code": "c", "state": "s"}),
        ("a-bare-code", {"code": "a-bare-code"}),
        ("cGFkZGVk==", {"code": "cGFkZGVk=="}),
        ("", {}),
        ("http://127.0.0.1:8917/", {}),
    ],
)
def test_a_pasted_address_or_code_is_read(pasted: str, answer: dict[str, str]) -> None:
    """Whatever of it a person copies."""
    assert query_of(pasted) == answer


def test_pasting_checks_the_state_of_an_address() -> None:
    """A bare code brings none, and was carried by hand."""
    with browser(Person("http://127.0.0.1:8917/?code=c&state=other", "c"), paste=True) as one:
        with pytest.raises(SignInNeeded, match="another sign-in"):
            one.authorise("https://network.example/consent", state="s")
        assert one.authorise("https://network.example/consent", state="s") == {"code": "c"}


def test_a_redirect_to_elsewhere_is_pasted() -> None:
    """Some networks send the browser to https addresses only."""
    with browser(Person("https://brand.example/back?code=c&state=s"), redirect="https://brand.example/back") as one:
        assert one.redirect_uri == "https://brand.example/back"
        assert one.authorise("https://network.example/consent", state="s")["code"] == "c"


@pytest.mark.parametrize(
    ("word", "standing", "loopback", "expected"),
    [
        (None, None, True, DEFAULT),
        (None, "http://127.0.0.1:9000/", True, "http://127.0.0.1:9000/"),
        (None, None, False, PASTED),
        (None, "http://127.0.0.1:9000/", False, PASTED),
        (None, "https://brand.example/back", False, "https://brand.example/back"),
        ("http://localhost:9000/", None, False, "http://localhost:9000/"),
        ("http://127.0.0.1:9001/", "http://127.0.0.1:9000/", True, "http://127.0.0.1:9001/"),
    ],
)
def test_the_redirect_is_what_the_person_says_or_the_network_takes(
    word: str | None, standing: str | None, loopback: bool, expected: str
) -> None:
    """A standing address on this machine does not hinder the networks that send no browser there; a person's word counts everywhere."""
    assert address(word, standing, loopback=loopback) == expected


def test_who_has_to_paste_is_told_why() -> None:
    """Before the address that is to be opened."""
    person = Person("?code=c&state=s")
    with browser(person, redirect=PASTED, why_paste=Message("It sends nobody back.")) as one:
        one.authorise("https://network.example/consent", state="s")
    assert person.read.index("It sends nobody back.") < person.read.index("https://network.example/consent")


def test_where_no_browser_can_be_opened_the_way_without_one_is_shown() -> None:
    """Instead of waiting in silence on a server."""
    person = Person()
    with browser(person, redirect=ANY_PORT, open_page=lambda _: False, patience=timedelta(0)) as one, pytest.raises(SignInNeeded):
        one.authorise("https://network.example/consent")
    assert "--paste" in person.read[-1]


def test_nothing_pasted_is_no_answer() -> None:
    """And told as such."""
    with pytest.raises(SignInNeeded, match="no answer"):
        checked({}, None)


def test_a_single_choice_is_taken_without_asking_and_of_several_one_is_chosen() -> None:
    """What is no choice is asked again."""
    person = Person("3", "x", "2")
    with browser(person, paste=True) as one:
        assert one.choose(Message("Which?"), [("7", "Front")]) == "7"
        assert person.asked == []
        assert one.choose(Message("Which?"), [("7", "Front"), ("8", "Back")]) == "8"
    assert len(person.asked) == 3
    assert "  2  Back" in person.read


def test_questions_keep_their_secrecy() -> None:
    """What is secret is asked for without showing it."""
    person = Person("x ")
    with browser(person, paste=True) as one:
        assert one.ask(Message("Code?"), secret=True) == "x"
    assert person.asked == [("Code?", True)]
