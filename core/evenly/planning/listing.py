"""A delivery as the outside sees it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from evenly.messages import shown
from evenly.planning import verdicts
from evenly.plugin import Message
from evenly.store.contents import message_of

if TYPE_CHECKING:
    from sqlalchemy import Row

    from evenly.planning.desk import Desk


def document(desk: Desk, row: Row[Any]) -> dict[str, Any]:
    """The JSON of one delivery, wherever one is printed; `row` is one of `store.queue.listed`."""
    zone = zone_of(desk, row.account)
    fields = row.fields
    reason = message_of(row.reason)
    verdict = verdicts.of(row)
    return {
        "id": str(row.id),
        "post": f"p{row.post_id}",
        "account": row.account,
        "network": row.network,
        "state": row.public_state,
        "due": _time(row.due, zone),
        "pinned": row.pinned,
        "text": row.content["text"],
        "link": row.content["link"],
        "media": [{"path": medium["path"], "alt": medium.get("alt", "")} for medium in fields.get("media", [])],
        "origin": row.origin if verdict is None else verdict.origin,
        "topic": row.topic if verdict is None else verdict.topic,
        "on_topic": None if verdict is None else verdict.on_topic,
        "actions": list(fields.get("actions", []) if verdict is None else verdict.actions),
        "campaign": row.campaign,
        "offer": row.offer,
        "effort_minutes": row.effort_minutes,
        "url": row.url,
        "remote_id": row.remote_id,
        "published_at": _time(row.published_at, zone),
        "reason": None if reason is None else shown(reason),
    }


def zone_of(desk: Desk, account: str) -> ZoneInfo:
    """The zone of an account; the brand's for one that evenly.toml no longer has."""
    known = account in desk.settings.accounts
    return ZoneInfo(desk.settings.zone(account) if known else desk.settings.brand.timezone)


def _time(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")


def part_document(row: Any, zone: ZoneInfo) -> dict[str, Any]:
    """One part of a delivery, as `evenly show --json` prints it."""
    return {
        "position": row.position,
        "kind": row.kind,
        "state": row.state,
        "text": row.content["text"],
        "key": row.key,
        "tries": row.tries,
        "first_attempt": _time(row.first_attempt, zone),
        "remote_id": row.remote_id,
        "url": row.url,
        "published_at": _time(row.published_at, zone),
    }


def attempt_document(row: Any, zone: ZoneInfo) -> dict[str, Any]:
    """One attempt, as `evenly show --json` prints it."""
    evidence = message_of(row.evidence) if isinstance(row.evidence, dict) else row.evidence
    return {
        "part": row.position,
        "number": row.number,
        "step": row.step,
        "started_at": _time(row.started_at, zone),
        "ended_at": _time(row.ended_at, zone),
        "outcome": row.outcome,
        "status": row.status,
        "evidence": shown(evidence) if isinstance(evidence, Message) else evidence,
    }
