"""`evenly connect`, with a real browser at each network's consent page: consent, and the three ways in which it comes to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from evenly_facebook.standing_in.consent import APP as FACEBOOK
from evenly_instagram.standing_in.consent import APPS as INSTAGRAM
from evenly_linkedin.standing_in.consent import MEMBER_APP, PAGE_APP
from evenly_x.standing_in.consenting import APP as X
from tests.acceptance.consenting import Scene, Way, chromium, is_of_this_machine, programs, scene

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_ON_A_SERVER = {"instance": "https://mastodon.example"}
_BY_FACEBOOK = {"login": "facebook"}
_META, _LINKEDIN = ".*/oauth/access_token", "/oauth/v2/accessToken"
_EXPIRED = "has been used or has expired"
WAYS = (
    Way("mastodon", exchange="/oauth/token", settings=_ON_A_SERVER, who="@atelier@", expired="your consent has expired"),
    Way("facebook", exchange=_META, app=FACEBOOK, answers=("2",), who="Maison Doré", expired=_EXPIRED),
    Way("instagram", exchange=_META, app=INSTAGRAM["instagram"], who="Atelier Lumière", expired="it holds for an hour"),
    Way("instagram", exchange=_META, settings=_BY_FACEBOOK, app=INSTAGRAM["facebook"], answers=("2",), who="Maison Doré", expired=_EXPIRED),
    Way("x", exchange="/2/oauth2/token", app=X, who="@atelier_lumiere", expired="it holds for half a minute"),
    Way("linkedin", exchange=_LINKEDIN, app=MEMBER_APP, before=("1",), who="Camille Lumière", expired="code expired"),
    Way("linkedin", exchange=_LINKEDIN, app=PAGE_APP, before=("2",), answers=("2",), who="Maison Doré", expired="code expired"),
)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Chrome]:
    found = programs()
    if found is None:
        pytest.skip("this machine has no Chromium with its driver (Debian: apt-get install chromium chromium-driver)")
    with chromium(*found) as running:
        yield running


@pytest.fixture(params=WAYS, ids=lambda way: way.network)
def here(request: pytest.FixtureRequest, tmp_path: Path, chrome: Chrome) -> Iterator[Scene]:
    with scene(tmp_path, request.param, chrome) as made:
        yield made


def test_consent_opens_the_account(here: Scene) -> None:
    """The look at the account proves it, `evenly accounts` shows it, and no secret is ever printed."""
    ended = here.connect(here.way.allow)

    assert ended.code == 0, ended.err
    assert f"Signed in to here as {here.way.who}" in ended.out
    assert here.account()["sign_in"] == "ok"
    if is_of_this_machine(ended.came_back):
        assert ended.opened == ended.asked
    else:  # nobody listens there: the person is told so beforehand
        assert ended.came_back.startswith("https://localhost/?")
        assert "sends no browser back to this machine" in ended.out.partition(ended.asked)[0]
    for secret in [*here.secrets(), parse_qs(urlsplit(ended.came_back).query)["code"][0]]:
        assert secret not in ended.out + ended.err


def test_an_answer_with_another_state_is_believed_by_nobody(here: Scene) -> None:
    """It may come from a page that somebody else has prepared."""
    ended = here.connect(here.way.allow, state="forged")

    assert ended.code == 2
    assert "belongs to another sign-in" in ended.err
    assert not here.is_signed_in()


def test_refused_consent_is_no_fault_and_changes_nothing(here: Scene) -> None:
    """The sentence says so."""
    ended = here.connect(here.way.deny)

    assert ended.code == 2
    assert "Consent was refused, so nothing was changed" in ended.err
    assert not here.is_signed_in()


def test_a_code_that_came_too_late_is_told_as_such(here: Scene) -> None:
    """Neither as refused consent nor as somebody else's answer."""
    here.too_late()

    ended = here.connect(here.way.allow)

    assert ended.code == 2
    assert here.way.expired in ended.err
    assert "refused, so" not in ended.err
    assert "another sign-in" not in ended.err
    assert not here.is_signed_in()
