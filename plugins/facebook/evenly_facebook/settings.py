"""What `evenly.toml` and a post may say to this network."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from evenly_facebook.page import READ_BACK, VERSION, duration

Id = Annotated[str, Field(pattern=r"^[0-9]{1,30}$")]


class Settings(BaseModel):
    """An account's own settings in `evenly.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    page_id: Id | None = Field(None, description="The Page's id, digits in quotes. `evenly connect` finds it out.")
    version: str = Field(VERSION, pattern=r"^v[0-9]{1,3}\.[0-9]$", description="Version of the Graph API, like v25.0.")
    read_back: str = Field(READ_BACK, description="How long a new post may take to show in the Page's list (90s, 5m).")

    longest_text: int | None = Field(None, gt=0, description="Where Facebook takes another length of text than 63,206 characters.")
    most_photos: int | None = Field(None, gt=0, description="Where Facebook takes another number of photos in a post than 10.")
    more_scopes: tuple[str, ...] = Field((), description="Further permissions to ask for at sign-in, like publish_video.")

    @field_validator("read_back")
    @classmethod
    def _is_a_duration(cls, text: str) -> str:
        if not timedelta(0) <= duration(text) <= timedelta(hours=6):
            raise ValueError("between 0s and 6h")
        return text


class Options(BaseModel):
    """What `--set ACCOUNT.KEY=VALUE` may say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    place: Id | None = Field(None, description="Id of the Page that is the post's place.")
    tags: str | None = Field(None, description="Ids of people to tag, with commas between; needs place.")
    title: str | None = Field(None, max_length=255, description="Title of a video or reel.")
    ai_generated: bool | None = Field(None, description="Label a video or reel as made with AI.")

    @field_validator("tags")
    @classmethod
    def _are_ids(cls, text: str | None) -> str | None:
        if text is not None and not re.fullmatch(r"[0-9]+(\s*,\s*[0-9]+)*", text):
            raise ValueError("ids of people, with commas between")
        return text
