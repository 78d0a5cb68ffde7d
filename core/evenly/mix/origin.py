"""Owned or third-party? Ten rules; the first that applies decides, and says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import regex

from evenly.mix import addresses, cues, text
from evenly.plugin import Message

if TYPE_CHECKING:
    from evenly.mix.cues import Cue
    from evenly.mix.likeness import Known
    from evenly.mix.values import Brand, Content, Origin

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_SENTENCE_END = regex.compile(r"[.!?](?=\s|\Z)")
# A handle, or a word with a capital (or of a script without), an article before it allowed.
_NAME = regex.compile(r"[^\p{L}@]*(?:(?:the|la|le|les|el|los|il|lo|de|het)\s+|l')?(?:@|[\p{Lu}\p{Lt}\p{Lo}])")


@dataclass(frozen=True, slots=True)
class Judged:
    """The origin of a post: the rule that told it (1 to 10), and the sentence. `ask`: links whose owner only a person can tell."""

    value: Origin
    rule: int
    reason: Message
    ask: tuple[str, ...] = ()


def origin(content: Content, brand: Brand, language: str, *, label: Origin | None = None, feeds: Known | None = None) -> Judged:
    """Whose post this is. `language` is what the text is in; `feeds` holds the texts of followed feeds' items."""
    if label is not None:
        return Judged(label, 1, Message("You labelled it."))
    return (
        _shared(content, brand)
        or _from_feed(content)
        or _by_links(addresses.links(content, brand), brand)
        or _credited(content, brand, language)
        or _copied(content, feeds)
        or Judged("owned", 10, Message("Nothing in it points to anybody else."))
    )


def untold(content: Content, brand: Brand) -> tuple[str, ...]:
    """The addresses that leave open whose post this is, whatever was answered about them before: what a person's label tells."""
    return origin(content, replace(brand, answers={}), brand.language).ask


def has_credit(content: Content, brand: Brand, language: str) -> bool:
    """Whether the post says whose it is: by a link, by naming somebody, or in the field for it."""
    named = content.credit or content.shared_from or addresses.links(content, brand) or others_named(content.text, brand)
    return bool(named) or credited(content.text, brand, language) is not None


def others_named(written: str, brand: Brand) -> list[str]:
    """The handles in a text that are not the brand's."""
    return [handle for handle in text.handles(written) if not is_own(handle, brand)]


def is_own(handle: str, brand: Brand) -> bool:
    """Whether a handle is one of the brand's. One that names its host must name it of the brand's too; one that does not is any."""
    name, _, host = handle.lower().removeprefix("@").partition("@")
    own = [each.lower().removeprefix("@").partition("@") for each in brand.handles]
    return any(name == own_name and host in {"", own_host} for own_name, _, own_host in own)


def credited(written: str, brand: Brand, language: str) -> str | None:
    """The first words in the text that credit somebody else ("photo by Ada Lovelace"); None: there are none."""
    for line in text.visible(text.without_addresses(written)).splitlines():
        if (named := _credit(line, brand, language)) is not None:
            return named
    return None


def _shared(content: Content, brand: Brand) -> Judged | None:
    if content.shared_from is None:
        return None
    if is_own(content.shared_from, brand):
        return Judged("owned", 2, Message("It shares a post of your own account {handle}.", handle=content.shared_from))
    return Judged("third-party", 2, Message("It shares a post of {handle}.", handle=content.shared_from))


def _from_feed(content: Content) -> Judged | None:
    match content.feed:
        case "owned":
            return Judged("owned", 3, Message("It came from a feed of your own."))
        case "third-party":
            return Judged("third-party", 3, Message("It came from somebody else's feed."))
    return None


def _by_links(links: tuple[str, ...], brand: Brand) -> Judged | None:
    owners = {link: addresses.owner(link, brand) for link in links}
    own = next((link for link, owner in owners.items() if owner == "owned"), None)
    other = next((link for link, owner in owners.items() if owner == "third-party"), None)
    if own is not None and other is not None:
        return Judged("mixed", 6, Message("It links to your own {own} and to somebody else's {other}.", own=own, other=other))
    if own is not None:
        return Judged("owned", 4, Message("Its link {link} is your own.", link=own))
    if other is not None:
        return Judged("third-party", 5, Message("Its link {link} leads to somebody else.", link=other))
    return _undecided(links)


def _undecided(links: Iterable[str]) -> Judged | None:
    ask = tuple(dict.fromkeys(addresses.key(link) for link in links))
    if not ask:
        return None
    return Judged("unknown", 7, Message("Its link {link} does not tell whose page it leads to.", link=ask[0]), ask)


def _credited(content: Content, brand: Brand, language: str) -> Judged | None:
    if content.foreign_media:
        return Judged("third-party", 8, Message("Its picture or video is marked as somebody else's."))
    if content.credit and _names_another(content.credit, brand, language):
        return Judged("third-party", 8, Message("It is credited to {name}.", name=content.credit))
    if (named := credited(content.text, brand, language)) is not None:
        return Judged("third-party", 8, Message('"{words}" credits somebody else.', words=named))
    return None


def _copied(content: Content, feeds: Known | None) -> Judged | None:
    twin = None if feeds is None else feeds.twin(content.text)
    if twin is None:
        return None
    return Judged("third-party", 9, Message("Its text is that of {item}, from a feed you follow.", item=twin))


def _credit(line: str, brand: Brand, language: str) -> str | None:
    plain = text.plain(line)
    for kind in ("credit", "credit-of"):
        cue = cues.find(kind, plain, language)
        if cue is None:
            continue
        named = _named(plain, cue)
        if _names_another(named, brand, language) and (kind == "credit" or _NAME.match(named)):
            return plain[cue.start :].strip()
    return None


def _named(plain: str, cue: Cue) -> str:
    """What a credit names: what follows the cue, up to the end of the sentence; the @ that belongs to a cue goes with it."""
    begin = cue.end - 1 if cue.text.endswith("@") else cue.end
    found = _SENTENCE_END.search(plain, begin)
    return plain[begin : found.start() if found else None]


def _names_another(named: str, brand: Brand, language: str) -> bool:
    """Whether these words name anybody, and nobody of the brand."""
    folded = text.folded(named)
    if any(is_own(handle, brand) for handle in text.handles(named)):
        return False
    if any(text.folded(name) in folded for name in (*brand.names, *brand.domains)):
        return False
    words = _WORD.findall(folded)
    return any(not word.isdigit() for word in words) and not cues.own_words(language) & set(words[:2])
