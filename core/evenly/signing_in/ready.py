"""A ready-made token, as somebody pipes it in: the bare token, or JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from evenly.plugin import Credentials, Message

_TEXTS = ("access_token", "refresh_token", "client_id", "client_secret")
_EXAMPLE = '{"access_token": "…", "refresh_token": "…", "expires_at": "2027-01-31T12:00:00Z"}'


class TokenRefused(ValueError):
    """What was given is no token. The message never repeats it."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def credentials_in(text: str) -> Credentials:
    """The credentials in `text`: the token alone, or a JSON object. Keys beside the known ones become `extra`.

    Times are ISO 8601 with an offset, or seconds since 1970. Raises `TokenRefused`.
    """
    text = text.strip().removeprefix("\ufeff")
    if not text:
        raise TokenRefused(Message("There is no token on standard input."))
    if text.startswith("{"):
        return _from_json(text)
    if len(text.split()) > 1 or not text.isprintable():
        raise TokenRefused(
            Message("The token on standard input is more than one word: give it alone, or as JSON such as {example}", example=_EXAMPLE)
        )
    return Credentials(access_token=text)


def _from_json(text: str) -> Credentials:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f"{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else "?"
        raise TokenRefused(
            Message("The JSON on standard input is broken at {place}: it should read {example}", place=place, example=_EXAMPLE)
        ) from None
    values = {name: _text(name, document.pop(name, None)) for name in _TEXTS}
    expires_at, scopes = _moment(document.pop("expires_at", None)), _scopes(document.pop("scopes", None))
    extra = {name: found for name, value in document.items() if (found := _text(name, value))}
    if not (values["access_token"] or values["refresh_token"] or extra):
        raise TokenRefused(Message("The JSON on standard input holds no token: it should read {example}", example=_EXAMPLE))
    return Credentials(**values, expires_at=expires_at, scopes=scopes, extra=extra)


def _text(name: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise TokenRefused(Message("{name} on standard input is no text: write it in quotes", name=name))


def _scopes(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(value.split())
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise TokenRefused(Message('scopes on standard input are a list of texts, such as ["read", "write"]'))


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = _parsed(value)
    except (ValueError, OverflowError, OSError, TypeError):
        moment = None
    if moment is None or moment.tzinfo is None:
        allowed = Message("expires_at on standard input is no time: write 2027-01-31T12:00:00Z, or seconds since 1970")
        raise TokenRefused(allowed)
    return moment.astimezone(UTC)


def _parsed(value: str | float) -> datetime:
    if isinstance(value, str) and not value.strip().isdigit():
        return datetime.fromisoformat(value.strip())
    return datetime.fromtimestamp(float(value), UTC)


def app_in(document: Mapping[str, Any]) -> tuple[str, str | None]:
    """The id and secret of an app in a JSON object."""
    client_id, secret = _text("client_id", document.get("client_id")), _text("client_secret", document.get("client_secret"))
    if not client_id:
        raise TokenRefused(Message('The JSON on standard input names no "client_id".'))
    return client_id, secret
