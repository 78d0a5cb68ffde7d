"""A second look after a refusal of the visible call: the same status may have several causes, and the words are translated."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from evenly.plugin import Duplicate, Message, NetworkError, PostRejected, PrepareAgain, SignInNeeded, TryLater
from evenly_mastodon import answers, api, servers
from evenly_mastodon.refusals import Forbidden, Refused

if TYPE_CHECKING:
    from evenly.plugin import Account, Http
    from evenly_mastodon.composing import Status

_STILL_WORKING = timedelta(seconds=5)


def cause(account: Account, sent: Status, refused: Refused | Forbidden, http: Http) -> NetworkError:
    """What the refusal of `sent` really means. `PrepareAgain` may also mean that an earlier attempt has used the uploads."""
    if isinstance(refused, Forbidden):
        return _forbidden(account, refused, http)
    if refused.status == HTTPStatus.NOT_FOUND:
        return _missing(account, sent, refused, http)
    return _media(account, sent, http) or refused


def _forbidden(account: Account, refused: Forbidden, http: Http) -> NetworkError:
    """A good sign-in that has the scope was refused for what it sent: a parent or media of others, a suspension."""
    if not _may_write(account):
        return refused
    try:
        http.send_repeatable(api.who(account))
    except SignInNeeded:
        return refused
    return PostRejected(refused.message)


def _may_write(account: Account) -> bool:
    scopes = account.credentials.scopes if account.credentials else ()
    return bool({"write", "write:statuses"} & set(scopes))


def _missing(account: Account, sent: Status, refused: Refused, http: Http) -> NetworkError:
    """Either the parent is gone, or the key belongs to a post that was published and then deleted."""
    if sent.parent and answers.is_gone(http.send_repeatable(api.status(account, sent.parent), accept={HTTPStatus.NOT_FOUND})):
        return PostRejected(Message("The post that this part answers is gone; the thread stops here."))
    if servers.rules(account).mastodon:
        return Duplicate(message=Message("This was published already and has been deleted since; it is not published again."))
    return refused


def _media(account: Account, sent: Status, http: Http) -> NetworkError | None:
    accept = {HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_FOUND}
    states = {http.send_repeatable(api.media(account, each), accept=accept).status_code for each in sent.media}
    if HTTPStatus.PARTIAL_CONTENT in states:
        return TryLater(_STILL_WORKING, message=Message("The server is still working on the media."))
    if HTTPStatus.NOT_FOUND in states:
        return PrepareAgain()
    return None
