"""The pictures of the invented jeweller, drawn with simple shapes. What each shows is said in the alternative texts of its posts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

Point = tuple[float, float]

_WIDTH, _HEIGHT = 640, 480
_FINER = 2  #: drawn so many times larger and then reduced, for smooth edges

_CLOTH, _CLOTH_FOLD = "#26324a", "#2d3b57"
_LINEN, _LINEN_FOLD = "#e9e1d2", "#dfd5c2"
_SILVER, _SILVER_DARK, _SILVER_LIGHT = "#c9ced6", "#7f8793", "#f4f6f9"
_GOLD, _GOLD_DARK, _GOLD_LIGHT = "#d9a441", "#a87422", "#f6d88b"
_WOOD, _WOOD_DARK, _WOOD_LIGHT = "#a9713f", "#7d4f28", "#c08a55"
_STEEL, _NIGHT, _MORNING, _EVENING = "#5b6470", "#1f2430", "#f3dfc4", "#d98f6b"
_FLAME, _FLAME_CORE, _EMBER = "#f2a03d", "#fff0c0", "#ff6a2b"
_GREEN, _GREEN_LIGHT = "#2f8f6b", "#8fd9b6"


class _Canvas:
    """Shapes on a ground of one colour. Lengths are in pixels of the finished picture; (x, y) is a shape's middle."""

    def __init__(self, ground: str) -> None:
        from PIL import Image, ImageDraw

        self._image = Image.new("RGB", (_WIDTH * _FINER, _HEIGHT * _FINER), ground)
        self._draw = ImageDraw.Draw(self._image)

    def picture(self) -> Image:
        return self._image.reduce(_FINER)

    def disc(self, x: float, y: float, across: float, colour: str, *, high: float | None = None) -> None:
        self._draw.ellipse(self._box(x, y, across, high), fill=colour)

    def hoop(self, x: float, y: float, across: float, colour: str, thick: float, *, high: float | None = None) -> None:
        self._draw.ellipse(self._box(x, y, across, high), outline=colour, width=round(thick * _FINER))

    def arc(
        self, x: float, y: float, across: float, turn: tuple[float, float], colour: str, thick: float, *, high: float | None = None
    ) -> None:
        """Part of a hoop, between two angles in degrees, clockwise from the right."""
        self._draw.arc(self._box(x, y, across, high), *turn, fill=colour, width=round(thick * _FINER))

    def bar(self, x: float, y: float, wide: float, high: float, colour: str, *, round_by: float = 0) -> None:
        self._draw.rounded_rectangle(self._box(x, y, wide, high), radius=round_by * _FINER, fill=colour)

    def line(self, points: list[Point], colour: str, thick: float) -> None:
        self._draw.line(self._scaled(points), fill=colour, width=round(thick * _FINER), joint="curve")

    def shape(self, points: list[Point], colour: str) -> None:
        self._draw.polygon(self._scaled(points), fill=colour)

    def _box(self, x: float, y: float, wide: float, high: float | None) -> tuple[float, float, float, float]:
        tall = wide if high is None else high
        return ((x - wide / 2) * _FINER, (y - tall / 2) * _FINER, (x + wide / 2) * _FINER, (y + tall / 2) * _FINER)

    def _scaled(self, points: list[Point]) -> list[Point]:
        return [(x * _FINER, y * _FINER) for x, y in points]


def _cloth(ground: str, fold: str) -> _Canvas:
    canvas = _Canvas(ground)
    for left in range(-400, 640, 130):
        canvas.shape([(left, 480), (left + 60, 480), (left + 430, 0), (left + 370, 0)], fold)
    return canvas


def _band() -> Image:
    canvas = _cloth(_CLOTH, _CLOTH_FOLD)
    canvas.disc(330, 385, 330, "#1d273b", high=60)
    canvas.hoop(320, 235, 290, _SILVER_DARK, 34)
    canvas.arc(320, 235, 290, (-90, 90), _SILVER, 34)
    canvas.arc(320, 235, 276, (-70, 40), _SILVER_LIGHT, 8)
    return canvas.picture()


def _stone() -> Image:
    canvas = _cloth(_LINEN, _LINEN_FOLD)
    canvas.disc(320, 420, 250, "#cfc4ae", high=36)
    canvas.hoop(320, 290, 240, _GOLD_DARK, 13)
    canvas.arc(320, 290, 236, (200, 330), _GOLD_LIGHT, 6)
    canvas.shape([(292, 150), (348, 150), (366, 172), (320, 214), (274, 172)], _GREEN)
    canvas.shape([(292, 150), (348, 150), (336, 172), (304, 172)], _GREEN_LIGHT)
    canvas.line([(284, 182), (300, 172)], _GOLD, 6)
    canvas.line([(356, 182), (340, 172)], _GOLD, 6)
    return canvas.picture()


def _bands() -> Image:
    canvas = _cloth(_LINEN, _LINEN_FOLD)
    canvas.disc(320, 395, 430, "#cfc4ae", high=44)
    canvas.hoop(245, 260, 250, _GOLD_DARK, 30)
    canvas.hoop(245, 260, 238, _GOLD, 14)
    canvas.hoop(405, 250, 250, _GOLD, 30)
    canvas.arc(405, 250, 240, (190, 320), _GOLD_LIGHT, 12)
    canvas.arc(405, 250, 240, (20, 70), _GOLD_LIGHT, 7)
    return canvas.picture()


def _engraving() -> Image:
    canvas = _cloth(_CLOTH, _CLOTH_FOLD)
    canvas.disc(320, 245, 470, _GOLD, high=330)
    canvas.disc(320, 225, 400, _GOLD_DARK, high=250)
    canvas.disc(320, 190, 370, _CLOTH, high=180)
    for place, strokes in enumerate(("|", "-", ".", "|", "|", ".", "-", "|")):
        x = 215 + place * 30
        y = 322 - abs(320 - x) ** 2 / 900
        ends = {"|": [(x, y - 13), (x, y + 13)], "-": [(x - 8, y), (x + 8, y)], ".": [(x - 2, y + 11), (x + 2, y + 11)]}[strokes]
        canvas.line(list(ends), _GOLD_LIGHT, 4)
    return canvas.picture()


def _bench(sky: str) -> _Canvas:
    canvas = _Canvas(sky)
    canvas.bar(320, 400, 660, 180, _WOOD)
    canvas.bar(320, 318, 660, 16, _WOOD_LIGHT)
    for y in (350, 390, 440):
        canvas.line([(0, y), (250, y + 6), (640, y - 2)], _WOOD_DARK, 2)
    return canvas


def _tongs(canvas: _Canvas, x: float, y: float) -> None:
    canvas.line([(x, y), (x + 130, y - 26), (x + 220, y - 4)], _STEEL, 9)
    canvas.line([(x, y + 2), (x + 120, y + 28), (x + 220, y + 4)], _STEEL, 9)
    canvas.disc(x, y, 20, _STEEL)


def _flame() -> Image:
    canvas = _bench(_MORNING)
    canvas.bar(190, 270, 26, 100, _STEEL, round_by=6)
    canvas.bar(190, 316, 90, 14, _STEEL, round_by=6)
    canvas.shape([(172, 222), (176, 180), (192, 130), (206, 178), (208, 222)], _FLAME)
    canvas.shape([(182, 222), (186, 196), (192, 170), (198, 196), (200, 222)], _FLAME_CORE)
    _tongs(canvas, 330, 370)
    return canvas.picture()


def _tools() -> Image:
    canvas = _bench(_EVENING)
    canvas.disc(530, 150, 110, "#f4c99a")
    canvas.bar(320, 302, 660, 16, _WOOD_LIGHT)
    for place in range(7):
        x, blade = 110 + place * 62, 84 + place % 3 * 16
        canvas.bar(x, 298 - blade / 2, 12, blade, _STEEL, round_by=4)
        canvas.bar(x, 284 - blade, 22, 56, _WOOD_DARK, round_by=9)
    return canvas.picture()


def _filing() -> Image:
    canvas = _Canvas(_LINEN)
    for grain in range(420):
        canvas.disc(60 + grain * 197 % 530, 300 + grain * 89 % 150, 3 + grain % 3, (_GOLD, _GOLD_DARK, _GOLD_LIGHT)[grain % 3])
    canvas.shape([(150, 330), (470, 170), (486, 196), (166, 358)], _STEEL)
    for notch in range(24):
        x, y = 166 + notch * 13, 326 - notch * 6.5
        canvas.line([(x, y), (x + 12, y + 18)], _SILVER_DARK, 2)
    canvas.line([(478, 183), (580, 132)], _WOOD_DARK, 34)
    canvas.disc(582, 131, 36, _WOOD_DARK)
    return canvas.picture()


def _clasp() -> Image:
    canvas = _cloth(_CLOTH, _CLOTH_FOLD)
    canvas.line([(470, 350), (600, 460)], _WOOD_DARK, 30)
    canvas.disc(330, 225, 350, "#33435f")
    canvas.hoop(330, 225, 360, _STEEL, 22)
    canvas.hoop(330, 225, 170, _GOLD, 26, high=130)
    canvas.bar(400, 190, 60, 20, _CLOTH_FOLD)
    canvas.line([(352, 172), (408, 205)], _GOLD_LIGHT, 14)
    canvas.bar(225, 225, 46, 26, _GOLD, round_by=8)
    canvas.hoop(190, 225, 44, _GOLD_DARK, 9)
    canvas.arc(330, 225, 320, (200, 250), "#8fa3c4", 5)
    return canvas.picture()


def _solder() -> Image:
    canvas = _Canvas(_NIGHT)
    canvas.line([(0, 300), (320, 250)], _SILVER, 26)
    canvas.line([(320, 250), (640, 280)], _SILVER, 26)
    canvas.line([(0, 294), (300, 247)], _SILVER_LIGHT, 5)
    canvas.disc(320, 250, 150, "#4a2a1c")
    canvas.disc(320, 250, 100, "#8a3a1a")
    canvas.disc(320, 250, 62, _EMBER)
    canvas.disc(320, 250, 30, _FLAME_CORE)
    return canvas.picture()


#: The pictures by their names, each made when it is asked for.
DRAWINGS: Mapping[str, Callable[[], Image]] = {
    "band": _band,
    "stone": _stone,
    "bands": _bands,
    "engraving": _engraving,
    "flame": _flame,
    "tools": _tools,
    "filing": _filing,
    "clasp": _clasp,
    "solder": _solder,
}
