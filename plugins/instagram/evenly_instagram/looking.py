"""Looking at what a token opens: whose profile it is, what it may do and for how long, how many posts are left today."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evenly.plugin import AccountState, App, Message, SignInNeeded
from evenly_graph import tokens
from evenly_graph.answers import answer, part_of
from evenly_graph.errors import BadParameter
from evenly_graph.paging import read
from evenly_instagram import quota
from evenly_instagram.profile import NEEDED, facilities, graph_of, limits_of, login_of, profile_of, version_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from evenly.plugin import Account, Http
    from evenly_graph.tokens import Inspection
    from evenly_instagram.profile import Login, Profile

PROFILE_FIELDS = "id,user_id,username,name,account_type,followers_count,media_count"  #: with Instagram's own login
PAGE_FIELDS = "id,name,access_token,instagram_business_account{id,username,name}"
_LINKED_FIELDS = "id,username,name,followers_count,media_count"  #: through Facebook
_LINK = "instagram_business_account"


def look(account: Account, http: Http) -> AccountState:
    by = login_of(account)
    seen = _inspected(account, http)
    _check_scopes(account, by, seen)
    told = _own(account, http) if by == "instagram" else _linked(account, http)
    profile = _profile(account, told)
    username = str(told.get("username") or "")
    facts = {"login": by, "username": username, "account_type": told.get("account_type"), "followers": told.get("followers_count")}
    return AccountState(
        remote_id=profile.id,
        name=str(told.get("name") or username or profile.id),
        url=f"https://www.instagram.com/{username}/" if username else None,
        limits=limits_of(account),
        quota=quota.told(profile, http),
        repeat_safe=facilities(profile.read_back),
        expires_at=_ends(account, seen),
        facts={name: value for name, value in facts.items() if value not in {None, ""}},
    )


def _profile(account: Account, told: dict[str, Any]) -> Profile:
    found = str(told.get("user_id") or told.get("id") or "")
    wanted = account.settings.get("user_id")
    if wanted and found != wanted:
        raise SignInNeeded(Message("This token opens the profile {found}, but user_id names {wanted}.", found=found, wanted=wanted))
    return profile_of(_known(account, found))


def _own(account: Account, http: Http) -> dict[str, Any]:
    """`user_id` is the profile's id; `id` beside it is another, of the app's own, and of no use in addresses."""
    told = answer(http.send_repeatable(graph_of(account).get("me", fields=PROFILE_FIELDS)))
    if not told.get("user_id"):
        raise SignInNeeded(Message("This token opens no professional profile."))
    return told


def _linked(account: Account, http: Http) -> dict[str, Any]:
    known = account.settings.get("user_id") or (account.state.remote_id if account.state else None) or _linked_id(account, http)
    return profile_of(_known(account, str(known))).ask(http, str(known), fields=_LINKED_FIELDS)


def _known(account: Account, profile: str) -> Account:
    return replace(account, settings={**account.settings, "user_id": profile})


def _linked_id(account: Account, http: Http) -> str:
    """The profile behind a ready token: that of the Page whose token it is, or the only one that a user's Pages are linked to."""
    graph = graph_of(account)
    try:
        told = answer(http.send_repeatable(graph.get("me", fields=_LINK)))
        found = [part_of(told, _LINK, "id")]
    except BadParameter:  # a user has no such field
        found = [part_of(each, _LINK, "id") for each in read(http, graph.get("me/accounts", fields=PAGE_FIELDS, limit=100)).items]
    linked = [str(each) for each in found if each]
    if len(linked) != 1:
        raise SignInNeeded(
            Message("This token opens {found} professional profiles: say with user_id which one is meant.", found=len(linked))
        )
    return linked[0]


# ── what the token may do, and for how long ──


def _inspected(account: Account, http: Http) -> Inspection | None:
    """Meta tells of Facebook's tokens only, and only to the app that they were made for."""
    held = account.credentials
    if login_of(account) == "instagram" or held is None or not (held.client_id and held.client_secret and held.access_token):
        return None
    app = App(held.client_id, held.client_secret)
    seen = tokens.inspection(http.send_repeatable(tokens.inspect(version_of(account), app, held.access_token)))
    if not seen.valid:
        raise SignInNeeded
    return seen


def _check_scopes(account: Account, by: Login, seen: Inspection | None) -> None:
    held: Collection[str] = seen.scopes if seen else (account.credentials.scopes if account.credentials else ())
    missing = [each for each in NEEDED[by] if held and each not in held]
    if missing:
        raise SignInNeeded(
            Message(
                "You did not allow {scopes}, without which nothing can be published: sign in again and allow it.", scopes=", ".join(missing)
            )
        )


def _ends(account: Account, seen: Inspection | None) -> datetime | None:
    """The first of the ends that are known: the token's own, and Meta's for apps whose user stays away for 90 days."""
    told = [account.credentials.expires_at if account.credentials else None]
    told += [seen.expires_at, seen.data_access_until] if seen else []
    return min((each for each in told if each is not None), default=None)
