"""A process that changes the key and is killed at one of the steps."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from evenly.store import Store, credentials, rotating, secrets


def rotate_until(folder: str, step: str) -> None:
    """Change the key of the workspace whose state lies in `folder`, up to this step."""
    STEPS[step]()
    rotating.rotate(Store.open("sqlite", Path(folder)), Path(folder), {})


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def _before(module: Any, name: str, number: int = 1) -> Callable[[], None]:
    """Die when the function is called for that time."""

    def put() -> None:
        real, calls = getattr(module, name), iter(range(1, 1000))

        def dying(*arguments: Any, **keywords: Any) -> Any:
            if next(calls) == number:
                _die()
            return real(*arguments, **keywords)

        setattr(module, name, dying)

    return put


def _after(module: Any, name: str, number: int = 1) -> Callable[[], None]:
    """Die when the function has returned for that time."""

    def put() -> None:
        real, calls = getattr(module, name), iter(range(1, 1000))

        def dying(*arguments: Any, **keywords: Any) -> Any:
            done = real(*arguments, **keywords)
            if next(calls) == number:
                _die()
            return done

        setattr(module, name, dying)

    return put


STEPS = {
    "before the new key is written": _before(secrets, "write_keys"),
    "while it is written": _before(os, "fsync"),
    "before it takes its place": _before(Path, "replace"),
    "before its place is durable": _after(Path, "replace"),
    "before anything is encrypted anew": _before(credentials, "reseal"),
    "in the middle of encrypting": _after(secrets.Vault, "resealed", 2),
    "before the transaction ends": _after(credentials, "reseal"),
    "when it has ended": _before(credentials, "are_under_first"),
    "before the old key goes": _before(secrets, "write_keys", 2),
    "while it goes": _before(Path, "replace", 2),
    "when it has gone": _after(Path, "replace", 2),
}
