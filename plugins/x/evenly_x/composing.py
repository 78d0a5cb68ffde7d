"""A part becomes the post that is sent, and what X would refuse of it: https://docs.x.com/x-api/posts/create-post"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message, Problem
from evenly_x import counting

if TYPE_CHECKING:
    from evenly.plugin import Account, Part, Post, Prepared, Published
    from evenly_x.settings import Options, Poll

_CASHTAG = re.compile(r"(?<![A-Za-z0-9_$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![A-Za-z0-9_])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What one call of `POST /2/tweets` says."""

    text: str = ""
    media: tuple[str, ...] = ()  #: ids of what was uploaded
    media_keys: tuple[str, ...] = ()  #: by which a list names the same media
    parent: str | None = None
    poll: Poll | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  #: further fields, as the API names them

    def arguments(self) -> dict[str, Any]:
        """As `tweepy.Client.create_tweet` wants it."""
        poll = {"poll_options": list(self.poll.choices), "poll_duration_minutes": self.poll.minutes} if self.poll else {}
        every = {"text": self.text, "media_ids": list(self.media), "in_reply_to_tweet_id": self.parent, **poll}
        return {name: value for name, value in every.items() if value}


def draft(part: Part, prepared: Prepared | None, thread: Sequence[Published]) -> Draft:
    """What is sent for `part`: uploaded media from `prepared`, its parent from `thread`."""
    from evenly_x.settings import options

    chosen = options(part.options)
    uploads = prepared.data.get("media", ()) if prepared else ()
    return Draft(
        text=text(part),
        media=tuple(each["id"] for each in uploads),
        media_keys=tuple(each["media_key"] for each in uploads if each.get("media_key")),
        parent=parent(part, thread),
        poll=chosen.poll if part.kind == "post" and part.format == "poll" else None,
        more={**_labels(part, chosen), **(_of_the_first(chosen) if part.kind == "post" else {})},
    )


def text(part: Part) -> str:
    """The part's text, its link on a line of its own unless the text has it already."""
    if not part.link or part.link in part.text:
        return part.text
    return f"{part.text}\n{part.link}" if part.text else part.link


def parent(part: Part, thread: Sequence[Published]) -> str | None:
    """What `part` answers: the first post for a first comment, the post before it for a further post."""
    if part.kind == "post" or not thread:
        return None
    return thread[0].remote_id if part.kind == "comment" else thread[-1].remote_id


def length(account: Account, part: Part) -> int:  # noqa: ARG001 - every account counts alike
    """The length of a part in X's own units."""
    return counting.length(text(part))


def problems(post: Post) -> list[Problem]:
    """Everything X would refuse of `post`, beyond the declared limits."""
    found = [problem for part in post.parts for problem in (*_of_text(part), *_of_media(part))]
    return [*found, *_of_options(post)]


def _labels(part: Part, chosen: Options) -> dict[str, Any]:
    """Each post of a thread is seen alone too, so each carries them. X's label for AI is about media."""
    generated = True if part.ai == "generated" and part.media else None
    labels = {
        "made_with_ai": generated if chosen.made_with_ai is None else chosen.made_with_ai,
        "paid_partnership": (part.ad or None) if chosen.paid_partnership is None else chosen.paid_partnership,
    }
    return {name: value for name, value in labels.items() if value is not None}


def _of_the_first(chosen: Options) -> dict[str, Any]:
    fields = {
        "reply_settings": chosen.reply_settings,
        "quote_tweet_id": chosen.quote,
        "community_id": chosen.community,
        "share_with_followers": chosen.share_with_followers,
        "geo": {"place_id": chosen.place} if chosen.place else None,
        "tagged_user_ids": list(chosen.tags) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _of_text(part: Part) -> Iterator[Problem]:
    said = text(part)
    name = {"post": "text", "reply": f"thread[{part.position - 1}]", "comment": "first_comment"}[part.kind]
    if not said.strip() and not part.media:
        yield Problem(Message("X takes no post without text, picture or video."), name)
    if not counting.counted(said).valid:
        yield Problem(Message("The text holds a character that X never takes (U+FFFE, U+FEFF or U+FFFF): remove it."), name)
    tags = _CASHTAG.findall(said)
    if len(tags) > 1:
        yield Problem(Message("X takes one cashtag in a post; this has {found}: {tags}.", found=len(tags), tags=", ".join(tags)), name)


def _of_media(part: Part) -> Iterator[Problem]:
    if len(part.media) > 1 and any(each.kind == "animation" for each in part.media):
        yield Problem(Message("An animation must be alone in its post on X; send it in a post of its own."), "media")


def _of_options(post: Post) -> Iterator[Problem]:
    from evenly_x.settings import options

    chosen = options(post.options)
    media = post.parts[0].media if post.parts else ()
    if post.format == "poll" and chosen.poll is None:
        yield Problem(Message("A post of the format poll needs the option poll: its choices, and for how many minutes."), "options.poll")
    if post.format != "poll" and chosen.poll is not None:
        yield Problem(Message("The option poll is for posts of the format poll; this one is a {format}.", format=post.format), "format")
    if chosen.poll is not None and not (post.parts and text(post.parts[0]).strip()):
        yield Problem(Message("A poll on X needs a text: the question."), "text")
    together = [name for name, is_there in (("media", media), ("poll", chosen.poll), ("quote", chosen.quote)) if is_there]
    if len(together) > 1:
        yield Problem(Message("X takes only one of these in a post: {found}.", found=", ".join(together)), "options")
    if chosen.tags and not any(each.kind == "picture" for each in media):
        yield Problem(Message("People can be tagged in pictures only; this post has none."), "options.tags")
    if chosen.share_with_followers is not None and chosen.community is None:
        yield Problem(Message("The option share_with_followers needs the option community."), "options.share_with_followers")
