"""The jeweller's month: forty posts labelled by hand come out as labelled, but for the limits that are written down."""

from __future__ import annotations

import pytest

from evenly.mix import Content, recognise
from tests.mix.labelled import Labelled, brand, jeweller, month

MISREAD = {
    ("7", "fr"): "an offer without a word that sells",
    ("7", "en"): "an offer without a word that sells",
    ("7", "de"): "an offer without a word that sells",
    ("12", "fr"): "a finished piece from our workshop",
    ("12", "de"): "a finished piece from our workshop",
    ("19", "fr"): "a football team is a team as well",
}
KNOWN_LIMITS = {"6", "11", "13", "16", "32", "33", "39"}


@pytest.mark.parametrize("post", month(), ids=lambda post: f"{post.content.language}-{post.id}")
def test_a_post_is_what_its_label_says(post: Labelled) -> None:
    """Origin, topic and actions are those of the label, or those of its known limit."""
    found = recognise(post.content, brand(str(post.content.language)))

    assert post.expected() == {"origin": found.origin, "topic": found.topic, "on_topic": found.on_topic, "actions": found.actions}, post.why


def test_the_known_limits_are_few_and_listed() -> None:
    """A limit that is new, or that the rules have outgrown, is looked at by a person."""
    limited = {post.id for post in month() if post.limit}

    assert len(month()) == 40
    assert limited == KNOWN_LIMITS
    assert all(post.limit["why"] for post in month() if post.limit)


def test_a_limit_differs_from_its_label() -> None:
    """What the rules read rightly is no limit."""
    for post in month():
        label = {"origin": post.origin, "topic": post.topic, "on_topic": post.on_topic, "actions": post.actions}
        assert bool(post.limit) == (label != post.expected()), post.id


@pytest.mark.parametrize("post", month(), ids=lambda post: post.id)
def test_everything_has_its_reason(post: Labelled) -> None:
    """Origin, topic and every action come with a sentence."""
    found = recognise(post.content, brand(str(post.content.language)))

    assert found.reasons.keys() == {"origin", "topic", *found.actions}
    assert all(str(reason) for reason in found.reasons.values())


def test_the_same_post_does_the_same_in_every_language() -> None:
    """32 posts in three languages do what was read by hand, but for those listed."""
    misread = {
        (row["id"], row["lang"])
        for row in jeweller()
        if set(filter(None, row["actions"].split(";"))) != recognise(_content(row), brand(row["lang"])).actions
    }

    assert misread == MISREAD.keys()


def _content(row: dict[str, str]) -> Content:
    return Content(text=row["text"], language=row["lang"])
