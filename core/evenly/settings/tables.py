"""The tables of `evenly.toml` beside the accounts and the mix, and all of them together."""

import re
import string
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from evenly import durations
from evenly.plugin import Message
from evenly.settings.account import Account
from evenly.settings.faults import Refusal, Refused, choice
from evenly.settings.mix import Mix
from evenly.settings.notify import Notify
from evenly.settings.table import Duration, Name, SomeTime, Table, Text, Zone

PLACEHOLDERS = frozenset({"network", "account", "campaign", "topic", "post"})
"""What `{…}` may name in `[links] utm`."""
OLDEST = 120
"""Years; nobody is addressed beyond."""


def _matching(pattern: str, allowed: Message) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(written: str) -> str:
        if compiled.fullmatch(written) is None:
            raise Refused(allowed)
        return written

    return AfterValidator(check)


_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
Language = Annotated[str, _matching(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", Message('a language such as "en", "fr" or "pt-BR"'))]
Country = Annotated[str, _matching(r"[A-Z]{2}", Message('a country by its two capital letters, such as "FR"'))]
Domain = Annotated[
    str,
    StringConstraints(to_lower=True),
    _matching(_HOST, Message('a domain alone, such as "atelier.example", without https:// and path (xn-- for other scripts)')),
]
Handle = Annotated[str, _matching(r"\S+", Message('a handle without spaces, such as "@lapidaire"'))]


def _year_span(ages: tuple[int, int]) -> tuple[int, int]:
    if not 0 <= ages[0] <= ages[1] <= OLDEST:
        raise Refused(Message("the youngest age first, then the oldest, such as [25, 34]"))
    return ages


class Brand(Table):
    """Whose voice it is."""

    name: Text | None = None
    timezone: Zone = "UTC"
    language: Language = "en"
    voice: str = ""
    messages: tuple[Text, ...] = ()
    avoid: tuple[Text, ...] = ()
    domains: tuple[Domain, ...] = ()


class Audience(Table):
    """Whom the brand wants to reach."""

    name: Text
    ages: Annotated[tuple[int, int], AfterValidator(_year_span)] | None = None
    country: Country | None = None


class Topic(Table):
    """One of the brand's themes, and the words that tell it."""

    title: Text | None = None  #: None: the topic's name
    words: tuple[Text, ...] = ()
    negative: tuple[Text, ...] = ()  #: words that tell that a post is about something else


class Planner(Table):
    commit: Duration = timedelta(days=7)
    rotation: float = Field(default=1.0, ge=0, le=1)
    stagger: Duration = timedelta(minutes=10)


class TaskMinutes(Table):
    """How long each task takes where no effort was logged."""

    write: int = Field(default=20, ge=0)
    photo: int = Field(default=15, ge=0)
    curate: int = Field(default=5, ge=0)
    reply: int = Field(default=5, ge=0)


def _currency(written: str) -> str:
    from babel.core import get_global

    if written not in get_global("all_currencies"):
        raise Refused(Message('a currency by the three capital letters of ISO 4217, such as "EUR"'))
    return written


class Capacity(Table):
    """What the people behind the brand can carry, and what it costs."""

    minutes_per_week: int = Field(gt=0, le=7 * 24 * 60)
    minutes: TaskMinutes = TaskMinutes()
    hourly_rate: float | None = Field(default=None, gt=0, le=100_000)  #: of an hour's work; None: costs are not known
    currency: Annotated[str, AfterValidator(_currency)] | None = None  #: of the rate, of what is paid and of what visits are worth


_SPAN = re.compile(r"(?P<count>[1-9][0-9]{0,4}) (?P<unit>day|week|month|year)s?")
_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
_LEAST_KEPT = timedelta(days=60)


def _span(written: object) -> timedelta:
    if isinstance(written, timedelta):
        return written
    found = _SPAN.fullmatch(written.strip()) if isinstance(written, str) else None
    if found is None:
        raise Refused(Message('a number and days, weeks, months or years in quotes, such as "24 months"'))
    span = timedelta(days=round(int(found["count"]) * _DAYS[found["unit"]]))
    if not _LEAST_KEPT <= span <= durations.LONGEST:
        raise Refused(Message("at least {days} days, which evenly needs to plan, and at most a hundred years", days=_LEAST_KEPT.days))
    return span


Span = Annotated[timedelta, BeforeValidator(_span)]


class Retention(Table):
    """How long details are kept: single readings, what networks said, notes, what stands elsewhere."""

    after: Span | None = None  #: None: for ever. A month is a twelfth of a year


class Campaign(Table):
    """An idea to be judged on its own."""

    goal: str = ""
    start: date | None = Field(default=None, alias="from")
    until: date | None = None

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: date | None, info: ValidationInfo) -> date | None:
        return _not_before(until, info.data.get("start"))


def _not_before(until: date | None, start: date | None) -> date | None:
    if until is not None and start is not None and until < start:
        raise Refused(Message("a date not before `from`, which is {start}", start=start.isoformat()))
    return until


_COMPARED = "action, topic, campaign, format, origin, offer"


def _compared(written: str) -> str:
    by, _, key = written.partition(":")
    if by not in _COMPARED.split(", ") or re.fullmatch(r"[a-z][A-Za-z0-9_-]*", key) is None:
        raise Refused(
            Message('a kind of posts, such as "action:question" or "topic:care"; before the colon one of {names}', names=_COMPARED)
        )
    return written


class Experiment(Table):
    """A question put to the figures: do posts of one kind bring more than the others? It is judged once."""

    hypothesis: Text
    compare: Annotated[str, AfterValidator(_compared)]
    metric: Literal["engagements", "views", "reach", "likes", "comments", "shares", "saves", "clicks", "video_views"] = "engagements"
    posts: int = Field(default=8, ge=8)  #: so many of the kind, and so many others, before it is judged
    start: date | None = Field(default=None, alias="from")
    until: date | None = None
    account: Name | None = None  #: None: all of them

    @field_validator("until")
    @classmethod
    def _ends_after_it_begins(cls, until: date | None, info: ValidationInfo) -> date | None:
        return _not_before(until, info.data.get("start"))


def _template(written: str) -> str:
    try:
        fields = [(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(written) if name is not None]
    except ValueError:
        raise Refused(Message("text in which every {{ has its }}")) from None
    for name, spec, conversion in fields:
        if name not in PLACEHOLDERS or spec or conversion:
            raise Refused(Message("text with no other {{…}} than {names}", names=choice(PLACEHOLDERS, name)))
    return written


Template = Annotated[Text, AfterValidator(_template)]


class Utm(Table):
    """The parameters put on owned links, with `{placeholders}`.

    Source: https://support.google.com/analytics/answer/10917952
    """

    source: Template = "{network}"
    medium: Template = "social"
    campaign: Template = "{campaign}"
    content: Template | None = "{post}"
    term: Template | None = None
    id: Template | None = None


class Links(Table):
    utm: Utm | None = None  #: None: links go out as typed


def _web_address(written: str) -> str:
    try:
        address = urlsplit(written)
        if address.scheme in {"http", "https"} and address.hostname and not (address.query or address.fragment or address.password):
            return written.rstrip("/")
    except ValueError:
        pass
    raise Refused(Message('an address such as "https://cdn.example/evenly", without ? and #'))


def _prefix(written: str) -> str:
    if re.fullmatch(r"[A-Za-z0-9/_.-]*", written) is None or written.startswith("/"):
        raise Refused(Message('letters from A to Z, digits and / _ . -, such as "evenly/", without a / in front'))
    return written


class S3(Table):
    """A bucket in an S3-compatible store. Its keys come from the environment, as for all AWS tools."""

    bucket: Text
    endpoint: Annotated[Text, AfterValidator(_web_address)] | None = None  #: None: Amazon's
    region: Text | None = None
    prefix: Annotated[str, AfterValidator(_prefix)] = "evenly/"
    public_url: Annotated[Text, AfterValidator(_web_address)] | None = None  #: None: the bucket is closed, addresses are signed


class Media(Table):
    """Pictures and videos: where the public finds them, and whether they are described."""

    public_url: Annotated[Text, AfterValidator(_web_address)] | None = None
    public_dir: Text | None = None  #: relative to the workspace unless absolute
    s3: S3 | None = None  #: goes before the folder
    alt_text: Literal["required", "warn"] = "required"

    @field_validator("public_dir")
    @classmethod
    def _goes_with_its_address(cls, folder: str | None, info: ValidationInfo) -> str | None:
        if "public_url" in info.data and (folder is None) != (info.data["public_url"] is None):
            raise Refused(Refusal(Message("`public_dir` and `public_url` together: the folder, and the address under which it is public")))
        return folder


class Store(Table):
    url: str = Field(default="sqlite", repr=False)

    @property
    def is_postgresql(self) -> bool:
        """Whether the state lives in PostgreSQL and not in the workspace's SQLite file."""
        return self.url != "sqlite"

    @property
    def holds_password(self) -> bool:
        """Whether the address names a password."""
        return self.is_postgresql and urlsplit(self.url).password is not None

    @field_validator("url")
    @classmethod
    def _is_a_store(cls, url: str) -> str:
        try:
            if url == "sqlite" or (url.startswith("postgresql+psycopg://") and urlsplit(url).port != 0):
                return url
        except ValueError:
            pass
        # What was written may hold a password: only its beginning is repeated.
        scheme = url.partition("://")[0] + "://…" if "://" in url else url
        raise Refused(Refusal(Message('"sqlite" or "postgresql+psycopg://HOST/DATABASE"'), found=f'"{scheme[:40]}"'))


class Engine(Table):
    """Who says when, and the times that keep a publication safe."""

    kind: Literal["embedded", "procrastinate"] = "embedded"
    lease: SomeTime = timedelta(seconds=60)
    request: SomeTime = timedelta(seconds=30)
    settle: SomeTime = timedelta(seconds=150)

    @field_validator("request")
    @classmethod
    def _fits_into_a_lease(cls, request: timedelta, info: ValidationInfo) -> timedelta:
        if "lease" in info.data:
            # A call begins only while its whole time-out fits into what is left of the lease; a sixth is left for getting that far.
            lease: timedelta = info.data["lease"]
            most = lease * 5 / 6
            if request > most:
                said = Message(
                    "at most {most}, five sixths of `lease`: a call only begins when it can end in time", most=durations.written(most)
                )
                raise Refused(said)
        return request

    @field_validator("settle")
    @classmethod
    def _outlasts_any_request(cls, settle: timedelta, info: ValidationInfo) -> timedelta:
        if "lease" in info.data and "request" in info.data:
            least: timedelta = info.data["lease"] + info.data["request"]
            if settle < least:
                raise Refused(Message("at least `lease` and `request` together, which is {least}", least=durations.written(least)))
        return settle


class Document(Table):
    """All of `evenly.toml`."""

    brand: Brand = Brand()
    audiences: tuple[Audience, ...] = ()
    topics: dict[Name, Topic] = Field(default_factory=dict)
    mix: Mix = Mix()
    planner: Planner = Planner()
    capacity: Capacity | None = None
    contacts: dict[Name, dict[Name, Handle]] = Field(default_factory=dict)
    campaigns: dict[Name, Campaign] = Field(default_factory=dict)
    experiments: dict[Name, Experiment] = Field(default_factory=dict)
    accounts: dict[Name, Account] = Field(default_factory=dict)
    links: Links = Links()
    media: Media = Media()
    notify: Notify = Notify()
    retention: Retention = Retention()
    store: Store = Store()
    engine: Engine = Engine()


class Settings(Document):
    """`evenly.toml`, checked whole, and where it stands."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    folder: Path  #: the workspace, absolute
    warnings: tuple[Message, ...] = ()  #: what a person should know, though nothing has to be refused

    @property
    def state(self) -> Path:
        """The folder of the workspace's state: SQLite file, media, key."""
        return self.folder / ".evenly"

    @property
    def public_dir(self) -> Path | None:
        """The folder whose files are public under `media.public_url`."""
        return None if self.media.public_dir is None else self.folder / self.media.public_dir

    @property
    def name(self) -> str:
        """The brand's name; the workspace's where none is written."""
        return self.brand.name or self.folder.name

    def zone(self, account: str) -> str:
        """The time zone of an account: its own or the brand's."""
        return self.accounts[account].timezone or self.brand.timezone
