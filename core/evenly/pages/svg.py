"""From what pygal draws to what a page may carry: no script, no style, no name, no address; and words for who does not see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markupsafe import Markup

_LEFT_OUT = frozenset({"defs", "desc", "title"})
_LONG = re.compile(r"\d+\.\d{2,}")
_STROKES = 4  #: of an interval: a cap in two halves, the line with half of the other cap, and its other half
_LINE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is said of a chart. `name` is part of its ids, so no two on a page may have the same."""

    name: str
    title: str
    description: str


def inlined(drawn: Any, chart: Chart) -> Markup:
    """The SVG of a pygal graph, to stand inside a page."""
    from markupsafe import Markup

    def cleaned(root: Element) -> Element:
        _strip(root)
        _tell(root, chart)
        return root

    drawn.add_xml_filter(cleaned)
    return Markup(drawn.render(is_unicode=True))  # noqa: S704 - pygal escapes every text that it is given


def _strip(root: Element) -> None:
    for parent, child in list(_children(root)):
        if _is_left_out(child):
            parent.remove(child)
    for node in root.iter():
        for unwanted in ("id", "xmlns"):
            node.attrib.pop(unwanted, None)
        for name, value in node.attrib.items():
            node.set(name, _LONG.sub(_to_a_tenth, value))
        if node.get("class") == "ci":
            _straighten(node[0])


def _children(root: Element) -> Iterator[tuple[Element, Element]]:
    return ((parent, child) for parent in root.iter() for child in parent)


def _is_left_out(node: Element) -> bool:
    is_comment = not isinstance(node.tag, str)
    return is_comment or _tag(node) in _LEFT_OUT or "tooltip-overlay" in node.get("class", "").split()


def _straighten(path: Element) -> None:
    """An interval without its caps."""
    strokes = path.get("d", "").split("M")[1:]
    if len(strokes) == _STROKES:
        high, low, _ = strokes[_LINE].split("L")
        path.set("d", f"M{high}L{low}".strip())


def _to_a_tenth(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}"


def _tell(root: Element, chart: Chart) -> None:
    """Its title and its description, where assistive technology looks for them."""
    space = root.tag.rpartition("}")[0] + "}" if "}" in root.tag else ""
    ids = [f"chart-{chart.name}-{part}" for part in ("title", "text")]
    for place, (tag, name, words) in enumerate(zip(("title", "desc"), ids, (chart.title, chart.description), strict=True)):
        node = root.makeelement(space + tag, {"id": name})
        node.text = words
        root.insert(place, node)
    root.set("class", f"chart chart-{chart.name}")
    root.set("role", "img")
    root.set("aria-labelledby", " ".join(ids))


def _tag(node: Element) -> str:
    return node.tag.rpartition("}")[2]
