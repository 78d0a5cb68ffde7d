"""A part becomes the status that is sent, and what a server would refuse of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evenly.plugin import Account, Message, Part, Post, Prepared, Problem, Published
from evenly_mastodon import counting, servers

if TYPE_CHECKING:
    from evenly_mastodon.settings import Options, Poll, Visibility

_FROM_OPEN_TO_CLOSED: tuple[Visibility, ...] = ("public", "unlisted", "private", "direct")


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is sent to `POST /api/v1/statuses`: https://docs.joinmastodon.org/methods/statuses/#create"""

    text: str
    warning: str
    visibility: Visibility
    sensitive: bool
    language: str | None
    media: tuple[str, ...] = ()  #: ids of what was uploaded
    parent: str | None = None
    poll: Poll | None = None

    def body(self) -> dict[str, Any]:
        """The JSON of the request. Visibility is always said: left out, the user's own default would apply."""
        body: dict[str, Any] = {
            "status": self.text,
            "spoiler_text": self.warning,
            "visibility": self.visibility,
            "sensitive": self.sensitive,
            "language": self.language,
            "media_ids": list(self.media),
            "in_reply_to_id": self.parent,
            "poll": self.poll.model_dump(mode="json") if self.poll else None,
        }
        return {name: value for name, value in body.items() if value not in (None, [])}


def status(account: Account, part: Part, prepared: Prepared | None, thread: Sequence[Published]) -> Status:
    """The status for `part`: uploaded media from `prepared`, its parent from `thread`."""
    from evenly_mastodon.settings import options, settings

    own, chosen = settings(account.settings), options(part.options)
    return Status(
        text=text(part),
        warning=chosen.content_warning or "",
        visibility=_visibility(part, chosen.visibility or own.visibility, own.thread_visibility),
        sensitive=bool(chosen.content_warning) or (own.sensitive if chosen.sensitive is None else chosen.sensitive),
        language=chosen.language or part.language or account.language,
        media=uploaded(prepared),
        parent=parent(part, thread),
        poll=_poll(part, chosen),
    )


def text(part: Part) -> str:
    """The part's text, its link on a line of its own unless the text has it already."""
    if not part.link or part.link in part.text:
        return part.text
    return f"{part.text}\n{part.link}" if part.text else part.link


def uploaded(prepared: Prepared | None) -> tuple[str, ...]:
    """The ids of the media that `prepare` has uploaded, in the order of the part's media."""
    return tuple(each["id"] for each in prepared.data.get("media", ())) if prepared else ()


def parent(part: Part, thread: Sequence[Published]) -> str | None:
    """What `part` answers: the first post for a first comment, the last part of the thread for a further post."""
    if part.kind == "post" or not thread:
        return None
    if part.kind == "comment":
        return thread[0].remote_id
    return [each for each in thread if each.data.get("kind") != "comment"][-1].remote_id


def length(account: Account, part: Part) -> int:
    """The length of a part as its account's server counts it."""
    warning = part.options.get("content_warning") or ""
    return counting.length(text(part), warning=warning, rules=servers.rules(account))


def problems(account: Account, post: Post) -> list[Problem]:
    """Everything the account's server would refuse of `post`, beyond the declared limits."""
    found = [problem for part in post.parts for problem in (*_empty(part), *_animation(part))]
    return found + _poll_problems(post, servers.rules(account).polls)


def _visibility(part: Part, first: Visibility, further: Visibility) -> Visibility:
    """Further posts of a thread are never shown to more people than the first."""
    return first if part.kind == "post" else max(first, further, key=_FROM_OPEN_TO_CLOSED.index)


def _poll(part: Part, chosen: Options) -> Poll | None:
    return chosen.poll if part.kind == "post" and part.format == "poll" else None


def _empty(part: Part) -> list[Problem]:
    if text(part).strip() or part.media or (part.kind == "post" and part.format == "poll"):
        return []
    return [Problem(Message("Mastodon takes no post without text, picture, video or poll."), "text")]


def _animation(part: Part) -> list[Problem]:
    if len(part.media) > 1 and any(each.kind == "animation" for each in part.media):
        return [Problem(Message("An animation must be alone in its post on Mastodon; send it in a post of its own."), "media")]
    return []


def _poll_problems(post: Post, rules: servers.PollRules) -> list[Problem]:
    from evenly_mastodon.settings import options

    poll = options(post.options).poll
    if post.format != "poll" and poll is None:
        return []
    if poll is None:
        return [Problem(Message("A post of the format poll needs the option poll: its answers, and how long it is open."), "options.poll")]
    if post.format != "poll":
        return [Problem(Message("The option poll is for posts of the format poll; this one is a {format}.", format=post.format), "format")]
    return [*_answers(poll.options, rules), *_duration(poll.expires_in, rules), *_media_in_poll(post)]


def _answers(answers: Sequence[str], rules: servers.PollRules) -> list[Problem]:
    found = [_too_long(answer, rules.characters) for answer in answers if counting.graphemes(answer) > rules.characters]
    if len(answers) > rules.options:
        found.append(Message("The poll has {found} answers; this server allows {allowed}.", found=len(answers), allowed=rules.options))
    if len(set(answers)) < len(answers):
        found.append(Message("Two answers of the poll are equal."))
    return [Problem(message, "options.poll.options") for message in found]


def _too_long(answer: str, allowed: int) -> Message:
    return Message(
        'The answer "{answer}" has {found} characters; this server allows {allowed}.',
        answer=answer,
        found=counting.graphemes(answer),
        allowed=allowed,
    )


def _duration(seconds: int, rules: servers.PollRules) -> list[Problem]:
    if rules.shortest <= seconds <= rules.longest:
        return []
    said = Message(
        "The poll is open for {found} seconds; this server allows {least} to {most}.",
        found=seconds,
        least=rules.shortest,
        most=rules.longest,
    )
    return [Problem(said, "options.poll.expires_in")]


def _media_in_poll(post: Post) -> list[Problem]:
    if not post.parts or not post.parts[0].media:
        return []
    return [Problem(Message("A poll on Mastodon cannot have pictures or a video."), "media")]
