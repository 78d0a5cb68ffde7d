"""What each post is (origin, topic, actions), recognised when it is written and kept with it.

A label of its author always wins; then the first plugin that answers `classify`; then the rules of the mix. Where the brand's sheets
have changed since, posts are judged anew when somebody looks.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from evenly.planning import verdicts
from evenly.plugin import Account, Classification, Message, Part, Post
from evenly.store import recognitions
from evenly.store.contents import as_part

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.mix import Brand, Content, Kinds, Recognised, Texts
    from evenly.planning.desk import Desk
    from evenly.settings import Settings

_log = logging.getLogger("evenly.planning")

MOST_AT_ONCE = 2000
"""So many posts at most are judged anew at one look: those that come first."""

APART = ("promotion",)
"""Actions that should not follow each other on an account."""

_PROFILES = {
    "facebook": "facebook.com/",
    "instagram": "instagram.com/",
    "x": "x.com/",
    "threads": "threads.net/@",
    "linkedin": "linkedin.com/company/",
    "bluesky": "bsky.app/profile/",
    "snapchat": "snapchat.com/add/",
}
"""Where networks show the page behind a handle."""


class Recogniser:
    """Judges posts inside one transaction."""

    def __init__(self, desk: Desk, connection: Connection) -> None:
        self._desk = desk
        self._connection = connection
        self._known: dict[Any, Recognised] = {}
        self._followed = _Followed(connection)

    def note(self, post_id: int, fields: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> tuple[Message, ...]:
        """Judge a post by what its deliveries say, and write that down; what its author should know.

        `fields` are as the store has them. `before` is what was kept of it: a person's answers in it stay.
        """
        said = (before or {}).get("said", {})
        rows = recognitions.deliveries_of(self._connection, post_id)
        contents = {row.id: _content(fields, row.account, row.content) for row in rows} or {0: _content(fields, None, None)}
        found = {row.id: self._judged(contents[row.id], fields, said, row) for row in rows} or {0: self._judged(contents[0], fields, said)}
        base = next(iter(found.values()))
        kept = verdicts.as_kept(base)
        own = {row.account: verdicts.as_kept(found[row.id]) for row in rows if found[row.id] != base}
        document = {"base": kept, "accounts": own, "said": said}
        if answers := self._answers(fields, said):
            document["answers"] = answers
        is_open = fields.get("origin") is None and any(self._open(content) for content in contents.values())
        by = self.digest if is_open else self._unanswered
        recognitions.keep(self._connection, post_id, document, by=by, origin=base.origin, topic=base.topic)
        for row in rows:
            self._label(row, found[row.id])
        return tuple(dict.fromkeys(warning for each in found.values() for warning in each.warnings))

    def refresh(self, since: datetime) -> int:
        """Judge anew what is to come or was published since then, where the brand's sheets have changed; how many posts that were."""
        rows = recognitions.stale(self._connection, {self.digest, self._unanswered}, since=since, most=MOST_AT_ONCE)
        for row in rows:
            self.note(row.id, row.fields, row.recognised)
        return len(rows)

    def elsewhere(self, row: Any) -> Recognised:
        """What a post is that stands on an account and did not go out through here. Its media are taken for pictures."""
        from evenly.mix import Content

        content = Content(text=row.text, link=row.link, media=("picture",) * row.media_count)
        return self._judged(content, {}, {})

    @cached_property
    def digest(self) -> str:
        """Changes with whatever of the brand is looked at, with the plugins that are asked, and with the rules."""
        return self._digest(self.brand, "answered")

    @cached_property
    def _unanswered(self) -> str:
        """The same for posts that no answer about an address can change: there are many, and every label may bring an answer."""
        return self._digest(replace(self.brand, answers={}), "unanswered")

    def _digest(self, brand: Brand, what: str) -> str:
        from evenly.mix import Content, digest

        kinds = sorted((name, tuple(kinds_of(self._desk, name).shares)) for name in self._desk.settings.accounts)
        plugins = ", ".join(self._desk.networks.offering("classify"))
        return hashlib.sha256(f"{digest(Content(), brand, plugins=plugins)} {kinds} {APART} {what}".encode()).hexdigest()

    @cached_property
    def brand(self) -> Brand:
        return replace(brand_of(self._desk), answers=recognitions.answers(self._connection))

    def _answers(self, fields: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, str]:
        """What a person's label tells of the only address that leaves the origin open, for every later post with it.

        It tells of a short link, or of one page. Whose somebody's whole place on a shared host is, it tells if that was the question:
        one may well write of others on one's own behalf.
        """
        from evenly.mix import channel

        label: str | None = fields.get("origin")
        addresses = self._open(_content(fields, None, None)) if label in {"owned", "third-party"} else ()
        if label is None or len(addresses) != 1 or (channel(addresses[0]) is not None and said.get("origin") != label):
            return {}
        return {addresses[0]: label}

    def _open(self, content: Content) -> tuple[str, ...]:
        from evenly.mix import untold

        return untold(content, self.brand)

    def _judged(self, content: Content, fields: Mapping[str, Any], said: Mapping[str, Any], row: Any = None) -> Recognised:
        from evenly.mix import recognise

        labelled = _label(fields, said)
        key = (content, labelled)
        if key not in self._known:
            opinion = self._opinion(content, row)
            self._known[key] = recognise(content, self.brand, label=labelled, opinion=opinion, feeds=self._followed)
        return self._known[key]

    def _opinion(self, content: Content, row: Any) -> Classification | None:
        """The first answer of a plugin. One that fails has none."""
        networks = self._desk.networks
        if not networks.anyone_offers("classify"):
            return None
        try:
            answers = networks.call_all("classify", post=self._post(content, row), brand=self.brand.document)
        except Exception:  # noqa: BLE001 - a stranger's hook hinders nobody from queueing a post
            _log.exception("classify() of a plugin failed")
            return None
        return next((each for each in answers if isinstance(each, Classification)), None)

    def _post(self, content: Content, row: Any) -> Post:
        media = () if row is None else as_part("post", 0, row.content, self._desk.settings.state).media
        part = Part(kind="post", position=0, text=content.text, link=content.link, media=media, language=content.language)
        return Post(parts=(part,))

    def _label(self, row: Any, recognised: Recognised) -> None:
        """Let the planner balance a delivery by what it is."""
        turn = recognitions.mixed_before(self._connection, row.account, row.id) if recognised.origin == "mixed" else 0
        known = row.account in self._desk.settings.accounts
        kind = kinds_of(self._desk, row.account).kind(recognised.origin, recognised.on_topic, turn=turn) if known else None
        apart = next((action for action in APART if action in recognised.actions), None)
        recognitions.label(self._connection, row.id, kind=kind, topic=recognised.topic, apart=apart)


class _Followed:
    """The texts of what the followed feeds have offered lately; read once, when somebody asks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def twin(self, written: str, /) -> str | None:
        """The title of the item whose text this is."""
        place = self._texts.twin(written) if self._items else None
        return None if place is None else str(self._items[place // 2].title)

    @cached_property
    def _items(self) -> Sequence[Any]:
        return recognitions.offered(self._connection)

    @cached_property
    def _texts(self) -> Texts[int]:
        from evenly.mix import Texts

        return Texts(enumerate(text for item in self._items for text in (item.title, item.summary)))


def brand_of(desk: Desk) -> Brand:
    """The brand as the mix sees it: its own names, places and themes, and the places of those it knows."""
    from evenly.mix import Brand, Topic

    settings = desk.settings
    seen = [desk.account(name) for name in settings.accounts]
    names = [each.state.name for each in seen if each.state is not None] + [
        str(each.settings["handle"]) for each in seen if "handle" in each.settings
    ]
    return Brand(
        names=(settings.brand.name,) if settings.brand.name else (),
        language=settings.brand.language,
        domains=frozenset(settings.brand.domains),
        handles=frozenset(f"@{name.removeprefix('@')}" for name in names if " " not in name),
        channels=frozenset(place for each in seen for place in _places(each)),
        others=frozenset(_places_of_others(settings)),
        topics=tuple(Topic(name, topic.words, topic.negative) for name, topic in settings.topics.items()),
    )


def _places(account: Account) -> Iterator[str]:
    """The pages of an account, as far as a look at it has told: by their address, and by the server and the handle."""
    if account.state is None:
        return
    from evenly.mix import channel, home

    handle, _, server = account.state.name.removeprefix("@").partition("@")
    servers = [each for each in (account.settings.get("instance"), server) if each and " " not in handle]
    for url in (account.state.url or "", *(f"{each}/@{handle}" for each in servers)):
        yield from (place for place in (channel(url), home(url)) if place is not None)


def _places_of_others(settings: Settings) -> Iterator[str]:
    """The pages of the contacts, on the networks that show a page at the handle."""
    for known in settings.contacts.values():
        for network, handle in known.items():
            if network in _PROFILES:
                from evenly.mix import channel

                if (place := channel(profile(network, handle) or "")) is not None:
                    yield place


def profile(network: str, handle: str) -> str | None:
    """The address at which a network shows the page behind a handle; None where it cannot be told from that."""
    name, _, server = handle.removeprefix("@").partition("@")
    if network == "mastodon":
        return f"https://{server}/@{name}" if server else None
    return f"https://{_PROFILES[network]}{handle.removeprefix('@')}" if network in _PROFILES else None


def kinds_of(desk: Desk, name: str) -> Kinds:
    """What the planner balances on an account. A brand without topics has nothing to be on."""
    from evenly.mix import Kinds

    targets = desk.settings.mix.targets([desk.network_of(name)])
    shares = {key: targets[key].share if key in targets else None for key in ("owned", "on_topic")}
    return Kinds(owned=shares["owned"], on_topic=shares["on_topic"] if desk.settings.topics else None)


def refresh(desk: Desk, connection: Connection, now: datetime) -> int:
    """Judge anew whatever counts for the mix and was judged by other sheets; how many posts that were."""
    return Recogniser(desk, connection).refresh(now - desk.settings.mix.window.back)


def avoided(desk: Desk, fields: Mapping[str, Any]) -> tuple[Message, ...]:
    """The words in a post that the brand avoids, each with where it stands."""
    brand = desk.settings.brand
    if not brand.avoid:
        return ()
    from evenly.mix import avoided as found

    return tuple(
        Message('{field}: "{found}" is a word that you avoid.', field=place, found=each.found)
        for place, text in _texts(fields)
        for each in found(text, brand.avoid, brand.language)
    )


def _texts(fields: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    """Every text of a post that readers will see, by its field."""
    own = [(f"text_for.{account}", text) for account, text in fields.get("text_for", {}).items()]
    replies = [(f"thread[{number}]", text) for number, text in enumerate(fields.get("thread", ()))]
    return [("text", fields.get("text", "")), *own, *replies, ("first_comment", fields.get("first_comment") or "")]


def _content(fields: Mapping[str, Any], account: str | None, content: Mapping[str, Any] | None) -> Content:
    """What a delivery holds: its words and link as they were written, before they were shortened or tagged; its media as they go out."""
    from evenly.mix import Content

    said = content or {"media": (), "language": None, "text": "", "link": None}
    text = fields.get("text_for", {}).get(account, fields.get("text", said["text"]))
    texts = [text, *fields.get("thread", ()), fields.get("first_comment") or ""]
    return Content(
        text="\n\n".join(each for each in texts if each),
        link=fields.get("link") if "text" in fields else said["link"],
        media=tuple(medium["kind"] for medium in said["media"]),
        alts=tuple(medium["alt"] for medium in said["media"] if medium["alt"]),
        language=said["language"],
        credit=fields.get("credit"),
    )


def _label(fields: Mapping[str, Any], said: Mapping[str, Any]) -> Classification:
    """What a person said of a post, when writing it or when asked."""
    return Classification(
        origin=fields.get("origin"),
        topic=fields.get("topic"),
        on_topic=said.get("on_topic") if fields.get("topic") is None else None,
        actions=frozenset(fields.get("actions", ())),
    )
