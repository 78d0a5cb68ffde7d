"""Mastodon, and the servers that speak its API: the hooks."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from evenly.plugin import CannotTell, Found, Network, PrepareAgain, hookimpl
from evenly_mastodon import answers, api, composing, inquiry, reading_back, refusals, servers, timeline, uploading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import httpx

    from evenly.plugin import (
        Absent,
        Account,
        AccountState,
        App,
        Browser,
        Clock,
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
    from evenly_mastodon.settings import Options, Settings

    return Network(
        name="mastodon",
        title="Mastodon",
        limits=servers.DEFAULT,
        length=composing.length,
        scopes=api.SCOPES,
        settings=Settings,
        options=Options,
        repeat_safe=servers.repeat_safe(mastodon=True),
        refusal=refusals.refusal,
        quota=refusals.quota,
    )


@hookimpl
def look(account: Account, http: Http) -> AccountState:
    base, token = api.server(account), account.credentials.access_token if account.credentials else None
    instance = http.send_repeatable(api.instance(base, token=token), accept={HTTPStatus.NOT_FOUND})
    if instance.status_code == HTTPStatus.NOT_FOUND:
        instance = http.send_repeatable(api.instance(base, version="v1", token=token))
    return answers.account_state(answers.mapping(instance), http.send_repeatable(api.who(account)))


@hookimpl
def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    from evenly_mastodon import signing_in

    return signing_in.sign_in(account, app, browser, http)


@hookimpl
def check(account: Account, post: Post) -> list[Problem]:
    return composing.problems(account, post)


@hookimpl
def prepare(account: Account, part: Part, so_far: Prepared | None, http: Http) -> Prepared:
    return uploading.step(account, part, so_far, http)


@hookimpl
def publish(
    account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], key: str, first_attempt: datetime, http: Http
) -> Published:
    sent = composing.status(account, part, prepared, thread)
    try:
        response = http.send_once(api.create(account, sent, key))
    except (refusals.Refused, refusals.Forbidden) as refused:
        error = inquiry.cause(account, sent, refused, http)
        if isinstance(error, PrepareAgain):  # the uploads are gone, or an earlier attempt has used them
            out = find(account, part, prepared, thread, first_attempt, http)
            if isinstance(out, Found):
                return out.published
        raise error from refused
    return answers.published(response, part, sent)


@hookimpl
def find(
    account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], first_attempt: datetime, http: Http
) -> Found | Absent | CannotTell:
    sent = composing.status(account, part, prepared, thread)
    account_id = timeline.account_id(account, http)  # its answer also tells the server's time
    since = reading_back.since(first_attempt, now=http.clock.now(), server_time=http.server_time)
    reading = timeline.own_statuses(account, account_id, since, http)
    known = {each.remote_id for each in thread}
    candidates = [read for read in reading.statuses if reading_back.could_be(read, sent, known=known)]
    with_source = [(read, None if sent.media else _source(account, str(read["id"]), http)) for read in candidates]
    complete = reading.complete and (sent.visibility != "direct" or servers.rules(account).mastodon)
    return reading_back.outcome(reading_back.judged(with_source, sent), part, sent, complete=complete, app=_app(account))


@hookimpl
def recent(account: Account, since: datetime, http: Http) -> list[RemotePost]:
    """Boosts are others' posts, and what only those see who are named is a message: neither is told."""
    reading = timeline.own_statuses(account, timeline.account_id(account, http), since, http)
    posts = [read for read in reading.statuses if not read.get("reblog") and read.get("visibility") != "direct"]
    read = [answers.remote_post(each, app=_app(account)) for each in posts]
    return sorted((post for post in read if post is not None), key=lambda post: post.at, reverse=True)


@hookimpl
def delete(account: Account, published: Published, http: Http) -> None:
    _unless_gone(api.delete(account, published.remote_id), http)


@hookimpl
def post_metrics(account: Account, published: Sequence[Published], http: Http) -> dict[str, Metrics]:
    """Figures as the account's own server counts them; it may not hear of every reaction elsewhere."""
    ids = [each.remote_id for each in published]
    parents = [each.data.get("parent") for each in published]
    return {
        str(read["id"]): answers.metrics(read, own_replies=parents.count(read["id"]))
        for read in _statuses(account, ids, http)
        if read.get("id") in ids
    }


@hookimpl
def account_metrics(account: Account, http: Http) -> Metrics:
    return answers.followers(http.send_repeatable(api.who(account)))


@hookimpl
def stand_in(clock: Clock, seed: int) -> StandIn:
    from evenly_mastodon.standing_in import Server

    return Server(clock, seed)


def _source(account: Account, remote_id: str, http: Http) -> dict[str, Any] | None:
    response = http.send_repeatable(api.source(account, remote_id), accept={HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
    return answers.mapping(response) if response.is_success else None


def _statuses(account: Account, ids: Sequence[str], http: Http) -> Iterator[dict[str, Any]]:
    """The statuses that are still there, many at a time where the server can."""
    if account.state is not None and servers.rules(account).mastodon:
        for start in range(0, len(ids), api.MANY):
            yield from answers.mappings(http.send_repeatable(api.statuses(account, ids[start : start + api.MANY])))
        return
    for each in ids:
        response = _unless_gone(api.status(account, each), http)
        if response is not None:
            yield answers.mapping(response)


def _unless_gone(request: httpx.Request, http: Http) -> httpx.Response | None:
    """The answer; None where the server says that there is no such status."""
    response = http.send_repeatable(request, accept={HTTPStatus.NOT_FOUND})
    if response.status_code != HTTPStatus.NOT_FOUND:
        return response
    if answers.is_gone(response):
        return None
    raise refusals.no_server(response)


def _app(account: Account) -> str | None:
    """Our name on the server, where it is known: not for pasted tokens, which belong to an app of the user's."""
    return api.APP_NAME if account.credentials and account.credentials.extra.get("own_app") else None
