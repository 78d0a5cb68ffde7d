"""Figures of posts and of the account: https://docs.x.com/x-api/fundamentals/metrics"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import PostRejected, SignInNeeded
from evenly_x import answers

if TYPE_CHECKING:
    from datetime import datetime

    from evenly.plugin import Account, Http, Metrics, Published

MANY = 100  #: posts in one call
#: X tells private figures for 30 days; asked for later, the whole post may be missing from the answer.
_PRIVATE_FOR = timedelta(days=29)


def of_posts(account: Account, published: Sequence[Published], http: Http) -> Mapping[str, Metrics]:
    """The figures of those that are still there."""
    figures: dict[str, Metrics] = {}
    parents = [each.data.get("parent") for each in published]
    for ids in _batches([each.remote_id for each in published]):
        answer = _read(account, ids, http, tweet_fields=["attachments", "public_metrics"], **_MEDIA)
        private = {str(each["id"]): each for each in _posts(_private(account, ids, http))}
        media = _media(answer)
        for read in _posts(answer):
            remote_id = str(read["id"])
            if remote_id in ids:
                own = parents.count(remote_id)
                figures[remote_id] = answers.metrics(read, own_replies=own, private=private.get(remote_id, {}), media=media)
    return figures


def of_account(account: Account, http: Http) -> Metrics:
    from evenly_x.client import Client

    return answers.followers(Client(account, http).get_me(user_fields=["public_metrics"]))


_MEDIA: Mapping[str, Any] = {"expansions": ["attachments.media_keys"], "media_fields": ["media_key", "public_metrics"]}


def _private(account: Account, ids: Sequence[str], http: Http) -> Mapping[str, Any]:
    """What only the author may see, of posts that are young enough; nothing where this sign-in may not."""
    young = [each for each in ids if _is_young(each, http.clock.now())]
    try:
        return _read(account, young, http, tweet_fields=["non_public_metrics"]) if young else {}
    except (PostRejected, SignInNeeded):
        return {}


def _read(account: Account, ids: Sequence[str], http: Http, **asked: Any) -> Mapping[str, Any]:
    from evenly_x.client import Client

    return answers.mapping(Client(account, http).get_tweets(list(ids), **asked))


def _posts(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = answer.get("data")
    return [each for each in listed if isinstance(each, dict) and answers.is_id(each.get("id"))] if isinstance(listed, list) else []


def _media(answer: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    includes = answer.get("includes")
    listed = includes.get("media") if isinstance(includes, dict) else None
    return {str(each.get("media_key")): each for each in listed if isinstance(each, dict)} if isinstance(listed, list) else {}


def _is_young(remote_id: str, now: datetime) -> bool:
    return now - answers.made_at(remote_id) < _PRIVATE_FOR


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), MANY):
        yield list(ids[start : start + MANY])
