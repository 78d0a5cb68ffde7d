"""The mix: what a post is, how the shares stand, and what to add. Pure functions; nothing here knows the clock or the store.

The names are loaded when they are first used: planning asks for little of this, and reading texts takes patterns that are slow to load.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evenly.mix.addresses import channel, home
    from evenly.mix.advising import Wanted, advice, horizon, summary, wanted
    from evenly.mix.checking import Finding, blocking, check, findings
    from evenly.mix.classifying import recognise
    from evenly.mix.contents import of_post, of_remote
    from evenly.mix.digesting import digest
    from evenly.mix.kinds import Kinds
    from evenly.mix.likeness import Texts
    from evenly.mix.origin import untold
    from evenly.mix.sequence import Break, breaks
    from evenly.mix.shares import Bounds, Counted, Tally, Target, tally, verdict, wilson
    from evenly.mix.topics import troubles
    from evenly.mix.values import Brand, Content, Origin, Recognised, Side, Topic
    from evenly.mix.wording import Avoided, avoided, last_carried, unheard

__all__ = [
    "Avoided",
    "Bounds",
    "Brand",
    "Break",
    "Content",
    "Counted",
    "Finding",
    "Kinds",
    "Origin",
    "Recognised",
    "Side",
    "Tally",
    "Target",
    "Texts",
    "Topic",
    "Wanted",
    "advice",
    "avoided",
    "blocking",
    "breaks",
    "channel",
    "check",
    "digest",
    "findings",
    "home",
    "horizon",
    "last_carried",
    "of_post",
    "of_remote",
    "recognise",
    "summary",
    "tally",
    "troubles",
    "unheard",
    "untold",
    "verdict",
    "wanted",
    "wilson",
]

_HOMES = {
    "Avoided": "wording",
    "Bounds": "shares",
    "Brand": "values",
    "Break": "sequence",
    "Content": "values",
    "Counted": "shares",
    "Finding": "checking",
    "Kinds": "kinds",
    "Origin": "values",
    "Recognised": "values",
    "Side": "values",
    "Tally": "shares",
    "Target": "shares",
    "Texts": "likeness",
    "Topic": "values",
    "Wanted": "advising",
    "advice": "advising",
    "avoided": "wording",
    "blocking": "checking",
    "breaks": "sequence",
    "channel": "addresses",
    "check": "checking",
    "digest": "digesting",
    "findings": "checking",
    "home": "addresses",
    "horizon": "advising",
    "last_carried": "wording",
    "of_post": "contents",
    "of_remote": "contents",
    "recognise": "classifying",
    "summary": "advising",
    "tally": "shares",
    "troubles": "topics",
    "unheard": "wording",
    "untold": "origin",
    "verdict": "shares",
    "wanted": "advising",
    "wilson": "shares",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"evenly.mix.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
