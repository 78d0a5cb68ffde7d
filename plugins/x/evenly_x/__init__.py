"""X, formerly Twitter: https://docs.x.com/x-api

There is no key for a post: a lost answer is settled by reading the account's own posts, and by X's refusal of equal texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenly.plugin import Network, hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from evenly.plugin import (
        Absent,
        Account,
        AccountState,
        App,
        Browser,
        CannotTell,
        Clock,
        Credentials,
        Found,
        Http,
        Metrics,
        Part,
        Post,
        Prepared,
        Problem,
        Published,
        RemotePost,
        SignedIn,
        StandIn,
    )


@hookimpl
def network() -> Network:
    from evenly_x import api, composing, refusals, rules
    from evenly_x.settings import Options, Settings

    return Network(
        name="x",
        title="X",
        limits=rules.LIMITS,
        length=composing.length,
        scopes=api.SCOPES,
        settings=Settings,
        options=Options,
        repeat_safe=rules.repeat_safe(rules.READ_BACK),
        refusal=refusals.refusal,
        quota=refusals.quota,
        counted="by endpoint",
    )


@hookimpl
def look(account: Account, http: Http) -> AccountState:
    from evenly_x import signing_in

    return signing_in.look(account, http)


@hookimpl
def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    from evenly_x import signing_in

    return signing_in.sign_in(account, app, browser, http)


@hookimpl
def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    from evenly_x import signing_in

    return signing_in.refresh(account, app, http)


@hookimpl
def check(post: Post) -> list[Problem]:
    from evenly_x import composing

    return composing.problems(post)


@hookimpl
def prepare(account: Account, part: Part, so_far: Prepared | None, http: Http) -> Prepared:
    from evenly_x import uploading

    return uploading.step(account, part, so_far, http)


@hookimpl
def publish(account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], http: Http) -> Published:
    from evenly_x import sending

    return sending.send(account, part, prepared, thread, http)


@hookimpl
def find(
    account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], first_attempt: datetime, http: Http
) -> Found | Absent | CannotTell:
    from evenly_x import reading_back

    return reading_back.find(account, part, prepared, thread, first_attempt, http)


@hookimpl
def recent(account: Account, since: datetime, http: Http) -> list[RemotePost]:
    from evenly_x import timeline

    return timeline.recent(account, since, http)


@hookimpl
def delete(account: Account, published: Published, http: Http) -> None:
    from evenly_x.client import Client

    Client(account, http).delete_tweet(published.remote_id)


@hookimpl
def post_metrics(account: Account, published: Sequence[Published], http: Http) -> Mapping[str, Metrics]:
    from evenly_x import measuring

    return measuring.of_posts(account, published, http)


@hookimpl
def account_metrics(account: Account, http: Http) -> Metrics:
    from evenly_x import measuring

    return measuring.of_account(account, http)


@hookimpl
def stand_in(clock: Clock, seed: int) -> StandIn:
    from evenly_x.standing_in import XStandIn

    return XStandIn(clock, seed)
