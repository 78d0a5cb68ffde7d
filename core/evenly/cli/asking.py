"""Asking a person about posts that tell neither whose they are nor what they are about; each once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from evenly.cli import show
from evenly.cli.weeks import cut
from evenly.messages import _, shown

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.planning.mixing import Asked
    from evenly.plugin import Message

_ORIGINS = {"o": "owned", "t": "third-party", "m": "mixed"}
_OFF = "-"
_CELLS = 100


def ask(app: App, unknown: Sequence[Asked]) -> None:
    """Ask, and remember each answer at once; the end of the input ends it, and an empty answer says that nobody knows.

    Whose an address is, is asked once for all posts that lead to it.
    """
    from evenly.planning import mixing

    told: set[Message] = set()
    try:
        for each in (_without(told, each) for each in unknown):
            if not each.lacks_origin and not each.lacks_topic:
                continue
            show.note(f"p{each.post}: {cut(each.text or each.link or '', _CELLS)}")
            for reason in each.reasons:
                show.note(f"  {shown(reason)}")
            origin = _origin() if each.lacks_origin else None
            told |= {each.reasons[0]} if origin in {"owned", "third-party"} else set()
            topic = _topic(app) if each.lacks_topic else ""
            on_topic = False if topic == _OFF else None
            mixing.remember(app.desk, each, origin=origin, topic=topic if topic not in {"", _OFF} else None, on_topic=on_topic)
    except click.Abort:
        show.note(_("The others were not asked about."))


def _without(told: Collection[Message], asked: Asked) -> Asked:
    """The post without the question whose it is, where the same reason has brought an answer already."""
    if not asked.lacks_origin or asked.reasons[0] not in told:
        return asked
    return replace(asked, lacks_origin=False, reasons=asked.reasons[1:])


def _origin() -> str | None:
    said = _("Whose is it? o: your own, t: somebody else's, m: both")
    return _ORIGINS.get(_prompt(said, list(_ORIGINS)))


def _topic(app: App) -> str:
    names = list(app.settings.topics)
    return _prompt(_("Its topic? {names}, or - for none of them", names=", ".join(names)), [*names, _OFF])


def _prompt(said: str, allowed: Sequence[str]) -> str:
    while True:
        answer: str = click.prompt(said, default="", show_default=False, err=True).strip()
        if answer in {"", *allowed}:
            return answer
        show.note(_("Answer {allowed}, or nothing at all.", allowed=", ".join(allowed)))
