"""From a post's fields to what one account would publish, and everything its network would refuse of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evenly import media
from evenly.planning import contacts, hosting, linking
from evenly.plugin import Limits, Media, Message, Network, Part, Post, Problem
from evenly.plugin.match import normalised

if TYPE_CHECKING:
    from pathlib import Path

    from evenly.fields import Fields
    from evenly.planning.desk import Desk
    from evenly.planning.staging import MediaStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What would be published on one account; `problems` are reasons why it cannot be."""

    account: str
    parts: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()
    changes: tuple[Message, ...] = ()  #: what was done to media to make them fit
    text_digest: str | None = None  #: where the network refuses equal texts
    untagged: tuple[Part, ...] = ()  #: the parts before `[links] utm`, which may name the post


def compose(
    desk: Desk,
    fields: Fields,
    name: str,
    *,
    root: Path,
    stage: MediaStage,
    fitted: Sequence[Media] | None = None,
    post: int | None = None,
) -> Composed:
    """The parts that `fields` make on the account `name`; `root` is what relative media paths start from.

    `fitted` are its media where they were composed before and have not changed, `post` its number where it has one yet.
    """
    network = desk.networks[desk.network_of(name)]
    account = desk.account(name)
    limits = desk.limits(account)
    pictures, changes, problems = fitted_media(fields, limits, root, stage) if fitted is None else (list(fitted), [], [])
    options, option_problems = _options(network, fields.options.get(name, {}))
    language = account.language or desk.settings.brand.language
    named = contacts.addressed(_parts(fields, name, pictures, options, language), desk.settings.contacts, network.name)
    untagged, link_problems = linking.rewritten(desk, fields, name, named, post)
    parts = linking.tagged(desk, fields, name, untagged, post)
    problems += [*option_problems, *link_problems, *contacts.problems(fields, name, desk.settings.contacts, network.name)]
    problems += _against_limits(desk, account, network, limits, fields, parts)
    whole = Post(parts=parts, format=fields.format, options=options, ai=fields.ai, ad=fields.ad)
    if not problems:
        problems += desk.networks.call(network.name, "check", account=account, post=whole)
    digest = text_digest(untagged) if "refusal" in network.repeat_safe else None
    return Composed(account=name, parts=parts, problems=tuple(problems), changes=tuple(changes), text_digest=digest, untagged=untagged)


def told(composed: Sequence[Composed]) -> tuple[Message, ...]:
    """What was done to media, and for which accounts."""
    accounts: dict[Message, list[str]] = {}
    for each in composed:
        for change in each.changes:
            accounts.setdefault(change, []).append(each.account)
    return tuple(Message("{accounts}: {change}", accounts=", ".join(names), change=change) for change, names in accounts.items())


def text_digest(parts: Sequence[Part]) -> str:
    """What two posts share whose text, as readers see it, is the same."""
    first = parts[0]
    return hashlib.sha256(f"{normalised(first.text)}\n{first.link or ''}".encode()).hexdigest()


def _parts(fields: Fields, name: str, pictures: Sequence[Media], options: Mapping[str, Any], language: str) -> tuple[Part, ...]:
    common: dict[str, Any] = {"format": fields.format, "options": options, "language": language, "ai": fields.ai, "ad": fields.ad}
    parts = [Part(kind="post", position=0, text=fields.wording(name), link=fields.link, media=tuple(pictures), **common)]
    parts += [Part(kind="reply", position=number, text=text, **common) for number, text in enumerate(fields.thread, 1)]
    if fields.first_comment:
        parts.append(Part(kind="comment", position=len(parts), text=fields.first_comment, **common))
    return tuple(parts)


def fitted_media(fields: Fields, limits: Limits, root: Path, stage: MediaStage) -> tuple[list[Media], list[Message], list[Problem]]:
    """The media as a network with these limits takes them, what was done to them for that, and why others cannot be taken."""
    ready: list[Media] = []
    changes: list[Message] = []
    problems: list[Problem] = []
    for number, wanted in enumerate(fields.media):
        try:
            medium, made = stage.fit(wanted, root / wanted.path, limits, crop=fields.fit == "crop")
        except media.MediaRefused as refused:
            problems.append(Problem(refused.message, f"media[{number}]"))
            continue
        ready.append(medium)
        changes += [Message("{path}: {change}", path=wanted.path, change=change) for change in made]
    return ready, changes, problems


def _options(network: Network, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    if not given:
        return {}, []
    if network.options is None:
        return {}, [Problem(Message("{network} has no options.", network=network.title), "options")]
    from pydantic import ValidationError

    try:
        return network.options.model_validate(dict(given)).model_dump(mode="json", exclude_unset=True), []
    except ValidationError as error:
        return {}, [_option_problem(network, each) for each in error.errors()]


def _option_problem(network: Network, error: Any) -> Problem:
    place = ".".join(str(step) for step in ("options", *error["loc"]))
    if error["type"] == "extra_forbidden":
        known = ", ".join(sorted(network.options.model_fields)) if network.options else ""
        message = Message("{network} has no such option; known are {known}.", network=network.title, known=known)
        return Problem(message, place)
    found = repr(error["input"])[:60]
    return Problem(Message("{network} does not take {found}: {why}.", network=network.title, found=found, why=error["msg"]), place)


def _against_limits(desk: Desk, account: Any, network: Network, limits: Limits, fields: Fields, parts: Sequence[Part]) -> Iterator[Problem]:
    title = network.title
    root = parts[0]
    if fields.format not in limits.formats:
        formats = ", ".join(sorted(limits.formats))
        yield Problem(
            Message("{network} has no {format}; it takes {formats}.", network=title, format=fields.format, formats=formats), "format"
        )
    if not root.text.strip() and not root.media and not root.link:
        yield Problem(Message("There is nothing to publish: no text, no link, no picture."), "text")
    if limits.text_needed and not root.text.strip():
        yield Problem(Message("{network} needs a text.", network=title), "text")
    if limits.media_needed and not fields.media:
        yield Problem(Message("{network} needs a picture or a video.", network=title), "media")
    if fields.thread and limits.thread == 1:
        yield Problem(Message("{network} takes no threads.", network=title), "thread")
    elif 1 + len(fields.thread) > limits.thread:
        found = 1 + len(fields.thread)
        said = Message("{network} takes {limit} posts in a thread; this has {found}.", network=title, limit=limits.thread, found=found)
        yield Problem(said, "thread")
    if fields.first_comment and not limits.first_comment:
        yield Problem(Message("{network} takes no first comment.", network=title), "first_comment")
    for part in parts:
        yield from _text_too_long(account, network, limits, part)
    yield from _too_many_media(title, limits, root)
    if fields.format == "document" and not fields.media:
        yield Problem(Message("{network} needs the document: give its file as --media.", network=title), "media")
    yield from _unreachable(desk, title, limits, root)
    yield from _alternative_texts(desk, title, limits, fields)


def _text_too_long(account: Any, network: Network, limits: Limits, part: Part) -> Iterator[Problem]:
    if limits.text is None:
        return
    length = network.length(account, part)
    if length > limits.text:
        field = {"post": "text", "reply": f"thread[{part.position - 1}]", "comment": "first_comment"}[part.kind]
        over = length - limits.text
        yield Problem(
            Message(
                "{network} takes {limit} characters; this has {found} as {network} counts them: {over} too many.",
                network=network.title,
                limit=limits.text,
                found=length,
                over=over,
            ),
            field,
        )


def _too_many_media(title: str, limits: Limits, root: Part) -> Iterator[Problem]:
    kinds = Counter("picture" if medium.kind == "animation" else medium.kind for medium in root.media)
    pictures, videos, documents = kinds["picture"], kinds["video"], kinds["document"]
    if pictures > limits.pictures:
        said = Message("{network} takes {limit} pictures; this has {found}.", network=title, limit=limits.pictures, found=pictures)
        yield Problem(said, "media")
    if videos > limits.videos:
        said = Message("{network} takes {limit} videos; this has {found}.", network=title, limit=limits.videos, found=videos)
        yield Problem(said, "media")
    if documents > limits.documents:
        said = Message("{network} takes {limit} documents; this has {found}.", network=title, limit=limits.documents, found=documents)
        yield Problem(said, "media")
    if videos and pictures and not limits.mixed:
        yield Problem(Message("{network} takes pictures or a video, not both.", network=title), "media")
    if documents and (videos or pictures):
        yield Problem(Message("A document stands alone: leave the pictures and videos away, or the document."), "media")


def _unreachable(desk: Desk, title: str, limits: Limits, root: Part) -> Iterator[Problem]:
    """Media that the network would fetch itself, where there is no public place for them."""
    if any(medium.kind in limits.hosted for medium in root.media) and (cure := hosting.hindrance(desk, title)) is not None:
        yield Problem(cure, "media")


def _alternative_texts(desk: Desk, title: str, limits: Limits, fields: Fields) -> Iterator[Problem]:
    for number, wanted in enumerate(fields.media):
        if not wanted.alt.strip() and desk.settings.media.alt_text == "required":
            yield Problem(
                Message(
                    "{path} has no alternative text: say what is to be seen, for those who cannot see it "
                    '([media] alt_text = "warn" makes this a warning).',
                    path=wanted.path,
                ),
                f"media[{number}].alt",
            )
        if limits.alt is not None and len(wanted.alt) > limits.alt > 0:
            said = Message(
                "{network} takes {limit} characters of alternative text; this has {found}.", **_counts(title, limits.alt, wanted.alt)
            )
            yield Problem(said, f"media[{number}].alt")


def _counts(title: str, limit: int, text: str) -> dict[str, object]:
    return {"network": title, "limit": limit, "found": len(text)}
