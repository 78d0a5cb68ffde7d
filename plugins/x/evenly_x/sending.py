"""The one visible call: https://docs.x.com/x-api/posts/create-post"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from evenly.plugin import Message, TryLater
from evenly_x import answers, composing, refusals

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from evenly.plugin import Account, Http, Part, Prepared, Published

#: For so long a post of ours may be unknown to those servers of X that are asked about it next.
_NEW = timedelta(minutes=1)
_A_MOMENT = timedelta(seconds=5)


def send(account: Account, part: Part, prepared: Prepared, thread: Sequence[Published], http: Http) -> Published:
    """Publish the part, once."""
    from evenly_x.client import Client

    sent = composing.draft(part, prepared, thread)
    client = Client(account, http, once=True, more=sent.more)
    try:
        response = client.create_tweet(**sent.arguments())
    except refusals.NotVisible as refused:
        if sent.parent is not None and http.clock.now() - _made_at(thread, sent.parent) < _NEW:
            said = Message("X does not yet know the post that this one answers.")
            raise TryLater(_A_MOMENT, message=said) from refused
        raise
    return answers.published(response, account, part, sent.parent)


def _made_at(thread: Sequence[Published], parent: str) -> datetime:
    known = next((each.at for each in thread if each.remote_id == parent), None)
    return known or answers.made_at(parent)
