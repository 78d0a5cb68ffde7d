"""Media where networks can fetch them: in a public folder, in a bucket, or wherever a package's hook `host_media` puts them.

A file is put there when its delivery is prepared, not before, under a name made of its content.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from evenly import media
from evenly.media import bucket
from evenly.plugin import Message, NetworkError, PostRejected, Problem, TryLater
from evenly.store import media_in_use

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenly.clock import Clock
    from evenly.planning.desk import Desk
    from evenly.plugin import Account, Media, Part

_RECORD = "hosted"  #: the folder of what was put into the public folder, by name; each file holds its place
_KNOWN_FOR_SECONDS = 600.0  #: the steps of one delivery follow each other within minutes; signed addresses last longer
_READABLE, _OPEN = 0o644, 0o755  #: for the web server, whatever our own mask is


def hindrance(desk: Desk, title: str) -> Message | None:
    """Why the network called `title` could not fetch media from us, and the cure; None: it can."""
    settings = desk.settings.media
    if settings.s3 is not None and not bucket.is_installed():
        return Message(
            "{network} fetches media from a public address, and [media.s3] needs boto3: pip install 'evenly[s3]'.", network=title
        )
    if settings.public_dir or settings.s3 or desk.networks.anyone_offers("host_media"):
        return None
    return Message(
        "{network} fetches media from a public address, and there is none: set public_dir and public_url under [media] in evenly.toml "
        "(a folder that a web server shows), or [media.s3] (a bucket).",
        network=title,
    )


class Host:
    """Puts media where networks can fetch them, for one process. Safe to call from several threads."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self._desk = desk
        self._clock = clock
        self._known: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def reachable(self, part: Part, account: Account) -> Part:
        """The part with an address for each of its media that the account's network fetches itself.

        Raises `TryLater` where they cannot be put there now, `PostRejected` where nobody said where.
        """
        hosted = self._desk.limits(account).hosted
        if not any(medium.kind in hosted for medium in part.media):
            return part
        if (cure := hindrance(self._desk, self._desk.networks[account.network].title)) is not None:
            raise PostRejected(Problem(cure, "media"))
        return replace(part, media=tuple(self._with_address(each) if each.kind in hosted else each for each in part.media))

    def _with_address(self, medium: Media) -> Media:
        try:
            return replace(medium, url=_in_ascii(self._address(medium, public_name(medium))))
        except NetworkError:
            raise
        except bucket.BucketRefused as refused:
            raise _not_now(refused.message) from refused
        except Exception as error:
            raise _not_now(Message("{kind}: {error}", kind=type(error).__name__, error=error)) from error

    def _address(self, medium: Media, name: str) -> str:
        settings = self._desk.settings
        if settings.public_dir is not None and settings.media.s3 is None:
            _copy(medium.path, settings.public_dir / name, settings.state / _RECORD / name)
            return f"{settings.media.public_url}/{name}"
        with self._lock:
            address, until = self._known.get(name, ("", 0.0))
        if self._clock.monotonic() >= until:
            address = self._sent_away(medium, name)
            with self._lock:
                self._known[name] = address, self._clock.monotonic() + _KNOWN_FOR_SECONDS
        return address

    def _sent_away(self, medium: Media, name: str) -> str:
        s3 = self._desk.settings.media.s3
        if s3 is not None:
            where = bucket.Bucket(name=s3.bucket, endpoint=s3.endpoint, region=s3.region, prefix=s3.prefix, public_url=s3.public_url)
            return where.put(medium.path, name, medium.mime)
        address = self._desk.networks.call_all("host_media", path=medium.path)
        if not isinstance(address, str) or not address:
            raise TypeError(f"host_media() gave {address!r}, not an address")
        return address


def public_name(medium: Media) -> str:
    """By what the public knows the file: nothing of the name it once had."""
    return medium.path.stem + media.suffix(medium.mime)


def pretended(desk: Desk) -> Callable[[Part, Account], Part]:
    """Like `Host.reachable`, for stand-ins: nothing is put anywhere, and the addresses are nobody's."""

    def reachable(part: Part, account: Account) -> Part:
        hosted = desk.limits(account).hosted
        shown = (replace(each, url=f"https://media.example/{public_name(each)}") if each.kind in hosted else each for each in part.media)
        return replace(part, media=tuple(shown))

    return reachable


def withdraw(desk: Desk) -> None:
    """Take out of the public folder what was put there and no unpublished delivery needs any more."""
    folder = desk.settings.state / _RECORD
    records = list(folder.iterdir()) if folder.is_dir() else []
    if records:
        with desk.store.read() as connection:
            needed = {Path(name).stem for name in media_in_use.names(connection)}
        for record in records:
            if record.stem not in needed:
                _take_back(record)


def _copy(source: Path, public: Path, record: Path) -> None:
    """Copy the file there, whole or not at all; its place is on record before, so that it is never forgotten there."""
    record.parent.mkdir(mode=0o700, exist_ok=True)
    if not record.exists() or record.read_text(encoding="utf-8") != str(public):
        _take_back(record)
        record.write_text(str(public), encoding="utf-8")
    if public.exists():
        return
    if not public.parent.exists():
        public.parent.mkdir(parents=True, exist_ok=True)
        public.parent.chmod(_OPEN)
    handle, temporary = tempfile.mkstemp(dir=public.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file, source.open("rb") as original:
            shutil.copyfileobj(original, file)
        Path(temporary).chmod(_READABLE)
        Path(temporary).replace(public)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def _take_back(record: Path) -> None:
    with suppress(FileNotFoundError):  # another process was quicker
        place = record.read_text(encoding="utf-8")
        if place:
            Path(place).unlink(missing_ok=True)
        record.unlink()


def _in_ascii(address: str) -> str:
    """The address as it can stand in a request: other letters escaped."""
    import httpx

    return str(httpx.URL(address))


def _not_now(reason: Message) -> TryLater:
    return TryLater(message=Message("The media cannot be put where the network fetches them: {reason}.", reason=reason))
