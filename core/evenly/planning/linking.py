"""The addresses in a delivery as they go out: rewritten by whoever offers to, and tagged where they are the brand's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evenly import links
from evenly.plugin import Message, Part, Problem

if TYPE_CHECKING:
    from evenly.fields import Fields
    from evenly.planning.desk import Desk

_UNKNOWN_YET = 9_999_999  #: stands for the number of a post that has none yet, where only lengths count
_NO_CAMPAIGN = "always-on"


def rewritten(
    desk: Desk, fields: Fields, name: str, parts: Sequence[Part], post: int | None = None
) -> tuple[tuple[Part, ...], list[Problem]]:
    """The parts with the addresses that a plugin's hook `rewrite_link` gives for theirs, and why it could not be asked.

    `post` is the post's number, where it has one yet.
    """
    if not desk.networks.anyone_offers("rewrite_link"):
        return tuple(parts), []
    delivery = {
        "account": name,
        "network": desk.network_of(name),
        "post": None if post is None else f"p{post}",
        "topic": fields.topic,
        "campaign": fields.campaign,
    }
    asked: dict[str, str] = {}
    problems: list[Problem] = []

    def ask(link: str) -> str:
        if link not in asked:
            asked[link], found = _asked(desk, link, delivery)
            problems.extend(found)
        return asked[link]

    return tuple(_with_links(part, ask) for part in parts), problems


def _asked(desk: Desk, link: str, delivery: Mapping[str, Any]) -> tuple[str, list[Problem]]:
    """A stranger's answer for one link; the link itself where it has none, or none that can be used."""
    try:
        answer = desk.networks.call_all("rewrite_link", link=link, delivery=delivery)
    except Exception as error:  # noqa: BLE001 - whatever a plugin raises, the post is refused with its words
        return link, [Problem(Message("A plugin could not rewrite {link}: {error}", link=link, error=error), "link")]
    if answer is None:
        return link, []
    if not isinstance(answer, str) or links.rewritten(answer, lambda _found: "") != "":
        said = Message("A plugin rewrote {link} into what is no web address: {answer}", link=link, answer=repr(answer)[:80])
        return link, [Problem(said, "link")]
    return answer, []


def tagged(desk: Desk, fields: Fields, name: str, parts: Sequence[Part], post: int | None) -> tuple[Part, ...]:
    """The parts with `[links] utm` on the brand's own links. Without a number of the post they are as long as with any."""
    if desk.settings.links.utm is None:
        return tuple(parts)
    from evenly.mix.addresses import is_of  # the list of domains is read only where links are tagged

    tags = _tags(desk, fields, name, _UNKNOWN_YET if post is None else post)

    def tag(link: str) -> str:
        return links.tagged(link, tags) if is_of(link, desk.settings.brand.domains) else link

    return tuple(_with_links(part, tag) for part in parts)


def _tags(desk: Desk, fields: Fields, name: str, post: int) -> dict[str, str]:
    """The parameters by name, with their placeholders filled.

    Source: https://support.google.com/analytics/answer/10917952
    """
    values = {
        "network": desk.network_of(name),
        "account": name,
        "campaign": fields.campaign or _NO_CAMPAIGN,
        "topic": fields.topic or "",
        "post": f"p{post}",
    }
    utm = desk.settings.links.utm
    templates = {} if utm is None else utm.model_dump()
    return {f"utm_{tag}": links.slug(template.format(**values)) for tag, template in templates.items() if template is not None}


def _with_links(part: Part, rewrite: Callable[[str], str]) -> Part:
    return replace(part, link=part.link and rewrite(part.link), text=links.rewritten(part.text, rewrite))
