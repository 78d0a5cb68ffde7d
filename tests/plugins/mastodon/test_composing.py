"""A part becomes the status that is sent, and what a server would refuse is known beforehand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evenly.plugin import Account, AccountState, Media, Part, Post, Prepared, Published
from evenly_mastodon import composing, servers

_ACCOUNT = Account(id="toots", network="mastodon", settings={"instance": "mastodon.social"}, language="fr")
_ROOT = Published(remote_id="1", data={"kind": "post", "parent": None})
_SECOND = Published(remote_id="2", data={"kind": "reply", "parent": "1"})
_COMMENT = Published(remote_id="9", data={"kind": "comment", "parent": "1"})


def _sent(part: Part, *thread: Published, prepared: Prepared | None = None, **settings: Any) -> composing.Status:
    account = Account(id="toots", network="mastodon", settings={**_ACCOUNT.settings, **settings}, language="fr")
    return composing.status(account, part, prepared, thread)


def _media(kind: Any = "picture") -> Media:
    return Media(path=Path("ring.jpg"), kind=kind, mime="image/jpeg", bytes=1)


def _problems(part: Part, **state: Any) -> list[str | None]:
    account = Account(id="toots", network="mastodon", settings=_ACCOUNT.settings, state=state.get("state"))
    return [problem.field for problem in composing.problems(account, Post(parts=(part,), format=part.format, options=part.options))]


@pytest.mark.parametrize(
    ("text", "link", "expected"),
    [
        ("Polishing day", None, "Polishing day"),
        ("Polishing day", "https://a.example/x", "Polishing day\nhttps://a.example/x"),
        ("See https://a.example/x today", "https://a.example/x", "See https://a.example/x today"),
        ("", "https://a.example/x", "https://a.example/x"),
    ],
)
def test_the_link_stands_on_a_line_of_its_own_unless_the_text_has_it(text: str, link: str | None, expected: str) -> None:
    """A link is never lost and never doubled."""
    assert expected == composing.text(Part(text=text, link=link))


def test_the_appended_link_counts() -> None:
    """The length is that of what is sent: text, line end, link and warning."""
    part = Part(text="Hello", link="https://a.example/" + "x" * 100, options={"content_warning": "Metal"})

    assert composing.length(_ACCOUNT, part) == 5 + 1 + 23 + 5


def test_visibility_sensitivity_and_language_are_always_said() -> None:
    """Left out, the defaults of the user's own profile would apply."""
    body = _sent(Part(text="Hello")).body()

    assert body == {"status": "Hello", "spoiler_text": "", "visibility": "public", "sensitive": False, "language": "fr"}


def test_an_option_wins_over_a_setting_and_the_parts_language_over_the_accounts() -> None:
    """The nearer word counts."""
    part = Part(text="Hello", language="de", options={"visibility": "private", "sensitive": False})

    sent = _sent(part, visibility="unlisted", sensitive=True)

    assert (sent.visibility, sent.sensitive, sent.language) == ("private", False, "de")
    assert _sent(Part(text="x", language="de", options={"language": "en"})).language == "en"


def test_a_content_warning_hides_the_media_too() -> None:
    """A warning sets `sensitive`, as the server does."""
    sent = _sent(Part(text="Hello", options={"content_warning": "Metal", "sensitive": False}))

    assert (sent.sensitive, sent.body()["spoiler_text"]) == (True, "Metal")


@pytest.mark.parametrize(
    ("first", "further", "expected"),
    [
        ("public", "unlisted", "unlisted"),
        ("public", "public", "public"),
        ("private", "unlisted", "private"),
        ("direct", "public", "direct"),
        ("unlisted", "private", "private"),
    ],
)
def test_further_parts_of_a_thread_are_never_shown_to_more_people(first: str, further: str, expected: str) -> None:
    """The setting says who sees them, within what the first part allows."""
    sent = _sent(Part(kind="reply", position=1, text="And"), _ROOT, visibility=first, thread_visibility=further)

    assert expected == sent.visibility


def test_a_further_part_answers_the_one_before_it_and_a_first_comment_the_post() -> None:
    """A first comment that went out between two parts does not bend the thread."""
    reply, comment = Part(kind="reply", position=2, text="x"), Part(kind="comment", position=3, text="x")

    assert _sent(Part(text="x")).parent is None
    assert _sent(reply, _ROOT, _SECOND, _COMMENT).parent == "2"
    assert _sent(comment, _ROOT, _SECOND).parent == "1"


def test_uploads_are_named_in_the_order_of_the_media() -> None:
    """Their ids come from what `prepare` stored."""
    stored = Prepared(data={"media": [{"id": "b", "ready": True, "at": "", "looks": 0}, {"id": "a", "ready": True, "at": "", "looks": 0}]})

    assert _sent(Part(text="x"), prepared=stored).body()["media_ids"] == ["b", "a"]


def test_a_poll_goes_with_the_first_part_of_a_post_of_that_format() -> None:
    """Replies and plain posts send none, whatever the options say."""
    options = {"poll": {"options": ["gold", "silver"], "expires_in": "1d", "multiple": True}}
    poll = {"options": ["gold", "silver"], "expires_in": 86_400, "multiple": True, "hide_totals": False}

    assert poll == _sent(Part(text="Which?", format="poll", options=options)).body()["poll"]
    assert "poll" not in _sent(Part(kind="reply", text="x", format="poll", options=options), _ROOT).body()
    assert "poll" not in _sent(Part(text="x", options=options)).body()


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Part(text="Hello"), []),
        (Part(text="", media=(_media(),)), []),
        (Part(text=" "), ["text"]),
        (Part(text="x", media=(_media("animation"),)), []),
        (Part(text="x", media=(_media("animation"), _media())), ["media"]),
        (Part(text="x", format="poll"), ["options.poll"]),
        (Part(text="x", options={"poll": {"options": ["a", "b"]}}), ["format"]),
        (Part(text="x", format="poll", options={"poll": {"options": ["a", "b"]}}), []),
        (Part(text="x", format="poll", options={"poll": {"options": ["a", "b"]}}, media=(_media(),)), ["media"]),
        (Part(text="x", format="poll", options={"poll": {"options": ["a", "a"]}}), ["options.poll.options"]),
        (Part(text="x", format="poll", options={"poll": {"options": list("abcde")}}), ["options.poll.options"]),
        (Part(text="x", format="poll", options={"poll": {"options": ["a", "b" * 51]}}), ["options.poll.options"]),
        (Part(text="x", format="poll", options={"poll": {"options": ["a", "b"], "expires_in": 299}}), ["options.poll.expires_in"]),
        (Part(text="x", format="poll", options={"poll": {"options": ["a", "b"], "expires_in": "31 days"}}), ["options.poll.expires_in"]),
    ],
)
def test_what_a_server_would_refuse_is_named_with_its_field(part: Part, expected: list[str]) -> None:
    """Each problem points at the field that a person has to mend."""
    assert expected == _problems(part)


def test_the_accounts_own_server_decides_about_polls() -> None:
    """A server may allow more answers than Mastodon does."""
    facts = servers.Rules(polls=servers.PollRules(options=8)).facts()
    state = AccountState(remote_id="1", name="x", facts=facts)

    assert _problems(Part(text="x", format="poll", options={"poll": {"options": list("abcdefg")}}), state=state) == []


def test_a_problem_says_what_was_found_and_what_is_allowed() -> None:
    """The sentence names both numbers."""
    part = Part(text="x", format="poll", options={"poll": {"options": list("abcde")}})
    (problem,) = composing.problems(_ACCOUNT, Post(parts=(part,), format="poll", options=part.options))

    assert str(problem) == "The poll has 5 answers; this server allows 4."
