"""Putting a backup back into a new workspace: everything is read and judged first, and the rows are the last that comes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from evenly.keeping import container, doubting, manifest
from evenly.keeping.manifest import KeepingRefused, Manifest, damaged
from evenly.networks import Networks
from evenly.plugin import Message
from evenly.settings import FILE, load, networks_named, shipped
from evenly.store import FILE as STORE_FILE
from evenly.store import Store, StoreError, accounts, archive, copying, deliveries
from evenly.store.contents import MEDIA_FOLDER
from evenly.store.lock import PublisherLock
from evenly.store.models import delivery, part
from evenly.store.secrets import KEY_FILE, Vault, write_keys

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.settings import Settings

_STATE = ".evenly"
_ASIDE = "evenly.toml.from-backup"
_MAY_WAIT = ("planned", "claimed", "sending", "unknown", "published", "held")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back, and what a person has to look at."""

    manifest: Manifest
    folder: Path
    zone: str  #: the brand's, for showing times
    held: tuple[int, ...] = ()  #: deliveries that may have gone out since the backup was made
    looked_for: tuple[int, ...] = ()  #: those that the next daemon finds out about by itself
    accounts: tuple[str, ...] = ()  #: held, until they are released
    key_fits: bool = True  #: there is a key, and it opens the sign-ins that came back
    notes: tuple[Message, ...] = ()


def restore(path: Path, folder: Path, *, environment: Mapping[str, str], now: datetime, moved: bool = False) -> Restored:
    """Make a workspace of the backup `path` in `folder`, which is new or has no posts yet.

    What may have gone out since is not sent before somebody has looked (see `doubting`), unless it was `moved`: nothing has run since.
    An `evenly.toml` that somebody wrote there stays and counts. Raises KeepingRefused, `SettingsRefused`, `StoreError`; nothing was
    changed then.
    """
    with _made(folder) as state, TemporaryDirectory(prefix=".restore-", dir=state) as place:
        unpacked = Path(place)
        made = container.unpack(path, unpacked)
        keys = _keys(unpacked)
        settings, notes = _settings(folder, unpacked)
        with _opened(unpacked) as copy, _target(settings, folder, state) as store:
            held: list[int] = []
            looked_for: list[int] = []
            names: tuple[str, ...] = ()
            with store.write() as connection:
                _fill(connection, copy)
                if not moved:
                    names = _hold_accounts(connection)
                    held, looked_for = _doubt(connection, settings, made.made_at, max(now, made.made_at))
                notes += _put_files(unpacked, folder, state, keys)
            key_fits = _key_fits(store, state, environment)
    return Restored(
        manifest=made,
        folder=folder,
        zone=settings.brand.timezone,
        held=tuple(held),
        looked_for=tuple(looked_for),
        accounts=names,
        key_fits=key_fits,
        notes=tuple(notes),
    )


# ---- where it comes to


@contextmanager
def _made(folder: Path) -> Iterator[Path]:
    """The folder of the state, made where it is missing; gone again if what follows is refused and leaves it empty."""
    state = folder / _STATE
    missing = [each for each in (state, folder, *folder.absolute().parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        state.mkdir(mode=0o700, exist_ok=True)
        yield state
    except OSError as error:
        _clear(missing)
        raise KeepingRefused(
            Message("{folder} cannot become a workspace: {reason}.", folder=folder, reason=error.strerror or str(error))
        ) from error
    except BaseException:
        _clear(missing)
        raise


def _clear(folders: list[Path]) -> None:
    for each in folders:
        with suppress(OSError):
            each.rmdir()


def _settings(folder: Path, unpacked: Path) -> tuple[Settings, list[Message]]:
    """The settings that will count: those of the backup, unless somebody has written others there."""
    here = folder / FILE
    stays = here.exists() and not _is_example(here) and here.read_bytes() != (unpacked / FILE).read_bytes()
    read = folder if stays else unpacked
    networks = Networks.load(networks_named(read))
    settings = load(read, {name: networks[name].settings for name in networks.names()})
    told = Message("evenly.toml was here before and stays; the backup's is beside it, as {name}.", name=_ASIDE)
    return settings, [told] if stays else []


def _is_example(file: Path) -> bool:
    """What `evenly init` writes, and nobody has touched."""
    return file.read_bytes() == shipped(FILE).encode()


@contextmanager
def _target(settings: Settings, folder: Path, state: Path) -> Iterator[Store]:
    """The store that the backup comes into, with nobody else at it. Raises KeepingRefused where there is anything in it."""
    with ExitStack() as stack:
        if not settings.store.is_postgresql:
            stack.enter_context(_alone(state))
            stack.enter_context(_new_file(state / STORE_FILE))
        store = Store.open(settings.store.url, state)
        stack.callback(store.close)
        with store.read() as connection:
            if not copying.is_untouched(connection):
                raise KeepingRefused(_taken(settings, folder))
        yield store


def _taken(settings: Settings, folder: Path) -> Message:
    if settings.store.is_postgresql:
        return Message(
            "The database that [store] url names holds posts or sign-ins already, and two states cannot be mixed: name an empty one."
        )
    return Message(
        "{folder} holds posts or sign-ins already, and two states cannot be mixed. Restore into another folder (evenly restore FILE DIR), "
        "or move {store} away first.",
        folder=folder,
        store=folder / _STATE / STORE_FILE,
    )


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    lock = PublisherLock(state)
    is_new = not (state / "publisher.lock").exists()
    if not lock.take():
        raise KeepingRefused(Message("evenly runs in this workspace (process {pid}): stop it first.", pid=lock.holder()))
    try:
        yield
    finally:
        lock.release()
        if is_new:
            (state / "publisher.lock").unlink(missing_ok=True)


@contextmanager
def _new_file(file: Path) -> Iterator[None]:
    """The store's file, gone again if it was not there before and what follows is refused."""
    is_new = not file.exists()
    try:
        yield
    except BaseException:
        for each in (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm")) if is_new else ():
            each.unlink(missing_ok=True)
        raise


# ---- rows


@contextmanager
def _opened(unpacked: Path) -> Iterator[Connection]:
    """The store of the backup, brought up to date. Raises `StoreRefused` for one that a newer evenly has made."""
    try:
        copy = Store.open("sqlite", unpacked)
    except SQLAlchemyError as error:
        raise _unreadable(error) from error
    try:
        with copy.read() as connection:
            yield connection
    finally:
        copy.close()


def _fill(connection: Connection, copy: Connection) -> None:
    """All rows come into tables of our own making: a schema that somebody else wrote stays where it is."""
    try:
        copying.copy_rows(copy, connection)
        for content in connection.execute(select(part.c.content).execution_options(yield_per=500)).scalars():
            archive.media_of(content)
    except archive.RowRefused as refused:
        raise damaged(refused.message) from refused
    except (SQLAlchemyError, ValueError, TypeError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> KeepingRefused:
    said = str(getattr(error, "orig", error)).partition("\n")[0][:200]
    return damaged(Message("its store cannot be read ({said})", said=said))


def _hold_accounts(connection: Connection) -> tuple[str, ...]:
    """Nothing new goes out anywhere: also what waits for a later time may have been published at once."""
    found = connection.execute(select(delivery.c.account, delivery.c.network).distinct().order_by(delivery.c.account)).all()
    for name, network in found:
        accounts.hold(connection, name, network, held=True)
    return tuple(dict.fromkeys(name for name, _ in found))


def _doubt(connection: Connection, settings: Settings, made_at: datetime, now: datetime) -> tuple[list[int], list[int]]:
    held: list[int] = []
    looked_for: list[int] = []
    waiting = select(delivery.c.id).where(delivery.c.state.in_(_MAY_WAIT)).order_by(delivery.c.id)
    for delivery_id in connection.execute(waiting).scalars().all():
        current = deliveries.load(connection, delivery_id)
        if current is None:
            continue
        own = settings.accounts.get(current.account)
        move = doubting.doubted(current, made_at=made_at, now=now, may_look=own is not None and own.on_unknown != "resend")
        if move is not None and deliveries.apply(connection, move):
            (looked_for if move.after.state.value in {"unknown", "published"} else held).append(delivery_id)
    return held, looked_for


# ---- files


def _put_files(unpacked: Path, folder: Path, state: Path, keys: list[str]) -> list[Message]:
    """Everything beside the rows; repeating it does no harm, should the rows not come after all."""
    notes = _put_posts(unpacked / manifest.POSTS, folder / manifest.POSTS)
    for source in sorted((unpacked / manifest.MEDIA).glob("*")):
        (state / MEDIA_FOLDER).mkdir(mode=0o700, exist_ok=True)
        source.replace(state / MEDIA_FOLDER / source.name)
    if keys:
        _put_keys(keys, state)
    _put_settings(unpacked / FILE, folder)
    for name, content in ((folder / ".gitignore", f"{_STATE}/\n"), (state / ".gitignore", "*\n")):
        if not name.exists():
            name.write_text(content)
    return notes


def _put_settings(source: Path, folder: Path) -> None:
    here = folder / FILE
    is_ours = not here.exists() or _is_example(here) or here.read_bytes() == source.read_bytes()
    to = here if is_ours else folder / _ASIDE
    shutil.copyfile(source, to)


def _put_posts(source: Path, to: Path) -> list[Message]:
    stay = []
    for each in sorted(path for path in source.rglob("*") if path.is_file()):
        place = to / each.relative_to(source)
        if place.exists() and place.read_bytes() != each.read_bytes():
            stay.append(each.relative_to(source).as_posix())
        elif not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(each, place)
    return [Message("posts/{name} was here before, says something else, and stays.", name=name) for name in stay]


def _keys(unpacked: Path) -> list[str]:
    """The keys in the backup; none where it was made without."""
    file = unpacked / manifest.KEY
    try:
        keys = file.read_bytes().decode("ascii").split() if file.exists() else []
        if keys:
            Vault(keys)
    except ValueError as error:
        raise damaged(Message("its key is none")) from error
    return keys


def _put_keys(keys: list[str], state: Path) -> None:
    """The backup's keys first; one that is there already opens what it did."""
    own = state / KEY_FILE
    write_keys(state, list(dict.fromkeys([*keys, *(own.read_text("ascii").split() if own.exists() else [])])))


def _key_fits(store: Store, state: Path, environment: Mapping[str, str]) -> bool:
    """Whether the workspace's key opens every sign-in that came back; where none did, nothing needs one."""
    from evenly.store import credentials

    with store.read() as connection:
        names = list(credentials.ends(connection))
        try:
            for name in names:
                credentials.get(connection, Vault.open(state, environment), name)
        except StoreError:
            return False
    return True
