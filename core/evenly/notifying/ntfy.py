"""Letters as push messages, by ntfy: https://docs.ntfy.sh/publish/"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from evenly.notifying.posting import post

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.notifying.letters import Letter
    from evenly.settings import Ntfy

_LONGEST = 4096  # bytes; what is longer ntfy makes an attachment of
_URGENT = frozenset({"uncertain", "alarm", "sign-in-needed"})


def send(letter: Letter, settings: Ntfy, token: str | None, *, clock: Clock) -> None:
    """Push the letter. Raises `NotSent`."""
    url = f"{settings.server}/{settings.topic}"
    post(url, body(letter.text), headers(letter, token), clock=clock)


def headers(letter: Letter, token: str | None) -> dict[str, str]:
    """Title, priority (1 to 5), tags (which become emoji) and where a tap leads."""
    found = {
        "Title": header(letter.subject),
        "Priority": _priority(letter),
        "Tags": "warning" if letter.needs_somebody else "white_check_mark",
        "Content-Type": "text/plain; charset=utf-8",
    }
    if letter.url is not None:
        found["Click"] = header(letter.url)
    if token is not None:
        found["Authorization"] = f"Bearer {token}"
    return found


def header(text: str) -> str:
    """The text as a header can hold it: RFC 2047 where it is not ASCII, which ntfy reads; never more than one line."""
    one_line = " ".join(text.split())
    if one_line.isascii() and one_line.isprintable():
        return one_line
    return f"=?utf-8?B?{base64.b64encode(one_line.encode()).decode('ascii')}?="


def body(text: str) -> bytes:
    """The text as bytes, cut after a whole character where it is too long."""
    whole = text.encode()
    if len(whole) <= _LONGEST:
        return whole
    return whole[: _LONGEST - 3].decode(errors="ignore").encode() + "…".encode()


def _priority(letter: Letter) -> str:
    if any(each.kind in _URGENT for each in letter.events):
        return "4"
    return "3" if letter.needs_somebody else "2"
