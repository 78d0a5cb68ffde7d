"""A small Mastodon for demo, rehearsal and tests: it checks tokens, scopes, limits and parameters, and keeps what was posted.

Named so, and not `stand_in`, because a module of a hook's name would take the hook's place in the package.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from evenly.plugin import Credentials, RemotePost, StandInAccount
from evenly_mastodon import servers
from evenly_mastodon.standing_in import consenting, describing, limiting, posting, rendering, wsgi
from evenly_mastodon.standing_in.calling import Call, authorised, bearer
from evenly_mastodon.standing_in.state import HOST, Kind, Person, State, Token
from evenly_mastodon.standing_in.wsgi import Answer, Refusal, Request

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from evenly.plugin import Clock

_SCOPES = frozenset({"read:accounts", "read:statuses", "write:statuses", "write:media"})
_PEOPLE = (("atelier", "Atelier Lumière"), ("studio", "Studio Lumière"))
_ID = r"([A-Za-z0-9]+)"
_ROUTES: tuple[tuple[str, str, str | None, Callable[[Call], Answer]], ...] = (  # method, path, the scope that is needed, the route
    ("GET", r"/api/v[12]/instance", None, describing.instance),
    ("GET", r"/\.well-known/webfinger", None, describing.webfinger),
    ("POST", r"/api/v1/apps", None, consenting.register),
    ("GET", r"/oauth/authorize", None, consenting.consent_page),
    ("POST", r"/oauth/authorize", None, consenting.decide),
    ("POST", r"/oauth/token", None, consenting.trade),
    ("POST", r"/oauth/revoke", None, consenting.revoke),
    ("GET", r"/api/v1/accounts/verify_credentials", "read:accounts", describing.who),
    ("GET", rf"/api/v1/accounts/{_ID}/statuses", "read:statuses", posting.listed),
    ("POST", r"/api/v[12]/media", "write:media", posting.upload),
    ("GET", rf"/api/v1/media/{_ID}", "write:media", posting.media),
    ("POST", r"/api/v1/statuses", "write:statuses", posting.create),
    ("GET", r"/api/v1/statuses", "read:statuses", posting.several),
    ("GET", rf"/api/v1/statuses/{_ID}", "read:statuses", posting.status),
    ("GET", rf"/api/v1/statuses/{_ID}/source", "read:statuses", posting.source),
    ("DELETE", rf"/api/v1/statuses/{_ID}", "write:statuses", posting.delete),
)


class Server:
    """One server with two accounts.

    `kind="gotosocial"` behaves as that server was seen to: other status codes and ids, keys ignored, links counted in full.
    `processing` is how long a video or animation is worked on. `ignores_key` makes a Mastodon that forgets its keys.
    """

    def __init__(
        self,
        clock: Clock,
        seed: int,
        *,
        kind: Kind = "mastodon",
        processing: timedelta = timedelta(seconds=8),
        ignores_key: bool = False,
        characters: int | None = None,
    ) -> None:
        mastodon = kind == "mastodon"
        self.state = State(
            clock=clock,
            seed=seed,
            kind=kind,
            processing=processing if mastodon else timedelta(0),
            keeps_keys=mastodon and not ignores_key,
            rules=servers.Rules(mastodon=mastodon, version="4.5.1" if mastodon else "0.20.1", link=23 if mastodon else 25),
            characters=characters or (500 if mastodon else 5_000),
            attachments=4 if mastodon else 6,
        )
        self.accounts: Sequence[StandInAccount] = [self._person(name, title) for name, title in _PEOPLE]
        self.app: WSGIApplication = self._serve

    def public(self) -> list[RemotePost]:
        """Everything that was posted and not deleted, oldest first; posts for followers or those named, too: they are out as well."""
        with self.state.lock:
            return [rendering.remote_post(note) for note in self.state.notes.values()]

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self.state.lock:
            request = wsgi.request(environ)
            answer = self._answer(request)
            headers = {"Content-Type": answer.content_type, "Date": format_datetime(self.state.clock.now(), usegmt=True), **answer.headers}
        body = answer.body
        headers["Content-Length"] = str(len(body))
        start_response(f"{answer.status.value} {answer.status.phrase}", list(headers.items()))
        return [body]

    def _person(self, username: str, title: str) -> StandInAccount:
        person = Person(self.state.new_id(), username, title, self.state.clock.now() - timedelta(days=400))
        self.state.people.append(person)
        held = self.state.secret("token")
        self.state.tokens[held] = Token(person, _SCOPES, "evenly")
        return StandInAccount(
            settings={"instance": f"https://{HOST}"}, credentials=Credentials(access_token=held), name=f"@{username}@{HOST}"
        )

    def _answer(self, request: Request) -> Answer:
        if self.state.kind == "gotosocial" and not request.headers.get("user-agent"):
            return Answer({"error": "I'm a teapot: no user-agent sent with request"}, HTTPStatus.IM_A_TEAPOT)
        try:
            counted = limiting.count(self.state, request.headers.get("authorization", "-"), request)
            answer = self._routed(request)
        except Refusal as refusal:
            return refusal.answer
        answer.headers = counted | answer.headers
        return answer

    def _routed(self, request: Request) -> Answer:
        fitting = [(method, match, scope, route) for method, path, scope, route in _ROUTES if (match := re.fullmatch(path, request.path))]
        for method, match, scope, route in fitting:
            if method == request.method:
                call = Call(self.state, request, match.groups(), bearer(self.state, request))
                if scope is not None:
                    authorised(call, scope)
                return route(call)
        raise Refusal(HTTPStatus.METHOD_NOT_ALLOWED if fitting else HTTPStatus.NOT_FOUND, "Not Found")
