"""Letters to a program: JSON, signed as Standard Webhooks has it, so that the receiver knows whom it is from.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from evenly.notifying.letters import NotSent
from evenly.notifying.posting import post
from evenly.notifying.secrets import signing_key
from evenly.plugin import Message

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.notifying.letters import Letter, Told
    from evenly.settings import Webhook


def send(letter: Letter, settings: Webhook, secret: str | None, *, clock: Clock) -> None:
    """Send the letter. Raises `NotSent`, also where there is no secret to sign with."""
    if secret is None:
        raise NotSent(Message("There is no secret to sign webhooks with: evenly notify secret webhook"))
    body = json.dumps(document(letter), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", **signed(letter.id, body, secret, at=clock.now())}
    post(settings.url, body, headers, clock=clock)


def document(letter: Letter) -> dict[str, Any]:
    """The letter as JSON: one event or several."""
    test = any(each.kind == "test" for each in letter.events)
    return {
        "type": "evenly.test" if test else "evenly.events",
        "timestamp": _written(letter.at),
        "data": {"brand": letter.brand, "summary": letter.subject, "events": [_event(each) for each in letter.events]},
    }


def signed(identity: str, body: bytes, secret: str, *, at: datetime) -> dict[str, str]:
    """The headers that prove who sent `body`, and when: HMAC-SHA256 over id, time and body."""
    sent = str(int(at.timestamp()))
    digest = hmac.digest(signing_key(secret), f"{identity}.{sent}.".encode() + body, hashlib.sha256)
    return {"webhook-id": identity, "webhook-timestamp": sent, "webhook-signature": f"v1,{base64.b64encode(digest).decode('ascii')}"}


def _event(told: Told) -> dict[str, Any]:
    return {
        "id": told.id,
        "event": told.kind,
        "account": told.account,
        "delivery": told.delivery,
        "message": told.message,
        "url": told.url,
        "at": _written(told.at),
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
