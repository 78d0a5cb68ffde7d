"""Instagram, for professional accounts: https://developers.facebook.com/docs/instagram-platform

What is published is staged first, in containers that can be asked whether they are out; first comments can only be read back.
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
    from evenly_graph.usage import quota
    from evenly_instagram import api, wording
    from evenly_instagram.profile import LIMITS, READ_BACK, SCOPES, duration, facilities
    from evenly_instagram.settings import Options, Settings

    return Network(
        name="instagram",
        title="Instagram",
        limits=LIMITS,
        length=wording.length,
        scopes=SCOPES["instagram"],
        loopback=False,
        settings=Settings,
        options=Options,
        repeat_safe=facilities(duration(READ_BACK)),
        refusal=api.refusal,
        quota=quota,
    )


@hookimpl
def look(account: Account, http: Http) -> AccountState:
    from evenly_instagram import looking

    return looking.look(account, http)


@hookimpl
def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    from evenly_instagram import signing_in

    return signing_in.sign_in(account, app, browser, http)


@hookimpl
def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    from evenly_instagram import renewing

    return renewing.refresh(account, app, http)


@hookimpl
def check(post: Post) -> list[Problem]:
    from evenly_instagram import checking

    return checking.problems(post)


@hookimpl
def prepare(account: Account, part: Part, so_far: Prepared | None, thread: Sequence[Published], http: Http) -> Prepared:
    from evenly_instagram import staging
    from evenly_instagram.profile import profile_of

    return staging.step(profile_of(account), part, so_far, thread, http)


@hookimpl
def publish(account: Account, part: Part, prepared: Prepared, http: Http) -> Published:
    from evenly_instagram import publishing
    from evenly_instagram.profile import profile_of

    return publishing.publish(profile_of(account), part, prepared, http)


@hookimpl
def find(account: Account, part: Part, prepared: Prepared, first_attempt: datetime, http: Http) -> Found | Absent | CannotTell:
    from evenly_instagram import reading_back
    from evenly_instagram.profile import profile_of

    return reading_back.find(profile_of(account), part, prepared, first_attempt, http)


@hookimpl
def recent(account: Account, since: datetime, http: Http) -> list[RemotePost]:
    from evenly_instagram import reading_back
    from evenly_instagram.profile import profile_of

    return reading_back.recent(profile_of(account), since, http)


@hookimpl
def delete(account: Account, published: Published, http: Http) -> None:
    from evenly_instagram import publishing
    from evenly_instagram.profile import profile_of

    publishing.delete(profile_of(account), published, http)


@hookimpl
def post_metrics(account: Account, published: Sequence[Published], http: Http) -> Mapping[str, Metrics]:
    from evenly_instagram import measuring
    from evenly_instagram.profile import profile_of

    return measuring.of_posts(profile_of(account), published, http)


@hookimpl
def account_metrics(account: Account, http: Http) -> Metrics:
    from evenly_instagram import measuring
    from evenly_instagram.profile import profile_of

    return measuring.of_profile(profile_of(account), http)


@hookimpl
def stand_in(clock: Clock, seed: int) -> StandIn:
    from evenly_instagram.standing_in.stand_in import InstagramStandIn

    return InstagramStandIn(clock, seed)
