"""What `evenly.toml` and a post may say to this network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from evenly_x.rules import READ_BACK, duration

Id = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]
Choice = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=25)]


class Settings(BaseModel):
    """An account's own settings in `evenly.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    auth: Literal["oauth2", "oauth1"] = Field(
        "oauth2", description="How the account signs in: oauth2, or oauth1 (four values that never expire)."
    )
    premium: bool | None = Field(None, description="Whether the account has long posts (25,000). Left out, X is asked.")
    read_back: str = Field(READ_BACK, description="How long a new post may take to show in the account's own list (90s, 3m).")
    without_alt: bool = Field(False, description="Publish a picture even where X does not take its alternative text.")
    upload_chunk: int = Field(2**20, ge=2**16, le=8 * 2**20, description="Bytes of one piece of an upload.")

    @field_validator("read_back")
    @classmethod
    def _is_a_duration(cls, text: str) -> str:
        if not timedelta(0) <= duration(text) <= timedelta(hours=6):
            raise ValueError("between 0s and 6h")
        return text


class Poll(BaseModel):
    """A question with choices; the question is the text of the post."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    choices: tuple[Choice, ...] = Field(min_length=2, max_length=4, description="Two to four answers of at most 25 characters.")
    minutes: int = Field(1_440, ge=5, le=10_080, description="How long the poll is open, in minutes.")


class Options(BaseModel):
    """What `--set ACCOUNT.KEY=VALUE` may say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    poll: Poll | None = Field(None, description="A poll, for a post of the format poll.")
    reply_settings: Literal["following", "mentionedUsers", "subscribers", "verified"] | None = Field(
        None, description="Who may reply; left out, everyone."
    )
    made_with_ai: bool | None = Field(None, description="Label the post: it holds media made with AI. Left out, as `ai` says.")
    paid_partnership: bool | None = Field(None, description="Label the post as a paid promotion. Left out, as `ad` says.")
    quote: Id | None = Field(None, description="Id of a post to quote; X allows it to Enterprise apps only.")
    community: Id | None = Field(None, description="Id of a community, whose member the account must be.")
    share_with_followers: bool | None = Field(None, description="Show a community's post to the account's followers too.")
    place: str | None = Field(None, min_length=1, description="Id of a place that the post is about.")
    tags: tuple[Id, ...] = Field((), max_length=10, description="Ids of people to tag in the pictures.")


def settings(values: Mapping[str, Any]) -> Settings:
    """The settings among `values`; others are left alone."""
    return Settings.model_validate({name: values[name] for name in Settings.model_fields if name in values})


def options(values: Mapping[str, Any]) -> Options:
    """The options of a part."""
    return Options.model_validate(dict(values))
