"""What `evenly doctor` looks at: each check gives findings, good or bad, in words for people."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from evenly.messages import _, shown

if TYPE_CHECKING:
    from pathlib import Path

    from evenly.app import App
    from evenly.networks import Networks
    from evenly.settings import Settings
    from evenly.store import StoreError
    from evenly.store.accounts import Known
    from evenly.store.credentials import End

_OLDEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that is right shows less
_CLOCKS_MAY_DIFFER = timedelta(minutes=2)
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    check: str
    ok: bool
    message: str


def clock_since(app: App) -> Finding:
    """The clock, and whether it shows less than it did before."""
    from evenly.store import health

    with app.store.read() as connection:
        return clock(app.clock.now(), health.newest_moment(connection))


def clock(now: datetime, newest: datetime | None) -> Finding:
    """`newest` is the latest moment that was written down as present, where there is any."""
    if now < _OLDEST_NOW:
        return Finding("clock", ok=False, message=_("The clock shows {now}, which is past: set it.", now=_written(now)))
    if newest is not None and newest > now + _CLOCKS_MAY_DIFFER:
        said = _(
            "The clock shows {now}, but something was written down at {later}: it was set back, or another machine's clock is ahead.",
            now=_written(now),
            later=_written(newest),
        )
        return Finding("clock", ok=False, message=said)
    return Finding("clock", ok=True, message=_written(now))


def time_zones(settings: Settings) -> Finding:
    """Whether the data for every zone in use is there, and which edition it is."""
    from importlib.metadata import version

    zones = sorted({settings.brand.timezone, *(settings.zone(name) for name in settings.accounts)})
    missing = [zone for zone in zones if not _has_zone(zone)]
    if missing:
        said = _("No data for {zones}: install tzdata (pip install tzdata).", zones=", ".join(missing))
        return Finding("timezones", ok=False, message=said)
    said = _("{zones} (tzdata {version})", zones=", ".join(zones), version=version("tzdata"))
    return Finding("timezones", ok=True, message=said)


def _has_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def broken_store(error: StoreError) -> Finding:
    return Finding("store", ok=False, message=shown(error.message))


def store(app: App) -> Iterator[Finding]:
    from evenly.store.models import VERSION

    kind = "SQLite" if app.store.is_sqlite else "PostgreSQL"
    yield Finding("store", ok=True, message=_("{kind}, version {version}", kind=kind, version=VERSION))
    free = shutil.disk_usage(app.settings.state).free // _MEGABYTE
    if app.store.is_nearly_full():
        yield Finding("disk", ok=False, message=_("Only {free} MB are free: nothing new is published until there is room.", free=free))
    else:
        yield Finding("disk", ok=True, message=_("{free} MB free", free=free))
    yield from _open_to_others(app)


def _open_to_others(app: App) -> Iterator[Finding]:
    """What of the state folder somebody else could read: the folder, and what would lie open once it did."""
    from evenly.store.contents import MEDIA_FOLDER
    from evenly.store.secrets import KEY_FILE, key_source
    from evenly.store.sessions import FILE

    state = app.settings.state
    for folder in (state, state / MEDIA_FOLDER):
        if _is_open(folder):
            yield Finding("store", ok=False, message=_("{folder} can be read by others. Close it: chmod 700 {folder}", folder=folder))
    files = [state / name for name in (FILE, f"{FILE}-wal", f"{FILE}-shm", KEY_FILE)]
    for path in files:
        # Of the key in use its own check tells.
        if path != key_source(state, app.environment) and _is_open(path):
            yield Finding("store", ok=False, message=_("{path} can be read by others. Close it: chmod 600 {path}", path=path))


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:  # a file that is not there, or just gone
        return False


def key(app: App) -> Finding:
    """Whether the key opens everything that is stored."""
    from evenly.store import StoreError

    try:
        locked = _locked(app)
    except StoreError as error:
        return Finding("key", ok=False, message=shown(error.message))
    if locked:
        said = _("The key does not open: {names}. Bring the old key back, or sign in again.", names=", ".join(locked))
        return Finding("key", ok=False, message=said)
    return Finding("key", ok=True, message=_("opens everything that is stored"))


def _locked(app: App) -> list[str]:
    """What the key does not open. Raises `StoreRefused` where there is no key."""
    from evenly.store import StoreRefused, health

    locked = []
    with app.store.read() as connection:
        for name, sealed in health.sealed(connection):
            open_it = app.vault.app if name.startswith("app:") else app.vault.credentials
            try:
                open_it(name, sealed)
            except StoreRefused:
                locked.append(name.partition(":")[2])
    return locked


def tokens(app: App) -> Iterator[Finding]:
    """Each account's sign-in: whether there is one, and how long it holds."""
    from evenly.store import accounts, credentials

    with app.store.read() as connection:
        known, ends = accounts.known(connection), credentials.ends(connection)
    for name, account in app.settings.accounts.items():
        row = known.get(name)
        signed_in = row is not None and row.network == account.network and row.sign_in != "none"
        yield _token(app, name, row if signed_in else None, ends.get(name))


def _token(app: App, name: str, known: Known | None, end: End | None) -> Finding:
    if known is None or end is None:
        return Finding("tokens", ok=False, message=_("{account}: nobody has signed in: evenly connect {account}", account=name))
    if known.sign_in == "needed":
        reason = shown(known.reason) if known.reason else "-"
        return Finding(
            "tokens", ok=False, message=_("{account}: {reason} Sign in again: evenly connect {account}", account=name, reason=reason)
        )
    return _ending(name, end, app.clock.now(), ZoneInfo(app.settings.zone(name)))


def _ending(name: str, end: End, now: datetime, zone: ZoneInfo) -> Finding:
    from evenly import signing_in

    if (warning := signing_in.warning(name, end, now, zone)) is not None:
        return Finding("tokens", ok=False, message=f"{name}: {shown(warning)}")
    if end.at is None:
        return Finding("tokens", ok=True, message=_("{account}: without an end", account=name))
    day = end.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if not end.refreshable:
        return Finding("tokens", ok=True, message=_("{account}: until {day}", account=name, day=day))
    if end.at <= now:
        return Finding("tokens", ok=True, message=_("{account}: ended on {day}, renewed when it is used next", account=name, day=day))
    return Finding("tokens", ok=True, message=_("{account}: until {day}, renewed before", account=name, day=day))


def redirects(settings: Settings, networks: Networks, standing: str | None) -> list[Finding]:
    """Where the networks in use send browsers back; without any, the address for those that send them to this machine."""
    from evenly.signing_in.redirects import address

    used = {account.network for account in settings.accounts.values()} & set(networks.names())
    kinds = {networks[name].loopback for name in used} or {True}
    return [_redirect(address(None, standing, loopback=loopback)) for loopback in sorted(kinds, reverse=True)]


def _redirect(address: str) -> Finding:
    """Whether browsers can be sent back there, as far as it is this machine's."""
    from evenly.signing_in.redirects import PASTED, RedirectRefused, Redirects, is_loopback

    if address == PASTED:
        return Finding("redirect", ok=True, message=_("{address} (pasted)", address=address))
    try:
        if is_loopback(address):
            Redirects(address).close()
    except RedirectRefused as error:
        return Finding("redirect", ok=False, message=shown(error.message))
    return Finding("redirect", ok=True, message=address)


def plugins(settings: Settings, networks: Networks) -> Iterator[Finding]:
    """The plugins of the accounts in use: those that cannot be used, with the cure."""
    for cure in networks.refused.values():
        yield Finding("plugins", ok=False, message=shown(cure))
    named = {account.network for account in settings.accounts.values()}
    for network in sorted(named - set(networks.names()) - set(networks.refused)):
        said = _("No installed package provides the network {network}: its accounts wait.", network=network)
        yield Finding("plugins", ok=False, message=said)
    if networks.names() and not networks.refused:
        yield Finding("plugins", ok=True, message=", ".join(networks.names()))


def settings(settings: Settings, networks: Networks) -> Iterator[Finding]:
    """What evenly.toml says and a person should know about, and what in it nothing answers to."""
    missing = {account.network for account in settings.accounts.values()} - set(networks.names())
    for warning in settings.warnings:
        # A missing network has been told of as a plugin.
        if warning.values.get("network") not in missing:
            yield Finding("settings", ok=False, message=shown(warning))
    for name, account in settings.accounts.items():
        declared = networks[account.network].repeat_safe if account.network in networks else {"none": timedelta(0)}
        if account.on_unknown != "ask" and "none" not in declared:
            said = _(
                '`accounts.{account}.on_unknown` is "{word}", which counts only where a network offers no way to find out; {network} does.',
                account=name,
                word=account.on_unknown,
                network=account.network,
            )
            yield Finding("settings", ok=False, message=said)
    if settings.engine.kind == "procrastinate":
        from evenly.engines import job_tables

        if not job_tables.is_installed():
            said = _("`engine.kind` is \"procrastinate\", which is not installed: pip install 'evenly[postgresql]'")
            yield Finding("settings", ok=False, message=said)


def engine(app: App) -> Iterator[Finding]:
    """Whether the tables are there in which the engine for many machines keeps its jobs."""
    if app.settings.engine.kind != "procrastinate":
        return
    from evenly.engines import job_tables

    if not job_tables.is_installed():  # told as a fault of the settings
        return
    trouble = job_tables.trouble(app.store)
    said = _("Procrastinate, and its tables are as they should be") if trouble is None else shown(trouble)
    yield Finding("engine", ok=trouble is None, message=said)


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
