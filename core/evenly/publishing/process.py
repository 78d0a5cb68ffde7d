"""What one publishing process works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from evenly.clock import Clock
    from evenly.planning import Desk
    from evenly.plugin import Account, Part
    from evenly.publishing.leases import Leases
    from evenly.publishing.telling import Teller
    from evenly.publishing.troubles import Troubles
    from evenly.store.secrets import Vault


@dataclass(frozen=True, kw_only=True)
class Process:
    """One process that publishes, and the name under which it claims."""

    desk: Desk
    vault: Vault
    clock: Clock
    owner: str
    leases: Leases
    teller: Teller
    troubles: Troubles
    transport_for: Callable[[str], httpx.BaseTransport | None]
    reachable: Callable[[Part, Account], Part]  #: with addresses for the media that its network fetches itself
    jitter: Callable[[], float]  #: in [0, 1): spreads those who try again
