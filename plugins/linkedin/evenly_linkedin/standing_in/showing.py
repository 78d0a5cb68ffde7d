"""The stand-in's routes for roles, names and figures. Figures only grow, fast at first, and are the same for the same seed."""

from __future__ import annotations

import math
import re
import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly_linkedin.standing_in.consent import MEMBER, PAGES
from evenly_linkedin.standing_in.wsgi import Answer, Refusal, Request

if TYPE_CHECKING:
    from evenly_linkedin.standing_in.consent import Grant
    from evenly_linkedin.standing_in.gate import Gate
    from evenly_linkedin.standing_in.world import Post, World

_DAYS = re.compile(r"\(timeRange:\(start:(\d+),end:(\d+)\),timeGranularityType:(DAY|MONTH)\)")
_ENTITY = re.compile(r"\((share|ugc):(urn%3Ali%3A(?:share|ugcPost)%3A\d+)\)")
_COUNTED = {"impressionCount": 900, "uniqueImpressionsCount": 600, "clickCount": 40, "likeCount": 60, "commentCount": 9, "shareCount": 12}
_QUERIES = {"IMPRESSION": 900, "MEMBERS_REACHED": 600, "REACTION": 60, "COMMENT": 9, "RESHARE": 12}
_NEWER_QUERIES = {"POST_SAVE": 8, "LINK_CLICKS": 40}  # since version 202604
_SILENT = timedelta(minutes=30)  #: so young, a post has no activity


class Showing:
    def __init__(self, world: World, gate: Gate, seed: int) -> None:
        self._world = world
        self._gate = gate
        self._seed = seed

    def roles(self, request: Request, grant: Grant) -> Answer:
        self._gate.administers(grant, "organizationAcls.FINDER-roleAssignee")
        if request.one("q") != "roleAssignee":
            raise Refusal(400, "INVALID_FINDER", "No such finder")
        start, count = request.number("start", 0), request.number("count", 10)
        every = [{"organization": urn, "role": told[2], "state": "APPROVED", "roleAssignee": MEMBER} for urn, told in PAGES.items()]
        return Answer({"elements": every[start : start + count], "paging": {"start": start, "count": count, "links": []}})

    def organisation(self, grant: Grant, number: str) -> Answer:
        self._gate.administers(grant, "organizations.GET")
        told = PAGES.get(f"urn:li:organization:{number}")
        if told is None:
            raise Refusal(404, "NOT_FOUND", "No such organization")
        return Answer({"id": int(number), "localizedName": told[0], "vanityName": told[1]})

    def followers(self, request: Request, grant: Grant, urn: str) -> Answer:
        self._gate.administers(grant, "networkSizes.GET")
        if request.one("edgeType") != "COMPANY_FOLLOWED_BY_MEMBER" or urn not in PAGES:
            raise Refusal(404, "NOT_FOUND", "No such edge")
        return Answer({"firstDegreeSize": 4_321 + self._seed})

    def statistics(self, request: Request, grant: Grant) -> Answer:
        """Of posts, without those that have no activity; or of the page, day by day."""
        self._gate.administers(grant, "organizationalEntityShareStatistics.FINDER-organizationalEntity")
        page = request.one("organizationalEntity")
        asked = [name for name in ("shares", "ugcPosts", "timeIntervals") if name in request.query]
        if request.one("q") != "organizationalEntity" or page not in PAGES or len(asked) != 1:
            raise Refusal(400, "INVALID_FINDER", "Give one of shares, ugcPosts and timeIntervals")
        if asked == ["timeIntervals"]:
            return Answer({"elements": self._by_day(page, request.query["timeIntervals"])})
        field = asked[0][:-1]
        elements = [{"organizationalEntity": page, field: urn, **told} for urn in request.listed(asked[0]) for told in self._of(page, urn)]
        return Answer({"elements": elements, "paging": {"start": 0, "count": 10, "links": []}})

    def _of(self, page: str, urn: str) -> list[dict[str, Any]]:
        post = self._world.posts.get(urn)
        if post is not None and post.author != page:
            raise Refusal(403, "ACCESS_DENIED", "A share of another organization", serviceErrorCode=100)
        if post is None or post.deleted or self._age(post) < _SILENT:
            return []
        return [{"totalShareStatistics": {name: self._grown(post, name, most) for name, most in _COUNTED.items()} | {"engagement": 0.06}}]

    def _by_day(self, page: str, intervals: str) -> list[dict[str, Any]]:
        asked = _DAYS.fullmatch(intervals)
        if asked is None:
            raise Refusal(400, "INVALID_VALUE_FOR_FIELD", "Parameter 'timeIntervals' is invalid")
        start, end = (datetime.fromtimestamp(int(each) / 1000, UTC) for each in asked.groups()[:2])
        days = range((end - start).days)
        return [{"organizationalEntity": page, "totalShareStatistics": self._day(page, start + timedelta(days=each))} for each in days]

    def _day(self, page: str, day: datetime) -> dict[str, int]:
        return {name: self._drawn(f"{page}{day:%Y%m%d}{name}", most // 10) for name, most in _COUNTED.items()}

    # ── a member ──

    def member_statistics(self, request: Request, grant: Grant, version: str) -> Answer:
        self._gate.analyses(grant, "r_member_postAnalytics", "memberCreatorPostAnalytics.FINDER-entity")
        known = _QUERIES | (_NEWER_QUERIES if version >= "202604" else {})
        query = request.one("queryType")
        if query not in known or request.one("aggregation") != "TOTAL":
            raise Refusal(400, "INVALID_VALUE_FOR_FIELD", f"queryType {query} is not known")
        post = self._entity(request)
        return Answer({"elements": [{"count": self._grown(post, query, known[query]), "metricType": query}]})

    def member_followers(self, request: Request, grant: Grant) -> Answer:
        self._gate.analyses(grant, "r_member_profileAnalytics", "memberFollowersCount.FINDER-me")
        if request.one("q") != "me":
            raise Refusal(400, "INVALID_FINDER", "No such finder")
        return Answer({"elements": [{"memberFollowersCount": 812 + self._seed}]})

    # ── videos ──

    def page_plays(self, request: Request, grant: Grant) -> Answer:
        post = self._world.post(request.one("entity"))
        self._gate.reads(grant, post.author, "videoAnalytics.FINDER-entity")
        return Answer({"elements": [{"entity": post.urn, "value": self._grown(post, request.one("type"), 300)}]})

    def member_plays(self, request: Request, grant: Grant) -> Answer:
        self._gate.analyses(grant, "r_member_postAnalytics", "memberCreatorVideoAnalytics.FINDER-entity")
        return Answer({"elements": [{"count": self._grown(self._entity(request), request.one("queryType"), 300)}]})

    def _entity(self, request: Request) -> Post:
        asked = _ENTITY.fullmatch(request.query.get("entity", ""))
        if asked is None or request.one("q") != "entity":
            raise Refusal(400, "INVALID_VALUE_FOR_FIELD", "Parameter 'entity' is invalid")
        post = self._world.post(asked[2].replace("%3A", ":"))
        if (asked[1] == "ugc") is not (":ugcPost:" in post.urn):
            raise Refusal(400, "INVALID_URN_TYPE", "The entity is of another kind")
        return post

    def _grown(self, post: Post, name: str, most: int) -> int:
        grown = 1 - math.exp(-max(self._age(post) / timedelta(hours=20), 0.0))
        return int(self._drawn(f"{post.text}{name}", most) * grown)

    def _drawn(self, what: str, most: int) -> int:
        return zlib.crc32(f"{self._seed}:{what}".encode()) % (most + 1)

    def _age(self, post: Post) -> timedelta:
        return self._world.clock.now() - post.at
