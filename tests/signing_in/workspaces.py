"""Workspaces with one account on Lantern."""

from __future__ import annotations

from pathlib import Path

from evenly.networks import Networks
from evenly.planning.desk import Desk
from evenly.settings import load
from evenly.store import Store
from evenly.store.secrets import make_key
from tests.signing_in import lantern


def networks() -> Networks:
    found = Networks()
    found.add("lantern", lantern)
    return found


def workspace(folder: Path, server: str, *, store: str = "sqlite") -> Desk:
    """The desk of a workspace in `folder` whose account `lamp` lives on `server`; `store` is as `[store] url` has it."""
    state = folder / ".evenly"
    state.mkdir(mode=0o700, exist_ok=True)
    make_key(state)
    (folder / "evenly.toml").write_text(
        f'[brand]\ntimezone = "UTC"\n[accounts.lamp]\nnetwork = "lantern"\nserver = "{server}"\n[store]\nurl = "{store}"\n'
    )
    return desk_of(folder)


def desk_of(folder: Path) -> Desk:
    """The desk of the workspace that is in `folder` already: other processes must find it whole at every moment."""
    found = networks()
    settings = load(folder, {name: found[name].settings for name in found.names()})
    return Desk(settings, found, Store.open(settings.store.url, settings.state))
