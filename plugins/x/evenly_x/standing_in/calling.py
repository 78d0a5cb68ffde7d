"""One call of one route, and in whose name it is made."""

from __future__ import annotations

from dataclasses import dataclass

from evenly_x.standing_in import signatures
from evenly_x.standing_in.state import State, User
from evenly_x.standing_in.wsgi import Request, forbidden


@dataclass(frozen=True)
class Call:
    """The request, what stood in the address, and whose token came with it."""

    state: State
    request: Request
    ids: tuple[str, ...]
    user: User


def caller(state: State, request: Request, scopes: frozenset[str]) -> User:
    """Whose request it is. Raises `Problem`: 401 for an unknown or ended token, 403 for a missing scope."""
    if signatures.is_signed(request):
        return signatures.signer(state, request)
    grant = state.grants.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    if grant is None or (grant.until is not None and grant.until <= state.clock.now()):
        raise signatures.unauthorized()
    if not scopes <= grant.scopes:
        raise forbidden("You are not permitted to use this endpoint: a required scope is missing.", "oauth2-permissions")
    return grant.user
