"""What kind of server an account lives on, and what that server takes.

Every server has its own limits, and many that are not Mastodon speak its API in part: https://docs.joinmastodon.org/methods/instance/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from evenly.plugin import Account, Limits, MediaLimits, VideoLimits
from evenly.plugin.types import Facility, Json

# https://docs.joinmastodon.org/user/posting/#media-types, and Mastodon's own defaults
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif", "image/avif"})
VIDEOS = frozenset({"video/mp4", "video/webm", "video/quicktime"})

_FPS = 120
DEFAULT = Limits(
    text=500,
    pictures=4,
    picture=MediaLimits(types=PICTURES, bytes=16 * 2**20, pixels=33_177_600),
    videos=1,
    video=VideoLimits(types=VIDEOS, bytes=99 * 2**20, pixels=8_294_400, fps=(0, _FPS)),
    mixed=False,
    alt=1_500,
    formats=frozenset({"post", "poll"}),
    thread=100,  # no limit is known; far inside the 300 posts that a server takes in three hours
    first_comment=True,
)

#: A server keeps an Idempotency-Key for 3,600 s: https://docs.joinmastodon.org/methods/statuses/#create
KEY_KEPT = timedelta(hours=1)
#: A post whose answer was a 5xx may appear later than that answer.
LAG = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class PollRules:
    """What a server takes of a poll."""

    options: int = 4
    characters: int = 50
    shortest: int = 300  #: seconds
    longest: int = 2_629_746  #: seconds


@dataclass(frozen=True, slots=True)
class Rules:
    """What this plugin wants to know of a server beyond its limits; kept as `AccountState.facts`. By default: a Mastodon unseen."""

    mastodon: bool = True  #: Mastodon itself or a close fork: it honours keys and counts links short
    version: str = ""
    link: int = 23  #: what each link counts, where links are counted short
    polls: PollRules = PollRules()

    def facts(self) -> dict[str, Json]:
        return asdict(self)


def rules(account: Account) -> Rules:
    """What the last look told of the account's server; Mastodon's defaults before the first."""
    facts = dict(account.state.facts) if account.state is not None else {}
    if not facts:
        return Rules()
    return Rules(**{**facts, "polls": PollRules(**facts.get("polls", {}))})


def limits(account: Account) -> Limits:
    """What the account's server takes, as far as is known."""
    known = account.state.limits if account.state is not None else None
    return known or DEFAULT


def repeat_safe(*, mastodon: bool) -> dict[Facility, timedelta]:
    """How a lost answer is settled. Only Mastodon itself is trusted with a key: some servers ignore it without a word."""
    return {"key": KEY_KEPT, "read-back": LAG} if mastodon else {"read-back": LAG}


def read_rules(instance: Mapping[str, Any]) -> Rules:
    """The rules in an answer of `/api/v2/instance`, or of `/api/v1/instance`, which has the same `configuration`."""
    configuration = _mapping(instance.get("configuration"))
    statuses, polls = _mapping(configuration.get("statuses")), _mapping(configuration.get("polls"))
    version = str(instance.get("version") or "")
    usual = PollRules()
    return Rules(
        mastodon=_is_mastodon(instance, version),
        version=version,
        link=_number(statuses, "characters_reserved_per_url", 23),
        polls=PollRules(
            options=_number(polls, "max_options", usual.options),
            characters=_number(polls, "max_characters_per_option", usual.characters),
            shortest=_number(polls, "min_expiration", usual.shortest),
            longest=_number(polls, "max_expiration", usual.longest),
        ),
    )


def read_limits(instance: Mapping[str, Any]) -> Limits:
    """The limits in the same answer. What a server does not tell is as on Mastodon."""
    configuration = _mapping(instance.get("configuration"))
    statuses, media = _mapping(configuration.get("statuses")), _mapping(configuration.get("media_attachments"))
    types = media.get("supported_mime_types") or ()
    picture, video = DEFAULT.picture, DEFAULT.video
    return replace(
        DEFAULT,
        text=_number(statuses, "max_characters", _number(instance, "max_toot_chars", 500)),
        pictures=_number(statuses, "max_media_attachments", DEFAULT.pictures),
        picture=replace(
            picture,
            types=_of_kind("image/", types) or picture.types,
            bytes=_number(media, "image_size_limit", picture.bytes or 0),
            pixels=_number(media, "image_matrix_limit", picture.pixels or 0),
        ),
        video=replace(
            video,
            types=_of_kind("video/", types) or video.types,
            bytes=_number(media, "video_size_limit", video.bytes or 0),
            pixels=_number(media, "video_matrix_limit", video.pixels or 0),
            fps=(0, _number(media, "video_frame_rate_limit", _FPS)),
        ),
        alt=_number(media, "description_limit", DEFAULT.alt or 0),
    )


def _is_mastodon(instance: Mapping[str, Any], version: str) -> bool:
    api = _mapping(instance.get("api_versions")).get("mastodon")
    return isinstance(api, int) and "compatible" not in version


def _of_kind(prefix: str, types: Iterable[object]) -> frozenset[str]:
    return frozenset(kind for kind in types if isinstance(kind, str) and kind.startswith(prefix))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(values: Mapping[str, Any], name: str, default: int) -> int:
    value = values.get(name)
    return value if isinstance(value, int) and value > 0 else default
