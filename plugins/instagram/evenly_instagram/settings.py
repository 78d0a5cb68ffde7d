"""What `evenly.toml` and a post may say to this network."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from evenly_instagram.profile import READ_BACK, VERSION, duration

Id = Annotated[str, Field(pattern=r"^[0-9]{1,30}$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9._]{1,30}$")]
Share = Annotated[float, Field(ge=0, le=1)]


class Settings(BaseModel):
    """An account's own settings in `evenly.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    login: Literal["instagram", "facebook"] = Field("instagram", description="How to sign in: instagram, or facebook by a linked Page.")
    user_id: Id | None = Field(None, description="The profile's id, digits in quotes. `evenly connect` finds it out.")
    version: str = Field(VERSION, pattern=r"^v[0-9]{1,3}\.[0-9]$", description="Version of the Graph API, like v25.0.")
    read_back: str = Field(READ_BACK, description="How long a new post or comment may take to show in Instagram's lists (90s, 5m).")
    upload_videos: bool | None = Field(None, description="Send videos as bytes, not by address. Default: only with login = facebook.")
    scopes: tuple[str, ...] | None = Field(
        None, min_length=1, description="The permissions to ask for at sign-in, instead of the usual ones."
    )
    more_scopes: tuple[str, ...] = Field((), description="Further permissions to ask for at sign-in, like ads_read.")

    @field_validator("read_back")
    @classmethod
    def _is_a_duration(cls, text: str) -> str:
        if not timedelta(0) <= duration(text) <= timedelta(hours=6):
            raise ValueError("between 0s and 6h")
        return text


class Tag(BaseModel):
    """A person in a picture or video."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: Name = Field(description="Name of a public account, without @.")
    x: Share | None = Field(None, description="From 0 (left) to 1; pictures need it, videos take none.")
    y: Share | None = Field(None, description="From 0 (top) to 1; pictures need it, videos take none.")
    item: int = Field(1, ge=1, le=10, description="Which picture or video of the post it is.")


class Options(BaseModel):
    """What `--set ACCOUNT.KEY=VALUE` may say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    user_tags: tuple[Tag, ...] | None = Field(None, max_length=20, description="People to tag: a list of {username, x, y, item}.")
    location_id: Id | None = Field(None, description="Id of the Facebook Page that is the post's place.")
    collaborators: tuple[Name, ...] | None = Field(None, max_length=3, description="Up to 3 accounts to publish with, commas between.")
    share_to_feed: bool | None = Field(None, description="Show a reel in the profile's grid too.")
    thumb_offset: int | None = Field(None, ge=0, description="Which moment of a reel is its cover, in milliseconds.")
    is_ai_generated: bool | None = Field(None, description="Label the post as made with AI.")

    @field_validator("user_tags", mode="before")
    @classmethod
    def _read_json(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        try:
            return json.loads(given)
        except ValueError:
            raise ValueError('a list such as [{"username": "ada", "x": 0.5, "y": 0.5}]') from None

    @field_validator("collaborators", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        return [each.strip().removeprefix("@") for each in given.split(",")] if isinstance(given, str) else given
