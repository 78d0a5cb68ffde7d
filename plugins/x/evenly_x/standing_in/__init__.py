"""A small X for demo, rehearsal and tests: it checks tokens, scopes, weighted lengths and equal texts, and keeps what was posted.

Named so, and not `stand_in`, because a module of a hook's name would take the hook's place in the package.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from evenly.plugin import Credentials, RemotePost, StandInAccount
from evenly_x.api import SCOPES
from evenly_x.authorising import SECRET
from evenly_x.standing_in import consenting, limiting, posting, showing, signatures, uploading, wsgi
from evenly_x.standing_in.calling import Call, caller
from evenly_x.standing_in.state import State, User
from evenly_x.standing_in.wsgi import Answer, Problem, Request, problem

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from evenly.plugin import Clock
    from evenly_x.vocabulary import Words

_ID = r"([0-9]{1,19})"
_READ, _MEDIA = frozenset({"tweet.read", "users.read"}), frozenset({"media.write"})
_WRITE = _READ | {"tweet.write"}
_OPEN: dict[tuple[str, str], Callable[[State, Request], Answer]] = {
    ("GET", "/i/oauth2/authorize"): consenting.consent_page,
    ("POST", "/i/oauth2/authorize"): consenting.decide,
    ("POST", "/2/oauth2/token"): consenting.token,
    ("POST", "/2/oauth2/revoke"): consenting.revoke,
    ("POST", "/oauth/request_token"): signatures.request_token,
    ("GET", "/oauth/authorize"): signatures.consent_page,
    ("POST", "/oauth/authorize"): signatures.decide,
    ("POST", "/oauth/access_token"): signatures.access_token,
}
_ROUTES: tuple[tuple[str, str, frozenset[str], str, Callable[[Call], Answer]], ...] = (  # method, path, scopes, counter, route
    ("GET", r"/2/users/me", _READ, "me", showing.me),
    ("GET", rf"/2/users/{_ID}/tweets", _READ, "timeline", showing.timeline),
    ("GET", r"/2/tweets", _READ, "posts", showing.several),
    ("POST", r"/2/tweets", _WRITE, "create", posting.create),
    ("DELETE", rf"/2/tweets/{_ID}", _WRITE, "delete", posting.delete),
    ("POST", r"/2/media/upload/initialize", _MEDIA, "media", uploading.initialize),
    ("POST", rf"/2/media/upload/{_ID}/append", _MEDIA, "media", uploading.append),
    ("POST", rf"/2/media/upload/{_ID}/finalize", _MEDIA, "media", uploading.finalize),
    ("GET", r"/2/media/upload", _MEDIA, "media", uploading.status),
    ("POST", r"/2/media/metadata", _MEDIA, "media", uploading.describe),
)


class XStandIn:
    """X with two accounts, of which the second has long posts.

    `auth`: how its ready-made accounts sign in. `words`: which of its two vocabularies for reading it knows. `processing`: how long
    videos and animations are worked on; `unlisted`: how long new posts are missing from lists; `unseen`: how long they cannot be
    answered; `largest_piece`: of an upload. Ready-made tokens last as long as `tokens_live` says, by default for good, so that weeks
    can be rehearsed.
    """

    def __init__(
        self,
        clock: Clock,
        seed: int,
        *,
        auth: Literal["oauth2", "oauth1"] = "oauth2",
        words: Words = "tweet",
        processing: timedelta = timedelta(seconds=8),
        unlisted: timedelta = timedelta(0),
        unseen: timedelta = timedelta(0),
        largest_piece: int = 4 * 2**20,
        tokens_live: timedelta | None = None,
    ) -> None:
        self.state = State(clock, seed, words, processing, unlisted, unseen, largest_piece)
        self.state.users += [
            User("2244994945", "atelier_lumiere", "Atelier Lumière", "None"),
            User("2244994946", "studio_lumiere", "Studio Lumière", "Premium"),
        ]
        ready = self._signed if auth == "oauth1" else self._granted
        self.accounts: Sequence[StandInAccount] = [ready(user, tokens_live) for user in self.state.users]
        self.app: WSGIApplication = self._serve

    def public(self) -> list[RemotePost]:
        """Everything that was posted and not deleted, oldest first."""
        with self.state.lock:
            return [showing.remote_post(post) for post in self.state.posts.values()]

    def _granted(self, user: User, lives: timedelta | None) -> StandInAccount:
        access, renewing = consenting.ready_made(self.state, user, frozenset(SCOPES), lives)
        credentials = Credentials(
            access_token=access,
            refresh_token=renewing,
            expires_at=None if lives is None else self.state.clock.now() + lives,
            client_id=consenting.APP.client_id,
            client_secret=consenting.APP.client_secret,
            scopes=SCOPES,
        )
        return StandInAccount(settings={}, credentials=credentials, name=f"@{user.username}")

    def _signed(self, user: User, _lives: timedelta | None) -> StandInAccount:
        token, secret = signatures.ready_made(self.state, user)
        app = signatures.CONSUMER
        credentials = Credentials(access_token=token, client_id=app.client_id, client_secret=app.client_secret, extra={SECRET: secret})
        return StandInAccount(settings={"auth": "oauth1"}, credentials=credentials, name=f"@{user.username}")

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with self.state.lock:
            try:
                answer = self._answer(wsgi.request(environ))
            except Problem as refused:
                answer = refused.answer
            headers = {"Content-Type": answer.content_type, "Date": format_datetime(self.state.clock.now(), usegmt=True), **answer.headers}
        body = answer.body
        headers["Content-Length"] = str(len(body))
        start_response(f"{answer.status.value} {answer.status.phrase}", list(headers.items()))
        return [body]

    def _answer(self, request: Request) -> Answer:
        if (route := _OPEN.get((request.method, request.path))) is not None:
            return route(self.state, request)
        for method, path, scopes, counter, routed in _ROUTES:
            match = re.fullmatch(path, request.path)
            if match and method == request.method:
                user = caller(self.state, request, scopes)
                if not self.state.paid:
                    raise problem(
                        HTTPStatus.PAYMENT_REQUIRED, "Your enrolled account has no credits.", kind="credits", title="CreditsDepleted"
                    )
                counted = limiting.count(self.state, user.id, counter)
                answer = routed(Call(self.state, request, match.groups(), user))
                answer.headers = counted | answer.headers
                return answer
        raise problem(HTTPStatus.NOT_FOUND, "Not Found")
