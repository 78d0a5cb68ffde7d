"""Routes that make posts and take them away, as strict as X is said to be."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from evenly.plugin.match import same_text
from evenly_x import counting, rules
from evenly_x.standing_in import showing, uploading
from evenly_x.standing_in.calling import Call
from evenly_x.standing_in.state import Post, Upload
from evenly_x.standing_in.wsgi import Answer, Problem, forbidden, invalid, problem

#: X does not say for how long it refuses an equal text.
REFUSED_AGAIN = timedelta(hours=24)
_FIELDS = {
    *("text", "media", "poll", "reply", "quote_tweet_id", "reply_settings", "geo", "community_id", "share_with_followers"),
    *("made_with_ai", "paid_partnership"),
}
_WHO_REPLIES = {"following", "mentionedUsers", "subscribers", "verified"}
_CASHTAG = re.compile(r"(?<!\w)\$[A-Za-z]{1,6}\b")
_MOST_PICTURES, _LONGEST_CHOICE = 4, 25
_CHOICES, _MINUTES = range(2, 5), range(5, 10_081)


def create(call: Call) -> Answer:
    """`POST /2/tweets`"""
    said, state = call.request.json, call.state
    _check_shape(said)
    text, media = str(said.get("text") or ""), _attached(call, said)
    _check_text(call, text)
    if not (text or media):
        raise invalid("You must provide text or media", text=[text])
    parent = _parent(call, said)
    if text and any(_is_recent(call, each) and same_text(each.text, text) for each in _own(call)):
        raise forbidden("You are not allowed to create a Tweet with duplicate content.")
    remote_id = state.new_id()
    root = parent.root if parent is not None else remote_id
    post = Post(remote_id, call.user, state.clock.now(), text, parent.id if parent else None, root, media, said)
    state.posts[post.id] = post
    shown = {"id": post.id, "text": showing.short(post)["text"], f"edit_history_{state.words}_ids": [""]}
    return Answer({"data": shown}, HTTPStatus.CREATED)


def delete(call: Call) -> Answer:
    """`DELETE /2/tweets/{id}`"""
    post = call.state.posts.get(call.ids[0])
    if post is None:
        raise problem(HTTPStatus.NOT_FOUND, f"Could not find tweet with id: [{call.ids[0]}].", kind="resource-not-found")
    if post.author != call.user:
        raise forbidden("You are not authorized to delete this Tweet.")
    del call.state.posts[post.id]
    return Answer({"data": {"deleted": True}})


def _check_shape(said: dict[str, Any]) -> None:
    if unknown := sorted(set(said) - _FIELDS):
        raise invalid(f"$.{unknown[0]}: is not defined in the schema and the schema does not allow additional properties")
    if sum(1 for name in ("media", "poll", "quote_tweet_id") if name in said) > 1:
        raise invalid("media, poll and quote_tweet_id are mutually exclusive")
    if said.get("reply_settings", "following") not in _WHO_REPLIES:
        raise invalid("reply_settings is not valid", reply_settings=[str(said["reply_settings"])])
    if "poll" in said and not _is_poll(said["poll"]):
        raise invalid("poll is not valid", poll=[])
    if "quote_tweet_id" in said:
        raise forbidden("Quoting this post is not allowed because you have not been mentioned or are not part of the conversation thread.")


def _is_poll(poll: dict[str, Any]) -> bool:
    choices = poll.get("options", [])
    return (
        len(choices) in _CHOICES and all(0 < len(each) <= _LONGEST_CHOICE for each in choices) and poll.get("duration_minutes") in _MINUTES
    )


def _check_text(call: Call, text: str) -> None:
    longest = rules.LONG if call.user.subscription != "None" else rules.SHORT
    counted = counting.counted(text)
    if counted.length > longest:
        raise invalid(
            "Your Tweet text is too long. For more information on how Twitter determines text length see "
            "https://github.com/twitter/twitter-text.",
        )
    if not counted.valid:
        raise invalid("Your Tweet text contains an invalid character.")
    if len(_CASHTAG.findall(text)) > 1:
        raise forbidden("Posts can have a maximum of one cashtag.")


def _attached(call: Call, said: dict[str, Any]) -> list[Upload]:
    ids = said.get("media", {}).get("media_ids", [])
    uploads = [call.state.uploads.get(each) for each in ids]
    found = [each for each in uploads if each is not None and _is_usable(call, each)]
    others = [each for each in found if each.category != "tweet_image"]
    if len(found) != len(ids) or len(ids) > _MOST_PICTURES or len(set(ids)) != len(ids) or (others and len(found) > 1):
        raise problem(HTTPStatus.BAD_REQUEST, "Your media IDs are invalid.", kind="invalid-request", title="Invalid Request")
    return found


def _is_usable(call: Call, upload: Upload) -> bool:
    now = call.state.clock.now()
    return upload.owner == call.user and upload.ready_at is not None and upload.ready_at <= now <= upload.at + uploading.KEPT


def _parent(call: Call, said: dict[str, Any]) -> Post | None:
    if "reply" not in said:
        return None
    parent = call.state.posts.get(str(said["reply"].get("in_reply_to_tweet_id")))
    if parent is None or parent.at + call.state.unseen > call.state.clock.now():
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    if parent.author != call.user:
        raise _stranger()
    return parent


def _stranger() -> Problem:
    return forbidden(
        "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you "
        "are replying to."
    )


def _own(call: Call) -> list[Post]:
    return [each for each in call.state.posts.values() if each.author == call.user]


def _is_recent(call: Call, post: Post) -> bool:
    return call.state.clock.now() - post.at < REFUSED_AGAIN
