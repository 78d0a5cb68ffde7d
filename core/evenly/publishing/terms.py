"""Under which times and promises an account's deliveries are worked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from evenly import ledger, spread
from evenly.planning import pacing, spreading
from evenly.store import lateness

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from evenly.planning import Desk
    from evenly.plugin import Account, Network
    from evenly.store.accounts import Known

_NONE = timedelta(0)


def terms_of(desk: Desk, account: Account) -> ledger.Terms:
    """The engine's times, the network's promises as this account narrows them, and the account's own policies."""
    engine = desk.settings.engine
    settings = desk.settings.accounts[account.id]
    safe = _repeat_safe(desk.networks[account.network], account)
    written = "settle" in engine.model_fields_set
    settle = engine.settle if written else max(engine.settle, safe.get("read-back", _NONE))
    missed = settings.missed
    return ledger.Terms(
        lease=engine.lease,
        request=engine.request,
        settle=settle,
        repeat_safe=safe,
        on_unknown=ledger.OnUnknown(settings.on_unknown),
        late=ledger.LatePolicy(missed.policy, missed.within or _NONE),
    )


def gap_of(desk: Desk, name: str, year: int) -> timedelta:
    """The least time between two posts of the account: its own, or half the ideal."""
    own = desk.settings.accounts[name].gap
    return spread.least_gap(spreading.shape(desk, name, year)) if own is None else own


def pace_of(desk: Desk, connection: Connection, account: Account, known: Known | None, gap: timedelta, now: datetime) -> ledger.Pace:
    """What the account's next visible call has to wait for, as every process has written it down."""
    limits = desk.limits(account)
    asked = pacing.network_pace(desk, connection, account.id, limits=limits, now=now)
    last_post = None if known is None else known.last_published_at
    return replace(asked, gap=gap, spacing=limits.spacing or _NONE, last_post=last_post)


def others_free(desk: Desk, connection: Connection, name: str, now: datetime) -> datetime | None:
    """From when on the account keeps the brand's distance to whatever its other accounts published last, or publish now."""
    last = lateness.last_of_others(connection, name, now=now)
    return None if last is None else last + desk.settings.planner.stagger


def _repeat_safe(network: Network, account: Account) -> Mapping[str, timedelta]:
    narrowed = account.state.repeat_safe if account.state is not None else None
    declared = network.repeat_safe if narrowed is None else narrowed
    return {str(facility): time for facility, time in declared.items()}
