"""Web addresses: where they stand in a text, and the parameters by which visits are told apart. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit, urlunsplit

_ADDRESS = re.compile(r"(?<![A-Za-z0-9@])https?://[^\s<>\"“”«»„。，、！？；」』）]+", re.IGNORECASE)
_TRAILING = ".,;:!?'’…"
_CLOSING = {")": "(", "]": "[", "}": "{"}
_WITHOUT_ACCENTS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")


def rewritten(text: str, rewrite: Callable[[str], str]) -> str:
    """The text with every address in it (`http://`, `https://`) replaced; punctuation around an address stays."""

    def replaced(found: re.Match[str]) -> str:
        address = _without_trailing(found[0])
        return rewrite(address) + found[0][len(address) :]

    return _ADDRESS.sub(replaced, text)


def _without_trailing(address: str) -> str:
    """Without the punctuation that ends a sentence, and brackets that were opened before the address."""
    while address[-1] in _TRAILING or (address[-1] in _CLOSING and address.count(address[-1]) > address.count(_CLOSING[address[-1]])):
        address = address[:-1]
    return address


def tagged(link: str, tags: Mapping[str, str]) -> str:
    """The link with these parameters at the end of its query, its fragment kept; one that has `utm_` parameters stays as it is."""
    parts = urlsplit(link)
    present = [name for written in (parts.query, parts.fragment) for name, _ in parse_qsl(written, keep_blank_values=True)]
    if any(name.lower().startswith("utm_") for name in present):
        return link
    added = "&".join(f"{name}={value}" for name, value in tags.items() if value)
    query = "&".join(filter(None, [parts.query.rstrip("&"), added]))
    return urlunsplit(parts._replace(query=query))


def page_of(url: str) -> tuple[str, str, str] | None:
    """What tells one page from another: not the scheme, nor whether it is the site for telephones. None for what is no address."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return None
    return (host, parts.path.rstrip("/"), parts.query) if host else None


def slug(text: str) -> str:
    """Lower-case ASCII letters and digits with hyphens between them, since analytics tell `Été` from `ete`; may be empty."""
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_WITHOUT_ACCENTS))
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    return _NOT_IN_SLUGS.sub("-", plain).strip("-")
