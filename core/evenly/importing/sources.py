"""What a source is, by its address and its first bytes, and who reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evenly.importing import feeds, markdown, spreadsheets
from evenly.importing.bulk import Known
from evenly.importing.rows import Batch, ImportRefused, row_of
from evenly.importing.tabular import LARGEST_FILE
from evenly.plugin import Message

if TYPE_CHECKING:
    from evenly.networks import Networks
    from evenly.settings import Settings

# One letter and a colon is a drive of Windows.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")

Reader = Callable[[], Batch]


@dataclass(frozen=True, slots=True)
class Export:
    """A file that `evenly export` wrote: the whole state."""

    path: Path


def sniff(source: str, settings: Settings, networks: Networks, *, allow_private: bool = False) -> Reader | Export:
    """Who reads `source`: a web address, a folder or a file. Nothing but a file's first bytes is read yet.

    Raises ImportRefused for what is no source.
    """
    if scheme := _SCHEME.match(source):
        if scheme[1].lower() in {"http", "https"}:
            return lambda: _from_the_web(source, settings, allow_private=allow_private)
        if scheme[1].lower() == "file":
            raise ImportRefused(Message("{source} is not fetched: name a file by its path alone.", source=source))
    path = Path(source).expanduser()
    if path.is_dir():
        return lambda: markdown.read_folder(path)
    if path.is_file():
        return _file(path, settings)
    if (taken := _by_a_plugin(source, networks)) is not None:
        return lambda: taken
    raise ImportRefused(Message("There is no file or folder {source}, and no web address begins like this.", source=source))


def _file(path: Path, settings: Settings) -> Reader | Export:
    if path.suffix.lower() in markdown.SUFFIXES:
        return lambda: markdown.read_file(path)
    start = _first_bytes(path).lstrip(b"\xef\xbb\xbf \t\r\n")
    if is_export(start):
        return Export(path)
    data = whole(path)
    if start.startswith((b"<", b"{")):
        return lambda: feeds.read(data, where=str(path), domains=settings.brand.domains)
    return lambda: spreadsheets.read(data, where=str(path), folder=path.parent, known=known(settings))


def is_export(start: bytes) -> bool:
    """Whether a file that begins like this was written by `evenly export`."""
    try:
        first = json.loads(start.partition(b"\n")[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and first.get("type") == "evenly"


def known(settings: Settings) -> Known:
    """What of the workspace another tool's file may mean."""
    accounts: dict[str, list[str]] = {}
    for name, account in settings.accounts.items():
        accounts.setdefault(account.network, []).append(name)
    titles = {topic.title.casefold(): name for name, topic in settings.topics.items() if topic.title}
    return Known(accounts=accounts, topics=titles | {name.casefold(): name for name in settings.topics}, zone=settings.brand.timezone)


def _from_the_web(url: str, settings: Settings, *, allow_private: bool) -> Batch:
    from evenly.importing.fetching import fetch

    fetched = fetch(url, allow_private=allow_private)
    return feeds.read(fetched.body or b"", where=fetched.url, domains=settings.brand.domains)


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError as error:
        raise _unreadable(path, error) from error


def whole(path: Path) -> bytes:
    """All of a file that is not too large. Raises ImportRefused."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ImportRefused(Message("{path} is larger than {limit} bytes: split it.", path=path, limit=LARGEST_FILE))
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ImportRefused:
    return ImportRefused(Message("{path} cannot be read ({reason}).", path=path, reason=error.strerror))


def _by_a_plugin(source: str, networks: Networks) -> Batch | None:
    """What an installed plugin makes of a source that only it knows."""
    try:
        found: Iterable[Mapping[str, Any]] | None = networks.call_all("import_posts", source=source)
        if found is None:
            return None
        return Batch(rows=tuple(row_of(document, where=source) for document in found))
    except Exception as error:
        told = Message("A plugin could not read {source}: {kind}: {reason}.", source=source, kind=type(error).__name__, reason=error)
        raise ImportRefused(told) from error
