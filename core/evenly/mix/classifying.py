"""All of it together: what a post is, with the reason for everything. A person's label wins, then a plugin's word, then the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly.mix import actions as acting
from evenly.mix import languages, text, topics
from evenly.mix import origin as origins
from evenly.mix.topics import Placed
from evenly.mix.values import FACTS, Recognised
from evenly.plugin import Classification, Message

if TYPE_CHECKING:
    from evenly.mix.likeness import Known
    from evenly.mix.origin import Judged
    from evenly.mix.values import Brand, Content

NOTHING = Classification()


def recognise(
    content: Content,
    brand: Brand,
    *,
    label: Classification = NOTHING,
    opinion: Classification | None = None,
    feeds: Known | None = None,
) -> Recognised:
    """What a post is.

    `label` is what a person said: None and empty mean nothing. `opinion` is the first answer of the hook `classify`. Labelled
    actions take the place of those that would be read out of the words; photo, video, mention and link are facts and stay.
    `feeds` holds the texts of followed feeds' items.
    """
    opinion = opinion or NOTHING
    language = languages.spoken(text.folded(content.text), content.language or brand.language)
    judged = _origin(content, brand, language, label, opinion, feeds)
    placed = _topic(content, brand, language, label, opinion)
    done = _actions(content, brand, language, label, opinion)
    return Recognised(
        origin=judged.value,
        topic=placed.topic,
        on_topic=placed.on,
        actions=frozenset(done),
        reasons={"origin": judged.reason, "topic": placed.reason, **done},
        warnings=_warnings(content, brand, language, judged),
        ask=judged.ask,
    )


def _origin(content: Content, brand: Brand, language: str, label: Classification, opinion: Classification, feeds: Known | None) -> Judged:
    if label.origin is None and opinion.origin is not None:
        return origins.Judged(opinion.origin, 1, _said(opinion))
    return origins.origin(content, brand, language, label=label.origin, feeds=feeds)


def _topic(content: Content, brand: Brand, language: str, label: Classification, opinion: Classification) -> Placed:
    for said, reason in ((label, Message("You labelled it.")), (opinion, _said(opinion))):
        if said.topic is not None or said.on_topic is not None:
            on = said.topic is not None if said.on_topic is None else said.on_topic
            return Placed(said.topic if on else None, on, reason)
    return topics.placed("\n".join((content.text, *content.alts)), brand.topics, language)


def _actions(content: Content, brand: Brand, language: str, label: Classification, opinion: Classification) -> dict[str, Message]:
    for said, reason in ((label, Message("You labelled it.")), (opinion, _said(opinion))):
        if said.actions:
            # A label may well name a fact that only its author can see: a picture behind the link, say.
            facts = acting.facts(content, brand)
            return {**{action: reason for action in sorted(said.actions) if action not in FACTS or action not in facts}, **facts}
    return acting.actions(content, brand, language)


def _said(opinion: Classification) -> Message:
    return opinion.reasons[0] if opinion.reasons else Message("A plugin says so.")


def _warnings(content: Content, brand: Brand, language: str, judged: Judged) -> tuple[Message, ...]:
    if judged.value != "third-party" or origins.has_credit(content, brand, language):
        return ()
    return (Message("The credit is missing: say whose it is, by a link, by their handle or with --credit."),)
