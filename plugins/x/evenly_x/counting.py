"""How long X takes a text to be: by the weights that it has published, version 3.

https://docs.x.com/fundamentals/counting-characters and `twitter_text/config-v3.json`
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from evenly_x import urls

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Addresses with a scheme, whatever their top-level domain: the list of those is years old.
_WITH_SCHEME = re.compile(r"(?<![A-Za-z0-9@$#])https?://[^\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Counted:
    """A text as X counts it."""

    length: int  #: in the units of which an ordinary account has 280
    valid: bool  #: no character stands in it that X never takes


def counted(text: str) -> Counted:
    """Exactly what the published rules make of `text`."""
    config = _config()
    text = unicodedata.normalize("NFC", text)
    ends = {url.start: url.end for url in urls.find(text)}
    emoji = {match.start(): match.end() for match in _emoji().finditer(text)}
    total, place, valid = 0, 0, True
    while place < len(text):
        if place in ends:
            total += config["transformedURLLength"] * config["scale"]
            place = ends[place]
        elif place in emoji:
            total += config["defaultWeight"]
            place = emoji[place]
        else:
            total += _weight(ord(text[place]))
            valid = valid and text[place] not in urls.INVALID
            place += 1
    return Counted(total // config["scale"], valid)


def length(text: str) -> int:
    """The length that is safe to rely on: where X may know a top-level domain that the published list lacks, its address counts 23 too."""
    short = int(_config()["transformedURLLength"])
    text = unicodedata.normalize("NFC", text)
    known = {url.start for url in urls.find(text)}
    unknown = [match[0] for match in _WITH_SCHEME.finditer(text) if match.start() not in known]
    return counted(text).length + sum(max(0, short - counted(each).length) for each in unknown)


def _weight(code_point: int) -> int:
    light = any(each["start"] <= code_point <= each["end"] for each in _config()["ranges"])
    return 100 if light else int(_config()["defaultWeight"])


@functools.cache
def _config() -> Mapping[str, Any]:
    config: Mapping[str, Any] = json.loads(files("evenly_x").joinpath("twitter_text", "config-v3.json").read_text(encoding="utf-8"))
    return config


@functools.cache
def _emoji() -> Any:
    """Emoji sequences: flags, keycaps, and pictures with their skin tones, joined or alone; © and ® only where they are to be pictures."""
    import regex

    one = r"(?:[©®]\uFE0F|(?![0-9#*©®])\p{Emoji})\uFE0F?\p{Emoji_Modifier}?"
    return regex.compile(
        rf"\p{{Regional_Indicator}}{{2}}|[0-9#*]\uFE0F?\u20E3|{one}[\U000E0020-\U000E007E]+\U000E007F|{one}(?:\u200D{one})*",
    )
