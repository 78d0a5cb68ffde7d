"""Whose a web address is. Registrable domains come from the list that ships with `publicsuffixlist`; nothing is ever fetched."""

from __future__ import annotations

import functools
import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

import regex

from evenly.mix import sheets, text
from evenly.mix.values import Side

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenly.mix.values import Brand, Content

_TRACKING = frozenset({"fbclid", "gclid", "mc_eid"})
_HOME = regex.compile(r"/(?:web/)?(?:@|users/)(?P<name>[\w.-]+)(?:@(?P<server>[\w.-]+))?(?:/|\Z)", regex.I)


def links(content: Content, brand: Brand) -> tuple[str, ...]:
    """Every web address of the post, each once, without what only tracks readers.

    A bare "atelier.example" counts when a path follows, when its ending is a public suffix, or when it is the brand's.
    """
    found = [content.link] if content.link else []
    found += text.addresses(content.text)
    found += [
        host + path for host, path in text.bare_hosts(content.text) if path or _is_listed(host) or registrable(host) in _own(brand.domains)
    ]
    return tuple(dict.fromkeys(untracked(each) for each in found if _host(each)))


def owner(link: str, brand: Brand) -> Side | None:
    """Whose the link is, by a person's answer, the brand's domains and channels, or what it is not; None: it does not tell."""
    if (answer := brand.answers.get(key(link))) is not None:
        return answer
    place = channel(link)
    if {place, home(link)} & brand.channels or registrable(_host(link)) in _own(brand.domains):
        return "owned"
    if place in brand.others:
        return "third-party"
    return None if _host(link) in _hosts("shorteners") or _shared_host(link) else "third-party"


def key(link: str) -> str:
    """What an answer about this link is remembered by: the page on a shared host, else the address itself."""
    if (place := channel(link)) is not None:
        return place
    parts = _parts(untracked(link))
    if parts is None:
        return link
    return _host(link) + parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


def channel(link: str) -> str | None:
    """Host and name of somebody's page on a shared host (`facebook.com/atelier`); None for any other address."""
    host, parts = _shared_host(link), _parts(link)
    if parts is None or host is None:
        return None
    sheet = sheets.host_sheet()
    path = [part.lower() for part in parts.path.split("/") if part]
    if path and path[0] in sheet["sections"].get(host, ()):
        path = path[1:]
    if not path or path[0] in sheet["nobody"].get(host, ()):
        return None
    return f"{host}/{path[0].removeprefix('@')}"


def home(link: str) -> str | None:
    """Server and handle of somebody's page in the Fediverse (`social.example/@atelier`); None for any other address.

    Seen from another server, a page has its own server in its handle (`other.example/@atelier@social.example`).
    Source: the addresses in https://docs.joinmastodon.org/spec/webfinger/.
    """
    parts = _parts(link)
    handle = None if parts is None else _HOME.match(parts.path)
    return None if handle is None else f"{_normal(handle['server'] or _host(link))}/@{handle['name'].lower()}"


def registrable(host: str) -> str:
    """The part of a host's name that somebody has registered (`shop.atelier.example`: `atelier.example`).

    The host itself where there is none: an address in numbers, a name without a dot, a public suffix.
    """
    name = _normal(host)
    for shared in _hosts("subdomains"):
        if name.endswith(f".{shared}"):
            return f"{name.removesuffix(f'.{shared}').rpartition('.')[2]}.{shared}"
    if _is_number(name):
        return name
    return _suffixes().privatesuffix(name) or name


def is_of(link: str, domains: Iterable[str]) -> bool:
    """Whether the link leads to one of the domains, or to another host under the same registered name."""
    host = _host(link)
    return bool(host) and registrable(host) in {registrable(domain) for domain in domains}


def untracked(link: str) -> str:
    """The link without fragment and without parameters that only track: utm_…, fbclid, gclid, mc_eid."""
    parts = _parts(link)
    if parts is None:
        return link
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _tracks(name.lower())]
    return parts._replace(query=urlencode(query), fragment="").geturl()


def _tracks(parameter: str) -> bool:
    return parameter in _TRACKING or parameter.startswith("utm_")


def _parts(link: str) -> SplitResult | None:
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
    except ValueError:
        return None
    return parts if parts.hostname else None


def _host(link: str) -> str:
    """The host in lower case, as the wire has it, without "www."; empty where there is none."""
    parts = _parts(link)
    return _normal(parts.hostname or "") if parts else ""


@functools.lru_cache(maxsize=4096)
def _normal(host: str) -> str:
    import idna

    name = host.strip().rstrip(".").lower()
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError:
            return name
    return name.removeprefix("www.")


def _shared_host(link: str) -> str | None:
    """The shared host that a link leads to, whatever stands before its name ("m.", "fr-fr."); None: it leads to none."""
    host = _host(link)
    return next((name for name in (host, registrable(host)) if name in _hosts("shared")), None)


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_listed(host: str) -> bool:
    return _listed().privatesuffix(_normal(host)) is not None


@functools.lru_cache(maxsize=64)
def _own(domains: frozenset[str]) -> frozenset[str]:
    return frozenset(registrable(domain) for domain in domains)


@functools.cache
def _hosts(kind: str) -> frozenset[str]:
    return frozenset(sheets.host_sheet()[kind])


@functools.cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


@functools.cache
def _listed() -> Any:
    """The same list, by which an ending that nobody runs is none."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_unknown=False)
