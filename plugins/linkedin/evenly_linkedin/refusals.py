"""What LinkedIn's error answers mean: decided by status and codes, never by words.

https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import Duplicate, Message, PostRejected, PrepareAgain, SignInNeeded, TryLater
from evenly_linkedin import urns

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from evenly.plugin import NetworkError

_UPLOADS = "/dms-uploads/"
_NOT_READY = timedelta(seconds=15)
_BAD_ASSETS = frozenset(
    {"INVALID_IMAGE_ID", "INVALID_VIDEO_ID", "MEDIA_ASSET_PROCESSING_FAILED", "UPDATING_ASSET_FAILED", "EXPIRED_UPLOAD_URL"}
)
_LONGEST = 300


class NotAllowed(SignInNeeded):
    """The token is good, but may not do this: a permission, a product of the app or a role on the page is missing."""


class VersionOver(SignInNeeded):
    """LinkedIn has switched off the version of its API that every call of this account names."""


class NotThere(PostRejected):
    """What is asked for is gone, or this app is not let to see it. LinkedIn does not tell which."""


class Throttled(TryLater):
    """The app's or the member's requests of this day, or of this moment, are used up."""


def refusal(response: httpx.Response) -> NetworkError | None:
    """None where the status says all there is to say, as with faults of the server."""
    if response.request.url.path.startswith(_UPLOADS):
        return _of_an_upload(response)
    told = _told(response)
    if "error" in told and "status" not in told:
        return _of_the_sign_in(told)
    read = _BY_STATUS.get(response.status_code)
    return read(_Refused(response, told, frozenset(_codes(told)), _said(response, told))) if read else None


@dataclass(frozen=True, slots=True)
class _Refused:
    """An error answer, taken apart."""

    response: httpx.Response
    told: dict[str, Any]
    codes: frozenset[str]
    said: str  #: in LinkedIn's own words


def _of_an_upload(response: httpx.Response) -> NetworkError | None:
    """Upload addresses are for a while only: their 401 and 403 say nothing about the account."""
    if response.status_code in {400, 401, 403, 404, 410, 422}:
        return PrepareAgain(Message("LinkedIn did not take the upload ({status}).", status=response.status_code))
    return None


def _of_the_sign_in(told: dict[str, Any]) -> NetworkError:
    """The OAuth endpoints have a shape of their own: RFC 6749, section 5.2."""
    error, description = str(told["error"]), str(told.get("error_description") or "-")[:_LONGEST]
    return SignInNeeded(Message("LinkedIn refused the sign-in: {error} ({description})", error=error, description=description))


def _bad_request(refused: _Refused) -> NetworkError:
    if "MEDIA_ASSET_WAITING_UPLOAD" in refused.codes:
        return TryLater(_NOT_READY, message=Message("LinkedIn is still working on the media."))
    if refused.codes & _BAD_ASSETS:
        return PrepareAgain(Message("LinkedIn could not use what was uploaded: {said}", said=refused.said))
    return PostRejected(Message("LinkedIn refuses it: {said}", said=refused.said))


def _sign_in(refused: _Refused) -> NetworkError:
    if "EXPIRED_ACCESS_TOKEN" in refused.codes:
        return SignInNeeded(Message("The sign-in with LinkedIn has ended, as it does after 60 days."))
    if "REVOKED_ACCESS_TOKEN" in refused.codes:
        return SignInNeeded(Message("The sign-in with LinkedIn was taken back."))
    return SignInNeeded(Message("LinkedIn does not accept the sign-in."))


def _not_allowed(refused: _Refused) -> NetworkError:
    return NotAllowed(Message("LinkedIn does not let this account do it: {said}", said=refused.said))


def _not_there(refused: _Refused) -> NetworkError:
    return NotThere(Message("LinkedIn does not find it, or does not show it to this app: {said}", said=refused.said))


def _unprocessable(refused: _Refused) -> NetworkError:
    if "DUPLICATE_POST" not in refused.codes:
        return PostRejected(Message("LinkedIn refuses it: {said}", said=refused.said))
    first = urns.post_in(str(refused.told.get("message") or ""))
    if first is None:
        return Duplicate(None, Message("LinkedIn says that this has been posted already."))
    return Duplicate(
        first, Message("LinkedIn says that this has been posted already: {url}", url=urns.address(first)), url=urns.address(first)
    )


def _version_over(refused: _Refused) -> NetworkError:
    version = refused.response.request.headers.get("linkedin-version", "-")
    return VersionOver(
        Message(
            "LinkedIn has switched off version {version} of its API: set `version` of this account in evenly.toml to a newer one (YYYYMM).",
            version=version,
        )
    )


def _throttled(refused: _Refused) -> NetworkError:  # noqa: ARG001 - its words say nothing more
    said = Message("LinkedIn asks to slow down: the requests of today or of this moment are used up.")
    return Throttled(scope="account", message=said)


def _blocked(refused: _Refused) -> NetworkError:  # noqa: ARG001 - a page for people
    return SignInNeeded(
        Message("LinkedIn takes this machine for a robot and has blocked it (999). Stop for some hours, then connect again.")
    )


_BY_STATUS: dict[int, Callable[[_Refused], NetworkError]] = {
    400: _bad_request,
    401: _sign_in,
    403: _not_allowed,
    404: _not_there,
    422: _unprocessable,
    426: _version_over,
    429: _throttled,
    999: _blocked,
}


def _codes(told: dict[str, Any]) -> Iterator[str]:
    """Every code of an error answer, wherever it stands."""
    yield str(told.get("code") or "")
    details = told.get("errorDetails")
    errors = details.get("inputErrors") if isinstance(details, dict) else None
    for each in errors if isinstance(errors, list) else ():
        if isinstance(each, dict):
            yield str(each.get("code") or "")


def _said(response: httpx.Response, told: dict[str, Any]) -> str:
    """LinkedIn's own words, and the name of the request that its support asks for."""
    words = str(told.get("message") or told.get("code") or response.status_code)[:_LONGEST]
    trace = response.headers.get("x-li-uuid")
    return f"{words} (x-li-uuid {trace})" if trace else words


def _told(response: httpx.Response) -> dict[str, Any]:
    try:
        told = response.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
