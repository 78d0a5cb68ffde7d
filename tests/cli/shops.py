"""A workspace with accounts on four networks, at a fixed moment, for the commands on queued posts."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.conftest import Program, Result

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
START = "2026-11-23T08:00:00Z"  # a Monday, 09:00 in Paris

SETTINGS = """
[brand]
name = "Atelier Lumière"
timezone = "Europe/Paris"
domains = ["atelier.example"]
[topics.care]
title = "Care"
[campaigns.wedding]
goal = "appointments"
[accounts.page]
network = "facebook"
page_id = "1"
[accounts.toots]
network = "mastodon"
instance = "https://social.example"
cadence = "5/week"
[accounts.echo]
network = "echo"
[accounts.well]
network = "well"
"""

#: Publishes at once; refuses a text that says "no", and the same text twice.
ECHO = """
from datetime import timedelta

from evenly.plugin import Limits, MediaLimits, Message, Network, PostRejected, Problem, Published, hookimpl


@hookimpl
def network():
    picture = MediaLimits(types=frozenset({"image/png", "image/jpeg"}), width=400)
    limits = Limits(text=100, pictures=2, picture=picture, thread=3, first_comment=True, alt=50)
    return Network(name="echo", title="Echo", limits=limits, repeat_safe={"refusal": timedelta(minutes=15)})


@hookimpl
def publish(part, key):
    if "no" in part.text.split():
        raise PostRejected(Problem(Message("Echo does not like this."), "text"))
    return Published(remote_id=key, url=f"https://echo.example/{key}")


@hookimpl
def delete(published):
    pass
"""

#: Never answers, tells of nothing but one post, and takes nothing back.
WELL = """
from datetime import UTC, datetime, timedelta

from evenly.plugin import Limits, Message, Network, OutcomeUnknown, RemotePost, hookimpl


@hookimpl
def network():
    return Network(name="well", title="Well", limits=Limits(text=100), repeat_safe={"none": timedelta(0)})


@hookimpl
def publish():
    raise OutcomeUnknown(Message("No answer came."))


@hookimpl
def recent():
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    return [RemotePost(remote_id="5_88", text="Hello", at=at, url="https://www.well.example/hidden?of=x")]
"""


@dataclass
class Shop:
    """The program in its workspace, and short words for what tests do often."""

    evenly: Program
    _seen: tuple[str, tuple[str, ...]] | None = None  #: the state, as long as nothing can have changed it

    def __call__(self, *arguments: str, stdin: str | bytes = "") -> Result:
        self._seen = None
        return self.evenly(*arguments, stdin=stdin)

    @property
    def folder(self) -> Path:
        return self.evenly.folder

    def at(self, moment: str) -> None:
        """Make it that moment; time goes on from there."""
        self.evenly.env["EVENLY_CLOCK"] = f"{moment}@{time.time()}x1"

    def done(self, *arguments: str, stdin: str | bytes = "") -> Any:
        """The JSON document of a command that must succeed."""
        result = self(*arguments, "--json", stdin=stdin)
        assert result.code == 0, result.err
        return result.json

    def add(self, text: str, *options: str, to: str = "page") -> dict[str, Any]:
        """Queue a post for one account; its delivery."""
        (delivery,) = self.done("add", text, "--to", to, *options)["deliveries"]
        return dict(delivery)

    def delivery(self, id_: str) -> dict[str, Any]:
        """A delivery as `show` tells it."""
        return dict(self.done("show", id_)["deliveries"][0])

    def fields(self, post: str) -> dict[str, Any]:
        return dict(self.done("show", post)["fields"])

    def refused(self, *arguments: str, stdin: str | bytes = "") -> str:
        """What a command says that must be refused; nothing may have changed, and nobody sees a traceback."""
        before = self._seen or self.state()
        result = self(*arguments, stdin=stdin)
        assert (result.code, "Traceback" in result.err) == (2, False), result.out + result.err
        after = self.state()
        assert after == before
        self._seen = after
        return " ".join(result.err.split())

    def state(self) -> tuple[str, tuple[str, ...]]:
        """Everything that a refusal must leave as it was: the whole export, and the files in the media folder."""
        exported = self("export")
        assert exported.code == 0, exported.err
        media = self.folder / ".evenly" / "media"
        return exported.out, tuple(sorted(each.name for each in media.iterdir())) if media.exists() else ()

    def published(self, text: str, *options: str, to: str = "echo") -> dict[str, Any]:
        """Queue a post and let it go through the hands of the daemon; its delivery as it ended."""
        delivery = self.add(text, "--at", "2026-11-23T10:00", *options, to=to)
        self.run_at("2026-11-23T09:01:00Z", to)
        return self.delivery(delivery["id"])

    def run_at(self, moment: str, *accounts: str) -> None:
        """Let everything go out that is due at that moment; these accounts are signed in before."""
        for name in accounts:
            result = self("connect", name, "--token-stdin", "--no-probe", stdin=json.dumps({"access_token": "not-a-real-one"}))
            assert result.code == 0, result.err
        self.at(moment)
        self("run", "--once")


def shop_of(program: Program) -> Shop:
    """Install the networks, and make the workspace with its accounts."""
    program.install("echo", ECHO)
    program.install("well", WELL)
    program.settings(SETTINGS)
    program.env["EVENLY_KEY"] = KEY
    shop = Shop(program)
    shop.at(START)
    return shop


def picture(path: Path, size: tuple[int, int] = (40, 30)) -> Path:
    """A small PNG."""
    from PIL import Image

    Image.new("RGB", size, "teal").save(path)
    return path
