"""What goes out at once by one channel: several events make one letter, in the brand's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly.masking import masked
from evenly.messages import _, ngettext, shown, speaking
from evenly.plugin import Message

if TYPE_CHECKING:
    from evenly.settings import Settings
    from evenly.store.notices import Notice

_MOST_LINES = 30
_LONGEST_MESSAGE = 1000
_DELIVERY_KINDS = ("uncertain", "failed", "missed", "held", "alarm")


class NotSent(Exception):
    """A channel could not send a letter; `wait` is how long its server wants to be left alone."""

    def __init__(self, message: Message, wait: timedelta | None = None) -> None:
        self.message = message
        self.wait = wait
        super().__init__(str(message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event in the reader's words."""

    id: str
    kind: str
    account: str | None
    delivery: str | None
    message: str
    url: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One message for a person. Nothing in it spans lines but `text`."""

    id: str  #: the same whenever it is sent again
    at: datetime
    brand: str
    subject: str
    text: str
    events: tuple[Told, ...]

    @property
    def needs_somebody(self) -> bool:
        """Whether a person has to act."""
        return any(each.kind not in {"published", "test"} for each in self.events)

    @property
    def url(self) -> str | None:
        """The one web address that it is about, if any."""
        urls = {each.url for each in self.events}
        only = urls.pop() if len(urls) == 1 else None
        return only if only is not None and only.startswith(("https://", "http://")) else None


def letter(identity: str, notices: Sequence[Notice], settings: Settings, *, at: datetime) -> Letter:
    """The letter of these notices, in the language of `[brand]`."""
    with speaking(settings.brand.language):
        events = tuple(_told(each) for each in notices)
        brand = line(settings.name)
        return Letter(id=identity, at=at, brand=brand, subject=f"{brand}: {_subject(events)}", text=_text(events), events=events)


def trial(identity: str, settings: Settings, *, at: datetime) -> Letter:
    """A letter that tells nothing but that letters arrive."""
    with speaking(settings.brand.language):
        said = _("This is a test: what evenly has to tell you will arrive here.")
        told = Told(id=identity, kind="test", account=None, delivery=None, message=said, url=None, at=at)
        brand, what = line(settings.name), _("a test")
        return Letter(id=identity, at=at, brand=brand, subject=f"{brand}: {what}", text=f"{said}\n", events=(told,))


def line(text: str) -> str:
    """The text on one line, without characters that command a terminal or end a header, and without secrets."""
    return masked(" ".join("".join(each if each.isprintable() else " " for each in text).split()))


def _told(notice: Notice) -> Told:
    url = None if notice.url is None else line(notice.url)
    said = line(shown(notice.message))
    return Told(
        id=str(notice.id),
        kind=notice.kind,
        account=notice.account,
        delivery=notice.delivery,
        message=said if len(said) <= _LONGEST_MESSAGE else said[: _LONGEST_MESSAGE - 1] + "…",
        url=url,
        at=notice.at,
    )


def _subject(events: Sequence[Told]) -> str:
    if len(events) == 1:
        return _only(events[0])
    kinds = Counter(each.kind for each in events)
    need = sum(kinds[kind] for kind in _DELIVERY_KINDS)
    said = [
        (need, ngettext("{n} delivery needs you", "{n} deliveries need you", need, n=need)),
        (kinds["sign-in-needed"], _sign_ins(kinds["sign-in-needed"])),
        (kinds["published"], ngettext("{n} post is published", "{n} posts are published", kinds["published"], n=kinds["published"])),
    ]
    return ", ".join(sentence for count, sentence in said if count)


def _sign_ins(count: int) -> str:
    return ngettext("{n} account needs a new sign-in", "{n} accounts need a new sign-in", count, n=count)


def _only(event: Told) -> str:
    account = event.account
    said = {
        "published": Message("published on {account}", account=account),
        "failed": Message("a delivery on {account} has failed", account=account),
        "uncertain": Message("nobody knows whether a delivery on {account} is out", account=account),
        "missed": Message("a delivery on {account} was missed", account=account),
        "held": Message("a delivery on {account} is held back", account=account),
        "sign-in-needed": Message("{account} needs a new sign-in", account=account),
        "alarm": Message("please look at a delivery on {account}", account=account),
    }
    return shown(said[event.kind])


def _text(events: Sequence[Told]) -> str:
    blocks = ["\n".join(_lines(each)) for each in events[:_MOST_LINES]]
    if (more := len(events) - _MOST_LINES) > 0:
        blocks.append(ngettext("… and {n} more: evenly queue", "… and {n} more: evenly queue", more, n=more))
    return "\n\n".join(blocks) + "\n"


def _lines(event: Told) -> list[str]:
    if f"evenly settle {event.delivery} " in event.message:
        return [event.message]  # a doubt says itself which delivery it is about, and how to go on
    where = _("Delivery {delivery} on {account}", delivery=event.delivery, account=event.account) if event.delivery else event.account
    lines = [f"{where}: {event.message}"]
    if event.url is not None and event.url not in event.message:
        lines.append(event.url)
    command = _next(event)
    return [*lines, f"    {command}"] if command else lines


def _next(event: Told) -> str | None:
    """The command with which to go on."""
    match event.kind:
        case "published":
            return None
        case "sign-in-needed":
            return f"evenly connect {event.account}"
        case "uncertain":
            return f"evenly settle {event.delivery} --published URL | --not-published"
        case "missed" | "held":
            return f"evenly release {event.delivery}"
    return f"evenly show {event.delivery}"
