"""What `evenly.toml` and a post may say to this network."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator

from evenly_linkedin.author import READ_BACK, REMEMBERED, duration
from evenly_linkedin.versions import VERSION

Visibility = Literal["public", "connections", "logged_in"]
Duration = Literal["1d", "3d", "7d", "14d"]
Answer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]


class Settings(BaseModel):
    """An account's own settings in `evenly.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    author: str | None = Field(
        None,
        pattern=r"^urn:li:(person:[A-Za-z0-9_-]+|organization:[0-9]+)$",
        description="Who publishes: urn:li:person:… or urn:li:organization:…. `evenly connect` finds it out.",
    )
    version: str = Field(VERSION, pattern=r"^20[0-9]{2}(0[1-9]|1[0-2])$", description="Version of LinkedIn's API, as YYYYMM.")
    scopes: tuple[str, ...] | None = Field(
        None, min_length=1, description="The permissions to ask for at sign-in, instead of the usual ones."
    )
    more_scopes: tuple[str, ...] = Field((), description="Further permissions to ask for, like r_member_postAnalytics.")
    read_back: str = Field(READ_BACK, description="How long a page's new post may be missing from its list (90s, 5m).")
    remembered: str = Field(REMEMBERED, description="For how long LinkedIn surely refuses a text that was posted already (15m, 24h).")
    largest_picture: int | None = Field(None, gt=0, description="Where LinkedIn takes pictures of another size than 5,000,000 bytes.")
    longest_alt: int | None = Field(
        None, gt=0, description="Where LinkedIn takes alternative texts longer or shorter than 1,000 characters."
    )

    @field_validator("read_back", "remembered")
    @classmethod
    def _is_a_duration(cls, text: str) -> str:
        if not timedelta(0) <= duration(text) <= timedelta(hours=24):
            raise ValueError("between 0s and 24h")
        return text


class Poll(BaseModel):
    """A question with answers to choose from. https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/poll-post-api"""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=140)] = Field(description="What is asked.")
    options: tuple[Answer, ...] = Field(min_length=2, max_length=4, description="2 to 4 answers of up to 30 characters.")
    duration: Duration = Field("3d", description="How long the poll is open: 1d, 3d, 7d or 14d.")


def _lower(given: Any) -> Any:
    return given.lower() if isinstance(given, str) else given


class Options(BaseModel):
    """What `--set ACCOUNT.KEY=VALUE` may say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str | None = Field(None, max_length=400, description="Title of a link's card, a document or a video.")
    description: str | None = Field(None, max_length=4_086, description="Description on a link's card.")
    visibility: Annotated[Visibility, BeforeValidator(_lower)] | None = Field(
        None, description="Who sees it: public, connections (of a member) or logged_in."
    )
    resharing: bool | None = Field(None, description="false: nobody may share the post.")
    poll: Poll | None = Field(None, description="The poll of a post of the format poll.")
