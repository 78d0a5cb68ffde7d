"""What X's error answers mean: https://docs.x.com/x-api/fundamentals/response-codes-and-errors

Most refusals of a post carry the same status and type, so for those few whose meaning matters X's own English words decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from evenly.plugin import Duplicate, Message, NetworkError, PostRejected, PrepareAgain, Quota, SignInNeeded, TryLater
from evenly.plugin.http import retry_after
from evenly_x import vocabulary

if TYPE_CHECKING:
    import httpx

UNPAID_WAIT = timedelta(hours=1)
_LONGEST_WAIT = timedelta(days=31)
_DUPLICATE = 187  # the code of the API before this one, which may still come
_WITHOUT_PERMISSION = frozenset({"client-forbidden", "unsupported-authentication", "oauth1-permissions", "not-authorized-for-resource"})
_CLOSED_ACCOUNT = (
    "not permitted to perform this action",
    "suspended",
    "account is temporarily locked",
    "required scope",
    "oauth1 app permissions",
)
_COUNTERS = ("x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour")


class UnknownWords(PostRejected):
    """The server does not know the names of fields that were asked for."""


class NotVisible(PostRejected):
    """What is to be answered is gone, or so new that not every server knows it."""


def refusal(response: httpx.Response) -> NetworkError | None:
    """What an error answer means; None leaves faults of the server's own to the core."""
    body, status = _body(response), response.status_code
    if _is_of_signing_in(response):
        return SignInNeeded(Message("X refused the sign-in: {said}", said=_said(body, response)))
    return _BY_STATUS[status](body, response) if status in _BY_STATUS else None


def unpaid() -> TryLater:
    return TryLater(UNPAID_WAIT, "app", Message("The app's credits at X are used up: buy some in X's developer console."))


def unless_unpaid(response: httpx.Response) -> httpx.Response:
    """The answer to the visible call. 402 makes nothing public, and everything waits until somebody has paid. Raises `TryLater`."""
    if response.status_code == HTTPStatus.PAYMENT_REQUIRED:
        raise unpaid()
    return response


def quota(headers: Mapping[str, str], now: datetime) -> Quota | None:
    """The narrowest of the counters that an answer tells: https://docs.x.com/x-api/fundamentals/rate-limits"""
    counters = [counter for counter in _counters(headers) if counter.resets_at is None or counter.resets_at > now]
    return min(counters, key=lambda each: each.remaining or 0, default=None)


def tail(problem: Mapping[str, Any]) -> str:
    """What kind of problem it is: the last step of its type's address, whose host differs."""
    return str(problem.get("type") or "").rstrip("/").rpartition("/")[2]


def _is_of_signing_in(response: httpx.Response) -> bool:
    asked = response.request.url.path.startswith(("/2/oauth2/", "/oauth/"))
    return asked and response.is_client_error and response.status_code != HTTPStatus.TOO_MANY_REQUESTS


def _bad_request(body: Mapping[str, Any], response: httpx.Response) -> NetworkError:
    text = response.text
    if response.request.method == "GET" and any(name in text for name in vocabulary.PARAMETERS):
        return UnknownWords(_refused(body, response))
    if "media ids are invalid" in text.lower():
        return PrepareAgain(Message("X does not take what was uploaded (any more)."))
    return PostRejected(_refused(body, response))


def _forbidden(body: Mapping[str, Any], response: httpx.Response) -> NetworkError:
    words = response.text.lower()
    if "duplicate content" in words or _DUPLICATE in _codes(body):
        return Duplicate()
    if tail(body) == "credits" or "spendcapreached" in words.replace(" ", ""):
        return _spend_cap(body, response)
    if "deleted or not visible to you" in words:
        return NotVisible(_refused(body, response))
    if tail(body) in _WITHOUT_PERMISSION or any(each in words for each in _CLOSED_ACCOUNT):
        return SignInNeeded(Message("X does not allow this sign-in or app to do that: {said}", said=_said(body, response)))
    if "/media/" in response.request.url.path:
        return SignInNeeded(
            Message("X does not let this sign-in upload media; sign in again to allow it ({said}).", said=_said(body, response))
        )
    return PostRejected(_refused(body, response))


def _spend_cap(body: Mapping[str, Any], response: httpx.Response) -> NetworkError:
    now, reset = _now(response), _moment(body.get("reset_date"))
    wait = min(max(reset - now, UNPAID_WAIT), _LONGEST_WAIT) if now and reset else UNPAID_WAIT
    return TryLater(wait, "app", Message("The spending limit that is set in X's developer console is reached."))


def _too_many(body: Mapping[str, Any], response: httpx.Response) -> NetworkError:
    """Until the last of the counters that have run out starts anew. Where only reading is too much, posting goes on."""
    now = _now(response)
    over = [each for each in _counters(response.headers) if each.remaining == 0 and each.resets_at is not None]
    waits = [each.resets_at - now for each in over if now is not None and each.resets_at is not None]
    asked = retry_after(response.headers, now) if now is not None else None
    wait = max([*waits, *filter(None, [asked])], default=None)
    app = tail(body) == "usage-capped" or any(each.scope == "app" for each in over)
    wait = None if wait is None else min(max(wait, timedelta(seconds=1)), _LONGEST_WAIT)
    scope: Literal["part", "account", "app"] = "app" if app else "part" if _is_reading(response) else "account"
    return TryLater(wait, scope, Message("X asks to slow down."))


def _is_reading(response: httpx.Response) -> bool:
    """Of posts or the account. What looks after an upload belongs to posting."""
    return response.request.method == "GET" and "/media/" not in response.request.url.path


def _other(body: Mapping[str, Any], response: httpx.Response) -> NetworkError:
    return PostRejected(_refused(body, response))


def _unauthorized(_body: Mapping[str, Any], _response: httpx.Response) -> NetworkError:
    return SignInNeeded(Message("X does not accept the sign-in; it has ended or was revoked."))


def _unpaid(_body: Mapping[str, Any], _response: httpx.Response) -> NetworkError:
    return unpaid()


_BY_STATUS: Mapping[int, Callable[[Mapping[str, Any], httpx.Response], NetworkError]] = {
    HTTPStatus.BAD_REQUEST: _bad_request,
    HTTPStatus.UNAUTHORIZED: _unauthorized,
    HTTPStatus.PAYMENT_REQUIRED: _unpaid,
    HTTPStatus.FORBIDDEN: _forbidden,
    HTTPStatus.NOT_FOUND: _other,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _other,
    HTTPStatus.UNPROCESSABLE_ENTITY: _other,
    HTTPStatus.TOO_MANY_REQUESTS: _too_many,
}


def _counters(headers: Mapping[str, str]) -> Iterator[Quota]:
    for name in _COUNTERS:
        limit, remaining, reset = (_number(headers.get(f"{name}-{field}", "")) for field in ("limit", "remaining", "reset"))
        if remaining is not None:
            resets_at = datetime.fromtimestamp(reset, UTC) if reset is not None else None
            yield Quota(limit=limit, remaining=remaining, resets_at=resets_at, scope="app" if "app" in name else "account")


def _number(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 10 else None  # noqa: PLR2004 - seconds since 1970 have 10 digits


def _refused(body: Mapping[str, Any], response: httpx.Response) -> Message:
    return Message("X refused this: {said}", said=_said(body, response))


def _said(body: Mapping[str, Any], response: httpx.Response) -> str:
    """X's own words, for a person only."""
    errors = [each for each in body.get("errors") or () if isinstance(each, dict)] if isinstance(body.get("errors"), list) else []
    messages = [each.get("message") for each in errors]
    words = [*messages, body.get("detail"), body.get("error_description"), body.get("title"), body.get("error")]
    text = next((each for each in words if isinstance(each, str) and each.strip()), "")
    return " ".join(text.split())[:300] or str(response.status_code)


def _codes(body: Mapping[str, Any]) -> set[object]:
    errors = body.get("errors")
    return {each.get("code") for each in errors if isinstance(each, dict)} if isinstance(errors, list) else set()


def _body(response: httpx.Response) -> Mapping[str, Any]:
    try:
        read = response.json()
    except ValueError:  # an empty body, or a page of whatever stands before X
        return {}
    return read if isinstance(read, dict) else {}


def _now(response: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return read.replace(tzinfo=UTC) if read is not None and read.tzinfo is None else read
