"""The key is changed: everything opens with the new one alone, and at no moment would a kill have left something that does not open."""

from __future__ import annotations

import multiprocessing
import signal
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from evenly.plugin import App, Credentials
from evenly.store import Store, StoreRefused, credentials
from evenly.store.rotating import rotate
from evenly.store.secrets import Vault, make_key
from tests.store import dying

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ACCOUNTS = ("page", "toots")


@pytest.fixture
def state(file_store: Store) -> Path:
    """The state folder of a workspace with a key, two sign-ins and an app."""
    assert file_store.folder is not None
    make_key(file_store.folder)
    _fill(file_store, Vault.open(file_store.folder, {}))
    return file_store.folder


def _fill(store: Store, vault: Vault) -> None:
    with store.write() as connection:
        for name in ACCOUNTS:
            credentials.put(connection, vault, name, Credentials(access_token=f"token of {name}"), refreshable=True, now=NOW)
        credentials.put_app(connection, vault, "x", App("an id", "a secret"), now=NOW)


def _opened(store: Store, vault: Vault) -> list[str | None]:
    """Every secret, opened."""
    with store.read() as connection:
        kept = [credentials.get(connection, vault, name) for name in ACCOUNTS]
        app = credentials.get_app(connection, vault, "x")
    return [*(each.credentials.access_token for each in kept if each is not None), app.client_secret if app else None]


EVERYTHING = ["token of page", "token of toots", "a secret"]


def test_everything_opens_with_the_new_key_alone(file_store: Store, state: Path) -> None:
    """The old one opens nothing any more."""
    old = (state / "key").read_text()

    done = rotate(file_store, state, {})

    new = (state / "key").read_text()
    assert (done.secrets, done.unneeded) == (3, None)
    assert old.strip() not in new
    assert len(new.split()) == 1
    assert _opened(file_store, Vault([new.strip()])) == EVERYTHING
    with pytest.raises(StoreRefused):
        _opened(file_store, Vault([old.strip()]))


def test_the_new_key_is_for_its_owner_alone(file_store: Store, state: Path) -> None:
    """And nothing else is left in the folder."""
    before = {each.name for each in state.iterdir()}

    rotate(file_store, state, {})

    assert (state / "key").stat().st_mode & 0o777 == 0o600
    assert {each.name for each in state.iterdir()} == before


def test_what_the_old_key_opens_is_nowhere_in_the_files(file_store: Store, state: Path) -> None:
    """A key is changed because somebody may have the old one."""
    with file_store.read() as connection:
        sealed = [row.sealed for row in connection.exec_driver_sql("select sealed from credential")]

    rotate(file_store, state, {})

    written = b"".join(each.read_bytes() for each in state.iterdir() if each.is_file())
    assert not any(each[-60:] in written for each in sealed)


def test_a_process_that_runs_goes_on_with_the_new_key(file_store: Store, state: Path) -> None:
    """What it has read before still opens, and what it keeps afterwards is encrypted with the new key."""
    vault = Vault.open(state, {})
    before = vault.seal("account:page", Credentials(access_token="before"))

    rotate(file_store, state, {})

    assert _opened(file_store, vault) == EVERYTHING
    assert vault.credentials("account:page", before).access_token == "before"
    with file_store.write() as connection:
        credentials.put(connection, vault, "page", Credentials(access_token="token of page"), refreshable=True, now=NOW)
    assert _opened(file_store, Vault((state / "key").read_text().split())) == EVERYTHING


def test_a_process_that_has_slept_through_several_changes_goes_on(file_store: Store, state: Path) -> None:
    """It looks at the file when it is needed, not when it changes."""
    vault = Vault.open(state, {})

    rotate(file_store, state, {})
    rotate(file_store, state, {})

    assert _opened(file_store, vault) == EVERYTHING


@pytest.mark.parametrize("broken", ["", "nonsense", None])
def test_a_process_that_runs_outlives_a_broken_key_file(state: Path, broken: str | None) -> None:
    """A token that may be used once has just been traded: it must be kept with what is known."""
    vault = Vault.open(state, {})
    if broken is None:
        (state / "key").unlink()
    else:
        (state / "key").write_text(broken)

    assert vault.credentials("account:page", vault.seal("account:page", Credentials(access_token="a"))).access_token == "a"


@pytest.mark.parametrize("step", list(dying.STEPS))
def test_a_kill_at_any_step_leaves_a_store_that_opens(file_store: Store, state: Path, step: str) -> None:
    """And the next change of the key finishes what was begun."""
    victim = multiprocessing.get_context("spawn").Process(target=dying.rotate_until, args=(str(state), step))
    victim.start()
    victim.join(60)
    assert victim.exitcode == -signal.SIGKILL

    assert _opened(file_store, Vault.open(state, {})) == EVERYTHING
    rotate(file_store, state, {})
    assert len((state / "key").read_text().split()) == 1
    assert _opened(file_store, Vault.open(state, {})) == EVERYTHING


def test_changes_at_the_same_time_lose_nothing(file_store: Store, state: Path) -> None:
    """Several people change the key while others keep new tokens."""
    trouble: list[BaseException] = []

    def work(act: object) -> None:
        try:
            for _ in range(8):
                assert callable(act)
                act()
        except BaseException as error:  # noqa: BLE001 - told below
            trouble.append(error)

    vault = Vault.open(state, {})
    acts = [lambda: rotate(file_store, state, {}), lambda: rotate(file_store, state, {}), lambda: _fill(file_store, vault)]
    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert trouble == []
    rotate(file_store, state, {})
    assert _opened(file_store, Vault((state / "key").read_text().split())) == EVERYTHING


def test_a_secret_that_no_key_opens_is_named_and_nothing_is_changed(file_store: Store, state: Path) -> None:
    """Not the file either."""
    key = (state / "key").read_text()
    with file_store.write() as connection:
        credentials.put(connection, Vault([Fernet.generate_key()]), "toots", Credentials(access_token="lost"), refreshable=True, now=NOW)

    with pytest.raises(StoreRefused, match="toots"):
        rotate(file_store, state, {})

    assert (state / "key").read_text() == key


@pytest.mark.parametrize("kind", ["variable", "file"])
def test_a_key_of_the_persons_own_is_never_written(store: Store, tmp_path: Path, kind: str) -> None:
    """It may be in use elsewhere: a new one is put before it, and then everything is encrypted with that."""
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    given = tmp_path / "given"

    def environment(text: str) -> dict[str, str]:
        given.touch(mode=0o600)
        given.write_text(text)
        return {"EVENLY_KEY": text} if kind == "variable" else {"EVENLY_KEY_FILE": str(given)}

    _fill(store, Vault([old]))
    with pytest.raises(StoreRefused, match="Put a new one before it") as refused:
        rotate(store, tmp_path, environment(old))
    assert old not in str(refused.value)

    done = rotate(store, tmp_path, environment(f"{new} {old}"))

    assert done.secrets == 3
    assert done.unneeded == ("EVENLY_KEY" if kind == "variable" else str(given))
    assert given.read_text() == f"{new} {old}"
    assert _opened(store, Vault([new])) == EVERYTHING
