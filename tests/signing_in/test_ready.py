"""A ready token is read in every form that people have it in, and no message repeats it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.plugin import Credentials
from evenly.signing_in.ready import TokenRefused, credentials_in

MOMENT = datetime(2027, 1, 31, 12, tzinfo=UTC)


def test_a_bare_token_is_the_access_token() -> None:
    """With or without the end of its line."""
    assert credentials_in("a-token\n") == Credentials(access_token="a-token")


def test_json_fills_every_field_and_keeps_the_rest() -> None:
    """What is not known by name is the network's affair."""
    document = {
        "access_token": "a",
        "refresh_token": "r",
        "expires_at": "2027-01-31T13:00:00+01:00",
        "client_id": "i",
        "client_secret": "s",
        "scopes": ["read", "write"],
        "did": "did:plc:x",
        "created_at": 5,
        "empty": None,
    }
    assert credentials_in(json.dumps(document)) == Credentials(
        access_token="a",
        refresh_token="r",
        expires_at=MOMENT,
        client_id="i",
        client_secret="s",
        scopes=("read", "write"),
        extra={"did": "did:plc:x", "created_at": "5"},
    )


@pytest.mark.parametrize(
    "written", ["2027-01-31T12:00:00Z", "2027-01-31T12:00:00+00:00", MOMENT.timestamp(), int(MOMENT.timestamp()), "1801396800"]
)
def test_times_are_iso_or_seconds(written: object) -> None:
    """As other tools write them."""
    assert credentials_in(json.dumps({"access_token": "a", "expires_at": written})).expires_at == MOMENT


def test_scopes_may_be_one_text() -> None:
    """As OAuth answers have them."""
    assert credentials_in('{"access_token": "a", "scopes": "read write"}').scopes == ("read", "write")


def test_a_password_alone_is_enough() -> None:
    """The network trades it."""
    assert credentials_in('{"app_password": "abcd-efgh"}').extra == {"app_password": "abcd-efgh"}


SECRET = "s3cr3t-t0ken"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no token"),
        ("\n \n", "no token"),
        (f"Bearer {SECRET}", "more than one word"),
        (f"{SECRET}\n{SECRET}", "more than one word"),
        (f"{SECRET}\x00", "more than one word"),
        (f'{{"access_token": "{SECRET}"', "broken at 1:"),
        ("{}", "holds no token"),
        ('{"access_token": ""}', "holds no token"),
        (f'{{"access_token": ["{SECRET}"]}}', "access_token"),
        (f'{{"access_token": "{SECRET}", "expires_at": "tomorrow"}}', "expires_at"),
        (f'{{"access_token": "{SECRET}", "expires_at": "2027-01-31T12:00:00"}}', "expires_at"),
        (f'{{"access_token": "{SECRET}", "expires_at": 1e300}}', "expires_at"),
        (f'{{"access_token": "{SECRET}", "expires_at": [1]}}', "expires_at"),
        (f'{{"access_token": "{SECRET}", "scopes": [1]}}', "scopes"),
        (f'{{"access_token": "{SECRET}", "more": {{"a": "{SECRET}"}}}}', "more"),
    ],
)
def test_what_is_no_token_is_refused_without_repeating_it(text: str, sentence: str) -> None:
    """Every refusal says what is wrong; none shows what was given."""
    with pytest.raises(TokenRefused) as refused:
        credentials_in(text)
    assert sentence in str(refused.value)
    assert SECRET not in str(refused.value)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing else happens."""
    with suppress(TokenRefused):
        assert credentials_in(text) != Credentials()
