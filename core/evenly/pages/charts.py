"""Charts as SVG that stands inside a page: drawn by pygal, freed of its scripts, styles and names, coloured by the page's own style.

Each is made for a telephone's width, so that its words are as large there as those around it. Who hears a chart instead of seeing it gets
its title and description, and finds the same numbers in a table beside it.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from evenly.insight import Interval
from evenly.pages.svg import Chart, inlined

if TYPE_CHECKING:
    from markupsafe import Markup

    from evenly.pages.words import Numbers

_WIDTH = 340
_NARROW = 290  #: of those that stand beside each other where there is room
_ROW = 26  #: pixels for each line of a chart whose names stand at its left
_FRAME = 34  #: pixels for its axis
_LETTERS = 18  #: of a name at the left of a chart; the table has the whole of it
_WEEK = timedelta(weeks=1)
_MARKS = (0.1, 0.2, 0.5, 1, 2, 5, 10)
_NEAR_MARKS = (0.5, 0.7, 1, 1.5, 2, 3)
_NOTHING = 1e-9  #: percent, which no chart tells from nought
_NEAR = 5  #: times as much, from the least to the most: on a wider scale these would run into each other


@dataclass(frozen=True, slots=True)
class Estimate:
    """A ratio with its interval; `is_sure` where there is a verdict on it."""

    name: str
    ratio: float
    interval: Interval
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its interval, and the bounds it should keep; all from 0 to 1."""

    name: str
    share: float
    interval: Interval
    least: float | None
    most: float | None


def estimates(chart: Chart, found: Sequence[Estimate], numbers: Numbers) -> Markup:
    """Ratios as dots with their intervals, around 1, on a scale where half and double are equally far."""
    low = min(0.7, *(each.interval.low for each in found), *(each.ratio for each in found))
    high = max(1.5, *(each.interval.high for each in found), *(each.ratio for each in found))
    marks = [mark for mark in (_NEAR_MARKS if high / low < _NEAR else _MARKS) if low <= mark <= high]
    drawn = _pygal().HorizontalLine(**_lines(len(found)), logarithmic=True, range=(low * 0.95, high * 1.05))
    drawn.x_labels = _padded([_short(each.name) for each in found], "")
    drawn.y_labels = [{"label": numbers.decimal(mark, 1), "value": mark} for mark in marks]
    drawn.y_labels_major = [1]
    for is_sure in (True, False):
        drawn.add("", _padded([_dot(each.ratio, each.interval) if each.is_sure is is_sure else None for each in found]))
    return inlined(drawn, chart)


def shares(chart: Chart, found: Sequence[Share], numbers: Numbers) -> Markup:
    """Shares as dots with their intervals, each on the band it should keep to."""
    drawn = _pygal().HorizontalLine(**_lines(len(found)), range=(0, 1))
    drawn.x_labels = _padded([_short(each.name) for each in found], "")
    drawn.y_labels = [{"label": numbers.percent(tick), "value": tick} for tick in (0, 0.5, 1)]
    drawn.add("", _padded([_dot(each.share, each.interval) for each in found]))
    drawn.add("", _padded([_band(each) for each in found]))
    return inlined(drawn, chart)


def pairs(chart: Chart, found: Sequence[tuple[str, float, float]], numbers: Numbers) -> Markup:
    """Two shares (0 to 1) of each name as bars, one below the other."""
    most = max(max(one, other) for _, one, other in found)
    top = math.ceil(most * 10) / 10 or 0.1
    drawn = _pygal().HorizontalBar(**_options(_FRAME + len(found) * 44), range=(0, top), print_values=False)
    # The first name of horizontal bars stands at the bottom.
    turned = found[::-1]
    drawn.x_labels = [_short(name) for name, _, _ in turned]
    drawn.y_labels = [{"label": numbers.percent(tick), "value": tick} for tick in (0, top / 2, top)]
    drawn.add("", [one for _, one, _ in turned])
    drawn.add("", [other for _, _, other in turned])
    return inlined(drawn, chart)


def course(chart: Chart, found: Sequence[tuple[date, float]], numbers: Numbers, first: str, last: str) -> Markup:
    """A rate (in percent) week by week, from nought; a week without one interrupts the line. `first` and `last` name the ends."""
    top = round_up(max(rate for _, rate in found))
    return weekly(chart, [list(_weeks(found))], top=top, label=lambda tick: numbers.percent(tick / 100), first=first, last=last)


def weekly(
    chart: Chart, lines: Sequence[Sequence[float | None]], *, top: float, label: Callable[[float], str], first: str, last: str
) -> Markup:
    """Lines with a value for every week, from nought to `top`; where none is known a line is interrupted."""
    drawn = _pygal().Line(
        **_options(126, width=_NARROW, margin_right=24, dots_size=2.5), range=(0, top), allow_interruptions=True, stroke_style={"width": 2}
    )
    count = len(lines[0])
    drawn.x_labels = [first, *[""] * (count - 2), last] if count > 1 else [first]
    drawn.y_labels = [{"label": label(tick), "value": tick} for tick in (0, top / 2, top)]
    for line in lines:
        drawn.add("", line)
    return inlined(drawn, chart)


def _weeks(found: Sequence[tuple[date, float]]) -> Iterator[float | None]:
    rates = dict(found)
    monday = min(rates)
    while monday <= max(rates):
        yield rates.get(monday)
        monday += _WEEK


def round_up(rate: float) -> float:
    """A round number that is no less, half of which is round too."""
    if rate < _NOTHING:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(rate))
    return next(power * step for step in (1, 2, 4, 6, 8, 10) if rate <= power * step)


def _dot(value: float, interval: Interval) -> dict[str, object]:
    return {"value": value, "ci": {"low": interval.low, "high": interval.high}}


def _band(share: Share) -> dict[str, object] | None:
    if share.least is None and share.most is None:
        return None
    band = Interval(share.least or 0.0, 1.0 if share.most is None else share.most)
    return _dot((band.low + band.high) / 2, band)


def _padded(values: Iterable[Any], nothing: object = None) -> list[Any]:
    """With room before the first and after the last, which would stand on the frame otherwise."""
    return [nothing, *values, nothing]


def _short(name: str) -> str:
    return name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1].rstrip()}…"


def _lines(count: int) -> dict[str, object]:
    return _options(_FRAME + (count + 1) * _ROW, stroke=False, dots_size=4)


def _pygal() -> Any:
    """The library, without the finder of its map plugins: that one is of an old kind, and Python 3.11 would warn at every later import."""
    import pygal
    from pygal import PluginImportFixer

    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, PluginImportFixer)]
    return pygal


def _options(height: int, **more: object) -> dict[str, object]:
    # The sizes matter for the places of the words only; how they look is said by the page's style.
    style = _pygal().style.Style(label_font_size=11, major_label_font_size=11)
    return {
        "width": _WIDTH,
        "height": height,
        "margin": 4,
        "margin_right": 14,
        "spacing": 6,
        "style": style,
        "css": (),
        "js": (),
        "show_legend": False,
        "truncate_label": -1,
        "disable_xml_declaration": True,
        **more,
    }
