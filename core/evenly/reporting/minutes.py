"""Minutes and money that went into no post: whose they are. Over the networks they add up to all that was logged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from evenly.insight import By
from evenly.planning.efforts import split

if TYPE_CHECKING:
    from evenly.store.efforts import Entry

Besides = Mapping[tuple[By, str], int]
"""Seconds (or hundredths of money) that belong to a row and are in none of its posts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What was logged on no post, for a report of all accounts and campaigns or of one alone: its share."""

    entries: Sequence[Entry]
    networks: Mapping[str, str]  #: of every account
    published: Mapping[str, int]  #: how many posts each account has published in the period
    account: str | None = None
    campaign: str | None = None

    def besides(self, of: Literal["seconds", "cents"] = "seconds") -> Besides:
        """The seconds or cents of each network, account and campaign.

        What was done for no account in particular is shared out by how much each has published; where none has, equally.
        """
        return self._of(self.entries, of)

    def seconds(self, begin: datetime, end: datetime) -> int:
        """Those of all networks that were logged in [begin, end)."""
        found = self._of((entry for entry in self.entries if begin <= entry.at < end), "seconds")
        return sum(seconds for (by, _key), seconds in found.items() if by == "network")

    def _of(self, entries: Iterable[Entry], of: Literal["seconds", "cents"]) -> Besides:
        spent: dict[tuple[By, str], int] = defaultdict(int)
        weights = [float(self.published.get(name, 0)) for name in self.networks]
        for entry in entries:
            if self.campaign not in {None, entry.campaign}:
                continue
            names = [entry.account] if entry.account in self.networks else list(self.networks)
            shares = split(getattr(entry, of), [1.0] if entry.account in self.networks else weights)
            for name, share in zip(names, shares, strict=True):
                if name is not None and share and self.account in {None, name}:
                    _add(spent, share, ("account", name), ("network", self.networks[name]), ("campaign", entry.campaign))
        return dict(spent)


def _add(spent: dict[tuple[By, str], int], share: int, *rows: tuple[By, str | None]) -> None:
    for by, key in rows:
        if key is not None:
            spent[by, key] += share


def in_minutes(seconds: int) -> float:
    return timedelta(seconds=seconds) / timedelta(minutes=1)
