"""The mix: what a post is, how the shares stand, and what to add. Pure functions; nothing here knows the clock or the store."""

from evenly.mix.addresses import channel
from evenly.mix.advising import Wanted, advice, horizon, summary, wanted
from evenly.mix.checking import Finding, blocking, check, findings
from evenly.mix.classifying import digest, recognise
from evenly.mix.contents import of_post, of_remote
from evenly.mix.kinds import Kinds
from evenly.mix.likeness import Texts, likeness
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
    "horizon",
    "last_carried",
    "likeness",
    "of_post",
    "of_remote",
    "recognise",
    "summary",
    "tally",
    "troubles",
    "unheard",
    "verdict",
    "wanted",
    "wilson",
]
