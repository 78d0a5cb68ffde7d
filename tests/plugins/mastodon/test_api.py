"""Every request is what the network's reference asks for."""

from __future__ import annotations

import io
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from evenly.plugin import Account, App, Credentials, Media, SignInNeeded
from evenly_mastodon import api
from evenly_mastodon.composing import Status

_ACCOUNT = Account(id="toots", network="mastodon", settings={"instance": "toots.example"}, credentials=Credentials(access_token="s3cret"))
_STATUS = Status(text="Polishing day", warning="", visibility="public", sensitive=False, language="en", media=("11",), parent="7")


def test_the_visible_call_carries_the_key_and_everything_that_is_known() -> None:
    """As in the reference's example."""
    request = api.create(_ACCOUNT, _STATUS, "9f6c3b0e-part-1")

    assert (request.method, str(request.url)) == ("POST", "https://toots.example/api/v1/statuses")
    assert (request.headers["Authorization"], request.headers["Idempotency-Key"]) == ("Bearer s3cret", "9f6c3b0e-part-1")
    assert json.loads(request.content) == {
        "status": "Polishing day",
        "spoiler_text": "",
        "visibility": "public",
        "sensitive": False,
        "language": "en",
        "media_ids": ["11"],
        "in_reply_to_id": "7",
    }


def test_the_same_attempt_is_the_same_bytes() -> None:
    """A repeat with the same key must not differ."""
    assert api.create(_ACCOUNT, _STATUS, "k").content == api.create(_ACCOUNT, _STATUS, "k").content


@pytest.mark.parametrize(
    ("request_", "method", "path"),
    [
        (api.status(_ACCOUNT, "01M8"), "GET", "/api/v1/statuses/01M8"),
        (api.status(_ACCOUNT, "../x?y"), "GET", "/api/v1/statuses/..%2Fx%3Fy"),
        (api.source(_ACCOUNT, "1"), "GET", "/api/v1/statuses/1/source"),
        (api.delete(_ACCOUNT, "1"), "DELETE", "/api/v1/statuses/1"),
        (api.statuses(_ACCOUNT, ["1", "2"]), "GET", "/api/v1/statuses?id%5B%5D=1&id%5B%5D=2"),
        (api.own_statuses(_ACCOUNT, "14"), "GET", "/api/v1/accounts/14/statuses?limit=40&exclude_reblogs=true"),
        (api.own_statuses(_ACCOUNT, "14", before="9"), "GET", "/api/v1/accounts/14/statuses?limit=40&exclude_reblogs=true&max_id=9"),
        (api.media(_ACCOUNT, "11"), "GET", "/api/v1/media/11"),
        (api.who(_ACCOUNT), "GET", "/api/v1/accounts/verify_credentials"),
        (api.instance("https://toots.example", token="s3cret"), "GET", "/api/v2/instance"),
        (api.instance("https://toots.example", version="v1", token="s3cret"), "GET", "/api/v1/instance"),
    ],
)
def test_each_call_has_its_address_and_the_token_in_its_header_only(request_: httpx.Request, method: str, path: str) -> None:
    """A token never stands in an address."""
    assert (method, path) == (request_.method, request_.url.raw_path.decode())
    assert request_.headers["Authorization"] == "Bearer s3cret"
    assert "s3cret" not in str(request_.url)


def test_an_upload_has_its_description_and_not_the_files_own_name() -> None:
    """What the file is called at home is nobody's business."""
    media = Media(path=Path("/home/eve/private notes.jpg"), kind="picture", mime="image/jpeg", bytes=3, alt="Ein Ring – Gold")
    request = api.upload(_ACCOUNT, media, io.BytesIO(b"abc"))
    body = request.read()

    assert str(request.url) == "https://toots.example/api/v2/media"
    assert "Ein Ring – Gold".encode() in body
    assert b'filename="media.jpg"' in body
    assert b"Content-Type: image/jpeg" in body
    assert b"private notes" not in body


def test_the_consent_page_is_asked_for_the_scopes_with_pkce() -> None:
    """`scopes` when registering, `scope` here."""
    address = api.consent(
        "https://toots.example", App("id"), redirect_uri="http://127.0.0.1:9/cb", state="st", challenge="ch", language="fr"
    )

    assert address.startswith("https://toots.example/oauth/authorize?")
    assert parse_qs(urlsplit(address).query) == {
        "response_type": ["code"],
        "client_id": ["id"],
        "redirect_uri": ["http://127.0.0.1:9/cb"],
        "scope": ["read:accounts read:statuses write:statuses write:media"],
        "state": ["st"],
        "code_challenge": ["ch"],
        "code_challenge_method": ["S256"],
        "force_login": ["true"],
        "lang": ["fr"],
    }
    assert b"scopes=read%3Aaccounts" in api.register("https://toots.example", "urn:ietf:wg:oauth:2.0:oob").content


def test_without_a_token_or_a_server_a_sign_in_is_needed() -> None:
    """The account waits; nothing is sent to nowhere."""
    for account in (Account(id="a", network="mastodon", settings={"instance": "x.example"}), Account(id="a", network="mastodon")):
        with pytest.raises(SignInNeeded):
            api.who(account)
    with pytest.raises(SignInNeeded, match="write instance in"):
        api.who(Account(id="a", network="mastodon", credentials=Credentials(access_token="t")))
