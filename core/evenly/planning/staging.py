"""Files of posts on their way into the workspace: made to fit before anything waits for them, kept in one step, or not at all."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from evenly import media
from evenly.plugin import Limits, Media, Message
from evenly.store.contents import MEDIA_FOLDER
from evenly.store.sessions import translated

if TYPE_CHECKING:
    from evenly.fields import MediaField

_TELLS_PLACE = Message("tells where it was made, and videos are not changed: take that out yourself if nobody is to know")


@dataclass(frozen=True, slots=True)
class _Staged:
    """A file made ready for some limits."""

    path: Path  #: in the stage's own folder
    target: Path  #: where it will be kept
    facts: media.MediaFacts
    changes: Sequence[Message]


class MediaStage:
    """Fitted files on their way into the workspace: nothing is kept unless `keep` is called, and nothing if what follows fails."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._folder: TemporaryDirectory[str] | None = None
        self._known: dict[Hashable, _Staged | media.MediaRefused] = {}
        self._copies: dict[Path, Path] = {}
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

    def fit(self, wanted: MediaField, path: Path, limits: Limits, *, crop: bool = False) -> tuple[Media, Sequence[Message]]:
        """The file as the network takes it; at once where it was made ready for such limits before. Raises `media.MediaRefused`."""
        asked = (path, limits.picture, limits.animation, limits.video, limits.document, crop)
        if asked not in self._known:
            self._known[asked] = self._staged(path, limits, crop=crop)
        staged = self._known[asked]
        if isinstance(staged, media.MediaRefused):
            raise staged
        self._fitted[staged.path] = staged.target
        return _medium(staged.target, staged.facts, wanted.alt), staged.changes

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
            source.replace(target)

    def _staged(self, path: Path, limits: Limits, *, crop: bool) -> _Staged | media.MediaRefused:
        try:
            with translated():  # a full disk, above all
                fitted = self._fitted_or_checked(path, limits, crop=crop)
                here = fitted.path if fitted.path.parent == self._place() else self._copied(path)
        except media.MediaRefused as refused:
            return refused
        target = self._state / MEDIA_FOLDER / f"{_digest_of(here)}{media.suffix(fitted.facts.mime)}"
        return _Staged(here, target, fitted.facts, fitted.changes)

    def _fitted_or_checked(self, path: Path, limits: Limits, *, crop: bool) -> media.Fitted:
        facts = media.inspect(path)
        if facts.kind in {"picture", "animation"}:
            wanted = limits.animation if facts.kind == "animation" and limits.animation is not None else limits.picture
            return media.fit(path, wanted, self._place(), crop=crop)
        # Where a network takes none at all, that alone is said, with its number.
        problems: list[Message] = []
        if facts.kind == "video" and limits.videos:
            problems = media.video_problems(facts, limits.video)
        elif facts.kind == "document" and limits.documents:
            problems = media.document_problems(facts, limits.document)
        for problem in problems:
            raise media.MediaRefused(Message("{name}: {problem}", name=path.name, problem=problem))
        return media.Fitted(path, facts, (_TELLS_PLACE,) if facts.tells_place else ())

    def _copied(self, path: Path) -> Path:
        """A copy that nobody changes any more."""
        if path not in self._copies:
            copy = self._place() / f"{len(self._copies)}.copy"
            shutil.copyfile(path, copy)
            self._copies[path] = copy
        return self._copies[path]

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


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]
