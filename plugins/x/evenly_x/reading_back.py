"""Is a post of the account the part whose answer was lost?

The keys of uploaded media are the surest sign; without them the words decide, links as they were typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote

from evenly.plugin import Absent, CannotTell, Found, RemotePost
from evenly.plugin.match import CLOCKS_DIFFER, normalised, not_before
from evenly_x import answers, composing, timeline, urls
from evenly_x.composing import Draft

if TYPE_CHECKING:
    from datetime import datetime

    from evenly.plugin import Account, Http, Part, Prepared, Published

_SOON = timedelta(minutes=1)
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


def find(
    account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], first_attempt: datetime, http: Http
) -> Found | Absent | CannotTell:
    """Read everything since the first attempt, and judge."""
    since = not_before(first_attempt)
    reading = timeline.own_posts(account, since, http)
    behind = http.clock.now() - (http.server_time or http.clock.now())
    if behind > CLOCKS_DIFFER / 2:  # by X's clock the attempt was made earlier
        since -= behind
        reading = timeline.own_posts(account, since, http)
    posts = [post for post in (answers.remote_post(each, account) for each in reading.posts) if post is not None]
    known = {each.remote_id for each in thread}
    sent = composing.draft(part, prepared, thread)
    certain, unsure = judged([each for each in posts if each.at >= since and each.remote_id not in known], sent)
    if len(certain) == 1:
        return Found(answers.as_published(certain[0].remote_id, account, part, sent.parent))
    if certain or unsure:  # several that fit: a person decides
        return CannotTell()
    return Absent() if reading.complete else CannotTell(_SOON)


def judged(posts: Sequence[RemotePost], sent: Draft) -> tuple[list[RemotePost], list[RemotePost]]:
    """The posts that are the part for certain, and those of which nobody can tell."""
    fitting = [each for each in posts if each.parent == sent.parent and len(each.media) == len(sent.media)]
    by_media = [each for each in fitting if sent.media_keys and set(each.media) == set(sent.media_keys)]
    if by_media:
        return by_media, []
    same = [each for each in fitting if comparable(each.text) == comparable(sent.text)]
    return (same, []) if sent.text.strip() else ([], same)


def comparable(text: str) -> str:
    """What stays the same when X shows a text: addresses may get a scheme, a slash or escapes, and three characters are as in HTML."""
    while (plain := answers.unescaped(text)) != text:
        text = plain
    pieces, place = [], 0
    for url in urls.find(text):
        pieces += [text[place : url.start], unquote(_SCHEME.sub("", url.text)).rstrip("/").lower()]
        place = url.end
    return normalised("".join([*pieces, text[place:]]))
