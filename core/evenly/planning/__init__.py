"""Put posts in, spread them, move, hold, explain.

The names are loaded when they are first used: most commands need few of them, and starting quickly is a feature.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evenly.planning.choosing import ChangeRefused
    from evenly.planning.desk import Desk
    from evenly.planning.editing import Edit
    from evenly.planning.queueing import Added, NewPost, PostRefused, add, add_many

__all__ = ["Added", "ChangeRefused", "Desk", "Edit", "NewPost", "PostRefused", "add", "add_many"]

_HOMES = {
    "Added": "queueing",
    "ChangeRefused": "choosing",
    "Desk": "desk",
    "Edit": "editing",
    "NewPost": "queueing",
    "PostRefused": "queueing",
    "add": "queueing",
    "add_many": "queueing",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"evenly.planning.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
