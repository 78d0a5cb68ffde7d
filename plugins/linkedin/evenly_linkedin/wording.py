"""What a part becomes on LinkedIn: which kind of thing, with which words; and what LinkedIn would refuse of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from evenly.plugin import Message, Problem
from evenly_linkedin import little_text
from evenly_linkedin.author import LONGEST_COMMENT, is_page, urn_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evenly.plugin import Account, Part, Post

Kind: TypeAlias = Literal["text", "article", "pictures", "video", "document", "poll", "comment"]

#: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/videos-api
SMALLEST_VIDEO = 75_000

_TITLED: frozenset[Kind] = frozenset({"article", "document", "video"})


def kind(part: Part) -> Kind:
    """Which of LinkedIn's kinds of post this part is."""
    media = {each.kind for each in part.media}
    if part.kind == "comment":
        return "comment"
    if part.format == "poll":
        return "poll"
    if "document" in media:
        return "document"
    if "video" in media:
        return "video"
    if part.link and (part.format == "article" or not media):
        return "article"
    return "pictures" if media else "text"


def message(part: Part) -> str:
    """The words as they are sent. A link that has no card of its own stands in the text."""
    if part.link is None or kind(part) == "article" or part.link in part.text:
        return part.text
    return f"{part.text}\n\n{part.link}" if part.text else part.link


def shown(part: Part) -> str:
    """The words as readers see them."""
    return little_text.shown(little_text.elements(message(part)))


def commentary(part: Part) -> str:
    """The words as little text."""
    return little_text.commentary(little_text.elements(message(part)))


def title(part: Part) -> str:
    """The title of a card or a document. A card must have one: without a better one it names the site."""
    said = part.options.get("title")
    return str(said) if said else (urlsplit(part.link or "").hostname or "").removeprefix("www.")


def length(account: Account, part: Part) -> int:  # noqa: ARG001 - the shape that `Network.length` promises
    return units(shown(part))


def units(text: str) -> int:
    """UTF-16 code units: how LinkedIn counts is not documented, and this is the longest of the likely ways."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def problems(account: Account, post: Post) -> list[Problem]:
    found: list[Problem] = []
    for part in post.parts:
        found += _comment(part) if part.kind == "comment" else _post(part)
    return found + list(_options(account, post))


def _comment(part: Part) -> Iterator[Problem]:
    if part.media:
        yield Problem(Message("A first comment on LinkedIn takes no media."), "first_comment")
    if (found := units(shown(part))) > LONGEST_COMMENT:
        said = Message("A comment on LinkedIn has up to {limit} characters; this one has {found}.", limit=LONGEST_COMMENT, found=found)
        yield Problem(said, "first_comment")


def _post(part: Part) -> Iterator[Problem]:
    media = [each.kind for each in part.media]
    yield from _format(part, media)
    if len({"picture" if each == "animation" else each for each in media}) > 1:
        yield Problem(Message("LinkedIn takes pictures, a video or a document, one kind only."), "media")
    for number, each in enumerate(part.media):
        if each.kind == "video" and each.bytes < SMALLEST_VIDEO:
            said = Message("A video on LinkedIn has at least {least} bytes; this one has {found}.", least=SMALLEST_VIDEO, found=each.bytes)
            yield Problem(said, f"media[{number}]")
    if kind(part) == "document" and not part.options.get("title"):
        yield Problem(Message("LinkedIn shows a document with a title above it: set the option title."), "options.title")


def _format(part: Part, media: Sequence[str]) -> Iterator[Problem]:
    poll = part.options.get("poll")
    if part.format == "poll" and not poll:
        yield Problem(Message("A poll needs the option poll, with a question and its answers."), "options.poll")
    if part.format != "poll" and poll:
        yield Problem(Message("The option poll goes with the format poll only."), "options.poll")
    if part.format == "poll" and media:
        yield Problem(Message("A poll on LinkedIn takes no media."), "media")
    if part.format == "document" and list(media) != ["document"]:
        yield Problem(Message("The format document is exactly one document, such as a PDF."), "media")
    if part.format == "article" and not part.link:
        yield Problem(Message("The format article is the card of a link: give the link."), "link")
    if part.format == "article" and (len(media) > 1 or set(media) & {"video", "document"}):
        yield Problem(Message("The card of a link takes one picture at most."), "media")


def _options(account: Account, post: Post) -> Iterator[Problem]:
    """Options that the post cannot have are refused, not dropped in silence."""
    given = {name for name, value in post.options.items() if value is not None}
    becomes = kind(post.parts[0]) if post.parts else "text"
    if "title" in given and becomes not in _TITLED:
        yield Problem(Message("A title goes with links, documents and videos only."), "options.title")
    if "description" in given and becomes != "article":
        yield Problem(Message("A description goes with links only."), "options.description")
    if is_page(urn_of(account) or "") and post.options.get("visibility") not in {None, "public"}:
        yield Problem(Message("What a page publishes is public."), "options.visibility")
