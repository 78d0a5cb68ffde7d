"""What the stand-in remembers: people, apps, tokens, files and statuses."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from evenly_mastodon import servers

if TYPE_CHECKING:
    from evenly.plugin import Clock

Kind = Literal["mastodon", "gotosocial"]
HOST = "mastodon.example"
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Person:
    """An account of the server."""

    id: str
    username: str
    title: str
    joined: datetime


@dataclass(frozen=True)
class Registered:
    """An app."""

    client_id: str
    client_secret: str
    name: str
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]


@dataclass(frozen=True)
class Token:
    """What a bearer may do in whose name."""

    person: Person
    scopes: frozenset[str]
    app: str | None


@dataclass(frozen=True)
class Code:
    """A consent that has not been traded for a token yet."""

    person: Person
    app: Registered
    redirect_uri: str
    scopes: frozenset[str]
    challenge: str
    until: datetime


@dataclass
class Upload:
    """A file, attached to one status at most."""

    id: str
    owner: Person
    kind: Literal["image", "gifv", "video"]
    description: str | None
    ready_at: datetime
    status: str | None = None


@dataclass
class Note:
    """A status."""

    id: str
    author: Person
    at: datetime
    text: str
    warning: str
    visibility: str
    sensitive: bool
    language: str
    parent: str | None
    media: Sequence[Upload]
    poll: Mapping[str, Any] | None
    app: str | None


@dataclass
class State:
    """Everything the server holds. Routes run one at a time, under `lock`."""

    clock: Clock
    seed: int
    kind: Kind
    processing: timedelta  #: how long a video or animation is worked on
    keeps_keys: bool
    rules: servers.Rules
    characters: int
    attachments: int
    lock: threading.RLock = field(default_factory=threading.RLock)
    people: list[Person] = field(default_factory=list)
    apps: dict[str, Registered] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)  #: in the order in which they were made
    keys: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)
    calls: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)
    _made: int = 0

    def new_id(self) -> str:
        """Ids are texts that grow: numbers on Mastodon, ULIDs on GoToSocial."""
        self._made += 1
        milliseconds = int(self.clock.now().timestamp() * 1000)
        if self.kind == "mastodon":
            return str((milliseconds << 16) + self._made)
        return _base32(milliseconds, 10) + _base32(self._made, 16)

    def secret(self, purpose: str) -> str:
        """A text nobody guesses; the same for the same seed and history."""
        self._made += 1
        return hashlib.sha256(f"{self.seed}:{purpose}:{self._made}".encode()).hexdigest()[:43]

    def children(self, note: Note) -> list[Note]:
        return [each for each in self.notes.values() if each.parent == note.id]


def _base32(number: int, width: int) -> str:
    digits = ""
    for _ in range(width):
        number, digit = divmod(number, 32)
        digits = _CROCKFORD[digit] + digits
    return digits
