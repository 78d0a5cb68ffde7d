"""What webhook and ntfy share: one request, no redirects, a time-out for the whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from evenly.notifying.letters import NotSent
from evenly.plugin import Http, NetworkError, TryLater
from evenly.settings.notify import is_this_machine

if TYPE_CHECKING:
    from evenly.clock import Clock

TIMEOUT = timedelta(seconds=10)


def post(url: str, body: bytes, headers: Mapping[str, str], *, clock: Clock) -> None:
    """Send it once. Raises `NotSent` for whatever is no success."""
    import httpx

    address = urlsplit(url)
    # What is meant for this machine does not go by way of a proxy.
    own = f"{address.scheme}://{address.netloc}" if is_this_machine(address.hostname or "") else None
    with Http(clock=clock, api=own, timeout=TIMEOUT) as http:
        try:
            http.send_once(httpx.Request("POST", url, content=body, headers=dict(headers)))
        except NetworkError as error:
            raise NotSent(error.message, error.wait if isinstance(error, TryLater) else None) from error
