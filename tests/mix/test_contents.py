"""Posts as the rest of evenly knows them, and what is judged of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from evenly.mix import Brand, Content, Topic, of_post, of_remote, recognise
from evenly.plugin import Media, Part, Post, RemotePost


def test_every_part_of_a_post_counts() -> None:
    """A thread, its first comment, their links, media and alternative texts."""
    picture = Media(path=Path("a.jpg"), kind="picture", mime="image/jpeg", bytes=1, alt="A ring")
    video = Media(path=Path("b.mp4"), kind="video", mime="video/mp4", bytes=1)
    post = Post(
        parts=(
            Part(text="One", link="https://a.example", media=(picture,), language="fr"),
            Part(kind="reply", position=1, text="Two", media=(video,)),
            Part(kind="comment", position=2, text="", link="https://b.example"),
        )
    )

    assert of_post(post, credit="Ada") == Content(
        text="One\n\nTwo\n\nhttps://b.example",
        link="https://a.example",
        media=("picture", "video"),
        alts=("A ring",),
        language="fr",
        credit="Ada",
    )


def test_a_post_from_elsewhere_is_judged_by_what_the_network_tells() -> None:
    """Media without a kind are pictures."""
    remote = RemotePost(remote_id="1", text="Which ring?", at=datetime(2026, 11, 1, tzinfo=UTC), media_count=2, link="https://b.example")
    found = recognise(of_remote(remote), Brand(domains=frozenset({"a.example"})))

    assert {"question", "photo", "link"} == found.actions
    assert found.origin == "third-party"


def test_plugins_are_told_the_brand_in_plain_values() -> None:
    """Names, language, domains, handles and topics; what a person answered stays here."""
    brand = Brand(names=("Atelier",), domains=frozenset({"b.example", "a.example"}), topics=(Topic("care", ("clean",), ("gold medal",)),))

    assert brand.document == {
        "names": ["Atelier"],
        "language": "en",
        "domains": ["a.example", "b.example"],
        "handles": [],
        "topics": {"care": {"words": ["clean"], "negative": ["gold medal"]}},
    }


def test_every_verdict_has_its_reason() -> None:
    found = recognise(Content(text="Clean?"), Brand(topics=(Topic("care", ("clean",)),)))

    assert (found.origin, found.topic, found.on_topic) == ("owned", "care", True)
    assert found.actions == {"question"}
    assert len(found.reasons) == 3
