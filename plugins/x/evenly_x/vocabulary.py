"""X's two sets of words for reading posts, the older one with `tweet` and the newer one with `post`, in one place.

Which of them the servers take is not settled (https://github.com/xdevplatform/docs/issues/395): the old words are sent first, the new ones
where they are refused, and answers are read in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from evenly.plugin import Account

Words = Literal["tweet", "post"]

#: New names of what `tweet.fields` may hold; None: it is told without being asked for, or asked for in `_EXPANSIONS`.
_FIELDS: Mapping[str, str | None] = {"note_tweet": "note_post", "referenced_tweets": None, "edit_history_tweet_ids": None}
_EXPANSIONS: Mapping[str, str] = {"referenced_tweets": "referenced_posts"}
PARAMETERS = ("tweet.fields", "post.fields")


def of(account: Account) -> Words:
    """The words that the last look at the account found to be understood."""
    return "post" if account.state is not None and account.state.facts.get("words") == "post" else "tweet"


def other(words: Words) -> Words:
    return "tweet" if words == "post" else "post"


def worded(params: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Query parameters, written in the old words, in `words`."""
    if words == "tweet" or "tweet.fields" not in params:
        return dict(params)
    kept = {name: value for name, value in params.items() if name not in {"tweet.fields", "expansions"}}
    asked = str(params["tweet.fields"]).split(",")
    fields = [_FIELDS.get(each, each) for each in asked]
    expansions = [
        *filter(None, str(params.get("expansions", "")).split(",")),
        *(_EXPANSIONS[each] for each in asked if each in _EXPANSIONS),
    ]
    kept["post.fields"] = ",".join(each for each in fields if each)
    return kept | ({"expansions": ",".join(expansions)} if expansions else {})


def either(read: Mapping[str, Any], *names: str) -> Any:
    """The first of these that an answer has."""
    return next((read[name] for name in names if read.get(name) is not None), None)
