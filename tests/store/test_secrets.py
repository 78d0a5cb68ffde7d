"""What is kept secret: where the key comes from, who may read it, and what a stolen database gives away."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from evenly.plugin import App, Credentials
from evenly.store import StoreRefused
from evenly.store.secrets import Vault, key_source, make_key

_KEY = Fernet.generate_key().decode()
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_maybe = st.none() | _texts
_credentials = st.builds(
    Credentials,
    access_token=_maybe,
    refresh_token=_maybe,
    client_id=_maybe,
    client_secret=_maybe,
    expires_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    scopes=st.lists(_texts, max_size=3).map(tuple),
    extra=st.dictionaries(_texts, _texts, max_size=3),
)


@given(_credentials)
def test_any_credentials_come_back_equal(given_credentials: Credentials) -> None:
    """Every field of them."""
    vault = Vault([_KEY.encode()])

    assert vault.credentials("account:page", vault.seal("account:page", given_credentials)) == given_credentials


def test_a_sealed_secret_shows_nothing() -> None:
    """Neither as bytes nor as a value that is printed."""
    secret = Credentials(access_token="an-access-token", refresh_token="a-refresh-token", expires_at=datetime(2027, 1, 1, tzinfo=UTC))

    sealed = Vault([_KEY.encode()]).seal("account:page", secret)

    assert b"token" not in sealed
    assert "an-access-token" not in repr(secret)
    assert "a-secret" not in repr(App("id", "a-secret"))


def test_a_secret_opens_only_under_its_own_name() -> None:
    """So that one row's secret cannot be put into another's."""
    vault = Vault([_KEY.encode()])
    sealed = vault.seal("account:page", Credentials(access_token="a"))

    with pytest.raises(StoreRefused, match="belongs to account:page"):
        vault.credentials("account:other", sealed)


def test_another_key_opens_nothing() -> None:
    """And the refusal says what to do."""
    sealed = Vault([_KEY.encode()]).seal("account:page", Credentials(access_token="a"))

    with pytest.raises(StoreRefused, match="sign in again"):
        Vault([Fernet.generate_key()]).credentials("account:page", sealed)


def test_a_changed_secret_does_not_open() -> None:
    """A database that somebody wrote into is noticed."""
    vault = Vault([_KEY.encode()])
    sealed = bytearray(vault.seal("account:page", Credentials(access_token="a")))
    sealed[-5] ^= 1

    with pytest.raises(StoreRefused):
        vault.credentials("account:page", bytes(sealed))


def test_keys_are_changed_by_putting_a_new_one_first(tmp_path: Path) -> None:
    """The first seals, all open."""
    new, environment = Fernet.generate_key().decode(), {"EVENLY_KEY": _KEY}
    sealed = Vault.open(tmp_path, environment).seal("account:page", Credentials(access_token="a"))

    both = Vault.open(tmp_path, {"EVENLY_KEY": f"{new}\n{_KEY}"})

    assert both.credentials("account:page", sealed).access_token == "a"
    resealed = both.seal("account:page", Credentials(access_token="b"))
    assert Vault.open(tmp_path, {"EVENLY_KEY": new}).credentials("account:page", resealed).access_token == "b"


def test_a_new_key_is_for_its_owner_alone_and_never_replaces_another(tmp_path: Path) -> None:
    """A lost key cannot be made again."""
    make_key(tmp_path)
    key = tmp_path / "key"
    written = key.read_text()
    make_key(tmp_path)

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text() == written
    # It is text that EVENLY_KEY accepts.
    assert Vault.open(tmp_path / "elsewhere", {"EVENLY_KEY": written})


def test_the_key_comes_from_the_first_place_that_has_one(tmp_path: Path) -> None:
    """systemd's credentials, a named file, a variable, the workspace's own."""
    directory, file = tmp_path / "credentials", tmp_path / "file"
    directory.mkdir()
    environment = {"CREDENTIALS_DIRECTORY": str(directory), "EVENLY_KEY_FILE": str(file), "EVENLY_KEY": _KEY}
    assert key_source(tmp_path, {}) is None
    make_key(tmp_path)
    assert key_source(tmp_path, {}) == tmp_path / "key"
    assert key_source(tmp_path, {"EVENLY_KEY": _KEY}) == "EVENLY_KEY"
    assert key_source(tmp_path, environment) == file
    (directory / "evenly.key").write_text(_KEY)
    assert key_source(tmp_path, environment) == directory / "evenly.key"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    """With the command that closes it."""
    make_key(tmp_path)
    (tmp_path / "key").chmod(mode)

    with pytest.raises(StoreRefused, match="chmod 600"):
        Vault.open(tmp_path, {})


@pytest.mark.parametrize("content", ["", "nonsense", "A" * 44, "é"])
def test_what_is_no_key_is_refused(tmp_path: Path, content: str) -> None:
    """From a file as from a variable, without repeating it."""
    file = tmp_path / "key"
    file.touch(mode=0o600)
    file.write_text(content, encoding="utf-8")

    with pytest.raises(StoreRefused) as refused:
        Vault.open(tmp_path, {})
    assert not content or content not in str(refused.value)


def test_a_missing_key_is_told_with_the_cure(tmp_path: Path) -> None:
    """Also where a variable names a file that is not there."""
    with pytest.raises(StoreRefused, match="evenly init"):
        Vault.open(tmp_path, {})
    with pytest.raises(StoreRefused, match="cannot be read"):
        Vault.open(tmp_path, {"EVENLY_KEY_FILE": str(tmp_path / "nowhere")})
