"""A small LinkedIn: versions and headers, scopes and roles, uploads, posts, lists that lag, and its refusal of equal texts."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from evenly_linkedin.standing_in import wsgi
from evenly_linkedin.standing_in.consent import MEMBER, PAGES, Consent
from evenly_linkedin.standing_in.gate import Gate
from evenly_linkedin.standing_in.posting import Posting
from evenly_linkedin.standing_in.showing import Showing
from evenly_linkedin.standing_in.storing import Storing
from evenly_linkedin.standing_in.world import World
from evenly_linkedin.standing_in.wsgi import Answer, Denied, Refusal, Request

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from evenly.plugin import Clock, RemotePost, StandInAccount
    from evenly_linkedin.standing_in.consent import Grant

    Route = Callable[[Request, Grant, tuple[str, ...]], Answer]

_URN = r"(urn:li:[A-Za-z]+:[A-Za-z0-9_-]+)"


class LinkedInStandIn:
    """Two pages that a member publishes on, one that the member only sees, and the member.

    `member_first`: whose account comes first · `processing`: how long documents and videos are worked on · `unlisted`: how long new
    posts are missing from a page's list · `fresh`: how long nobody can comment on a new post · `dead`: versions that are switched off
    besides those whose year is over · `budget`: calls a day for one token · `partner`: whether the page's app gets refresh tokens ·
    `granted`, `withheld`: scopes that the apps have besides, or lack · `part_size`, `smallest_video`: of video uploads.
    """

    def __init__(
        self,
        clock: Clock,
        seed: int = 0,
        *,
        member_first: bool = False,
        processing: timedelta = timedelta(seconds=20),
        unlisted: timedelta = timedelta(minutes=1),
        fresh: timedelta = timedelta(0),
        dead: Collection[str] = (),
        budget: int = 10_000,
        partner: bool = True,
        granted: Collection[str] = (),
        withheld: Collection[str] = (),
        part_size: int = 4_194_304,
        smallest_video: int = 0,
    ) -> None:
        self.clock = clock
        self.world = World(clock, processing, unlisted)
        self.consent = Consent(clock, seed, partner, granted, withheld)
        gate = Gate()
        self._posting = Posting(self.world, gate, fresh=fresh)
        self._storing = Storing(self.world, gate, part_size=part_size, smallest_video=smallest_video)
        self._showing = Showing(self.world, gate, seed)
        authors = [*list(PAGES)[:2], MEMBER]
        self.accounts: Sequence[StandInAccount] = [self.consent.account(each) for each in (authors[::-1] if member_first else authors)]
        self.app: WSGIApplication = self._serve
        self._dead = frozenset(dead)
        self._budget = budget
        self._calls: dict[str, list[datetime]] = {}
        self._lock = threading.Lock()
        self._open = self._open_routes()
        self._rest = self._rest_routes()

    def public(self) -> list[RemotePost]:
        with self._lock:
            return sorted(self.world.public(), key=lambda each: each.at)

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = wsgi.request(environ)
        with self._lock:
            try:
                answer = self._answer(request)
            except (Refusal, Denied) as refused:
                answer = refused.answer
            date = format_datetime(self.clock.now().replace(microsecond=0), usegmt=True)
        body = answer.body
        headers = {"Content-Type": answer.content_type, "Content-Length": str(len(body)), "Date": date, "x-li-uuid": "FAKEuuid0000=="}
        reason = wsgi.REASONS.get(answer.status) or HTTPStatus(answer.status).phrase
        start_response(f"{answer.status} {reason}", list((headers | answer.headers).items()))
        return [body]

    def _answer(self, request: Request) -> Answer:
        for method, path, route in self._open:
            if method == request.method and path == request.path:
                return route(request)
        if found := re.fullmatch(r"/dms-uploads/([A-Za-z0-9]+)/uploaded-\w+/(\d+)", request.path):
            return self._storing.take(request, self.consent.grant(request), found[1], int(found[2]))
        if not request.path.startswith("/rest/"):
            raise Refusal(404, "NOT_FOUND", "No virtual resource found")
        self._check_headers(request)
        grant = self.consent.grant(request)
        self._count(request)
        for method, pattern, handle in self._rest:
            matched = re.fullmatch(f"/rest/{pattern}", request.path)
            if matched and method == request.method:
                return handle(request, grant, matched.groups())
        raise Refusal(404, "RESOURCE_NOT_FOUND", "No virtual resource found")

    def _check_headers(self, request: Request) -> None:
        """Every versioned call names its version and the protocol."""
        version = request.headers.get("linkedin-version", "")
        if not version:
            raise Refusal(
                400, "VERSION_MISSING", "A version must be present. Please specify a version by adding the LinkedIn-Version header."
            )
        if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", version) or version in self._dead or self._is_over(version):
            raise Refusal(426, "NONEXISTENT_VERSION", f"Requested version {version} is not active")
        if request.headers.get("x-restli-protocol-version") != "2.0.0":
            raise Refusal(400, "INVALID_REQUEST", "X-Restli-Protocol-Version must be 2.0.0")

    def _is_over(self, version: str) -> bool:
        return self.clock.now() >= datetime(int(version[:4]) + 1, int(version[4:]), 16, tzinfo=UTC)

    def _count(self, request: Request) -> None:
        """So many calls a day, from midnight to midnight (UTC); no header tells how many are left."""
        today = [each for each in self._calls.get(request.token, ()) if each.date() == self.clock.now().date()]
        self._calls[request.token] = [*today, self.clock.now()]
        if len(today) >= self._budget:
            raise Refusal(429, "TOO_MANY_REQUESTS", "Resource level throttle limit for calls to this resource is reached.")

    def _open_routes(self) -> list[tuple[str, str, Callable[[Request], Answer]]]:
        """Routes without a version, which look after tokens themselves."""
        consent = self.consent
        return [
            ("GET", "/oauth/v2/authorization", consent.page),
            ("POST", "/oauth/v2/authorization", consent.decide),
            ("POST", "/oauth/v2/accessToken", consent.trade),
            ("POST", "/oauth/v2/introspectToken", consent.inspect),
            ("POST", "/oauth/v2/revoke", consent.revoke),
            ("GET", "/v2/userinfo", consent.who),
        ]

    def _rest_routes(self) -> list[tuple[str, str, Route]]:
        posting, storing, showing = self._posting, self._storing, self._showing
        comments = f"socialActions/{_URN}/comments"
        return [
            ("POST", "posts", lambda request, grant, _: posting.create(request, grant)),
            ("GET", "posts", lambda request, grant, _: posting.listed(request, grant)),
            ("GET", f"posts/{_URN}", lambda _, grant, ids: posting.one(grant, ids[0])),
            ("DELETE", f"posts/{_URN}", lambda _, grant, ids: posting.delete(grant, ids[0])),
            ("POST", comments, lambda request, grant, ids: posting.comment(request, grant, ids[0])),
            ("GET", comments, lambda request, grant, ids: posting.comments(request, grant, ids[0])),
            ("DELETE", rf"{comments}/(\d+)", lambda request, grant, ids: posting.delete_comment(request, grant, ids[0], ids[1])),
            ("POST", "(images|documents|videos)", lambda request, grant, ids: storing.act(request, grant, ids[0])),
            ("GET", f"(?:images|documents|videos)/{_URN}", lambda request, grant, ids: storing.status(request, grant, ids[0])),
            ("GET", "organizationAcls", lambda request, grant, _: showing.roles(request, grant)),
            ("GET", r"organizations/(\d+)", lambda _, grant, ids: showing.organisation(grant, ids[0])),
            ("GET", f"networkSizes/{_URN}", lambda request, grant, ids: showing.followers(request, grant, ids[0])),
            ("GET", "organizationalEntityShareStatistics", lambda request, grant, _: showing.statistics(request, grant)),
            ("GET", "memberCreatorPostAnalytics", lambda request, grant, _: showing.member_statistics(request, grant, _version(request))),
            ("GET", "memberFollowersCount", lambda request, grant, _: showing.member_followers(request, grant)),
            ("GET", "videoAnalytics", lambda request, grant, _: showing.page_plays(request, grant)),
            ("GET", "memberCreatorVideoAnalytics", lambda request, grant, _: showing.member_plays(request, grant)),
        ]


def _version(request: Request) -> str:
    return request.headers["linkedin-version"]
