"""Whose a web address is: registrable domains, by the list that ships with `publicsuffixlist`; nothing is fetched."""

from __future__ import annotations

import functools
import ipaddress
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit


def is_owned(link: str, domains: Iterable[str]) -> bool:
    """Whether the link leads to one of the domains, or to another host under the same registered name."""
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        return False
    return registrable(host) in {registrable(domain) for domain in domains}


def registrable(host: str) -> str:
    """The part of a host's name that somebody has registered (`shop.atelier.example` → `atelier.example`).

    The host itself where there is none: an address in numbers, a name without a dot, a public suffix.
    """
    name = host.strip().rstrip(".").lower()
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return _suffixes().privatesuffix(name) or name
    return name


@functools.cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
