"""Facebook Pages: https://developers.facebook.com/docs/pages-api

Photos and videos are staged first, so their ids settle a lost answer; text and links can only be read back. Meta lets the browser come
back to registered addresses only and knows no 127.0.0.1, so the address it ends at is pasted (`loopback=False`).
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
    from evenly_facebook import api, wording
    from evenly_facebook.page import LIMITS, READ_BACK, duration, facilities
    from evenly_facebook.settings import Options, Settings
    from evenly_facebook.signing_in import SCOPES
    from evenly_graph.usage import quota

    return Network(
        name="facebook",
        title="Facebook",
        limits=LIMITS,
        length=wording.length,
        scopes=SCOPES,
        loopback=False,
        settings=Settings,
        options=Options,
        repeat_safe=facilities(duration(READ_BACK)),
        refusal=api.refusal,
        quota=quota,
    )


@hookimpl
def look(account: Account, http: Http) -> AccountState:
    from evenly_facebook import signing_in

    return signing_in.look(account, http)


@hookimpl
def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    from evenly_facebook import signing_in

    return signing_in.sign_in(account, app, browser, http)


@hookimpl
def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    from evenly_facebook import signing_in

    return signing_in.refresh(account, app, http)


@hookimpl
def check(post: Post) -> list[Problem]:
    from evenly_facebook import choices, wording

    return [*wording.problems(post), *choices.problems(post)]


@hookimpl
def prepare(account: Account, part: Part, so_far: Prepared | None, thread: Sequence[Published], http: Http) -> Prepared:
    from evenly_facebook import staging
    from evenly_facebook.page import page_of

    return staging.step(page_of(account), part, so_far, thread, http)


@hookimpl
def publish(account: Account, part: Part, prepared: Prepared, http: Http) -> Published:
    from evenly_facebook import api, dressing
    from evenly_facebook.page import page_of

    page = page_of(account)
    request = api.publish(page, part, prepared.data, dressing.thumb(part))
    return api.published(http.send_once(request), page, part, prepared.data)


@hookimpl
def find(
    account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], first_attempt: datetime, http: Http
) -> Found | Absent | CannotTell:
    from evenly_facebook import reading_back
    from evenly_facebook.page import page_of

    return reading_back.find(page_of(account), part, prepared, thread, first_attempt, http)


@hookimpl
def recent(account: Account, since: datetime, http: Http) -> list[RemotePost]:
    from evenly_facebook import reading_back
    from evenly_facebook.page import page_of

    return reading_back.recent(page_of(account), since, http)


@hookimpl
def delete(account: Account, published: Published, http: Http) -> None:
    from evenly_facebook.page import page_of
    from evenly_graph.removing import remove

    remove(http, page_of(account).graph, published.remote_id)


@hookimpl
def post_metrics(account: Account, published: Sequence[Published], http: Http) -> Mapping[str, Metrics]:
    from evenly_facebook import measuring
    from evenly_facebook.page import page_of

    return measuring.of_posts(page_of(account), published, http)


@hookimpl
def account_metrics(account: Account, http: Http) -> Metrics:
    from evenly_facebook import measuring
    from evenly_facebook.page import page_of

    return measuring.of_page(page_of(account), http)


@hookimpl
def stand_in(clock: Clock, seed: int) -> StandIn:
    from evenly_facebook.standing_in.stand_in import FacebookStandIn

    return FacebookStandIn(clock, seed)
