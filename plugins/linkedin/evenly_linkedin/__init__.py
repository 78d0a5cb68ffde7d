"""LinkedIn, for members and pages: https://learn.microsoft.com/en-us/linkedin/marketing/community-management/

A page's posts can be read back. A member's cannot: there the refusal of an equal text, which names the first post, settles a lost answer.
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
    from evenly_linkedin import refusals, wording
    from evenly_linkedin.author import LIMITS, READ_BACK, REMEMBERED, duration, facilities
    from evenly_linkedin.settings import Options, Settings
    from evenly_linkedin.signing_in import MEMBER_SCOPES

    return Network(
        name="linkedin",
        title="LinkedIn",
        limits=LIMITS,
        length=wording.length,
        scopes=MEMBER_SCOPES,
        loopback=False,
        settings=Settings,
        options=Options,
        repeat_safe=facilities(readable=True, read_back=duration(READ_BACK), remembered=duration(REMEMBERED)),
        refusal=refusals.refusal,
    )


@hookimpl
def look(account: Account, http: Http) -> AccountState:
    from evenly_linkedin import signing_in

    return signing_in.look(account, http)


@hookimpl
def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    from evenly_linkedin import signing_in

    return signing_in.sign_in(account, app, browser, http)


@hookimpl
def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    from evenly_linkedin import signing_in

    return signing_in.refresh(account, app, http)


@hookimpl
def check(account: Account, post: Post) -> list[Problem]:
    from evenly_linkedin import wording

    return wording.problems(account, post)


@hookimpl
def prepare(account: Account, part: Part, so_far: Prepared | None, thread: Sequence[Published], http: Http) -> Prepared:
    from evenly_linkedin import uploading
    from evenly_linkedin.author import author_of

    return uploading.step(author_of(account), part, so_far, thread, http)


@hookimpl
def publish(account: Account, part: Part, prepared: Prepared, key: str, first_attempt: datetime, http: Http) -> Published:
    from evenly_linkedin import sending
    from evenly_linkedin.author import author_of

    return sending.publish(author_of(account), part, prepared, key, first_attempt, http)


@hookimpl
def find(
    account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], first_attempt: datetime, http: Http
) -> Found | Absent | CannotTell:
    from evenly_linkedin import reading_back
    from evenly_linkedin.author import author_of

    return reading_back.find(author_of(account), part, prepared, thread, first_attempt, http)


@hookimpl
def recent(account: Account, since: datetime, http: Http) -> list[RemotePost]:
    from evenly_linkedin import reading_back
    from evenly_linkedin.author import author_of

    return reading_back.recent(author_of(account), since, http)


@hookimpl
def delete(account: Account, published: Published, http: Http) -> None:
    from evenly_linkedin import api
    from evenly_linkedin.author import author_of

    http.send_repeatable(api.delete(author_of(account), published.remote_id), accept={404})


@hookimpl
def post_metrics(account: Account, published: Sequence[Published], http: Http) -> Mapping[str, Metrics]:
    from evenly_linkedin import measuring
    from evenly_linkedin.author import author_of

    return measuring.of_posts(author_of(account), published, http)


@hookimpl
def account_metrics(account: Account, http: Http) -> Metrics:
    from evenly_linkedin import measuring
    from evenly_linkedin.author import author_of

    return measuring.of_account(author_of(account), http)


@hookimpl
def stand_in(clock: Clock, seed: int) -> StandIn:
    from evenly_linkedin.standing_in.stand_in import LinkedInStandIn

    return LinkedInStandIn(clock, seed)
