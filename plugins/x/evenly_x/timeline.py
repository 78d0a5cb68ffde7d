"""Reading what an account has published, page by page: https://docs.x.com/x-api/users/get-posts"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evenly_x import answers

if TYPE_CHECKING:
    from datetime import datetime

    from evenly.plugin import Account, Http, RemotePost

FIELDS = ["attachments", "conversation_id", "created_at", "entities", "note_tweet", "referenced_tweets"]
PAGE = 100  #: the most posts that X gives at once; what is billed are the posts, and `start_time` bounds those
_MOST_PAGES = 32  #: X lists the latest 3,200 posts


@dataclass(frozen=True, slots=True)
class Reading:
    """An account's own posts, newest first, and whether none can be missing."""

    posts: tuple[dict[str, Any], ...]
    complete: bool


def own_posts(account: Account, since: datetime, http: Http) -> Reading:
    """Everything the account has published since then, replies included and reposts left out."""
    from evenly_x.client import Client

    client, token = Client(account, http), None
    posts: list[dict[str, Any]] = []
    user = account.state.remote_id if account.state is not None else answers.identifier(answers.data(client.get_me()))
    for _page in range(_MOST_PAGES):
        answer = answers.mapping(
            client.get_users_tweets(
                user, start_time=since, max_results=PAGE, pagination_token=token, exclude=["retweets"], tweet_fields=FIELDS
            )
        )
        listed, meta = answer.get("data", []), answer.get("meta")
        if not isinstance(listed, list) or not isinstance(meta, dict) or answer.get("errors"):
            return Reading(tuple(posts), complete=False)
        posts += [each for each in listed if isinstance(each, dict)]
        token = meta.get("next_token")
        if not token:
            return Reading(tuple(posts), complete=True)
    return Reading(tuple(posts), complete=False)


def recent(account: Account, since: datetime, http: Http) -> list[RemotePost]:
    """What the account has published since then, newest first."""
    read = (answers.remote_post(each, account) for each in own_posts(account, since, http).posts)
    return sorted((each for each in read if each is not None and each.at >= since), key=lambda each: each.at, reverse=True)
