"""Signing in: what the network gives is proven, then kept whole; or it is refused, and nothing has changed."""

from __future__ import annotations

import re

import httpx
import pytest

from evenly import signing_in
from evenly.plugin import App, Credentials, SignInNeeded
from evenly.plugin.testing import Fault, faults
from evenly.signing_in import SignInRefused
from evenly.signing_in.browser import browser
from evenly.store import accounts, credentials, quotas
from tests.signing_in import lantern
from tests.signing_in.conftest import Scene
from tests.signing_in.test_browser import ANY_PORT, Person


def visit(url: str) -> None:
    """A browser in which the person agrees to everything, and that follows every redirect."""
    httpx.get(url, follow_redirects=True)


def connect(scene: Scene, *answers: str) -> signing_in.Connected:
    """Sign in by browser, answering the questions that are asked."""
    with browser(Person(*answers), redirect=ANY_PORT, open_page=visit) as person:
        return signing_in.sign_in(scene.desk, scene.vault, "lamp", browser=person, clock=scene.clock, http_for=scene.http_for)


def take(scene: Scene, ready: Credentials, *, probe: bool = True) -> signing_in.Connected:
    return signing_in.take_ready(scene.desk, scene.vault, "lamp", ready, clock=scene.clock, http_for=scene.http_for, probe=probe)


def stored(scene: Scene) -> tuple[accounts.Known | None, credentials.Kept | None]:
    with scene.desk.store.read() as connection:
        return accounts.known_one(connection, "lamp"), credentials.get(connection, scene.vault, "lamp")


def test_signing_in_by_browser_keeps_tokens_settings_and_what_the_look_told(scene: Scene) -> None:
    """And hooks see all of it from then on."""
    scene.store_app()

    ended = connect(scene, "2")

    assert ended.state is not None
    assert ended.state.name == "Ada"
    account = scene.account()
    assert account.credentials is not None
    assert account.credentials.access_token in scene.server.access
    assert account.settings == {"server": scene.served.url, "room": "8"}
    assert account.state == ended.state
    known, kept = stored(scene)
    assert known is not None
    assert (known.sign_in, known.looked_at) == ("ok", scene.clock.now())
    assert kept is not None
    assert kept.refreshable


def test_what_evenly_toml_says_wins_over_what_sign_in_found_out(scene: Scene) -> None:
    """The file is the user's word."""
    with scene.desk.store.write() as connection:
        accounts.signed_in(connection, "lamp", "lantern", {"server": "http://elsewhere.example", "room": "8"})

    account = scene.desk.account("lamp")

    assert account.settings == {"server": scene.served.url, "room": "8"}


def test_without_an_app_the_network_says_what_to_do(scene: Scene) -> None:
    """Its own sentence comes through, and with it the address to register with the app."""
    with pytest.raises(SignInRefused, match="evenly connect --app lantern") as refused:
        connect(scene)
    assert re.search(r"exactly this redirect address: http://127\.0\.0\.1:\d+/$", str(refused.value))


@pytest.mark.parametrize(
    ("name", "value", "sentence"), [("consents", False, "Consent was refused"), ("state_changed", True, "another sign-in")]
)
def test_a_refused_consent_and_a_forged_answer_change_nothing(scene: Scene, name: str, value: bool, sentence: str) -> None:
    """And are told apart."""
    scene.store_app()
    setattr(scene.server, name, value)

    with pytest.raises(SignInRefused, match=sentence):
        connect(scene)
    assert stored(scene) == (None, None)


def test_an_expired_code_is_told_in_the_networks_words(scene: Scene) -> None:
    """Codes live for minutes only."""
    scene.store_app()

    def too_late(url: str) -> None:
        visit(url)
        scene.server.codes.clear()

    with pytest.raises(SignInRefused, match="code has expired"), browser(Person("1"), redirect=ANY_PORT, open_page=too_late) as person:
        signing_in.sign_in(scene.desk, scene.vault, "lamp", browser=person, clock=scene.clock, http_for=scene.http_for)


def test_a_ready_token_that_the_network_refuses_is_not_kept(scene: Scene) -> None:
    """The token before it stays."""
    good = scene.server.pair()
    take(scene, good)

    with pytest.raises(SignInRefused):
        take(scene, Credentials(access_token="access-wrong"))
    kept = stored(scene)[1]
    assert kept is not None
    assert kept.credentials.access_token == good.access_token


def test_without_a_probe_no_call_is_made(scene: Scene) -> None:
    """`--no-probe` works without any connection."""
    take(scene, Credentials(access_token="anything"), probe=False)

    assert scene.served.log == []
    assert scene.account().credentials == Credentials(access_token="anything")


def test_a_network_out_of_reach_leaves_a_doubt_and_keeps_the_token(scene: Scene) -> None:
    """It may well be good, and may not be had again."""
    scene.served.inject(Fault(faults.fail(503), path="/me"))

    ended = take(scene, scene.server.pair())

    assert ended.doubt is not None
    assert stored(scene)[0] is not None


def test_a_plugins_own_fault_is_told_and_changes_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback would help nobody."""
    scene.server.name = ""
    monkeypatch.setattr(lantern, "_request", lambda *_a, **_k: 1 / 0)

    with pytest.raises(SignInRefused, match="ZeroDivisionError"):
        take(scene, scene.server.pair())
    assert stored(scene) == (None, None)


def test_a_new_sign_in_replaces_all_that_the_old_one_told(scene: Scene) -> None:
    """State, need and generation; and it says who was there before."""
    take(scene, scene.server.pair())
    with scene.desk.store.write() as connection:
        accounts.sign_in_needed(connection, "lamp", "lantern", SignInNeeded().message)

    ended = take(scene, scene.server.pair())

    known, kept = stored(scene)
    assert known is not None
    assert (known.sign_in, known.reason) == ("ok", None)
    assert kept is not None
    assert kept.generation == 2
    assert ended.before is not None
    assert ended.before.name == "Ada"


def test_disconnecting_forgets_tokens_and_findings_and_keeps_the_account(scene: Scene) -> None:
    """Its pace and a hold outlive the sign-in."""
    take(scene, scene.server.pair())
    with scene.desk.store.write() as connection:
        accounts.hold(connection, "lamp", "lantern", held=True)

    assert signing_in.disconnect(scene.desk, "lamp")

    known, kept = stored(scene)
    assert kept is None
    assert known == accounts.Known(name="lamp", network="lantern", held=True)
    with pytest.raises(SignInNeeded, match="evenly connect lamp"):
        scene.account()
    assert not signing_in.disconnect(scene.desk, "lamp")


def test_the_app_of_a_network_is_kept_for_all_its_accounts(scene: Scene) -> None:
    """An account that brought an app of its own uses that where none is stored."""
    own = Credentials(access_token="a", client_id="own", client_secret="own-secret")
    take(scene, own, probe=False)
    assert signing_in.app_of(scene.desk, scene.vault, scene.account()) == App("own", "own-secret")

    scene.store_app()
    assert signing_in.app_of(scene.desk, scene.vault, scene.account()) == App("an-id", "an-app-secret")


def test_calls_of_an_account_count_in_its_quota(scene: Scene) -> None:
    """What the network says of itself stands in the store at once, for every process."""
    take(scene, scene.server.pair())

    with scene.desk.store.read() as connection:
        left = quotas.allowance(connection, "lamp", "lantern", now=scene.clock.now())
    assert (left.remaining, left.limit) == (42, 100)
