"""Spreading posts evenly: pure functions from values to values. Nothing here knows the clock, the disk or chance."""

from evenly.spread.days import Calendar, days, is_open, least_gap, next_open
from evenly.spread.edits import append, edit, swap_places
from evenly.spread.planner import plan, plan_all
from evenly.spread.rail import rail
from evenly.spread.scoring import scores
from evenly.spread.values import (
    Account,
    Anchor,
    Cadence,
    Placement,
    Plan,
    Published,
    QueuedPost,
    Rule,
    Score,
    Scores,
    Slot,
    Unplaced,
)

__all__ = [
    "Account",
    "Anchor",
    "Cadence",
    "Calendar",
    "Placement",
    "Plan",
    "Published",
    "QueuedPost",
    "Rule",
    "Score",
    "Scores",
    "Slot",
    "Unplaced",
    "append",
    "days",
    "edit",
    "is_open",
    "least_gap",
    "next_open",
    "plan",
    "plan_all",
    "rail",
    "scores",
    "swap_places",
]
