"""Signing in to the built-in networks, through their stand-ins' consent pages, on real sockets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest

from evenly import signing_in
from evenly.app import App
from evenly.clock import RealClock
from evenly.networks import Networks
from evenly.plugin import StandInAccount
from evenly.plugin.testing import serve
from evenly.signing_in.browser import browser
from evenly.store import secrets
from evenly_facebook.standing_in.consent import APP

ANY_PORT = "http://127.0.0.1:0/"


@dataclass
class _Person:
    """Answers every question with the first choice."""

    said: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.said.append(text)

    def ask(self, question: str, *, secret: bool) -> str:
        self.said.append(f"{question} {secret}")
        return "1"


def _visit(decision: str) -> Callable[[str], None]:
    """A browser that opens the consent page and presses one of its buttons."""

    def visit(url: str) -> None:
        page = httpx.get(url)
        assert page.status_code == 200, page.text
        hidden = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text))
        action = re.search(r'<form[^>]*action="([^"]+)"', page.text)
        target = urljoin(url, action.group(1)) if action else url
        answer = httpx.post(target, data={**{name: _unescaped(value) for name, value in hidden.items()}, "decision": decision})
        assert answer.is_redirect, answer.text
        httpx.get(answer.headers["location"])

    return visit


def _unescaped(value: str) -> str:
    import html

    return html.unescape(value)


@pytest.fixture(params=["mastodon", "facebook"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    """A workspace with one account, whose network's stand-in is served on loopback."""
    network = request.param
    stand_in = Networks.load([network]).call(network, "stand_in", clock=RealClock(), seed=1)
    ready: StandInAccount = stand_in.accounts[0]
    with serve(stand_in.app) as served:
        own = "".join(f"{key} = {json.dumps(value)}\n" for key, value in ready.settings.items() if key == "instance")
        (tmp_path / "evenly.toml").write_text(
            f'[brand]\ntimezone = "UTC"\n[accounts.here]\nnetwork = "{network}"\napi = "{served.url}"\n{own}'
        )
        (tmp_path / ".evenly").mkdir(mode=0o700)
        secrets.make_key(tmp_path / ".evenly")
        with App.open(tmp_path, environment={}) as opened:
            if network == "facebook":
                signing_in.store_app(opened.desk, opened.vault, network, APP, clock=opened.clock)
            yield opened


def _sign_in(app: App, decision: str) -> signing_in.Connected:
    api = app.settings.accounts["here"].api
    with browser(_Person(), redirect=ANY_PORT, open_page=_visit(decision), api=api) as person:
        return signing_in.sign_in(
            app.desk, app.vault, "here", browser=person, clock=app.clock, http_for=lambda name: signing_in.http(app.desk, name, app.clock)
        )


def test_consent_opens_the_account(app: App) -> None:
    """The consent page is found at the account's own address, and what comes back opens the account."""
    connected = _sign_in(app, "allow")

    assert connected.state is not None
    assert connected.state.remote_id
    account = signing_in.account(app.desk, app.vault, "here")
    assert account.credentials is not None
    assert account.credentials.access_token


def test_refused_consent_is_told_and_changes_nothing(app: App) -> None:
    with pytest.raises(signing_in.SignInRefused, match="refused"):
        _sign_in(app, "deny")

    assert urlsplit(app.settings.accounts["here"].api or "").hostname == "127.0.0.1"
    with app.store.read() as connection:
        from evenly.store import accounts

        assert accounts.known(connection) == {}
