"""What Mastodon's error answers mean, told by status, call and state: their words are in the user's language.

Every method's page lists its errors: https://docs.joinmastodon.org/methods/. Limits: https://docs.joinmastodon.org/api/rate-limits/
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from evenly.plugin import Message, NetworkError, PostRejected, Quota, SignInNeeded, TryLater
from evenly.plugin.http import retry_after
from evenly_mastodon import answers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

_LONGEST_WAIT = timedelta(days=1)
_SIGNING_IN = ("/oauth/", "/api/v1/apps", "/.well-known/", "/api/v1/instance", "/api/v2/instance")
_EPOCH_SECONDS_BEGIN = 10**9
_FAULTS_OF_THE_MOMENT = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY})


class Refused(PostRejected):
    """The server will not do this. A second look may find out why: see `inquiry`."""

    def __init__(self, status: int, message: Message) -> None:
        self.status = status
        super().__init__(message)


class Forbidden(SignInNeeded):
    """403: a scope is missing or the account is not (yet) allowed in, unless a second look says otherwise."""


def refusal(response: httpx.Response) -> NetworkError | None:
    """What an error answer means; None leaves faults of the server's own to the core."""
    if response.status_code in _BY_STATUS:
        return _BY_STATUS[response.status_code](response)
    if response.is_redirect:
        return _moved(response)
    if _is_no_server(response):
        return no_server(response)
    if not response.is_client_error or response.status_code in _FAULTS_OF_THE_MOMENT:
        return None
    return _signing_in(response) if response.request.url.path.startswith(_SIGNING_IN) else Refused(response.status_code, _why(response))


def no_server(response: httpx.Response) -> SignInNeeded:
    """What answers is closed, or is no Mastodon server."""
    host = response.request.url.host
    return SignInNeeded(Message("{host} does not answer like a Mastodon server; check instance in evenly.toml.", host=host))


def quota(headers: Mapping[str, str], now: datetime) -> Quota | None:
    """The narrowest counter that applied to a call. Its end is an ISO time; some servers send epoch seconds."""
    remaining = headers.get("x-ratelimit-remaining", "")
    if not _is_number(remaining):
        return None
    limit, resets_at = headers.get("x-ratelimit-limit", ""), _reset(headers)
    if resets_at is not None and resets_at < now:
        return None
    return Quota(limit=int(limit) if _is_number(limit) else None, remaining=int(remaining), resets_at=resets_at)


def _slow_down(response: httpx.Response) -> NetworkError:
    return TryLater(_wait(response), scope="account", message=Message("{host} asks to slow down.", host=response.request.url.host))


def _unauthorized(response: httpx.Response) -> NetworkError:
    if response.request.url.path.startswith("/oauth/"):
        return _signing_in(response)
    host = response.request.url.host
    return SignInNeeded(Message("{host} does not accept the sign-in; it may have been revoked. Sign in again.", host=host))


def _forbidden(response: httpx.Response) -> NetworkError:
    host = response.request.url.host
    return Forbidden(Message("{host} does not allow this sign-in to do that: {said}. Sign in again.", host=host, said=_said(response)))


def _signing_in(response: httpx.Response) -> NetworkError:
    host = response.request.url.host
    if _told(response).get("error") == "invalid_grant":  # RFC 6749, section 5.2
        return SignInNeeded(
            Message("{host} refused the sign-in: your consent has expired or was used already. Sign in again, without a break.", host=host)
        )
    return SignInNeeded(Message("{host} refused the sign-in: {said}.", host=host, said=_said(response)))


_BY_STATUS: Mapping[int, Callable[[httpx.Response], NetworkError]] = {
    HTTPStatus.UNAUTHORIZED: _unauthorized,
    HTTPStatus.FORBIDDEN: _forbidden,
    HTTPStatus.TOO_MANY_REQUESTS: _slow_down,
}


def _wait(response: httpx.Response) -> timedelta | None:
    """Until the counter starts anew by the server's own clock, or as long as a proxy's Retry-After asks for."""
    now, resets_at = _date(response), _reset(response.headers)
    if now is None:
        return None
    counted = min(max(resets_at - now, timedelta(seconds=1)), _LONGEST_WAIT) if resets_at else None
    return max(filter(None, (counted, retry_after(response.headers, now))), default=None)


def _reset(headers: Mapping[str, str]) -> datetime | None:
    value = headers.get("x-ratelimit-reset", "").strip()
    if not _is_number(value):
        return answers.moment(value)
    seconds = int(value)
    return datetime.fromtimestamp(seconds, UTC) if _EPOCH_SECONDS_BEGIN < seconds < 10 * _EPOCH_SECONDS_BEGIN else None


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _date(response: httpx.Response) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return None


def _moved(response: httpx.Response) -> NetworkError:
    target = response.headers.get("location", "")
    return SignInNeeded(
        Message("{host} sends on to {target}; write that server as instance in evenly.toml.", host=response.request.url.host, target=target)
    )


def _is_no_server(response: httpx.Response) -> bool:
    if response.status_code == HTTPStatus.GONE:
        return True
    return response.status_code == HTTPStatus.NOT_FOUND and not answers.is_gone(response)


def _why(response: httpx.Response) -> Message:
    host = response.request.url.host
    if response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Message("The file is too large for {host}.", host=host)
    return Message("{host} refused this: {said}", host=host, said=_said(response))


def _said(response: httpx.Response) -> str:
    """The server's own words, for a person only."""
    body = _told(response)
    words = [body.get(name) for name in ("error", "error_description")]
    text = " – ".join(word for word in words if isinstance(word, str) and word)
    return " ".join(text.split())[:200].rstrip(".") or str(response.status_code)


def _told(response: httpx.Response) -> Mapping[str, Any]:
    """What an error answer holds; nothing where it is no JSON object."""
    try:
        body: Any = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
