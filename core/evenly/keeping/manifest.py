"""What is in a backup: written last, read first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from evenly.plugin import Message

FILE = "manifest.json"
SETTINGS = "evenly.toml"
STORE = "evenly.sqlite"
KEY = "key"
MEDIA, POSTS = "media", "posts"

_FORMAT = 1
_SINGLE = frozenset({SETTINGS, STORE, KEY})
_NEEDED = (SETTINGS, STORE)
_LONGEST_NAME = 1000
_DIGEST = 64


class KeepingRefused(Exception):
    """A backup cannot be made, or not be put back; `message` says why and what to do. Nothing was changed."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a backup."""

    name: str
    bytes: int
    sha256: str  #: 64 hexadecimal digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself."""

    version: str  #: of the evenly that made it
    store: str  #: the version of the store in it
    brand: str
    made_at: datetime  #: not later than the copy of the store: what happened since is not in it
    counts: Mapping[str, int]  #: rows by table
    members: tuple[Member, ...]

    @property
    def has_key(self) -> bool:
        """Whether the key is in it that opens its sign-ins."""
        return any(member.name == KEY for member in self.members)


def as_json(manifest: Manifest) -> dict[str, Any]:
    """The manifest as JSON can hold it."""
    return {"evenly": "backup", "format": _FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}


def read(text: bytes) -> Manifest:
    """The manifest that `as_json` made. Raises KeepingRefused for anything else, and for names that no backup of ours has."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or found.get("evenly") != "backup":
        raise KeepingRefused(Message("This is no backup that `evenly backup` has made."))
    if found.get("format") != _FORMAT:
        raise KeepingRefused(
            Message(
                "This backup is of format {found}, made by evenly {version}; this evenly reads format {known}: upgrade evenly.",
                found=str(found.get("format"))[:20],
                version=str(found.get("version"))[:20],
                known=_FORMAT,
            )
        )
    try:
        manifest = _manifest(found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged(Message("its manifest cannot be read")) from error
    _check(manifest)
    return manifest


def damaged(reason: Message) -> KeepingRefused:
    """The refusal of a backup that is not as it was made."""
    return KeepingRefused(Message("The backup is damaged or was changed: {reason}. Nothing was restored; take another one.", reason=reason))


def _manifest(found: Mapping[str, Any]) -> Manifest:
    made_at = datetime.fromisoformat(found["made_at"])
    if made_at.tzinfo is None:
        raise ValueError("a moment needs a zone")
    return Manifest(
        version=str(found["version"]),
        store=str(found["store"]),
        brand=str(found["brand"]),
        made_at=made_at,
        counts={str(name): int(count) for name, count in found["counts"].items()},
        members=tuple(_member(each) for each in found["members"]),
    )


def _member(found: Mapping[str, Any]) -> Member:
    name, size, digest = found["name"], found["bytes"], found["sha256"]
    if type(name) is not str or type(size) is not int or size < 0 or type(digest) is not str or len(digest) != _DIGEST:
        raise ValueError("not a member")
    return Member(name, size, digest)


def _check(manifest: Manifest) -> None:
    names = [member.name for member in manifest.members]
    if len(set(names)) != len(names):
        raise damaged(Message("it holds a file twice"))
    for name in names:
        if not _is_ours(name):
            raise damaged(Message("{name} is no file that belongs into a backup", name=name[:60]))
    for name in _NEEDED:
        if name not in names:
            raise damaged(Message("{name} is missing", name=name))


def _is_ours(name: str) -> bool:
    """One of the single files, a file of media, or one somewhere below the posts: never outside."""
    if name in _SINGLE:
        return True
    if "\\" in name or not name.isprintable() or len(name) > _LONGEST_NAME or str(PurePosixPath(name)) != name:
        return False
    first, *rest = name.split("/")
    if not rest or any(step in {"", ".", ".."} for step in rest):
        return False
    return (first == MEDIA and len(rest) == 1) or first == POSTS
