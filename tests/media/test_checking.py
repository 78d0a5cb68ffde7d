"""Videos and documents are held against a network's limits, and never changed."""

import pytest

from evenly.media import MediaFacts, document_problems, video_problems
from evenly.plugin import DocumentLimits, VideoLimits

VIDEO = MediaFacts(kind="video", mime="video/mp4", bytes=1_000, width=1080, height=1920, seconds=30.0, fps=24.0)
DOCUMENT = MediaFacts(kind="document", mime="application/pdf", bytes=1_000, pages=12)


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (VideoLimits(types=frozenset({"video/webm"})), "the video is video/mp4; taken are video/webm"),
        (VideoLimits(bytes=999), "the video has 1000 bytes; taken are at most 999"),
        (VideoLimits(seconds=(3, 20)), "the video lasts 30.0 s; taken are 3 to 20 s"),
        (VideoLimits(seconds=(60, 120)), "the video lasts 30.0 s; taken are 60 to 120 s"),
        (VideoLimits(ratio=(0.8, 1.91)), "1080×1920 is 0.56 times as wide as high; taken are 0.80 to 1.91: crop it"),
        (VideoLimits(width=(320, 720)), "the video is 1080 pixels wide; taken are 320 to 720"),
        (VideoLimits(height=(320, 1080)), "the video is 1920 pixels high; taken are 320 to 1080"),
        (VideoLimits(pixels=2_000_000), "the video has 2073600 pixels; taken are at most 2000000"),
        (VideoLimits(fps=(29.97, 60)), "the video has 24 pictures a second; taken are 29.97 to 60"),
    ],
)
def test_what_a_network_has_against_a_video_is_told(limits: VideoLimits, sentence: str) -> None:
    """With what was found and what is taken."""
    assert [str(problem) for problem in video_problems(VIDEO, limits)] == [sentence]


def test_a_video_at_the_very_bounds_is_taken() -> None:
    """Least and largest belong to what is taken."""
    limits = VideoLimits(bytes=1000, seconds=(30, 30), ratio=(0.5, 1), width=(1080, 1080), height=(0, 1920), fps=(24, 24))

    assert video_problems(VIDEO, limits) == []


def test_what_a_container_does_not_tell_is_not_asked_about() -> None:
    """The network has the last word."""
    silent = MediaFacts(kind="video", mime="video/mp4", bytes=1_000)

    assert video_problems(silent, VideoLimits(seconds=(1, 2), fps=(1, 2), width=(1, 2), height=(1, 2), ratio=(5, 6))) == []


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (DocumentLimits(types=frozenset({"text/plain"})), "the document is application/pdf; taken are text/plain"),
        (DocumentLimits(bytes=999), "the document has 1000 bytes; taken are at most 999"),
        (DocumentLimits(pages=11), "the document has 12 pages; taken are at most 11"),
    ],
)
def test_what_a_network_has_against_a_document_is_told(limits: DocumentLimits, sentence: str) -> None:
    """With what was found and what is taken."""
    assert [str(problem) for problem in document_problems(DOCUMENT, limits)] == [sentence]


def test_a_document_at_the_very_bounds_is_taken() -> None:
    """Most is still taken."""
    assert document_problems(DOCUMENT, DocumentLimits(bytes=1000, pages=12)) == []
