"""The shipped table: how many people of an age use a network, as published surveys say."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from evenly.plugin import Message

OLDEST = 100
"""Years; what a survey calls "and older" ends here."""

MEASURES: Mapping[str, Message] = MappingProxyType(
    {
        "ever_use": Message("say that they ever use it"),
        "uses_self_reported": Message("say in an online panel that they use it"),
        "past_12_months": Message("used or visited it within twelve months"),
        "monthly_visit": Message("visited it within a month, as measured on their devices"),
        "weekly": Message("use it at least once a week"),
        "several_times_weekly": Message("use it several times a week"),
        "daily": Message("use it every day"),
    }
)
"""What the surveys asked, in words: figures of two measures must never be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One figure of one survey."""

    network: str
    country: str  #: two capital letters; "UK" is the United Kingdom
    age_from: int
    age_to: int | None  #: included; None: and older
    percent: int  #: of the people of that age and country
    source: str
    year: int
    url: str
    measure: str  #: a key of `MEASURES`
    population: str
    grade: str  #: "A": the publisher's own page, or several texts that agree; "B": one text that quotes it
    note: str

    @property
    def years(self) -> frozenset[int]:
        """The ages that it is about."""
        return frozenset(range(self.age_from, (OLDEST if self.age_to is None else self.age_to) + 1))


@functools.cache
def cells() -> tuple[Cell, ...]:
    """Every figure that comes with the program."""
    text = files("evenly.audience").joinpath("data", "reach_by_age.csv").read_text(encoding="utf-8")
    return tuple(_cell(row) for row in csv.DictReader(text.splitlines()))


def _cell(row: Mapping[str, str]) -> Cell:
    return Cell(
        network=row["network"],
        country=row["country"],
        age_from=int(row["age_from"]),
        age_to=int(row["age_to"]) if row["age_to"] else None,
        percent=int(row["percent"]),
        source=row["source"],
        year=int(row["year"]),
        url=row["url"],
        measure=row["measure"],
        population=row["population"],
        grade=row["grade"],
        note=row["note"],
    )
