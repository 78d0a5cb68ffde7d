"""How strictly the stand-in reads what goes with a post: audiences, cards of a carousel, buttons, places."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from evenly_facebook.standing_in.world import check_link
from evenly_graph.stand_in import GraphError

if TYPE_CHECKING:
    from evenly_graph.stand_in import Call

_PLACES = frozenset({"countries", "regions", "cities", "zips"})
_AUDIENCE = frozenset({"geo_locations", "age_min"})
_CROWD = _AUDIENCE | {
    *("age_max", "locales", "genders", "college_years", "education_statuses", "relationship_statuses", "interests"),
}
_AGES = frozenset({13, 15, 18, 21, 25})
_CARD = frozenset({"link", "picture", "name", "description", "image_hash"})
_CARDS = range(2, 11)


def check_trimmings(call: Call) -> None:
    """Everything that may go with a post, a video or a reel besides its words."""
    audience = _object(call, "targeting", _AUDIENCE)
    if audience.get("age_min", 13) not in _AGES:
        raise GraphError(100, said="(#100) Param targeting[age_min] must be one of {13, 15, 18, 21, 25}")
    crowd = _object(call, "feed_targeting", _CROWD)
    for said in (audience, crowd):
        _check_places(said.get("geo_locations"))
    if not call.params.get("place", "0").isdigit():
        raise GraphError(100, said="(#100) Param place must be a valid place ID")


def cards_of(call: Call) -> tuple[str, ...]:
    """The links of a carousel; () where there is none."""
    cards = call.objects("child_attachments")
    if cards and len(cards) not in _CARDS:
        raise GraphError(100, said="(#100) Param child_attachments must have between 2 and 10 elements")
    for card in cards:
        if set(card) - _CARD or "link" not in card or not ({"picture", "image_hash"} & set(card)):
            raise GraphError(100, said="(#100) Param child_attachments: link and picture are required")
        check_link(str(card["link"]))
    button = _object(call, "call_to_action", frozenset({"type", "value"}))
    if (cards or button) and not call.params.get("link"):
        raise GraphError(100, said="(#100) Param link is required")
    return tuple(str(card["link"]) for card in cards)


def _check_places(places: Any) -> None:
    if places is not None and (not isinstance(places, dict) or not places or set(places) - _PLACES):
        raise GraphError(100, said="(#100) Param geo_locations is not valid")


def _object(call: Call, name: str, known: frozenset[str]) -> dict[str, Any]:
    try:
        said = json.loads(call.params.get(name) or "{}")
    except ValueError:
        said = None
    if not isinstance(said, dict) or set(said) - known:
        raise GraphError(100, said=f"(#100) Param {name} must be a valid object")
    return said
