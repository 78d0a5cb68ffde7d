"""Taking things back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly.plugin import Message
from evenly_graph.answers import success
from evenly_graph.errors import NotThere, PermissionMissing

if TYPE_CHECKING:
    from evenly.plugin import Http
    from evenly_graph.calls import Graph


def remove(http: Http, graph: Graph, thing: str) -> None:
    """Delete an object; what is gone already counts as done.

    Meta answers alike for what is gone and for what this token may not touch. What can still be read is not gone.
    """
    try:
        success(http.send_repeatable(graph.delete(thing)))
    except NotThere:
        try:
            http.send_repeatable(graph.get(thing, fields="id"))
        except NotThere:
            return
        raise PermissionMissing(Message("The sign-in does not allow to delete {thing}.", thing=thing)) from None
