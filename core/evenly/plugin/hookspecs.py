"""Every hook, typed and explained.

A network's hooks are plain synchronous functions marked `@hookimpl`; the core calls the one plugin that owns the account's network. An
implementation may take fewer arguments than are written here, in any order: that is how this API grows without breaking anyone.
"""

# mypy: disable-error-code="empty-body"
# Specs have no bodies: pluggy reads their names and arguments.

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from evenly.plugin.http import Http
    from evenly.plugin.types import (
        Absent,
        Account,
        AccountState,
        App,
        Browser,
        CannotTell,
        Classification,
        Clock,
        Credentials,
        Event,
        Found,
        Json,
        Metrics,
        Network,
        Part,
        Post,
        Prepared,
        Problem,
        Published,
        RemotePost,
        SignedIn,
        StandIn,
    )

hookspec = pluggy.HookspecMarker("evenly")
hookimpl = pluggy.HookimplMarker("evenly")
"""Marks a function of a plugin as a hook."""


@hookspec(firstresult=True)
def network() -> Network:
    """Say what this network is. Called at start-up: cheap, no I/O. Added in 0.1."""


@hookspec(firstresult=True)
def look(account: Account, http: Http) -> AccountState:
    """Look once, read-only, at the account: who it is, limits and quota only its server knows. Added in 0.1."""


@hookspec(firstresult=True)
def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    """Lead a person through signing in. `app` is what `evenly connect --app` stored, if anything. Added in 0.1."""


@hookspec(firstresult=True)
def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    """Trade the account's credentials for fresh ones. Called under one lock per account. Added in 0.1.

    An empty access token never replaces a good one. Raises `SignInNeeded` when only a person can help.
    """


@hookspec(firstresult=True)
def check(account: Account, post: Post) -> list[Problem]:
    """Name everything the network would refuse of this post, beyond the declared limits. No I/O. Added in 0.1."""


@hookspec(firstresult=True)
def prepare(account: Account, part: Part, so_far: Prepared | None, thread: Sequence[Published], http: Http) -> Prepared:
    """Take one step of everything the public cannot see (an upload, a container, one look at a slow one). Never wait.

    The result is stored and comes back as `so_far` until it is `ready`; None at the start and after it has expired. Every step must be
    harmless when repeated. `thread` holds what was published before this part, root first. A part that can only be prepared when its
    parent is out answers `Prepared(ready=False, look_again=None)`. Without this hook there is nothing to prepare. Added in 0.1.
    """


@hookspec(firstresult=True)
def publish(
    account: Account,
    part: Part,
    prepared: Prepared,
    thread: Sequence[Published],
    key: str,
    first_attempt: datetime,
    http: Http,
) -> Published:
    """Make the one visible call, through `http.send_once`. Added in 0.1.

    `key` and `first_attempt` are the same in every attempt at this part.
    """


@hookspec(firstresult=True)
def find(
    account: Account,
    part: Part,
    prepared: Prepared,
    thread: Sequence[Published],
    key: str,
    first_attempt: datetime,
    http: Http,
) -> Found | Absent | CannotTell:
    """Is this part public? `Absent` only after a complete reading. Without this hook: `CannotTell()`. Added in 0.1."""


@hookspec(firstresult=True)
def recent(account: Account, since: datetime, http: Http) -> list[RemotePost]:
    """What the account has published since then, by whatever way, newest first. Added in 0.1."""


@hookspec(firstresult=True)
def delete(account: Account, published: Published, http: Http) -> None:
    """Take a published part back. What is gone already counts as done. Added in 0.1."""


@hookspec(firstresult=True)
def post_metrics(account: Account, published: Sequence[Published], http: Http) -> Mapping[str, Metrics]:
    """The figures of these parts, by remote id. One that is gone is left out. Added in 0.1."""


@hookspec(firstresult=True)
def account_metrics(account: Account, http: Http) -> Metrics:
    """The account's own figures. Added in 0.1."""


@hookspec(firstresult=True)
def stand_in(clock: Clock, seed: int) -> StandIn:
    """A small stand-in of the network, for the demo, rehearsals and the conformance suite. Added in 0.1."""


@hookspec
def classify(post: Post, brand: Mapping[str, Any]) -> Classification | None:
    """Say what a post is: origin, topic, actions. None: no opinion. The first opinion counts. Added in 0.1."""


@hookspec(firstresult=True)
def host_media(path: Path) -> str | None:
    """Put a file where networks can fetch it, and give its public address. Added in 0.1."""


@hookspec(firstresult=True)
def rewrite_link(link: str, delivery: Mapping[str, Json]) -> str | None:
    """Another address for a link of this delivery (a shortener, a tag). None: leave it. Added in 0.1."""


@hookspec(firstresult=True)
def import_posts(source: str) -> Iterable[Mapping[str, Json]] | None:
    """Read posts from a source that only this plugin knows, as the fields of `evenly add`. Added in 0.1."""


@hookspec
def notify(event: Event) -> None:
    """Hear about something a person may want to know. Failures here never touch publishing. Added in 0.1."""
