"""The person at the other end of a sign-in: a terminal to talk in, and a browser that opens and comes back."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from evenly.masking import conceal_texts
from evenly.messages import _, shown
from evenly.plugin import Browser, Message, SignInNeeded
from evenly.signing_in import redirects

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = timedelta(minutes=5)
#: How a person's no is spelt: RFC 6749, section 4.1.2.1, and LinkedIn, https://learn.microsoft.com/linkedin/shared/authentication/
_NO = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize"})


class Terminal(Protocol):
    """Where a person reads and answers."""

    def say(self, text: str) -> None:
        """Show a line."""

    def ask(self, question: str, *, secret: bool) -> str:
        """Ask for a line, without showing it where it is secret."""


def browser(
    terminal: Terminal,
    *,
    redirect: str = redirects.DEFAULT,
    paste: bool = False,
    why_paste: Message | None = None,
    open_page: Callable[[str], object] | None = None,
    patience: timedelta = PATIENCE,
    api: str | None = None,
) -> AbstractContextManager[Browser]:
    """A browser for one sign-in: on this machine, or (`paste`, or a `redirect` to elsewhere) on any, its address pasted back.

    `why_paste` is told to a person who has to paste without having asked for it.
    With an account's `api` override the consent page is opened there too.
    Raises `RedirectRefused` where the port of `redirect` is taken.
    """
    if paste or not redirects.is_loopback(redirect):
        return _pasting(terminal, redirect, api, why_paste)
    return _listening(terminal, redirect, api, open_page or _open_page, patience)


@contextmanager
def _pasting(terminal: Terminal, redirect: str, api: str | None, why: Message | None) -> Iterator[Browser]:
    yield _PastingBrowser(terminal, redirect, api, why)


@contextmanager
def _listening(
    terminal: Terminal, redirect: str, api: str | None, open_page: Callable[[str], object], patience: timedelta
) -> Iterator[Browser]:
    with redirects.Redirects(redirect) as listening:
        yield _ListeningBrowser(terminal, listening.uri, api, listening, open_page, patience)


@dataclass
class _Person:
    terminal: Terminal
    redirect_uri: str
    api: str | None

    def moved(self, url: str) -> str:
        """`url`, at the account's own scheme, host and port where it has an `api` override."""
        if self.api is None:
            return url
        api = urlsplit(self.api)
        return urlsplit(url)._replace(scheme=api.scheme, netloc=api.netloc).geturl()

    def ask(self, question: Message, *, secret: bool = False) -> str:
        return self.terminal.ask(shown(question), secret=secret).strip()

    def say(self, message: Message) -> None:
        self.terminal.say(shown(message))

    def choose(self, question: Message, choices: Sequence[tuple[str, str]]) -> str:
        if len(choices) == 1:
            return choices[0][0]
        self.say(question)
        for number, (_id, title) in enumerate(choices, start=1):
            self.terminal.say(f"  {number}  {title}")
        by_answer = {str(number): each for number, (each, _title) in enumerate(choices, start=1)}
        while (answer := self.terminal.ask(_("Number"), secret=False).strip()) not in by_answer:
            self.terminal.say(_("Please answer with a number from 1 to {last}.", last=len(choices)))
        return by_answer[answer]


@dataclass
class _PastingBrowser(_Person):
    why: Message | None

    def authorise(self, url: str, *, state: str | None = None) -> Mapping[str, str]:
        if self.why is not None:
            self.say(self.why)
        self.terminal.say(_("Open this address in a browser, on any machine, and give your consent:"))
        self.terminal.say(self.moved(url))
        self.terminal.say(
            _("The browser then goes to an address that begins with {start} and perhaps shows an error.", start=self.redirect_uri)
        )
        pasted = self.terminal.ask(_("Paste that whole address here (or the code that the page shows)"), secret=False)
        query = redirects.query_of(pasted)
        # A bare code brings no state; a person has carried it by hand, so nobody else can have sent it.
        return checked(query, state if query.keys() != {"code"} else None)


@dataclass
class _ListeningBrowser(_Person):
    listening: redirects.Redirects
    open_page: Callable[[str], object]
    patience: timedelta

    def authorise(self, url: str, *, state: str | None = None) -> Mapping[str, str]:
        self.terminal.say(_("Your browser opens. If it does not, open this address on this machine:"))
        self.terminal.say(self.moved(url))
        if self.open_page(self.moved(url)) is False:
            self.terminal.say(_("No browser could be opened. On a machine without one, press Ctrl-C and add --paste to the command."))
        answer = self.listening.wait(self.patience)
        if answer is None:
            minutes = round(self.patience / timedelta(minutes=1))
            raise SignInNeeded(
                Message("Nobody came back from the browser within {minutes} minutes. Try again, or use --paste.", minutes=minutes)
            )
        return checked(answer, state)


def checked(answer: Mapping[str, str], state: str | None) -> Mapping[str, str]:
    """The answer of a network, unless it says no or belongs to another sign-in. Raises `SignInNeeded`.

    Source: RFC 6749, sections 4.1.2 and 10.12.
    """
    if not answer:
        raise SignInNeeded(
            Message("There is no answer in what came back. Copy the whole address, with everything after the question mark.")
        )
    if state is not None and not hmac.compare_digest(answer.get("state", "").encode(), state.encode()):
        raise SignInNeeded(Message("The answer belongs to another sign-in (its state differs): begin again and use the newest page."))
    if error := answer.get("error"):
        raise SignInNeeded(_refusal(error, answer.get("error_description") or answer.get("error_reason") or ""))
    conceal_texts(filter(None, (answer.get("code"), answer.get("oauth_verifier"))))
    return answer


def _refusal(error: str, description: str) -> Message:
    if error in _NO:
        return Message("Consent was refused, so nothing was changed. Run the command again to give it.")
    if description:
        return Message("The network refused the sign-in: {error} ({description}).", error=error, description=description)
    return Message("The network refused the sign-in: {error}.", error=error)


def _open_page(url: str) -> bool:
    """Open the page; whether there is a browser to open it in."""
    import webbrowser

    return webbrowser.open(url)
