"""Routes that show users, posts and figures; and posts as X renders them, with t.co in place of every address."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from evenly.plugin import RemotePost
from evenly_x import counting, rules, urls
from evenly_x.standing_in.calling import Call
from evenly_x.standing_in.state import Post, State
from evenly_x.standing_in.wsgi import Answer, invalid

_PRIVATE_FOR = timedelta(days=30)
_FEWEST, _MOST = 5, 100
#: What the newer words call the older: https://github.com/xdevplatform/docs
_NEWER = {"note_tweet": "note_post", "referenced_tweets": "referenced_posts", "retweet_count": "repost_count", "tweet_count": "post_count"}


def me(call: Call) -> Answer:
    """`GET /2/users/me`"""
    _check_words(call)
    user = call.user
    asked = {"id", "name", "username", *call.request.query.get("user.fields", "").split(",")}
    own = [each for each in call.state.posts.values() if each.author == user]
    counts = {
        "followers_count": _followers(call.state, user.id),
        "following_count": 120,
        "listed_count": 3,
        _word(call, "tweet_count"): len(own),
    }
    every = {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "subscription_type": user.subscription,
        "protected": False,
        "public_metrics": counts,
    }
    return Answer({"data": {name: value for name, value in every.items() if name in asked}})


def timeline(call: Call) -> Answer:
    """`GET /2/users/{id}/tweets`"""
    _check_words(call)
    query, now = call.request.query, call.state.clock.now()
    most = query.get("max_results", "10")
    if not most.isdigit() or not _FEWEST <= int(most) <= _MOST:
        raise invalid(f"The `max_results` query parameter value [{most}] is not between 5 and 100", max_results=[most])
    since = datetime.fromisoformat(query["start_time"]) if "start_time" in query else datetime.fromtimestamp(0, UTC)
    listed = [each for each in call.state.posts.values() if each.author.id == call.ids[0] and each.at + call.state.unlisted <= now]
    if "replies" in query.get("exclude", ""):
        listed = [each for each in listed if each.parent is None]
    newest = sorted((each for each in listed if each.at >= since), key=lambda each: int(each.id), reverse=True)
    rest = [each for each in newest if "pagination_token" not in query or int(each.id) < int(query["pagination_token"], 36)]
    page, more = rest[: int(most)], rest[int(most) :]
    meta: dict[str, Any] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if more:
        meta["next_token"] = _base36(int(page[-1].id))
    return Answer({"meta": meta} | ({"data": [_shown(call, each) for each in page]} if page else {}))


def several(call: Call) -> Answer:
    """`GET /2/tweets?ids=`: what is gone, and what may not be told, are errors beside the rest."""
    _check_words(call)
    ids = call.request.query.get("ids", "").split(",")
    if not 1 <= len(ids) <= _MOST:
        raise invalid("ids has 1 to 100 values", ids=ids)
    found, errors = [], []
    for each in ids:
        post = call.state.posts.get(each)
        if post is None:
            errors.append({"title": "Not Found Error", "detail": each, "type": "https://api.x.com/2/problems/resource-not-found"})
        elif "non_public_metrics" in _asked(call) and not _may_see(call, post):
            errors.append({"title": "Field Authorization Error", "type": "https://api.x.com/2/problems/not-authorized-for-field"})
        else:
            found.append(post)
    media = [each for post in found for each in post.media]
    told: dict[str, Any] = {"data": [_shown(call, each) for each in found]} if found else {}
    if media and "attachments.media_keys" in call.request.query.get("expansions", ""):
        told["includes"] = {"media": [_medium(call.state, each.key, each.category, each.at) for each in media]}
    return Answer(told | ({"errors": errors} if errors else {}))


def remote_post(post: Post) -> RemotePost:
    """As the world sees it."""
    return RemotePost(
        remote_id=post.id,
        text=post.text,
        at=post.at,
        url=f"https://x.com/{post.author.username}/status/{post.id}",
        media=tuple(each.key for each in post.media),
        alts=tuple(each.alt for each in post.media),
        parent=post.parent,
    )


def short(post: Post) -> dict[str, Any]:
    """The text that everybody sees first, and its addresses; of a long post the beginning."""
    text = post.text if counting.counted(post.text).length <= rules.SHORT else post.text[: rules.SHORT - 1] + "…"
    return _rendered(post, text)


def _shown(call: Call, post: Post) -> dict[str, Any]:
    whole = short(post)
    every: dict[str, Any] = {
        "created_at": post.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{post.at.microsecond // 1000:03d}Z",
        "conversation_id": post.root,
        "entities": {"urls": whole["urls"]} if whole["urls"] else None,
        "attachments": {"media_keys": [each.key for each in post.media]} if post.media else None,
        "public_metrics": _public(call, post),
        "non_public_metrics": _private(call.state, post),
        "referenced_tweets": [{"type": "replied_to", "id": post.parent}] if post.parent else None,
        "note_tweet": _note(post),
    }
    asked = _asked(call) | ({"referenced_posts"} & set(call.request.query.get("expansions", "").split(",")))
    told = {_word(call, name): value for name, value in every.items() if value is not None}
    kept = {name: value for name, value in told.items() if name in asked}
    return {"id": post.id, "text": whole["text"], f"edit_history_{call.state.words}_ids": [post.id], **kept}


def _note(post: Post) -> dict[str, Any] | None:
    if counting.counted(post.text).length <= rules.SHORT:
        return None
    whole = _rendered(post, post.text)
    return {"text": whole["text"], "entities": {"urls": whole["urls"]}}


def _rendered(post: Post, text: str) -> dict[str, Any]:
    """t.co for every address, three characters as in HTML, and one more address for media."""
    shown, listed, place = "", [], 0
    for url in urls.find(text):
        shown += _escaped(text[place : url.start])
        expanded = url.text if url.text.lower().startswith("http") else f"http://{url.text}"
        listed.append({**_placed(shown, post, url.text), "expanded_url": expanded, "display_url": url.text})
        shown += listed[-1]["url"]
        place = url.end
    shown += _escaped(text[place:])
    for medium in post.media[:1]:
        shown += " " if shown else ""
        kind = "photo" if medium.category == "tweet_image" else "video"
        expanded = f"https://x.com/{post.author.username}/status/{post.id}/{kind}/1"
        listed.append({**_placed(shown, post, medium.key), "expanded_url": expanded, "media_key": medium.key})
        shown += listed[-1]["url"]
    return {"text": shown, "urls": listed}


def _placed(before: str, post: Post, what: str) -> dict[str, Any]:
    slug = hashlib.sha256(f"{post.id}:{what}".encode()).hexdigest()[:10]
    return {"url": f"https://t.co/{slug}", "start": len(before), "end": len(before) + len("https://t.co/") + len(slug)}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _public(call: Call, post: Post) -> dict[str, int]:
    state = call.state
    likes, hours = _grown(state, post.id, "likes", post.at, 40), _grown(state, post.id, "views", post.at, 900)
    replies = sum(1 for each in state.posts.values() if each.parent == post.id)
    return {
        "impression_count": hours + likes * 10,
        "like_count": likes,
        "reply_count": replies + likes // 8,
        _word(call, "retweet_count"): likes // 6,
        "quote_count": likes // 20,
        "bookmark_count": likes // 10,
    }


def _private(state: State, post: Post) -> dict[str, int]:
    clicks = _grown(state, post.id, "clicks", post.at, 25)
    return {"url_link_clicks": clicks, "user_profile_clicks": clicks // 4, "engagements": clicks * 2}


def _medium(state: State, key: str, category: str, at: datetime) -> dict[str, Any]:
    shown: dict[str, Any] = {"media_key": key, "type": {"tweet_image": "photo", "tweet_gif": "animated_gif"}.get(category, "video")}
    return shown if category == "tweet_image" else shown | {"public_metrics": {"view_count": _grown(state, key, "views", at, 300)}}


def _grown(state: State, thing: str, figure: str, since: datetime, most: int) -> int:
    """A figure that grows with age towards a height of its own."""
    height = int(hashlib.sha256(f"{state.seed}:{thing}:{figure}".encode()).hexdigest()[:6], 16) % most + 1
    age = max((state.clock.now() - since) / timedelta(hours=1), 0.0)
    return int(height * age / (age + 12))


def _followers(state: State, user: str) -> int:
    return 800 + int(hashlib.sha256(f"{state.seed}:{user}".encode()).hexdigest()[:4], 16) % 500


def _may_see(call: Call, post: Post) -> bool:
    return post.author == call.user and call.state.clock.now() - post.at < _PRIVATE_FOR


def _asked(call: Call) -> set[str]:
    return set(call.request.query.get(f"{call.state.words}.fields", "").split(","))


def _check_words(call: Call) -> None:
    """A server knows one of the two vocabularies only."""
    unknown = "post.fields" if call.state.words == "tweet" else "tweet.fields"
    if unknown in call.request.query:
        known = f"[user.fields,media.fields,{call.state.words}.fields]"
        raise invalid(f"The query parameter [{unknown}] is not one of {known}", **{unknown: [call.request.query[unknown]]})


def _word(call: Call, older: str) -> str:
    newer: Mapping[str, str] = _NEWER if call.state.words == "post" else {}
    return newer.get(older, older)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
