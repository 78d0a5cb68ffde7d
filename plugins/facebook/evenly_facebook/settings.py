"""What `evenly.toml` and a post may say to this network."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import PurePath
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from evenly_facebook.page import OLDEST_VERSION, READ_BACK, VERSION, duration


def _digits(value: Any) -> Any:
    """An id that was written as a number, as `--set` reads it."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _joined(value: Any) -> Any:
    """Several ids, written as text with commas, as a list or as one number."""
    return ",".join(str(_digits(each)) for each in value) if isinstance(value, (list, tuple)) else _digits(value)


Id = Annotated[str, Field(pattern=r"^[0-9]{1,30}$")]
WrittenId = Annotated[Id, BeforeValidator(_digits)]
Ids = Annotated[str, BeforeValidator(_joined), Field(pattern=r"^[0-9]{1,30}(\s*,\s*[0-9]{1,30})*$")]
Address = Annotated[str, Field(pattern=r"^https?://[^\s/]+\S*$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Category = Literal[
    "BEAUTY_FASHION",
    "BUSINESS",
    "CARS_TRUCKS",
    "COMEDY",
    "CUTE_ANIMALS",
    "ENTERTAINMENT",
    "FAMILY",
    "FOOD_HEALTH",
    "HOME",
    "LIFESTYLE",
    "MUSIC",
    "NEWS",
    "OTHER",
    "POLITICS",
    "SCIENCE",
    "SPORTS",
    "TECHNOLOGY",
    "VIDEO_GAMING",
]

#: https://developers.facebook.com/docs/video-api/guides/reels-publishing
_MOST_INVITATIONS = 10


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Settings(_Said):
    """An account's own settings in `evenly.toml`."""

    page_id: Id | None = Field(None, description="The Page's id, digits in quotes. `evenly connect` finds it out.")
    version: str = Field(VERSION, pattern=r"^v[0-9]{1,3}\.[0-9]$", description="Version of the Graph API, like v25.0.")
    read_back: str = Field(READ_BACK, description="How long a new post may take to show in the Page's list (90s, 5m).")

    longest_text: int | None = Field(None, gt=0, description="Where Facebook takes another length of text than 63,206 characters.")
    most_photos: int | None = Field(None, gt=0, description="Where Facebook takes another number of photos in a post than 10.")
    scopes: tuple[str, ...] | None = Field(
        None, min_length=1, description="The permissions to ask for at sign-in, instead of the usual ones."
    )
    more_scopes: tuple[str, ...] = Field((), description="Further permissions to ask for at sign-in, like publish_video.")
    config_id: Id | None = Field(None, description="A configuration of Facebook Login for Business; it names the permissions then.")

    @field_validator("version")
    @classmethod
    def _is_still_served(cls, text: str) -> str:
        if int(text[1:].partition(".")[0]) < OLDEST_VERSION:
            raise ValueError(f"v{OLDEST_VERSION}.0 or newer: Meta has ended the older ones")
        return text

    @field_validator("read_back")
    @classmethod
    def _is_a_duration(cls, text: str) -> str:
        if not timedelta(0) <= duration(text) <= timedelta(hours=6):
            raise ValueError("between 0s and 6h")
        return text


class Card(_Said):
    """One link of a carousel: https://developers.facebook.com/docs/graph-api/reference/page/feed"""

    link: Address
    picture: Address  #: a public address; Facebook fetches it, best square and 458 pixels wide
    title: str | None = Field(None, max_length=255)  #: shown up to about 35 characters
    description: str | None = Field(None, max_length=255)  #: shown up to about 30 characters


class _Something(_Said):
    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not any(value is not None for _, value in self):
            raise ValueError(f"at least one of {', '.join(type(self).model_fields)}")
        return self


class Preview(_Something):
    """Words and picture of a link's preview, for links that the Page owns."""

    title: str | None = None
    description: str | None = None
    picture: Address | None = None


class Key(_Said):
    """A place as Meta's search for targeting names it."""

    key: str | int


class Places(_Something):
    """Where people are."""

    countries: tuple[Country, ...] | None = None
    regions: tuple[Key, ...] | None = None
    cities: tuple[Key, ...] | None = None
    zips: tuple[Key, ...] | None = None


class Audience(_Something):
    """Who alone may see a post."""

    geo_locations: Places | None = None
    age_min: Literal[13, 15, 18, 21, 25] | None = None


class Crowd(_Something):
    """Who is likelier to see a post."""

    geo_locations: Places | None = None
    locales: tuple[int, ...] | None = None
    age_min: int | None = Field(None, ge=13, le=65)
    age_max: int | None = Field(None, ge=13, le=65)
    genders: tuple[Literal[1, 2], ...] | None = None
    college_years: tuple[int, ...] | None = None
    education_statuses: tuple[Literal[1, 2, 3], ...] | None = None
    relationship_statuses: tuple[Literal[1, 2, 3, 4], ...] | None = None
    interests: tuple[int, ...] | None = None


class Options(_Said):
    """What `--set ACCOUNT.KEY=VALUE` may say."""

    place: WrittenId | None = Field(None, description="Id of the Page that is the post's place.")
    tags: Ids | None = Field(None, description="Ids of people to tag, with commas between; needs place.")
    targeting: Audience | None = Field(None, description="Who alone may see it: geo_locations, age_min.")
    feed_targeting: Crowd | None = Field(None, description="Who is likelier to see it: geo_locations, age_min, age_max, genders and more.")

    carousel: tuple[Card, ...] | None = Field(None, min_length=2, max_length=10, description="Cards: link, picture, title, description.")
    end_card: bool | None = Field(None, description="Whether a carousel ends with a card of the Page; Facebook's own choice is yes.")
    preview: Preview | None = Field(None, description="Title, description, picture of a link that the Page owns.")
    button: str | None = Field(None, pattern=r"^[A-Z][A-Z_]{2,40}$", description="A button on a link, in Meta's words, like LEARN_MORE.")

    title: str | None = Field(None, max_length=255, description="Title of a video or reel.")
    cover: str | None = Field(None, description="A JPEG or PNG on this machine, by its whole path, as cover of a video or reel.")
    category: Category | None = Field(None, description="What a feed video is about, in Meta's words, like FAMILY.")
    collaborators: Ids | None = Field(None, description="Ids of Pages invited to publish a reel too, with commas between.")
    ai_generated: bool | None = Field(None, description="Label a video, reel or story of a video as made with AI.")

    @field_validator("cover")
    @classmethod
    def _is_a_whole_path(cls, text: str | None) -> str | None:
        if text is not None and not (PurePath(text).is_absolute() and re.search(r"\.(jpe?g|png)$", text, re.IGNORECASE)):
            raise ValueError("the whole path of a JPEG or PNG, from the root of the disk on")
        return text

    @field_validator("collaborators")
    @classmethod
    def _are_few(cls, text: str | None) -> str | None:
        if text is not None and text.count(",") >= _MOST_INVITATIONS:
            raise ValueError(f"at most {_MOST_INVITATIONS}: Facebook takes no more invitations in a day")
        return text
