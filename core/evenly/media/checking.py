"""What a network has against a file that is never changed: a video, a document. And what is wrong with the shape of a picture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evenly.plugin import DocumentLimits, Message, VideoLimits

if TYPE_CHECKING:
    from evenly.media.inspection import MediaFacts

Bounds = tuple[float, float]  #: least and largest


def video_problems(facts: MediaFacts, limits: VideoLimits) -> list[Message]:
    """What a network has against a video. What its container does not tell is not asked about."""
    return list(_against_video(facts, limits))


def document_problems(facts: MediaFacts, limits: DocumentLimits) -> list[Message]:
    """What a network has against a document."""
    problems = []
    if facts.mime not in limits.types:
        problems.append(Message("the document is {mime}; taken are {types}", mime=facts.mime, types=_listed(limits.types)))
    if limits.bytes is not None and facts.bytes > limits.bytes:
        problems.append(Message("the document has {found} bytes; taken are at most {most}", found=facts.bytes, most=limits.bytes))
    if limits.pages is not None and facts.pages is not None and facts.pages > limits.pages:
        problems.append(Message("the document has {found} pages; taken are at most {most}", found=facts.pages, most=limits.pages))
    return problems


def _against_video(facts: MediaFacts, limits: VideoLimits) -> Iterator[Message]:
    if facts.mime not in limits.types:
        yield Message("the video is {mime}; taken are {types}", mime=facts.mime, types=_listed(limits.types))
    if limits.bytes is not None and facts.bytes > limits.bytes:
        yield Message("the video has {found} bytes; taken are at most {most}", found=facts.bytes, most=limits.bytes)
    if _is_outside(facts.seconds, limits.seconds):
        yield Message("the video lasts {found:.1f} s; taken are {least:g} to {most:g} s", **_told(facts.seconds, limits.seconds))
    if _is_outside(facts.width, limits.width):
        yield Message("the video is {found} pixels wide; taken are {least} to {most}", **_told(facts.width, limits.width))
    if _is_outside(facts.height, limits.height):
        yield Message("the video is {found} pixels high; taken are {least} to {most}", **_told(facts.height, limits.height))
    pixels = None if facts.width is None or facts.height is None else facts.width * facts.height
    if pixels is not None and limits.pixels is not None and pixels > limits.pixels:
        yield Message("the video has {found} pixels; taken are at most {most}", found=pixels, most=limits.pixels)
    if _is_outside(facts.fps, limits.fps):
        yield Message("the video has {found:.4g} pictures a second; taken are {least:g} to {most:g}", **_told(facts.fps, limits.fps))
    if limits.ratio is not None and facts.width is not None and _is_outside(ratio(facts), limits.ratio):
        yield Message("{problem}: crop it", problem=ratio_problem(facts, limits.ratio))


def ratio(facts: MediaFacts) -> float:
    """How many times as wide as high it is."""
    return (facts.width or 1) / (facts.height or 1)


def has_ratio(facts: MediaFacts, bounds: Bounds | None) -> bool:
    """Whether the shape is one that is taken."""
    return not _is_outside(ratio(facts), bounds)


def ratio_problem(facts: MediaFacts, bounds: Bounds) -> Message:
    return Message(
        "{width}×{height} is {found:.2f} times as wide as high; taken are {least:.2f} to {most:.2f}",
        width=facts.width,
        height=facts.height,
        **_told(ratio(facts), bounds),
    )


def _is_outside(value: float | None, bounds: Bounds | None) -> bool:
    return value is not None and bounds is not None and not bounds[0] <= value <= bounds[1]


def _told(found: float | None, bounds: Bounds | None) -> dict[str, float | None]:
    least, most = bounds or (None, None)
    return {"found": found, "least": least, "most": most}


def _listed(types: frozenset[str]) -> str:
    return ", ".join(sorted(types))
