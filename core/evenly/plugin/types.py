"""The values that pass between the core and a network: all frozen, all plain."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, Protocol

from evenly.plugin.message import Message

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from pathlib import Path
    from wsgiref.types import WSGIApplication

    import httpx
    from pydantic import BaseModel

    from evenly.plugin.errors import NetworkError

Json = Any  #: what `json.dumps` takes: None, bool, int, float, str, lists and dicts of these

Facility = Literal["key", "record", "two-phase", "refusal", "read-back", "none"]
"""How a lost answer is settled: see `Network.repeat_safe`."""

PartKind = Literal["post", "reply", "comment"]
Format = Literal["post", "story", "reel", "article", "document", "poll"]
MediaKind = Literal["picture", "animation", "video", "document"]


class Clock(Protocol):
    """Where time comes from: real, fast or virtual."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never jump; only differences mean anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """What a network takes of one picture or animation. None: no limit known."""

    types: frozenset[str] = frozenset({"image/jpeg", "image/png"})  #: MIME types, judged by content
    bytes: int | None = None
    pixels: int | None = None  #: width times height
    width: int | None = None
    height: int | None = None
    ratio: tuple[float, float] | None = None  #: least and largest width / height


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoLimits:
    """What a network takes of one video. None: no limit known."""

    types: frozenset[str] = frozenset({"video/mp4"})
    bytes: int | None = None
    seconds: tuple[float, float] | None = None  #: least and largest length
    ratio: tuple[float, float] | None = None
    width: tuple[int, int] | None = None  #: least and largest
    height: tuple[int, int] | None = None
    pixels: int | None = None  #: width times height
    fps: tuple[float, float] | None = None  #: least and largest number of pictures a second


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLimits:
    """What a network takes of one document. None: no limit known."""

    types: frozenset[str] = frozenset({"application/pdf"})
    bytes: int | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a network (or one account's server) takes. The core checks these; `check` need not repeat them."""

    text: int | None = None  #: longest text of a part, counted by `Network.length`
    pictures: int = 0  #: most pictures of a part; 0: takes none
    picture: MediaLimits = field(default_factory=MediaLimits)
    animation: MediaLimits | None = None  #: of a moving picture; None: as of any other
    videos: int = 0
    video: VideoLimits = field(default_factory=VideoLimits)
    mixed: bool = False  #: pictures and videos may stand in one part
    documents: int = 0
    document: DocumentLimits = field(default_factory=DocumentLimits)
    hosted: frozenset[MediaKind] = frozenset()  #: kinds of media that the network fetches itself: `Media.url` is filled in for them
    alt: int | None = None  #: longest alternative text; None: no limit; 0: takes none
    formats: frozenset[str] = frozenset({"post"})
    thread: int = 1  #: most posts of a thread, the first included; 1: no threads
    first_comment: bool = False
    text_needed: bool = False  #: a part without text is refused even when it has media
    media_needed: bool = False  #: a post without media is refused
    daily: int | None = None  #: most posts and replies of one account within 24 hours, where the network's answers do not count them
    spacing: timedelta | None = None  #: least time between two posts of one account that the network itself asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What the network's own counter says is left. The core stops in time and waits for `resets_at`."""

    limit: int | None = None
    remaining: int | None = None
    resets_at: datetime | None = None
    scope: Literal["account", "app"] = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file that goes with a part, already checked and fitted to the network."""

    path: Path
    kind: MediaKind
    mime: str
    bytes: int
    alt: str = ""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    url: str | None = None  #: a public address of the same bytes, where the brand has one


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One visible piece of a delivery: the post, a further post of its thread, or the first comment."""

    kind: PartKind = "post"
    position: int = 0  #: 0 is the post itself
    text: str = ""
    link: str | None = None
    media: tuple[Media, ...] = ()
    format: str = "post"
    options: Mapping[str, Json] = field(default_factory=dict)  #: as `Network.options` has checked them
    language: str | None = None  #: ISO 639-1
    ai: str = "none"  #: none, assisted or generated: networks that have a label for it set it
    ad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A whole post, worded for one account: what `check` is given."""

    parts: tuple[Part, ...]
    format: str = "post"
    options: Mapping[str, Json] = field(default_factory=dict)
    ai: str = "none"
    ad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is public now. `remote_id` is the proof; the rest is welcome."""

    remote_id: str
    url: str | None = None
    at: datetime | None = None  #: the network's own time, when it tells one
    data: Mapping[str, Json] = field(default_factory=dict)  #: what replies or figures will need (a content hash, a video id …)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """How far the invisible work has come. Stored after every step and handed back to the next."""

    data: Mapping[str, Json] = field(default_factory=dict)
    ready: bool = True
    look_again: timedelta | datetime | None = None  #: not ready: when to call again; None: when the parent is out
    expires_at: datetime | None = None  #: after this, what was staged is gone and `prepare` starts anew


@dataclass(frozen=True, slots=True)
class Found:
    """The part is public."""

    published: Published


@dataclass(frozen=True, slots=True)
class Absent:
    """A complete reading shows that the part is not public."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Neither can be said now. `look_again=None`: nor ever."""

    look_again: timedelta | datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePost:
    """A post as it stands on the network, whoever wrote it."""

    remote_id: str
    text: str
    at: datetime
    url: str | None = None
    media: tuple[str, ...] = ()  #: the network's ids of its media
    media_count: int | None = None  #: where ids are not told; None: as many as `media`
    link: str | None = None
    parent: str | None = None  #: remote id of what it answers
    ours: bool | None = None  #: made by this very app; None: the network does not say
    alts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Figures under names that are the same for every network. None: the network does not give it (never 0).

    `counted_as` has the network's own name of what was counted for a figure: `{"views": "post_media_view"}`. A figure with another name
    than before starts a new series: it is not added to, averaged with or compared with what was read of posts of that format under the
    old one. Without a name, nothing is known of a change.
    """

    views: int | None = None
    reach: int | None = None
    likes: int | None = None  #: reactions of all kinds
    comments: int | None = None  #: replies too
    shares: int | None = None  #: reposts and quotes too
    saves: int | None = None
    clicks: int | None = None
    video_views: int | None = None
    followers: int | None = None
    counted_as: Mapping[str, str] = field(default_factory=dict, hash=False)

    def known(self) -> dict[str, int]:
        """The figures that were given, by name."""
        every = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "counted_as"}
        return {name: value for name, value in every.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Problem:
    """What a network would refuse, and in which field of the post (`text`, `media[0]`, `options.poll` …)."""

    message: Message
    field: str | None = None

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What opens an account. Never shown: `repr` tells only what is there."""

    access_token: str | None = None
    refresh_token: str | None = None
    expires_at: datetime | None = None
    client_id: str | None = None
    client_secret: str | None = None
    scopes: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        held = [each.name for each in fields(self) if getattr(self, each.name)]
        return f"Credentials({', '.join(f'{name}=…' for name in held)})"


@dataclass(frozen=True, slots=True)
class App:
    """The app registered with a network by the user: its id and secret."""

    client_id: str
    client_secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """The end of a sign-in: what opens the account, and the settings it found out (page, instance, author …)."""

    credentials: Credentials
    settings: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """What one look at the account told. Kept, with its age; later hooks see it as `account.state`."""

    remote_id: str
    name: str
    url: str | None = None
    limits: Limits | None = None  #: where this account's server differs from the network's
    quota: Quota | None = None
    repeat_safe: Mapping[Facility, timedelta] | None = None
    expires_at: datetime | None = None  #: when the sign-in ends
    renewable: bool = True  #: False: `refresh` cannot renew this sign-in
    facts: Mapping[str, Json] = field(default_factory=dict)  #: anything else the plugin wants to know later


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One place of the brand on a network, as hooks see it."""

    id: str  #: its name in evenly.toml
    network: str
    settings: Mapping[str, Json] = field(default_factory=dict)  #: evenly.toml over what sign-in found out
    credentials: Credentials | None = None
    state: AccountState | None = None
    language: str | None = None


class Browser(Protocol):
    """The person at the other end of a sign-in."""

    redirect_uri: str  #: where the network must send the browser back to

    def authorise(self, url: str, *, state: str | None = None) -> Mapping[str, str]:
        """Open `url`, wait for the redirect (or a pasted address) and give its query.

        Raises `SignInNeeded` when consent was refused, when `state` differs or when nobody came back.
        """

    def ask(self, question: Message, *, secret: bool = False) -> str:
        """Ask for one line of text."""

    def choose(self, question: Message, choices: Sequence[tuple[str, str]]) -> str:
        """Let the person pick one of (id, title); a single choice is taken without asking."""

    def say(self, message: Message) -> None:
        """Tell something that the person should know."""


def characters(account: Account, part: Part) -> int:  # noqa: ARG001 - other networks' counts need the account
    """The length of a part's text in Unicode code points; the default of `Network.length`."""
    return len(part.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """What a network is. Made by `network()`, cheap, without I/O.

    `repeat_safe` says how a lost answer is settled; several may hold. It maps words to a timedelta, which is the window for
    `key` and `refusal`, the lag for `read-back`, and zero for the others:

    - `key`: the network honours our key, for so long
    - `record`: we choose the record's name
    - `two-phase`: a container, made beforehand, can be asked
    - `refusal`: equal text is refused for so long, which proves that the first got through
    - `read-back`: a list tells, after so long a lag at most
    - `none`: only a person can find out
    """

    name: str
    title: str
    limits: Limits = field(default_factory=Limits)
    length: Callable[[Account, Part], int] = characters
    scopes: tuple[str, ...] = ()
    loopback: bool = True  #: sign-in may send the browser back to http://127.0.0.1; False: the address it ends at is pasted
    settings: type[BaseModel] | None = None  #: the account's own settings in evenly.toml
    options: type[BaseModel] | None = None  #: what `--set ACCOUNT.KEY=VALUE` may say on a post
    repeat_safe: Mapping[Facility, timedelta] = field(default_factory=dict)
    refusal: Callable[[httpx.Response], NetworkError | None] | None = None  #: reads this network's error answers
    quota: Callable[[Mapping[str, str], datetime], Quota | None] | None = None  #: reads usage headers; given lower-case names and now
    counted: Literal["together", "by endpoint"] = "together"
    """What usage headers count: all calls, or those to each endpoint apart. Then only visible calls tell what publishing has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandInAccount:
    """A ready-made account of a stand-in: what `evenly.toml` and `connect --token-stdin` would say."""

    settings: Mapping[str, Json]
    credentials: Credentials
    name: str = ""


class StandIn(Protocol):
    """A small stand-in of a network: strict where the network is strict, and with an eye on what is public."""

    app: WSGIApplication
    accounts: Sequence[StandInAccount]

    def public(self) -> list[RemotePost]:
        """Everything the world can see, oldest first, comments included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a person may want to hear about (hook `notify`)."""

    kind: Literal["published", "failed", "uncertain", "missed", "held", "sign-in-needed", "alarm"]
    message: Message
    account: str | None = None
    delivery: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """What a post is, as far as the answering plugin can tell (hook `classify`)."""

    origin: Literal["owned", "third-party", "mixed", "unknown"] | None = None
    topic: str | None = None
    on_topic: bool | None = None
    actions: frozenset[str] = frozenset()
    reasons: tuple[Message, ...] = ()
