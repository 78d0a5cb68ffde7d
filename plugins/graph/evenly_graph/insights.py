"""Figures: https://developers.facebook.com/docs/graph-api/reference/insights

Names die without notice, and one dead name makes a whole call fail. So all are asked at once, and one by one when that is refused:
a dead name costs its own figure only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evenly_graph.answers import answer, part_of
from evenly_graph.errors import BadParameter, NotThere, PermissionMissing

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

    from evenly.plugin import Http
    from evenly_graph.calls import Graph


def figures(http: Http, graph: Graph, path: str, names: Sequence[str], **params: object) -> dict[str, Any]:
    """The latest value of each metric that the network gives; those it does not give are absent.

    A missing permission (or a Page too small for figures) means no figures; a dead token is an error still.
    """
    try:
        return _ask(http, graph, path, names, params)
    except (PermissionMissing, NotThere):
        return {}
    except BadParameter:
        if len(names) == 1:
            return {}
    known: dict[str, Any] = {}
    for name in names:
        known |= figures(http, graph, path, [name], **params)
    return known


def _ask(http: Http, graph: Graph, path: str, names: Sequence[str], params: dict[str, object]) -> dict[str, Any]:
    response = http.send_repeatable(graph.get(path, metric=",".join(names), **params))
    return latest(response, period=params.get("period"))


def latest(response: httpx.Response, *, period: object = None) -> dict[str, Any]:
    """The newest value under each name; of several periods the one asked for. No data is no figure, not 0."""
    known: dict[str, Any] = {}
    for entry in answer(response).get("data") or ():
        value, name = part_of(entry, "values", -1, "value"), part_of(entry, "name")
        value = part_of(entry, "total_value", "value") if value is None else value
        if value is not None and name and period in {None, part_of(entry, "period")}:
            known[str(name)] = value
    return known
