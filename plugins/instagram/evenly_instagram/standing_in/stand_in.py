"""A small Instagram, on both of its hosts: tokens and scopes, containers with a clock, lists, figures. Strict where Instagram is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from evenly_graph.stand_in import GraphApp, GraphError, Reply, asked_fields, listed
from evenly_instagram.standing_in.consent import Consent, Grant
from evenly_instagram.standing_in.fetching import fetch
from evenly_instagram.standing_in.showing import Showing
from evenly_instagram.standing_in.staging import stage
from evenly_instagram.standing_in.world import World, missing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from wsgiref.types import WSGIApplication

    from evenly.plugin import Clock, RemotePost
    from evenly_graph.stand_in import Call
    from evenly_instagram.profile import Login

_VERSION = re.compile(r"v\d+\.\d+")
_FETCHED = ("image_url", "video_url")


class InstagramStandIn(GraphApp):
    """Three professional profiles of one user; two of them are linked to a Page.

    `processing`: how long media are worked on · `unlisted`: how long new things are missing from lists · `again`: what a second publish
    of one container does · `total`: posts in 24 hours · `spam`: every publish works and is answered with 4/2207051 · `blind`: Page tokens
    do not find fresh things · `logins`: how the ready-made accounts have signed in · `declined`: scopes that the user refuses · `flat`:
    the other shape of the code's answer · `dead`: metric names that are gone · `budget`: calls a day for one profile.
    """

    def __init__(
        self,
        clock: Clock,
        seed: int = 0,
        *,
        processing: timedelta = timedelta(seconds=5),
        unlisted: timedelta = timedelta(0),
        again: Literal["refuse", "new"] = "refuse",
        total: int = 100,
        spam: bool = False,
        blind: bool = False,
        logins: Sequence[Login] = ("instagram", "facebook"),
        declined: Collection[str] = (),
        flat: bool = False,
        dead: Collection[str] = (),
        budget: int = 48_000,
    ) -> None:
        super().__init__(clock)
        self.world = World(clock, processing, unlisted, again, total)
        self.consent = Consent(clock, seed, tuple(logins), frozenset(declined), flat)
        self.showing = Showing(self.world, seed, frozenset(dead))
        self.accounts = self.consent.accounts()
        self.app: WSGIApplication = self
        self.spam, self.blind = spam, blind
        self._budget = budget
        self._calls: dict[str, list[datetime]] = {}

    def public(self) -> list[RemotePost]:
        with self.lock:
            return sorted(self.world.public(), key=lambda each: each.at)

    # ── from a call to what is asked ──

    def received(self, call: Call) -> Call:
        """Fetch what a container is to hold, for those who may make one."""
        wanted = [name for name in _FETCHED if call.params.get(name)]
        if call.method != "POST" or call.path[-1:] != ("media",) or call.token not in self.consent.tokens:
            return call
        fetched = {name: fetch(call.params[name]) for name in wanted}
        return replace(call, files={name: content for name, content in fetched.items() if content is not None})

    def answer(self, call: Call) -> Reply:
        if call.path[:1] == ("ig-api-upload",):
            return self._bytes(call)
        if (found := self.consent.unversioned(call)) is not None:
            return found
        if not call.path or not _VERSION.fullmatch(call.path[0]):
            raise GraphError(2500, said="Unknown path components")
        path = call.path[1:]
        if (found := self.consent.versioned(call, path)) is not None:
            return found
        grant = self.consent.grant(call)
        self._count(grant)
        return Reply(self._of(call, grant, path))

    def usage(self, call: Call) -> dict[str, str]:
        grant = self.consent.tokens.get(call.token)
        if grant is None or not grant.profile:
            return {}
        percent = min(100, 100 * len(self._calls.get(grant.profile, ())) // self._budget)
        entry = {"type": "instagram", "call_count": percent, "total_cputime": 1, "total_time": 1}
        entry["estimated_time_to_regain_access"] = 60 if percent == 100 else 0
        return {"X-Business-Use-Case-Usage": json.dumps({grant.profile: [entry]})}

    def _count(self, grant: Grant) -> None:
        now = self.clock.now()
        lately = [each for each in self._calls.get(grant.profile, ()) if now - each < timedelta(days=1)]
        self._calls[grant.profile] = [*lately, now]
        if len(lately) >= self._budget:
            raise GraphError(80002, said="(#80002) There have been too many calls to this Instagram account")

    def _of(self, call: Call, grant: Grant, path: tuple[str, ...]) -> Any:
        thing, edge = (path[0], path[1] if len(path) > 1 else "")
        if thing == "me" and grant.login == "instagram":
            thing = grant.profile
        if thing in self.consent.profiles and grant.opens(thing):
            return self._profile(call, grant, thing, edge)
        if grant.login == "facebook" and thing in {"me", *(each.page for each in self.consent.profiles.values())}:
            return self._page(call, grant, thing)
        action: Callable[[Call, Grant, str], Any] | None = getattr(self, f"_{call.method.lower()}_{edge or 'thing'}", None)
        if action is None:
            raise GraphError(2500, said=f"Unknown path components: /{edge}")
        return action(call, grant, thing)

    def _page(self, call: Call, grant: Grant, page: str) -> Any:
        """The Page behind a Page's token, which is what Facebook's login gives."""
        shown = [each for each in self.consent.profiles.values() if each.page and (each.page == page or each.id == grant.profile)]
        if not shown or not grant.opens(shown[0].id):
            raise GraphError(100, said="(#100) Tried accessing nonexisting field on node type (User)")
        row = self.consent.page_row(shown[0])
        return {name: row[name] for name in [*asked_fields(call, row, ("id", "name")), "id"]}

    # ── a profile and its edges ──

    def _profile(self, call: Call, grant: Grant, profile: str, edge: str) -> Any:
        grant.need("basic")
        match (call.method, edge):
            case ("GET", ""):
                return self.showing.profile(call, self.consent.profiles[profile], grant.login)
            case ("GET", "media" | "stories"):
                return self._listed(call, profile, stories=edge == "stories")
            case ("GET", "insights"):
                grant.need("manage_insights")
                return self.showing.profile_insights(call, profile)
            case ("GET", "content_publishing_limit"):
                grant.need("content_publish")
                return self._limit(call, profile)
            case ("POST", "media"):
                grant.need("content_publish")
                return stage(self.world, call, profile, grant.login)
            case ("POST", "media_publish"):
                grant.need("content_publish")
                return self._published(call, profile)
        raise GraphError(100, said=f"(#100) Tried accessing nonexisting field ({edge})")

    def _published(self, call: Call, profile: str) -> Any:
        container = self.world.containers.get(call.params.get("creation_id", ""))
        if container is None or container.profile != profile:
            raise GraphError(24, 2207006, "The requested resource does not exist")
        media = self.world.publish(container)
        if self.spam:
            raise GraphError(4, 2207051, "Application request limit reached: we restrict certain activity to protect our community")
        return {"id": media.id}

    def _limit(self, call: Call, profile: str) -> Any:
        asked_fields(call, ("quota_usage", "config"), ("quota_usage",))
        since = datetime.fromtimestamp(int(call.params.get("since") or 0), UTC)
        used = self.world.used(profile, max(since, self.clock.now() - timedelta(days=1)))
        return {"data": [{"quota_usage": used, "config": {"quota_total": self.world.total, "quota_duration": 86_400}}]}

    def _listed(self, call: Call, profile: str, *, stories: bool) -> Any:
        since = datetime.fromtimestamp(int(call.params.get("since") or 0), UTC)
        found = [each for each in self.world.listed(profile, stories=stories) if stories or each.at >= since]
        username = self.consent.profiles[profile].username
        return listed([self.showing.media(call, each, username) for each in found], call)

    # ── single things ──

    def _get_thing(self, call: Call, grant: Grant, thing: str) -> Any:
        grant.need("basic")
        self._seen(grant, thing)
        if thing in self.world.containers:
            return self.showing.container(call, self.world.containers[thing])
        if thing in self.world.comments:
            return self.showing.comment(call, self.world.comments[thing])
        media = self.world.media[thing]
        return self.showing.media(call, media, self.consent.profiles[media.profile].username)

    def _delete_thing(self, call: Call, grant: Grant, thing: str) -> Any:  # noqa: ARG002 - called like the others
        self._seen(grant, thing)
        if grant.login == "instagram" and thing not in self.world.comments:
            raise GraphError(100, 2207073, "This media type cannot be deleted")
        grant.need("manage_comments" if thing in self.world.comments else "manage_contents")
        self.world.delete(thing)
        return {"success": True, "deleted_id": thing}

    def _get_insights(self, call: Call, grant: Grant, thing: str) -> Any:
        grant.need("manage_insights")
        self._seen(grant, thing)
        if thing not in self.world.media:
            raise missing(thing)
        return self.showing.media_insights(call, self.world.media[thing])

    def _get_comments(self, call: Call, grant: Grant, thing: str) -> Any:
        grant.need("manage_comments")
        self._seen(grant, thing)
        return listed([self.showing.comment(call, each) for each in self.world.comments_on(thing)], call, most=50)

    def _post_comments(self, call: Call, grant: Grant, thing: str) -> Any:
        """The comment is made before the answer is; asked for fields, that one then fails."""
        grant.need("manage_comments")
        self._seen(grant, thing)
        if thing not in self.world.media:
            raise missing(thing)
        profile = self.consent.profiles[self.world.media[thing].profile]
        comment = self.world.comment(self.world.media[thing], profile.id, profile.username, call.params.get("message", ""))
        if "fields" in call.params:
            raise GraphError(20, 1772107, "The comment could not be read")
        return {"id": comment.id}

    def _seen(self, grant: Grant, thing: str) -> None:
        """What belongs to others does not exist, and neither does, for a Page's token while it is blind, what is fresh."""
        for kept in (self.world.containers, self.world.media, self.world.comments):
            if thing in kept and grant.opens(kept[thing].profile) and not (self.blind and grant.login == "facebook" and grant.profile):
                return
        raise missing(thing)

    # ── bytes ──

    def _bytes(self, call: Call) -> Reply:
        grant = self.consent.grant(call)
        container = self.world.containers.get(call.path[-1])
        if grant.login == "instagram" or container is None or not grant.opens(container.profile):
            raise missing(call.path[-1])
        size, offset = call.headers.get("file-size", call.headers.get("file_size")), call.headers.get("offset")
        if offset != "0" or size != str(len(call.body)) or not call.headers.get("authorization", "").startswith("OAuth "):
            wrong = "OffsetInvalidError" if offset != "0" else "PartialRequestError"
            return Reply({"debug_info": {"retriable": True, "type": wrong, "message": "Request processing failed"}}, 400)
        self.world.fill(container, call.body)
        return Reply({"success": True, "message": "Upload successful."})
