"""Asks networks for the figures of what was published, which are kept with their age, and for posts as they stand there, ours or not."""

from evenly.collecting.figures import Collected, collect
from evenly.collecting.others import Synced, post_at, sync
from evenly.collecting.rounds import Collector
from evenly.store.metrics import LONGEST_AGE, MARKS, mark

__all__ = ["LONGEST_AGE", "MARKS", "Collected", "Collector", "Synced", "collect", "mark", "post_at", "sync"]
