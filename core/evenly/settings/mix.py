"""The wanted mix: targets from a preset, overridden by the brand's own, as exact shares."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, ValidationInfo, field_validator

from evenly.plugin import Message
from evenly.settings.faults import Refusal, Refused
from evenly.settings.table import Duration, Name, Table

TEXT_NETWORKS = frozenset({"x", "mastodon", "bluesky", "threads"})
"""Networks on which posts of plain text are usual: they need fewer pictures."""

Preset = Literal["evenly", "80-20", "70-20-10", "4-1-1", "5-3-2", "thirds"]


def _share(written: object) -> Fraction:
    if isinstance(written, int | float) and not isinstance(written, bool) and math.isfinite(written) and 0 <= written <= 1:
        # By its decimals: 0.3 of 10 posts is 3 and not 2.9999999999999996.
        return Fraction(str(written))
    raise Refused(Message("a share from 0 to 1, such as 0.2 for 20 %"))


Share = Annotated[Fraction, PlainValidator(_share)]


@dataclass(frozen=True, slots=True)
class Target:
    """Bounds of a share, and what the planner aims at; None: no such bound or aim."""

    min: Fraction | None = None
    max: Fraction | None = None
    share: Fraction | None = None

    def rest(self) -> "Target":
        """The target of everything else: what this one leaves."""
        return Target(_less_one(self.max), _less_one(self.min), _less_one(self.share))


def _less_one(share: Fraction | None) -> Fraction | None:
    return None if share is None else 1 - share


def _floor(percent: int) -> Target:
    return Target(min=Fraction(percent, 100), share=Fraction(percent, 100))


def _ceiling(share: Fraction) -> Target:
    return Target(max=share, share=share)


def _around(share: Fraction) -> Target:
    """A rule that names one figure, read as a rule of thumb: ten points more or less are met."""
    return Target(max(share - Fraction(1, 10), Fraction(0)), min(share + Fraction(1, 10), Fraction(1)), share)


_BAIT = Target(max=Fraction(0), share=Fraction(0))

# Of the pair owned and third-party a preset names the latter: the former is what it leaves.
PRESETS: Mapping[Preset, Mapping[str, Target]] = {
    "evenly": {
        "third_party": Target(Fraction(1, 10), Fraction(1, 2), Fraction(1, 5)),
        "on_topic": _floor(80),
        "question": _floor(20),
        "invitation": _floor(15),
        "photo": _floor(60),
        "behind_the_scenes": _floor(10),
        "mention": _floor(15),
        "promotion": _ceiling(Fraction(1, 5)),
        "bait": _BAIT,
    },
    # Value 80, promotion 20. https://ferncolab.com/the-rule-of-thirds-for-social-media/
    "80-20": {"promotion": _ceiling(Fraction(1, 5)), "bait": _BAIT},
    # Value 70, shared from others 20, promotion 10.
    # https://professionalusesofsocialmedia.wordpress.com/2016/02/26/sifting-through-the-rules-of-social-media-strategy/
    "70-20-10": {"third_party": _around(Fraction(1, 5)), "promotion": _ceiling(Fraction(1, 10)), "bait": _BAIT},
    # Of six posts four about the field, mostly by others, one re-shared, one promotion.
    # https://digitalfiber.wordpress.com/2013/11/18/the-4-1-1-rule-of-twitter/
    "4-1-1": {"third_party": _around(Fraction(5, 6)), "promotion": _ceiling(Fraction(1, 6)), "bait": _BAIT},
    # Of ten posts five by others, three own and useful, two personal: the page named at 70-20-10.
    "5-3-2": {"third_party": _around(Fraction(1, 2)), "behind_the_scenes": _floor(20), "bait": _BAIT},
    # A third each of promotion, others' content and conversation, which questions and invitations share equally.
    # http://blog.hootsuite.com/social-media-rule-of-thirds/
    "thirds": {
        "third_party": _around(Fraction(1, 3)),
        "question": Target(min=Fraction(1, 6), share=Fraction(1, 6)),
        "invitation": Target(min=Fraction(1, 6), share=Fraction(1, 6)),
        "promotion": _ceiling(Fraction(1, 3)),
        "bait": _BAIT,
    },
}
_PHOTO_ON_TEXT_NETWORKS = _floor(40)


class Bounds(Table):
    """A brand's own target, as far as it is written."""

    min: Share | None = None
    max: Share | None = None
    share: Share | None = None

    @field_validator("max")
    @classmethod
    def _max_is_not_below_min(cls, most: Fraction | None, info: ValidationInfo) -> Fraction | None:
        least = info.data.get("min")
        if most is not None and least is not None and most < least:
            raise Refused(Message("at least `min`, which is {least}", least=float(least)))
        return most

    @field_validator("share")
    @classmethod
    def _share_is_within(cls, share: Fraction | None, info: ValidationInfo) -> Fraction | None:
        if share is not None and not _within(share, info.data.get("min"), info.data.get("max")):
            raise Refused(Message("a share between `min` and `max`"))
        return share


class MixWindow(Table):
    """Which deliveries are counted: the published of the last `back`, the planned of the next `ahead`."""

    back: Duration = timedelta(days=28)
    ahead: Duration = timedelta(days=14)
    least: int = Field(default=10, ge=1)  #: with fewer deliveries it is too early for a verdict


class Mix(Table):
    """`[mix]` as written; `targets` is what it means."""

    preset: Preset = "evenly"
    window: MixWindow = MixWindow()
    owned: Bounds | None = None
    third_party: Bounds | None = None
    on_topic: Bounds | None = None
    question: Bounds | None = None
    invitation: Bounds | None = None
    photo: Bounds | None = None
    behind_the_scenes: Bounds | None = None
    mention: Bounds | None = None
    promotion: Bounds | None = None
    bait: Bounds | None = None
    topics: dict[Name, Share] = Field(default_factory=dict)
    enforce: Literal["advise", "steer", "block"] = "steer"

    def targets(self, networks: Collection[str]) -> dict[str, Target]:
        """The targets that hold for posts on these networks, by their key in `[mix]`, in a fixed order.

        For one account give its network; for the brand those of all its accounts. `photo` counts photos and videos;
        the preset asks for fewer as soon as one of the networks is one of text, so that accounts which meet their own
        target cannot miss the brand's.
        """
        preset = PRESETS[self.preset]
        targets = {name: _overridden(getattr(self, name), preset.get(name)) for name in _SINGLE}
        if "photo" in preset and not TEXT_NETWORKS.isdisjoint(networks):
            targets["photo"] = _overridden(self.photo, _PHOTO_ON_TEXT_NETWORKS)
        third_party = preset.get("third_party")
        owned = _overridden(_both(self.owned, self.third_party), third_party and third_party.rest())
        pair = {"owned": owned, "third_party": owned and owned.rest()}
        return {name: target for name, target in (pair | targets).items() if target is not None}

    @field_validator("third_party")
    @classmethod
    def _completes_owned(cls, third_party: Bounds | None, info: ValidationInfo) -> Bounds | None:
        owned = info.data.get("owned")
        if third_party is None or owned is None:
            return third_party
        if third_party.share is not None and owned.share is not None and third_party.share + owned.share != 1:
            rest = float(1 - owned.share)
            raise Refused(Refusal(Message("{rest}: with the share of `owned` it makes 1", rest=rest), ("share",)))
        both = _written(owned, third_party)
        if both.min is not None and both.max is not None and both.min > both.max:
            raise Refused(Message("bounds that go together with those of `owned`: the two shares make 1"))
        if both.share is not None and not _within(both.share, both.min, both.max):
            raise Refused(Message("bounds and a share that go together with those of `owned`: the two shares make 1"))
        return third_party

    @field_validator("topics")
    @classmethod
    def _topics_make_at_most_one(cls, topics: dict[str, Fraction]) -> dict[str, Fraction]:
        if sum(topics.values()) > 1:
            raise Refused(Message("shares that make 1 or less together; these make {sum}", sum=float(sum(topics.values()))))
        return topics


_SINGLE = ("on_topic", "question", "invitation", "photo", "behind_the_scenes", "mention", "promotion", "bait")


def _within(share: Fraction, least: Fraction | None, most: Fraction | None) -> bool:
    return (least is None or least <= share) and (most is None or share <= most)


def _both(owned: Bounds | None, third_party: Bounds | None) -> Target | None:
    return None if owned is None and third_party is None else _written(owned or Bounds(), third_party or Bounds())


def _written(owned: Bounds, third_party: Bounds) -> Target:
    """What both tables say, said of `owned` alone."""
    rest = Target(third_party.min, third_party.max, third_party.share).rest()
    return Target(
        min=max((each for each in (owned.min, rest.min) if each is not None), default=None),
        max=min((each for each in (owned.max, rest.max) if each is not None), default=None),
        share=owned.share if owned.share is not None else rest.share,
    )


def _overridden(own: Bounds | Target | None, preset: Target | None) -> Target | None:
    """The preset's target with the brand's own over it; a bound of the preset that contradicts the own ones is dropped."""
    preset = preset or Target()
    if own is None:
        return preset if preset != Target() else None
    share = _aim(own, preset)
    wanted = [each for each in (own.min, own.max, own.share) if each is not None]
    least = own.min if own.min is not None else preset.min
    most = own.max if own.max is not None else preset.max
    if own.min is None and least is not None and any(each < least for each in wanted):
        least = None
    if own.max is None and most is not None and any(each > most for each in wanted):
        most = None
    target = replace(preset, min=least, max=most, share=share)
    return target if target != Target() else None


def _aim(own: Bounds | Target, preset: Target) -> Fraction | None:
    """What the planner aims at: the own share, the middle of the own bounds, the one own bound, else the preset's."""
    if own.share is not None:
        return own.share
    if own.min is not None and own.max is not None:
        return (own.min + own.max) / 2
    bounds = [each for each in (own.min, own.max) if each is not None]
    return bounds[0] if bounds else preset.share
