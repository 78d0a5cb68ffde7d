"""One call of one route."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from evenly_mastodon.standing_in.state import State, Token
from evenly_mastodon.standing_in.wsgi import Refusal, Request


@dataclass(frozen=True)
class Call:
    """The request, what stood in the address, and in whose name it was made."""

    state: State
    request: Request
    ids: tuple[str, ...]
    bearer: Token | None

    @property
    def id(self) -> str:
        return self.ids[0]

    @property
    def token(self) -> Token:
        if self.bearer is None:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "The access token is invalid")
        return self.bearer


def authorised(call: Call, scope: str) -> None:
    """Raises `Refusal` for a missing or unknown token (401) and for a missing scope (403)."""
    if not {scope, scope.partition(":")[0]} & call.token.scopes:
        raise Refusal(HTTPStatus.FORBIDDEN, "This action is outside the authorized scopes")


def bearer(state: State, request: Request) -> Token | None:
    return state.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
