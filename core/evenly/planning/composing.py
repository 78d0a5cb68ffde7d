"""From a post's fields to what one account would publish, and everything its network would refuse of it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from evenly import media
from evenly.plugin import Limits, Media, Message, Network, Part, Post, Problem
from evenly.plugin.match import normalised
from evenly.store.contents import MEDIA_FOLDER

if TYPE_CHECKING:
    from evenly.fields import Fields, MediaField
    from evenly.planning.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What would be published on one account; `problems` are reasons why it cannot be."""

    account: str
    parts: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()
    changes: tuple[Message, ...] = ()  #: what was done to media to make them fit
    text_digest: str | None = None  #: where the network refuses equal texts


class MediaStage:
    """Fitted files on their way into the workspace: nothing is kept unless `keep` is called, and nothing if what follows fails."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._folder: TemporaryDirectory[str] | None = None
        self._fitted: dict[Path, Path] = {}
        self._kept: list[Path] = []

    @classmethod
    @contextmanager
    def opened(cls, state: Path) -> Iterator[MediaStage]:
        stage = cls(state)
        try:
            yield stage
        except BaseException:
            for path in stage._kept:
                path.unlink(missing_ok=True)
            raise
        finally:
            if stage._folder is not None:
                stage._folder.cleanup()

    def fit(self, wanted: MediaField, path: Path, limits: Limits) -> tuple[Media, Sequence[Message]]:
        """The file as the network takes it. Raises `media.MediaRefused`."""
        facts = media.inspect(path)
        if facts.kind == "video":
            for problem in media.video_problems(facts, limits.video):
                raise media.MediaRefused(problem)
            fitted = media.Fitted(path, facts)
        else:
            fitted = media.fit(path, limits.picture, self._place())
        target = self._state / MEDIA_FOLDER / f"{_digest_of(fitted.path)}{fitted.path.suffix.lower()}"
        self._fitted[fitted.path] = target
        return _medium(target, fitted.facts, wanted.alt), fitted.changes

    def drop(self, keep: Collection[Path]) -> None:
        """Forget what was staged beyond `keep`: its post was refused."""
        self._fitted = {source: target for source, target in self._fitted.items() if source in keep}

    @property
    def staged(self) -> frozenset[Path]:
        return frozenset(self._fitted)

    def keep(self, wanted: Collection[Path] | None = None) -> None:
        """Move the fitted files to their places: those that are `wanted`, or all."""
        for source, target in self._fitted.items():
            if target.exists() or (wanted is not None and target not in wanted):
                continue
            target.parent.mkdir(mode=0o700, exist_ok=True)
            self._kept.append(target)
            if self._folder is not None and source.parent == Path(self._folder.name):
                source.replace(target)
            else:
                shutil.copyfile(source, target)

    def _place(self) -> Path:
        """Where files are fitted: beside where they will be kept, so that moving them is one step."""
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix=".media-", dir=self._state)
        return Path(self._folder.name)


def _medium(path: Path, facts: media.MediaFacts, alt: str) -> Media:
    return Media(
        path=path,
        kind=facts.kind,
        mime=facts.mime,
        bytes=facts.bytes,
        alt=alt,
        width=facts.width,
        height=facts.height,
        seconds=facts.seconds,
    )


def compose(desk: Desk, fields: Fields, name: str, *, root: Path, stage: MediaStage, fitted: Sequence[Media] | None = None) -> Composed:
    """The parts that `fields` make on the account `name`; `root` is what relative media paths start from.

    `fitted` are its media where they were composed before and have not changed.
    """
    network = desk.networks[desk.network_of(name)]
    account = desk.account(name)
    limits = account.state.limits if account.state is not None and account.state.limits is not None else network.limits
    pictures, changes, problems = _media(fields, limits, root, stage) if fitted is None else (list(fitted), [], [])
    options, option_problems = _options(network, fields.options.get(name, {}))
    language = account.language or desk.settings.brand.language
    parts = _parts(fields, name, pictures, options, language)
    problems += [*option_problems, *_against_limits(desk, account, network, limits, fields, parts)]
    post = Post(parts=parts, format=fields.format, options=options, ai=fields.ai, ad=fields.ad)
    if not problems:
        problems += desk.networks.call(network.name, "check", account=account, post=post)
    digest = text_digest(parts) if "refusal" in network.repeat_safe else None
    return Composed(account=name, parts=parts, problems=tuple(problems), changes=tuple(changes), text_digest=digest)


def text_digest(parts: Sequence[Part]) -> str:
    """What two posts share whose text, as readers see it, is the same."""
    first = parts[0]
    return hashlib.sha256(f"{normalised(first.text)}\n{first.link or ''}".encode()).hexdigest()


def _parts(fields: Fields, name: str, pictures: Sequence[Media], options: Mapping[str, Any], language: str) -> tuple[Part, ...]:
    common: dict[str, Any] = {"format": fields.format, "options": options, "language": language}
    parts = [Part(kind="post", position=0, text=fields.wording(name), link=fields.link, media=tuple(pictures), **common)]
    parts += [Part(kind="reply", position=number, text=text, **common) for number, text in enumerate(fields.thread, 1)]
    if fields.first_comment:
        parts.append(Part(kind="comment", position=len(parts), text=fields.first_comment, **common))
    return tuple(parts)


def _media(fields: Fields, limits: Limits, root: Path, stage: MediaStage) -> tuple[list[Media], list[Message], list[Problem]]:
    ready: list[Media] = []
    changes: list[Message] = []
    problems: list[Problem] = []
    for number, wanted in enumerate(fields.media):
        try:
            medium, made = stage.fit(wanted, root / wanted.path, limits)
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
    videos = sum(1 for medium in root.media if medium.kind == "video")
    pictures = len(root.media) - videos
    if pictures > limits.pictures:
        yield Problem(
            Message("{network} takes {limit} pictures; this has {found}.", network=title, limit=limits.pictures, found=pictures), "media"
        )
    if videos > limits.videos:
        yield Problem(
            Message("{network} takes {limit} videos; this has {found}.", network=title, limit=limits.videos, found=videos), "media"
        )
    if videos and pictures and not limits.mixed:
        yield Problem(Message("{network} takes pictures or a video, not both.", network=title), "media")


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


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]
