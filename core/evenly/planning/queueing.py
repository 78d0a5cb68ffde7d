"""Putting posts into the queue: everything a network would refuse is refused here, before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from evenly.fields import FieldRefused, Fields, When, as_document
from evenly.planning import linking, recognising, spreading, wordings
from evenly.planning.composing import Composed, compose, told
from evenly.planning.staging import MediaStage
from evenly.plugin import Message, Problem
from evenly.store import queue

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning.desk import Desk
    from evenly.plugin.types import Json

EQUAL_TEXT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """A post to be queued. Relative paths of its media start from `root`; a known `digest` adds nothing twice."""

    fields: Fields
    root: Path
    digest: str | None = None
    confined: bool = False  #: media must lie inside `root`


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A post that is queued now, or (`unchanged`) was before."""

    post: int
    deliveries: tuple[int, ...] = ()
    left_out: dict[str, tuple[Problem, ...]] = field(default_factory=dict)  #: accounts that cannot take it, and why
    changes: tuple[Message, ...] = ()  #: what was done to its media, by account
    warnings: tuple[Message, ...] = ()
    unchanged: bool = False


class PostRefused(Exception):
    """A post that cannot be queued; `problems` say why, and nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in problems))


@dataclass(frozen=True, slots=True)
class _Ready:
    new: NewPost
    composed: tuple[Composed, ...]
    left_out: dict[str, tuple[Problem, ...]]
    times: dict[str, Times]


@dataclass(frozen=True, slots=True)
class Times:
    at: datetime | None
    not_before: datetime | None
    not_after: datetime | None


def add(desk: Desk, new: NewPost, *, now: datetime) -> Added:
    """Queue one post. Raises `PostRefused`."""
    (result,) = add_many(desk, [new], now=now)
    if isinstance(result, PostRefused):
        raise result
    return result


def add_many(
    desk: Desk, posts: Sequence[NewPost], *, now: datetime, progress: Callable[[int], None] | None = None
) -> list[Added | PostRefused]:
    """Queue posts in one transaction, then give them their times. One that cannot be queued hinders no other."""
    results: list[Added | PostRefused] = []
    desk.settings.state.mkdir(mode=0o700, exist_ok=True)
    with MediaStage.opened(desk.settings.state) as stage:
        # Pictures take their time, and a writing transaction keeps everybody else waiting: first everything is made ready.
        ready: list[_Ready | PostRefused] = []
        for number, new in enumerate(posts):
            ready.append(_made_ready(desk, new, stage, now))
            if progress is not None:
                progress(number + 1)
        with desk.store.write() as connection:
            recogniser = recognising.Recogniser(desk, connection)
            results = [each if isinstance(each, PostRefused) else _put(desk, connection, each, recogniser, now) for each in ready]
            added = [each for each, result in zip(ready, results, strict=True) if isinstance(result, Added) and not result.unchanged]
            touched = {composed.account for each in added if isinstance(each, _Ready) for composed in each.composed}
            spreading.spread(desk, connection, touched, now=now)
            stage.keep(
                {
                    medium.path
                    for each in added
                    if isinstance(each, _Ready)
                    for composed in each.composed
                    for part in composed.parts
                    for medium in part.media
                }
            )
    return results


def _made_ready(desk: Desk, new: NewPost, stage: MediaStage, now: datetime) -> _Ready | PostRefused:
    staged = stage.staged
    try:
        return _ready(desk, new, stage, now)
    except PostRefused as refused:
        stage.drop(keep=staged)
        return refused


def check(desk: Desk, new: NewPost, *, now: datetime) -> PostRefused | None:
    """What `add` would refuse, without queueing anything."""
    desk.settings.state.mkdir(mode=0o700, exist_ok=True)
    with MediaStage.opened(desk.settings.state) as stage, desk.store.read() as connection:
        ready = _made_ready(desk, new, stage, now)
        if isinstance(ready, PostRefused):
            return ready
        twins = _twins(desk, connection, ready, now)
    return PostRefused(by_account(twins)) if twins else None


def _put(desk: Desk, connection: Connection, ready: _Ready, recogniser: recognising.Recogniser, now: datetime) -> Added | PostRefused:
    new, fields = ready.new, ready.new.fields
    if new.digest is not None and (known := queue.post_of_digest(connection, new.digest)) is not None:
        return Added(post=known, unchanged=True)
    left_out = {**ready.left_out, **_twins(desk, connection, ready, now)}
    fit = [each for each in ready.composed if each.account not in left_out]
    if left_out and (fields.to is not None or not fit):
        return PostRefused(by_account(left_out))
    document = stored(fields)
    post = queue.insert_post(connection, document, digest=new.digest, now=now)
    numbered = [replace(each, parts=linking.tagged(desk, fields, each.account, each.untagged, post)) for each in fit]
    ids = [
        queue.insert_delivery(connection, post, as_delivery(desk, fields, each, ready.times[each.account]), now=now) for each in numbered
    ]
    hints = wordings.hints(desk, fields, [each.account for each in fit])
    warnings = (*hints, *recogniser.note(post, document), *recognising.avoided(desk, document))
    return Added(post=post, deliveries=tuple(ids), left_out=left_out, changes=told(fit), warnings=warnings)


def _twins(desk: Desk, connection: Connection, ready: _Ready, now: datetime) -> dict[str, tuple[Problem, ...]]:
    """The accounts that have an equal text already, where their network refuses a second one."""
    found: dict[str, tuple[Problem, ...]] = {}
    for each in ready.composed:
        if each.text_digest is not None:
            twin = queue.equal_texts(connection, each.account, each.text_digest, since=now - EQUAL_TEXT_FOR)
            if twin is not None:
                found[each.account] = (equal_text(desk.network_of(each.account), twin),)
    return found


def stored(fields: Fields) -> dict[str, Json]:
    """The fields as the store keeps them; with the effort in minutes beside."""
    document = as_document(fields)
    if fields.effort is not None:
        document["effort_minutes"] = fields.effort.total_seconds() / 60
    return document


def as_delivery(desk: Desk, fields: Fields, composed: Composed, times: Times) -> queue.NewDelivery:
    """A delivery as it enters the store; its kind and topic follow when it is recognised."""
    return queue.NewDelivery(
        account=composed.account,
        network=desk.network_of(composed.account),
        parts=composed.parts,
        state="draft" if fields.draft else "planned",
        due=times.at,
        pinned=times.at is not None,
        priority=fields.priority,
        not_before=times.not_before,
        not_after=times.not_after,
        take_down_after=fields.take_down_after.total_seconds() if fields.take_down_after else None,
        text_digest=composed.text_digest,
    )


def _ready(desk: Desk, new: NewPost, stage: MediaStage, now: datetime) -> _Ready:
    problems = [*unknown_names(desk, new.fields), *_outside(new)]
    if problems:
        raise PostRefused(problems)
    named = new.fields.to
    accounts = named if named is not None else tuple(name for name in desk.settings.accounts if desk.network_of(name) in desk.networks)
    if not accounts:
        raise PostRefused([Problem(Message("There is no account yet: add one to evenly.toml, such as [accounts.page]."), "to")])
    fit: list[Composed] = []
    left_out: dict[str, tuple[Problem, ...]] = {}
    times: dict[str, Times] = {}
    for name in accounts:
        composed, found = _for_account(desk, new, name, stage, now, times)
        if found:
            left_out[name] = found
        elif composed is not None:
            fit.append(composed)
    if left_out and (named is not None or not fit):
        raise PostRefused(by_account(left_out))
    return _Ready(new, tuple(fit), left_out, times)


def _for_account(
    desk: Desk, new: NewPost, name: str, stage: MediaStage, now: datetime, times: dict[str, Times]
) -> tuple[Composed | None, tuple[Problem, ...]]:
    network = desk.network_of(name)
    if network not in desk.networks:
        return None, (without_network(desk, network),)
    try:
        times[name] = times_of(new.fields, desk.settings.zone(name))
    except FieldRefused as refused:
        return None, (refused.problem,)
    composed = compose(desk, new.fields, name, root=new.root, stage=stage)
    again = wordings.problems(desk, new.fields, composed, root=new.root, stage=stage)
    return composed, (*composed.problems, *again, *impossible_times(times[name], now))


def equal_text(network: str, twin: int) -> Problem:
    return Problem(
        Message(
            "{network} refuses the same text twice, and delivery {twin} has it already: change the wording, or drop that one.",
            network=network,
            twin=twin,
        ),
        "text",
    )


def without_network(desk: Desk, network: str) -> Problem:
    if network in desk.networks.refused:
        return Problem(desk.networks.refused[network], "to")
    return Problem(Message("No installed package provides the network {network}.", network=network), "to")


def times_of(fields: Fields, zone: str) -> Times:
    def instant(name: str, when: When | None) -> datetime | None:
        try:
            return None if when is None else when.instant(zone).replace(second=0, microsecond=0)
        except FieldRefused as refused:
            raise FieldRefused(refused.message, name) from None

    return Times(instant("at", fields.at), instant("not_before", fields.not_before), instant("not_after", fields.not_after))


def impossible_times(times: Times, now: datetime) -> list[Problem]:
    problems = []
    if times.at is not None and times.at < now.replace(second=0, microsecond=0):
        problems.append(Problem(Message("This time is past: {time}.", time=times.at.isoformat()), "at"))
    if times.not_after is not None and times.not_after <= now:
        problems.append(Problem(Message("This time is past: {time}.", time=times.not_after.isoformat()), "not_after"))
    if times.not_before is not None and times.not_after is not None and times.not_after <= times.not_before:
        problems.append(Problem(Message("`not_after` must be later than `not_before`."), "not_after"))
    return problems


def unknown_names(desk: Desk, fields: Fields) -> list[Problem]:
    settings = desk.settings
    named = [("to", name) for name in fields.to or ()]
    named += [(f"text_for.{name}", name) for name in fields.text_for] + [(f"options.{name}", name) for name in fields.options]
    problems = [_unknown(Message("account"), name, settings.accounts, place) for place, name in named if name not in settings.accounts]
    if fields.topic is not None and fields.topic not in settings.topics and settings.topics:
        problems.append(_unknown(Message("topic"), fields.topic, settings.topics, "topic"))
    if fields.campaign is not None and fields.campaign not in settings.campaigns and settings.campaigns:
        problems.append(_unknown(Message("campaign"), fields.campaign, settings.campaigns, "campaign"))
    return problems


def _unknown(what: Message, name: str, known: Sequence[str] | dict[str, object] | object, place: str) -> Problem:
    names = ", ".join(sorted(known)) if known else "-"  # type: ignore[call-overload]
    return Problem(Message("There is no {what} {name}; evenly.toml has: {names}.", what=what, name=name, names=names), place)


def _outside(new: NewPost) -> list[Problem]:
    from evenly import media

    problems = []
    for number, wanted in enumerate(new.fields.media):
        if new.confined:
            with suppress(FileNotFoundError):
                try:
                    media.confined(new.root / wanted.path, new.root)
                except media.MediaRefused as refused:
                    problems.append(Problem(refused.message, f"media[{number}]"))
    return problems


def by_account(left_out: dict[str, tuple[Problem, ...]]) -> list[Problem]:
    return [
        Problem(Message("{account}: {problem}", account=name, problem=problem.message), problem.field)
        for name, problems in left_out.items()
        for problem in problems
    ]
