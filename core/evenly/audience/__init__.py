"""How far networks reach an audience: figures of published surveys, compared by one measure. Pure, over the table that is shipped."""

from evenly.audience.comparing import Comparison, Figure, People, Reach, compare
from evenly.audience.history import LAUNCHED
from evenly.audience.table import MEASURES, Cell, cells

__all__ = ["LAUNCHED", "MEASURES", "Cell", "Comparison", "Figure", "People", "Reach", "cells", "compare"]
