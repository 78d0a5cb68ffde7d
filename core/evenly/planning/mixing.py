"""The mix as it stands: what was published lately and what is planned next, against the brand's targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly import mix
from evenly.mix.wording import SILENCE
from evenly.planning import recognising, runway, verdicts
from evenly.planning.recognising import Recogniser
from evenly.plugin import Message
from evenly.store import elsewhere, queue, recognitions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning.desk import Desk

_TO_COME = ("draft", "planned", "publishing", "held", "failed", "missed")
RULES = ("mention", "photo", "behind_the_scenes", "third_party", "on_topic", "question", "invitation")
"""The targets behind the rules of the concept, in its order, after the first: post at regular times."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One post of the window: when it went or goes out, what it says, and what it is."""

    at: datetime
    is_out: bool
    text: str
    what: mix.Counted


@dataclass(frozen=True, slots=True)
class Asked:
    """A post of which nobody knows whose it is, or whether it is on topic."""

    post: int
    delivery: int
    text: str
    link: str | None
    reasons: tuple[Message, ...]
    lacks_origin: bool
    lacks_topic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Everything that `evenly mix` tells. `account` of a finding is None for the brand."""

    since: datetime
    until: datetime
    published: int
    planned: int
    findings: tuple[mix.Finding, ...]
    bare: tuple[mix.Finding, ...]  #: rules without a target of their own, counted all the same
    breaks: tuple[mix.Break, ...]
    dry: tuple[runway.Dry, ...]
    held: Sequence[Any]  #: rows of `store.queue.listed` of what the mix holds back
    unheard: tuple[str, ...]  #: messages that no post has carried for 30 days
    remarks: tuple[tuple[int, Message], ...]  #: post and sentence: words to avoid, missing credits
    unknown: tuple[Asked, ...]

    @property
    def ok(self) -> bool:
        return not self.held and not any(each.needs_you for each in self.findings)


def look(desk: Desk, *, now: datetime, account: str | None = None) -> Mix:
    """The mix of the brand and of each account, or of one account alone. What was judged by older sheets is judged anew."""
    with desk.store.write() as connection:
        recognising.refresh(desk, connection, now)
    with desk.store.read() as connection:
        out = recognitions.published(connection, now - desk.settings.mix.window.back)
        counted = _window(desk, connection, out, now)
        coming = queue.deliveries(connection, name=account, states=_TO_COME)
        held = recognitions.held_by_mix(connection, account)
        published = [row for row in out if account in {None, row.account}]
        carried = _texts(connection, now) if desk.settings.brand.messages and account is None else []
    mine = [each for each in counted if account in {None, each.what.account}]
    what = [each.what for each in mine]
    brand = desk.settings.brand
    return Mix(
        since=now - desk.settings.mix.window.back,
        until=now + desk.settings.mix.window.ahead,
        published=sum(each.is_out for each in mine),
        planned=sum(not each.is_out for each in mine),
        findings=_findings(desk, what, account),
        bare=_bare(desk, what, account),
        breaks=mix.breaks(what),
        dry=tuple(each for each in runway.dry(desk, now) if account in {None, each.account}),
        held=held,
        unheard=() if account else mix.unheard(brand.messages, carried, brand.language, now=now),
        remarks=tuple(_remarks(desk, coming)),
        unknown=tuple(_unknown(desk, [*coming, *published])),
    )


def _window(desk: Desk, connection: Connection, out: Iterable[Any], now: datetime) -> list[Counted]:
    """What counts: published here (`out`) or elsewhere since the window began, and planned before it ends; in the order of time."""
    since, until = now - desk.settings.mix.window.back, now + desk.settings.mix.window.ahead
    found = [*_here(desk, out), *published_elsewhere(desk, connection, since)]
    planned = queue.deliveries(connection, states=("planned", "publishing"), until=until)
    found += [Counted(row.due, False, row.content["text"], verdicts.counted(row)) for row in planned if _is_ours(desk, row)]
    return sorted(found, key=lambda each: (each.at, each.what.key))


def hindrance(desk: Desk, connection: Connection, delivery_id: int, now: datetime) -> mix.Finding | None:
    """The first target that this delivery would push out of its bounds, over what its account published and itself; None: it may go."""
    settings = desk.settings.mix
    (row,) = queue.by_ids(connection, [delivery_id])
    since = now - settings.window.back
    unseen = [each for each in (row, *recognitions.published(connection, since, name=row.account)) if each.recognised is None]
    for each in unseen:
        Recogniser(desk, connection).note(each.post_id, each.fields)
    (row,) = queue.by_ids(connection, [delivery_id])
    published = [each.what for each in _published(desk, connection, since, row.account)]
    # Of the pair that completes each other the one is named that the brand has written.
    other = "owned" if settings.owned is None else "third_party"
    targets = {name: target for name, target in settings.targets([desk.network_of(row.account)]).items() if name != other}
    return mix.blocking(published, verdicts.counted(row), targets, topics=settings.topics, least=settings.window.least)


def remember(desk: Desk, asked: Asked, *, origin: str | None = None, topic: str | None = None, on_topic: bool | None = None) -> None:
    """Keep a person's answer as the post's label; with nothing known, that this was asked."""
    from evenly.store import rewriting

    with desk.store.write() as connection:
        post = queue.post_row(connection, asked.post)
        if post is None:
            return
        labels = {name: value for name, value in (("origin", origin), ("topic", topic)) if value is not None}
        fields = {**post.fields, **labels}
        rewriting.rewrite_post(connection, post.id, fields)
        kept = post.recognised or {}
        told = {name: value for name, value in (("origin", origin), ("on_topic", on_topic)) if value is not None}
        said = {**kept.get("said", {}), "asked": True, **told}
        Recogniser(desk, connection).note(post.id, fields, {**kept, "said": said})


# ---- what counts


def _published(desk: Desk, connection: Connection, since: datetime, name: str | None = None) -> Iterator[Counted]:
    yield from _here(desk, recognitions.published(connection, since, name=name))
    yield from published_elsewhere(desk, connection, since, name)


def _here(desk: Desk, rows: Iterable[Any]) -> Iterator[Counted]:
    return (Counted(row.published_at, True, row.content["text"], verdicts.counted(row)) for row in rows if _is_ours(desk, row))


def published_elsewhere(desk: Desk, connection: Connection, since: datetime, name: str | None = None) -> Iterator[Counted]:
    """What stands on the accounts, or on this one, since then and did not go out through here."""
    recogniser = Recogniser(desk, connection)
    for each in elsewhere.texts(connection, since):
        if each.account in desk.settings.accounts and name in {None, each.account}:
            yield Counted(each.at, True, each.text, _of_elsewhere(desk, recogniser, each))


def _of_elsewhere(desk: Desk, recogniser: Recogniser, row: Any) -> mix.Counted:
    found = recogniser.elsewhere(row)
    return mix.Counted(
        key=row.url or row.remote_id,
        account=row.account,
        network=desk.network_of(row.account),
        origin=found.origin,
        topic=found.topic,
        on_topic=found.on_topic,
        actions=found.actions,
    )


def _is_ours(desk: Desk, row: Any) -> bool:
    return row.account in desk.settings.accounts


# ---- findings


def judged(desk: Desk, what: Sequence[mix.Counted], account: str | None = None) -> tuple[mix.Finding, ...]:
    """Every target over these posts, for the brand and each account or for one alone, and the rules that have no target of their own."""
    return (*_findings(desk, what, account), *_bare(desk, what, account))


def _findings(desk: Desk, what: Sequence[mix.Counted], account: str | None) -> tuple[mix.Finding, ...]:
    settings = desk.settings.mix
    common: dict[str, Any] = {"topics": settings.topics, "least": settings.window.least}
    networks = _networks(desk)
    if account is not None:
        return mix.findings(what, settings.targets([networks[account]]), account=account, **common)
    return mix.check(what, networks, settings.targets, **common)


def _bare(desk: Desk, what: Sequence[mix.Counted], account: str | None) -> tuple[mix.Finding, ...]:
    networks = _networks(desk)
    known = desk.settings.mix.targets(networks.values() if account is None else [networks[account]])
    without = {name: mix.Bounds() for name in RULES if name not in known}
    return mix.findings(what, without, least=desk.settings.mix.window.least, account=account)


def _networks(desk: Desk) -> Mapping[str, str]:
    return {name: desk.network_of(name) for name in desk.settings.accounts}


# ---- what else is to be said


def _texts(connection: Connection, now: datetime) -> list[tuple[datetime, str]]:
    """What readers could read since the brand's messages would count as silent."""
    since = now - SILENCE - timedelta(days=1)
    here = [(row.published_at, "\n".join(_wordings(row))) for row in recognitions.published(connection, since)]
    return [*here, *((row.at, row.text) for row in elsewhere.texts(connection, since))]


def _wordings(row: Any) -> Iterator[str]:
    yield row.content["text"]
    yield from row.fields.get("thread", ())
    yield row.fields.get("first_comment") or ""


def _remarks(desk: Desk, coming: Iterable[Any]) -> Iterator[tuple[int, Message]]:
    for row in {each.post_id: each for each in coming}.values():
        verdict = verdicts.of(row)
        for message in (*recognising.avoided(desk, row.fields), *(verdict.warnings if verdict else ())):
            yield row.post_id, message


def _unknown(desk: Desk, rows: Iterable[Any]) -> Iterator[Asked]:
    """Each post once that a person could say something of and was not asked about yet."""
    for row in {each.post_id: each for each in rows if each.recognised and not each.recognised["said"].get("asked")}.values():
        verdict = verdicts.of(row)
        if verdict is None:
            continue
        lacks_origin = verdict.origin == "unknown" and row.fields.get("origin") is None
        lacks_topic = verdict.on_topic is None and bool(desk.settings.topics)
        if lacks_origin or lacks_topic:
            reasons = tuple(verdict.reasons[name] for name, lacks in (("origin", lacks_origin), ("topic", lacks_topic)) if lacks)
            yield Asked(row.post_id, row.id, row.content["text"], row.fields.get("link"), reasons, lacks_origin, lacks_topic)


def with_advice(found: Mix) -> list[tuple[str | None, Message]]:
    """What to add, for the brand (None) and each account that needs something."""
    told = []
    for account in dict.fromkeys(each.account for each in found.findings):
        advice = mix.summary([each for each in found.findings if each.account == account])
        if advice is not None:
            told.append((account, advice))
    return told
