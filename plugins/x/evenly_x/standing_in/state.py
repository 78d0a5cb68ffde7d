"""What the stand-in remembers: users, tokens, uploads and posts."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly_x.vocabulary import Words

if TYPE_CHECKING:
    from evenly.plugin import Clock

_EPOCH_MS = 1_288_834_974_657
_SEQUENCE = 2**22


@dataclass(frozen=True)
class User:
    """An account."""

    id: str
    username: str
    name: str
    subscription: str


@dataclass
class Grant:
    """What a token may do in whose name. Tokens of one `family` die together."""

    user: User
    scopes: frozenset[str]
    until: datetime | None
    family: str


@dataclass
class Renewal:
    """A refresh token: good for one use."""

    grant: Grant
    used: bool = False


@dataclass(frozen=True)
class Code:
    """A consent that has not been traded for tokens yet."""

    user: User
    redirect_uri: str
    scopes: frozenset[str]
    challenge: str
    until: datetime


@dataclass
class Temporary:
    """A temporary token of OAuth 1.0a."""

    secret: str
    callback: str
    user: User | None = None
    verifier: str = ""


@dataclass
class Upload:
    """A file on its way, or whole."""

    id: str
    owner: User
    category: str
    mime: str
    size: int
    at: datetime
    pieces: dict[int, int] = field(default_factory=dict)
    ready_at: datetime | None = None  #: None: not finalized
    is_slow: bool = False
    alt: str = ""

    @property
    def key(self) -> str:
        """By which posts name it."""
        return f"{ {'tweet_image': 3, 'tweet_gif': 16, 'tweet_video': 7}[self.category] }_{self.id}"


@dataclass
class Post:
    """A post as it was sent."""

    id: str
    author: User
    at: datetime
    text: str
    parent: str | None
    root: str
    media: Sequence[Upload]
    sent: dict[str, Any]


@dataclass
class State:
    """Everything the stand-in holds. Routes run one at a time, under `lock`."""

    clock: Clock
    seed: int
    words: Words
    processing: timedelta  #: how long a video or animation is worked on
    unlisted: timedelta  #: how long a new post is missing from lists
    unseen: timedelta  #: how long a new post cannot be answered
    largest_piece: int
    paid: bool = True
    lock: threading.RLock = field(default_factory=threading.RLock)
    users: list[User] = field(default_factory=list)
    grants: dict[str, Grant] = field(default_factory=dict)
    renewals: dict[str, Renewal] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    temporary: dict[str, Temporary] = field(default_factory=dict)
    signed: dict[str, tuple[User, str]] = field(default_factory=dict)  #: OAuth 1.0a: users and secrets by token
    nonces: set[str] = field(default_factory=set)
    uploads: dict[str, Upload] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)  #: in the order in which they were made
    calls: dict[tuple[str, str], list[datetime]] = field(default_factory=dict)
    _made: int = 0

    def new_id(self) -> str:
        """Ids hold the time at which they were made, in milliseconds."""
        self._made += 1
        milliseconds = (self.clock.now() - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
        return str(((milliseconds - _EPOCH_MS) << 22) + self._made % _SEQUENCE)

    def secret(self, purpose: str) -> str:
        """A text nobody guesses; the same for the same seed and history."""
        self._made += 1
        return hashlib.sha256(f"{self.seed}:{purpose}:{self._made}".encode()).hexdigest()[:44]

    def user(self, username: str) -> User:
        return next((each for each in self.users if each.username == username), self.users[0])
