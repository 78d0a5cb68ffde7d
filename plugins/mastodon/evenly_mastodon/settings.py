"""What stands in `evenly.toml` for an account on Mastodon, and what `--set ACCOUNT.KEY=VALUE` may say on a post."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Visibility = Literal["public", "unlisted", "private", "direct"]

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"(\d{1,9})\s*(s|m|h|d|w|sec|min|second|minute|hour|day|week)s?", re.ASCII | re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9\u00a1-\uffff_-]+\.)+[a-z0-9\u00a1-\uffff_-]+", re.IGNORECASE)


def base_url(written: str) -> str:
    """The server that `written` means, as `https://host`: from an address, a bare host or a handle such as @name@host.

    Only this very machine may be spoken to without TLS. Raises ValueError.
    """
    bare = written.strip()
    try:
        parts = urlsplit(bare if "://" in bare else f"https://{bare}")
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError:  # brackets or a port that cannot be
        host = port = ""
    if not _is_host(host) or parts.scheme not in {"http", "https"}:
        raise ValueError(f'"{bare[:100]}" names no server: write its address, such as https://mastodon.social')
    scheme = "http" if parts.scheme == "http" and _is_this_machine(host) else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}{port}"


def seconds(written: object) -> object:
    """A duration such as "1d", "90m" or "7 days" in seconds; a number is seconds already."""
    match = _DURATION.fullmatch(written.strip()) if isinstance(written, str) else None
    return int(match[1]) * _SECONDS[match[2][0].lower()] if match else written


class Settings(BaseModel):
    """An account's own settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instance: Annotated[str, BeforeValidator(lambda value: base_url(value) if isinstance(value, str) else value)] | None = Field(
        default=None,
        description="The server the account lives on, such as https://mastodon.social; connect asks for it when it is missing.",
    )
    visibility: Visibility = Field(default="public", description="Who sees a post that says nothing else.")
    sensitive: bool = Field(default=False, description="Hide the media of every post behind a warning.")
    thread_visibility: Visibility = Field(
        default="unlisted",
        description="Who sees the further posts of a thread and first comments; never more people than see the first post.",
    )


class Poll(BaseModel):
    """A question with answers to choose from; its question is the text of the post."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    options: tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)], ...] = Field(
        description="The answers to choose from.", min_length=2
    )
    expires_in: Annotated[int, BeforeValidator(seconds), Field(gt=0)] = Field(
        default=86_400, description='How long the poll is open: "1d", "6h", or a number of seconds.'
    )
    multiple: bool = Field(default=False, description="People may choose several answers.")
    hide_totals: bool = Field(default=False, description="Votes are not shown before the poll ends.")


class Options(BaseModel):
    """What one post may say for an account on Mastodon."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content_warning: str | None = Field(
        default=None, description="Shown instead of the post until somebody asks for it; counts against the limit."
    )
    visibility: Visibility | None = Field(default=None, description="Who sees this post.")
    sensitive: bool | None = Field(default=None, description="Hide this post's media behind a warning.")
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")] | None = Field(
        default=None, description="The language of this post, such as fr."
    )
    poll: Poll | None = Field(default=None, description="A poll, for a post of the format poll.")


def settings(values: Mapping[str, Any]) -> Settings:
    """The settings among `values`; others (of the core) are left alone."""
    return Settings.model_validate({name: values[name] for name in Settings.model_fields if name in values})


def options(values: Mapping[str, Any]) -> Options:
    """The options of a part."""
    return Options.model_validate(dict(values))


def _is_host(host: str) -> bool:
    return host == "localhost" or _HOST.fullmatch(host) is not None or _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)
