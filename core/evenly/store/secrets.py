"""Credentials, encrypted at rest. The key lives outside the database."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from evenly import masking
from evenly.plugin import App, Credentials, Message
from evenly.store.sessions import StoreRefused

KEY_FILE = "key"

Secret = TypeVar("Secret", Credentials, App)


def make_key(folder: Path) -> None:
    """Write a new key into the workspace's state folder, for its owner's eyes only; an existing one stays."""
    try:
        file = os.open(folder / KEY_FILE, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(file, "wb") as out:
        out.write(Fernet.generate_key() + b"\n")


def write_keys(folder: Path, keys: Sequence[str]) -> None:
    """Put these in the place of the workspace's own keys: all of them or none, durably, whenever the machine stops."""
    new = folder / f"{KEY_FILE}.new"
    new.unlink(missing_ok=True)
    file = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(file, "w") as out:
        out.writelines(f"{key}\n" for key in keys)
        out.flush()
        os.fsync(file)
    new.replace(folder / KEY_FILE)
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def key_source(folder: Path, environment: Mapping[str, str]) -> Path | str | None:
    """Where the key comes from: a file, the name of a variable, or None where there is none yet."""
    directory = environment.get("CREDENTIALS_DIRECTORY")
    if directory and (given := Path(directory, "evenly.key")).exists():
        return given
    if file := environment.get("EVENLY_KEY_FILE"):
        return Path(file)
    if environment.get("EVENLY_KEY"):
        return "EVENLY_KEY"
    own = folder / KEY_FILE
    return own if own.exists() else None


class Vault:
    """Seals and opens what must not be read from a stolen database. Several keys: the first seals, all open.

    A file that the keys come from is read again when it has changed, so that a process that runs seals with the new key at once. What it
    held before still opens: a row may be read before the change, and opened after it. Safe to use from several threads.
    """

    def __init__(self, keys: Iterable[str | bytes], *, file: Path | None = None) -> None:
        self._file = file
        self._seen: tuple[int, ...] | None = None
        self.keys: tuple[str, ...] = ()  #: as their place has them: what is sealed now is sealed with the first
        self._take([key if isinstance(key, str) else key.decode() for key in keys])

    @classmethod
    def open(cls, folder: Path, environment: Mapping[str, str]) -> Vault:
        """The vault of a workspace. Raises `StoreRefused` where the key is missing, unreadable or open to others."""
        source = key_source(folder, environment)
        if source is None:
            raise StoreRefused(Message("There is no key to encrypt tokens with. `evenly init` makes one; a lost one cannot be made again."))
        text = environment["EVENLY_KEY"] if isinstance(source, str) else _read(source)
        try:
            return cls(text.split(), file=None if isinstance(source, str) else source)
        except ValueError:
            where = source if isinstance(source, str) else str(source)
            raise StoreRefused(
                Message("{where} holds no key: one line of 44 characters, as `evenly init` writes it.", where=where)
            ) from None

    def refresh(self) -> None:
        """Take the keys that the file holds now."""
        # Looked at before it is read: a change between the two is seen the next time.
        if self._file is None or (state := _state(self._file)) in {None, self._seen}:
            return
        # Whatever has become of the file, what a network has just given must not be lost: the known keys go on.
        with suppress(StoreRefused, ValueError):
            self._take(_read(self._file).split())
            self._seen = state

    def seal(self, name: str, secret: Credentials | App) -> bytes:
        """Encrypt; `name` goes inside, so that one row's secret cannot be put into another's."""
        masking.conceal(secret)
        values = {each.name: _plain(getattr(secret, each.name)) for each in fields(secret)}
        self.refresh()
        return self._fernet.encrypt(json.dumps({"name": name, "values": values}).encode())

    def check(self, name: str, sealed: bytes) -> None:
        """Raises `StoreRefused` where no key fits."""
        self._opened(name, sealed)

    def resealed(self, name: str, sealed: bytes) -> bytes:
        """The same secret under the first key. Raises `StoreRefused` where no key fits."""
        self.check(name, sealed)
        return self._fernet.rotate(sealed)

    def is_under_first(self, sealed: bytes) -> bool:
        """Whether the first key alone opens it."""
        try:
            Fernet(self.keys[0]).decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def credentials(self, name: str, sealed: bytes) -> Credentials:
        """Raises `StoreRefused` when the key does not fit."""
        values = self._opened(name, sealed)
        expires = values.get("expires_at")
        values["expires_at"] = datetime.fromisoformat(expires) if expires else None
        values["scopes"] = tuple(values.get("scopes") or ())
        return _concealed(Credentials(**values))

    def app(self, name: str, sealed: bytes) -> App:
        return _concealed(App(**self._opened(name, sealed)))

    def _opened(self, name: str, sealed: bytes) -> dict[str, Any]:
        self.refresh()
        try:
            document = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise StoreRefused(
                Message("The key does not open the sign-in of {name}: bring back the key it was stored with, or sign in again.", name=name)
            ) from None
        if document["name"] != name:
            raise StoreRefused(
                Message("The stored sign-in of {name} belongs to {other}: sign in again.", name=name, other=document["name"])
            )
        values: dict[str, Any] = document["values"]
        return values

    def _take(self, keys: Sequence[str]) -> None:
        """Raises ValueError where there is none, or one is none."""
        known = tuple(dict.fromkeys((*keys, *self.keys)))
        if not keys:
            raise ValueError("no key")
        self._fernet = MultiFernet([Fernet(key) for key in known])
        self.keys = tuple(keys)
        masking.conceal_texts(keys)


def _state(file: Path | None) -> tuple[int, ...] | None:
    """What changes when a file is written or replaced; None where there is none."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _concealed(secret: Secret) -> Secret:
    masking.conceal(secret)
    return secret


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return dict(value) if isinstance(value, Mapping) else value


def _read(path: Path) -> str:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise StoreRefused(Message("{path} can be read by others. Close it: chmod 600 {path}", path=path))
        return path.read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise StoreRefused(Message("The key in {path} cannot be read: {error}.", path=path, error=error)) from None
