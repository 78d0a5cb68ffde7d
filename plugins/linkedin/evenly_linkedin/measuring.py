"""Figures. A page's posts and followers, and a member's where the app was granted it; else there are none, which is not 0.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/share-statistics ·
…/members/post-statistics · …/shares/video-analytics-api
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import Metrics, PostRejected
from evenly_linkedin import api, urns
from evenly_linkedin.calls import listed, value
from evenly_linkedin.refusals import NotAllowed, NotThere

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import httpx

    from evenly.plugin import Http, Published
    from evenly_linkedin.author import Author

#: So many names keep an address below 4,000 characters, beyond which it would have to be sent in another way.
_MANY = 40
_LATELY = timedelta(days=28)
_POST_SCOPE, _PROFILE_SCOPE = "r_member_postAnalytics", "r_member_profileAnalytics"

_PAGE_FIELDS = {
    "views": ("impressionCount",),
    "reach": ("uniqueImpressionsCount", "uniqueImpressionsCounts"),  # LinkedIn spells it in two ways
    "likes": ("likeCount",),
    "comments": ("commentCount",),
    "shares": ("shareCount",),
    "clicks": ("clickCount",),
}
#: What can be added up over days; people reached cannot.
_ADDED_UP = ("views", "likes", "comments", "shares", "clicks")
_MEMBER_QUERIES = {
    "views": "IMPRESSION",
    "reach": "MEMBERS_REACHED",
    "likes": "REACTION",
    "comments": "COMMENT",
    "shares": "RESHARE",
    "saves": "POST_SAVE",
    "clicks": "LINK_CLICKS",
}
_PLAYS = {True: "VIDEO_VIEW", False: "VIDEO_PLAY"}
_OF_A_PAGE = {name: fields[0] for name, fields in _PAGE_FIELDS.items()} | {"followers": "firstDegreeSize", "video_views": _PLAYS[True]}
_OF_A_MEMBER = _MEMBER_QUERIES | {"followers": "memberFollowersCount", "video_views": _PLAYS[False]}


def of_posts(author: Author, published: Sequence[Published], http: Http) -> dict[str, Metrics]:
    """Comments have no figures of their own."""
    posts = [each for each in published if urns.is_post(each.remote_id)]
    others = {each.remote_id: Metrics() for each in published if each not in posts}
    return others | (_of_page_posts(author, posts, http) if author.is_page else _of_member_posts(author, posts, http))


def of_account(author: Author, http: Http) -> Metrics:
    if author.is_page:
        return Metrics(**_page_followers(author, http), **_page_lately(author, http), counted_as=_OF_A_PAGE)
    if not author.may(_PROFILE_SCOPE):
        return Metrics()
    told = _elements(author.calls.get("memberFollowersCount", {"q": "me"}, finds=True), http)
    followers = _number(told[0].get("memberFollowersCount")) if told else None
    return Metrics(**_known({"followers": followers}), counted_as=_OF_A_MEMBER)


# ── a page ──


def _of_page_posts(author: Author, posts: Sequence[Published], http: Http) -> dict[str, Metrics]:
    """A post that nobody has seen yet is missing from LinkedIn's answer, like one that is gone: those are asked for one by one."""
    try:
        told = {urn: metrics for names in _by_kind(posts) for urn, metrics in _statistics(author, names, http)}
    except NotAllowed:
        return {each.remote_id: Metrics() for each in posts}
    figures: dict[str, Metrics] = {}
    for each in posts:
        known = told.get(each.remote_id) or (_nothing_yet(author, each.remote_id, http) if each.remote_id not in told else {})
        if known is not None:
            figures[each.remote_id] = Metrics(**known, **_plays(author, each, http), counted_as=_OF_A_PAGE)
    return figures


def _by_kind(posts: Sequence[Published]) -> Iterator[list[str]]:
    """Shares and ugcPosts are asked for apart, and not too many at once."""
    for kind in ("share", "ugcPost"):
        names = [each.remote_id for each in posts if urns.kind(each.remote_id) == kind]
        for start in range(0, len(names), _MANY):
            yield names[start : start + _MANY]


def _statistics(author: Author, names: list[str], http: Http) -> Iterator[tuple[str, dict[str, int]]]:
    kind = urns.kind(names[0])
    query = _about(author) | {f"{kind}s": listed(names)}
    for each in api.elements(http.send_repeatable(author.calls.get("organizationalEntityShareStatistics", query, finds=True))):
        yield str(each.get(kind) or each.get("share") or each.get("ugcPost")), _known(_totals(each))


def _nothing_yet(author: Author, urn: str, http: Http) -> dict[str, int] | None:
    """Nothing was counted, or (None) the post is gone."""
    try:
        http.send_repeatable(api.get_post(author, urn))
    except NotThere:
        return None
    except NotAllowed:
        return {}
    return dict.fromkeys(_PAGE_FIELDS, 0)


def _totals(element: Mapping[str, Any]) -> dict[str, int]:
    told = element.get("totalShareStatistics")
    told = told if isinstance(told, dict) else {}
    return {name: told[each] for name, fields in _PAGE_FIELDS.items() for each in fields if _is_number(told.get(each))}


def _page_followers(author: Author, http: Http) -> dict[str, int]:
    request = author.calls.get(f"networkSizes/{urns.quoted(author.urn)}", {"edgeType": "COMPANY_FOLLOWED_BY_MEMBER"})
    try:
        return _known({"followers": _number(api.answer(http.send_repeatable(request)).get("firstDegreeSize"))})
    except NotAllowed:
        return {}


def _page_lately(author: Author, http: Http) -> dict[str, int]:
    """The last four weeks, added up from days. A day's figure can be negative, when something was taken away."""
    query = _about(author) | {"timeIntervals": _days(http.clock.now() - _LATELY, http.clock.now())}
    days = [_totals(each) for each in _elements(author.calls.get("organizationalEntityShareStatistics", query, finds=True), http)]
    counted = {name: [day[name] for day in days if name in day] for name in _ADDED_UP}
    return {name: max(sum(found), 0) for name, found in counted.items() if found}


def _about(author: Author) -> dict[str, str]:
    return {"q": "organizationalEntity", "organizationalEntity": value(author.urn)}


def _days(start: datetime, end: datetime) -> str:
    first, last = (int(each.timestamp() * 1000) for each in (start, end))
    return f"(timeRange:(start:{first},end:{last}),timeGranularityType:DAY)"


# ── a member ──


def _of_member_posts(author: Author, posts: Sequence[Published], http: Http) -> dict[str, Metrics]:
    """One call for each figure of each post. Most apps were not granted any."""
    figures: dict[str, Metrics] = {}
    for number, each in enumerate(posts):
        try:
            if not author.may(_POST_SCOPE):
                raise NotAllowed
            known = _counted(author, each.remote_id, http)
            figures[each.remote_id] = Metrics(**known, **_plays(author, each, http), counted_as=_OF_A_MEMBER)
        except NotThere:
            continue
        except NotAllowed:
            return figures | {left.remote_id: Metrics() for left in posts[number:]}
    return figures


def _counted(author: Author, urn: str, http: Http) -> dict[str, int]:
    found: dict[str, int | None] = {}
    for name, query_type in _MEMBER_QUERIES.items():
        query = {"q": "entity", "entity": _entity(urn), "queryType": query_type, "aggregation": "TOTAL"}
        try:
            told = api.elements(http.send_repeatable(author.calls.get("memberCreatorPostAnalytics", query, finds=True)))
        except NotThere:
            raise
        except PostRejected:  # a figure that this version of the API does not know
            continue
        found[name] = _number(told[0].get("count")) if told else None
    return _known(found)


def _entity(urn: str) -> str:
    return f"({'ugc' if urns.kind(urn) == 'ugcPost' else 'share'}:{value(urn)})"


# ── both ──


def _plays(author: Author, published: Published, http: Http) -> dict[str, int]:
    """A page counts from 3 seconds on, a member from 2. In which shape a page's are told is not confirmed."""
    if published.data.get("kind") != "video":
        return {}
    urn, query_type = published.remote_id, _PLAYS[author.is_page]
    if author.is_page:
        request = author.calls.get("videoAnalytics", {"q": "entity", "entity": value(urn), "type": query_type}, finds=True)
    else:
        query = {"q": "entity", "entity": _entity(urn), "queryType": query_type, "aggregation": "TOTAL"}
        request = author.calls.get("memberCreatorVideoAnalytics", query, finds=True)
    told = _elements(request, http)
    return _known({"video_views": _number(told[0].get("value", told[0].get("count"))) if told else None})


def _elements(request: httpx.Request, http: Http) -> list[dict[str, Any]]:
    """A list that may be missing: then its figures are, too."""
    try:
        return api.elements(http.send_repeatable(request))
    except (NotAllowed, PostRejected):
        return []


def _number(told: Any) -> int | None:
    return int(told) if _is_number(told) else None


def _is_number(told: object) -> bool:
    return isinstance(told, int) and not isinstance(told, bool)


def _known(figures: Mapping[str, int | None]) -> dict[str, int]:
    return {name: figure for name, figure in figures.items() if figure is not None and figure >= 0}
