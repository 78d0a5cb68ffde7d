"""From posts as the rest of evenly knows them to what is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly.mix.values import Content

if TYPE_CHECKING:
    from evenly.mix.values import Side
    from evenly.plugin import Post, RemotePost
    from evenly.plugin.types import MediaKind


def of_post(post: Post, *, credit: str | None = None, feed: Side | None = None) -> Content:
    """A post worded for one account: all its parts, the first comment included."""
    media = [medium for part in post.parts for medium in part.media]
    links = [part.link for part in post.parts if part.link]
    return Content(
        text=_joined([part.text for part in post.parts] + links[1:]),
        link=links[0] if links else None,
        media=tuple(medium.kind for medium in media),
        alts=tuple(medium.alt for medium in media if medium.alt),
        language=next((part.language for part in post.parts if part.language), None),
        credit=credit,
        feed=feed,
    )


def of_remote(remote: RemotePost, *, language: str | None = None) -> Content:
    """A post as it stands on the network. Networks tell how many media it has, seldom of which kind: they are taken for pictures."""
    count = len(remote.media) if remote.media_count is None else remote.media_count
    picture: MediaKind = "picture"
    return Content(text=remote.text, link=remote.link, media=(picture,) * count, alts=remote.alts, language=language)


def _joined(texts: list[str]) -> str:
    return "\n\n".join(text for text in texts if text)
