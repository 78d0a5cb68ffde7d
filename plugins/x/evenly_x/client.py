"""tweepy's client, sending through `Http`: its own has a fixed host, no time-outs and logs tokens.

Imported only where a call is made: tweepy takes long to load. https://docs.tweepy.org/en/stable/client.html
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
import requests
import tweepy  # type: ignore[import-untyped,unused-ignore]  # tweepy has no types

from evenly_x import api, authorising, refusals, vocabulary

if TYPE_CHECKING:
    from evenly.plugin import Account, Http


class Client(tweepy.Client):  # type: ignore[misc,unused-ignore]  # tweepy has no types
    """One account's client for one step; every method gives back the whole `httpx.Response`.

    `once`: the call is the visible one. `more` are fields of a new post that tweepy does not know.
    """

    def __init__(self, account: Account, http: Http, *, once: bool = False, more: Mapping[str, Any] | None = None) -> None:
        super().__init__(return_type=requests.Response)  # which tweepy takes for: do not read the answer
        self.names = vocabulary.of(account)
        self._account = account
        self._http = http
        self._once = once
        self._more = dict(more or {})

    def request(
        self,
        method: str,
        route: str,
        params: Mapping[str, Any] | None = None,
        json: Mapping[str, Any] | None = None,
        user_auth: bool = False,  # noqa: ARG002 - tweepy says so; the account's settings decide
    ) -> httpx.Response:
        """Send what tweepy has put together; with the other words where the server does not know these."""
        try:
            return self._sent(method, route, params, json)
        except refusals.UnknownWords:
            self.names = vocabulary.other(self.names)
            return self._sent(method, route, params, json)

    def _sent(self, method: str, route: str, params: Mapping[str, Any] | None, json: Mapping[str, Any] | None) -> httpx.Response:
        body = None if json is None else _with(json, self._more)
        request = httpx.Request(method, f"{api.HOST}{route}", params=vocabulary.worded(params or {}, self.names), json=body)
        request = authorising.authorise(request, self._account, self._http.clock.now())
        if self._once:
            return refusals.unless_unpaid(self._http.send_once(request, accept={HTTPStatus.PAYMENT_REQUIRED}))
        accepted = {HTTPStatus.NOT_FOUND} if method == "DELETE" else set()
        return self._http.send_repeatable(request, accept=accepted)


def _with(json: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The body with `more`; who is tagged belongs to the media."""
    body = {**json, **more}
    if tagged := body.pop("tagged_user_ids", None):
        body["media"] = {**body.get("media", {}), "tagged_user_ids": tagged}
    return body
