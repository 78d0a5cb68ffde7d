"""What the effort brought: key figures, how sure they are, what makes a difference, when posts do best, and what to change.

Pure thinking over posts and figures; told the time, asks nobody. The heavy libraries are loaded when something is computed.
"""

from evenly.insight.columns import BASES, PARTS, Columns
from evenly.insight.effects import LEAST, Effect, effects, judge, judge_among
from evenly.insight.kpis import Kpis, basis_of, daily_rate, engagements, engagements_of, growth, kpis, seen_by, share, sums, value_per_visit
from evenly.insight.levels import Level, Shrunk, levels, shrunk
from evenly.insight.observed import Observed
from evenly.insight.sampling import difference_interval, mean_interval, ratio_interval, wilson
from evenly.insight.times import CELLS, Cell, CellFound, best_times, cell_of, profile
from evenly.insight.values import BYS, By, Counting, Figures, Interval, Post, Verdict

__all__ = [
    "BASES",
    "BYS",
    "CELLS",
    "LEAST",
    "PARTS",
    "By",
    "Cell",
    "CellFound",
    "Columns",
    "Counting",
    "Effect",
    "Figures",
    "Interval",
    "Kpis",
    "Level",
    "Observed",
    "Post",
    "Shrunk",
    "Verdict",
    "basis_of",
    "best_times",
    "cell_of",
    "daily_rate",
    "difference_interval",
    "effects",
    "engagements",
    "engagements_of",
    "growth",
    "judge",
    "judge_among",
    "kpis",
    "levels",
    "mean_interval",
    "profile",
    "ratio_interval",
    "seen_by",
    "share",
    "shrunk",
    "sums",
    "value_per_visit",
    "wilson",
]
