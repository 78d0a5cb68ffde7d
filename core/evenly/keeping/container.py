"""The archive of a backup, read by nobody's word but its manifest's: no name, size or hash may differ, before anything counts."""

from __future__ import annotations

import hashlib
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from evenly.keeping import manifest
from evenly.keeping.manifest import KeepingRefused, Manifest, Member, damaged
from evenly.plugin import Message
from evenly.store.sessions import translated

_CHUNK = 1 << 20
_LONGEST_MANIFEST = 32 << 20
_ENCRYPTED = 0x1
_SMALL = 64 << 20
_MOST_OFTEN = 100
"""What we write shrinks to a tenth at most; empty stores, which are small, to a fortieth."""


def verify(path: Path) -> Manifest:
    """Read the whole backup and compare it with its manifest. Raises KeepingRefused."""
    with opened(path) as (archive, made):
        for member in made.members:
            _read(archive, member, None)
    return made


def unpack(path: Path, folder: Path) -> Manifest:
    """Write the backup's files below `folder`, which is nobody else's; each is compared as it is written. Raises KeepingRefused."""
    with opened(path) as (archive, made), translated():
        for member in made.members:
            to = folder / member.name
            to.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _read(archive, member, to)
    return made


@contextmanager
def opened(path: Path) -> Iterator[tuple[ZipFile, Manifest]]:
    """The archive and what it says of itself, once both agree. Nothing is unpacked. Raises KeepingRefused."""
    try:
        with ZipFile(path) as archive:
            made = _manifest(archive)
            _compare(archive, made, path.stat().st_size)
            yield archive, made
    except BadZipFile as error:
        raise damaged(Message("it is no ZIP archive, or a part of one")) from error
    except OSError as error:
        raise KeepingRefused(Message("{path} cannot be read: {why}.", path=path, why=error.strerror or str(error))) from error


def _manifest(archive: ZipFile) -> Manifest:
    found = [info for info in archive.infolist() if info.filename == manifest.FILE]
    if len(found) != 1 or found[0].file_size > _LONGEST_MANIFEST or not _is_plain(found[0]):
        raise KeepingRefused(Message("This is no backup that `evenly backup` has made."))
    return manifest.read(b"".join(_content(archive, found[0])))


def _compare(archive: ZipFile, made: Manifest, size: int) -> None:
    here = {info.filename: info for info in archive.infolist() if info.filename != manifest.FILE}
    told = {member.name: member for member in made.members}
    if len(archive.infolist()) != len(told) + 1 or here.keys() != told.keys():
        raise damaged(Message("its files are not those that its manifest names"))
    for name, info in here.items():
        if not _is_plain(info) or info.file_size != told[name].bytes:
            raise damaged(Message("{name} is not what the manifest says", name=name))
    if (total := sum(member.bytes for member in made.members)) > max(_SMALL, size * _MOST_OFTEN):
        raise damaged(Message("it would unpack to {total} bytes, which no backup of its size does", total=total))


def _is_plain(info: ZipInfo) -> bool:
    """A file, not encrypted: no link, folder or device."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    plain = kind in {0, stat.S_IFREG} and not info.is_dir() and not info.flag_bits & _ENCRYPTED
    return plain and info.compress_type in {ZIP_STORED, ZIP_DEFLATED}


def _read(archive: ZipFile, member: Member, to: Path | None) -> None:
    digest = hashlib.sha256()
    content = _content(archive, archive.getinfo(member.name))
    if to is None:
        for chunk in content:
            digest.update(chunk)
    else:
        with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in content:
                digest.update(chunk)
                file.write(chunk)
    if digest.hexdigest() != member.sha256:
        raise damaged(Message("{name} is not what it was", name=member.name))


def _content(archive: ZipFile, info: ZipInfo) -> Iterator[bytes]:
    """The content, never more of it than was said."""
    left = info.file_size
    try:
        with archive.open(info) as file:
            while left and (chunk := file.read(min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk
    except (BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise damaged(Message("{name} cannot be read", name=info.filename)) from error
    if left:
        raise damaged(Message("{name} is cut off", name=info.filename))
