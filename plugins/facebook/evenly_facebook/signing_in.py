"""Signing in, and looking at what a token opens: https://developers.facebook.com/docs/facebook-login/guides/access-tokens"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evenly.plugin import AccountState, Credentials, Message, PostRejected, SignedIn, SignInNeeded
from evenly_facebook.page import LIMITS, app_of, facilities, graph_of, read_back_of, version_of
from evenly_graph import tokens
from evenly_graph.answers import answer
from evenly_graph.calls import Graph
from evenly_graph.errors import BadParameter, NotThere, PermissionMissing
from evenly_graph.paging import read
from evenly_graph.tokens import Inspection, Token

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evenly.plugin import Account, App, Browser, Http, Limits

SCOPES = (
    "pages_show_list",
    "pages_manage_posts",
    "pages_read_engagement",
    "pages_manage_engagement",
    "pages_read_user_content",
    "read_insights",
    "business_management",
)
_NEEDED = ("pages_manage_posts", "pages_read_engagement")
_MAY_PUBLISH = frozenset({"CREATE_CONTENT", "MANAGE", "PROFILE_PLUS_CREATE_CONTENT", "PROFILE_PLUS_MANAGE", "PROFILE_PLUS_FULL_CONTROL"})
_PAGE_FIELDS = "id,name,username,access_token,tasks"
_SHORT = timedelta(days=1)
_LOOK_FIELDS = "id,name,username,link,followers_count,fan_count"


def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    """Consent, a user's long-lived token, and of its Pages the one that is meant. A Page's token made this way does not expire."""
    if app is None or not app.client_secret:
        raise SignInNeeded(
            Message(
                "Facebook needs an app of your own. Make one at https://developers.facebook.com/apps (the use case that manages everything "
                "on your Page, with Facebook Login), and store its id and secret, which stand under App settings, Basic, with "
                "`evenly connect --app facebook`."
            )
        )
    user = _user_token(account, app, browser, http)
    graph = Graph(version_of(account), user.value, app.client_secret)
    granted = _granted(account, _allowed(account, app, user, graph, http), browser)
    page = _choose(account, _pages(account, graph, http), browser)
    extra = {"user_token": user.value, "tasks": ",".join(_tasks(page))}
    if user.lives is not None:
        extra["user_token_expires_at"] = (http.clock.now() + user.lives).isoformat()
    credentials = Credentials(
        access_token=str(page["access_token"]),
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=granted,
        extra=extra,
    )
    return SignedIn(credentials=credentials, settings={"page_id": str(page["id"])})


def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    """Fetch the Page's token anew with the user's. Meta has no refresh tokens: when that one has died, a person signs in again."""
    held = account.credentials
    user = held.extra.get("user_token") if held else None
    page = account.settings.get("page_id") or (account.state.remote_id if account.state else None)
    if held is None or not user or not page:
        raise SignInNeeded(Message("Facebook's tokens cannot be renewed: run `evenly connect {account}`.", account=account.id))
    graph = Graph(version_of(account), user, held.client_secret or (app.client_secret if app else None))
    told = answer(http.send_repeatable(graph.get(str(page), fields="access_token")))
    if not told.get("access_token"):
        raise SignInNeeded(Message("Facebook gave no token for this Page: run `evenly connect {account}`.", account=account.id))
    return replace(held, access_token=str(told["access_token"]))


def look(account: Account, http: Http) -> AccountState:
    """The Page behind the token; and what the token may do, where the app's secret is known."""
    seen = _inspected(account, http)
    page = account.settings.get("page_id") or (seen.profile if seen else None) or "me"
    told = _told(account, str(page), http)
    found = str(told.get("id") or page)
    if seen is not None:
        _check_scopes(seen, found)
    facts = {
        "app_id": seen.app_id if seen else None,
        "username": told.get("username"),
        "followers": told.get("followers_count", told.get("fan_count")),
        "tasks": account.credentials.extra.get("tasks") if account.credentials else None,
    }
    return AccountState(
        remote_id=found,
        name=str(told.get("name") or found),
        url=told.get("link"),
        limits=_limits(account),
        repeat_safe=facilities(read_back_of(account)),
        expires_at=seen.expires_at if seen else None,
        facts={name: value for name, value in facts.items() if value is not None},
    )


# ── consent ──


def _user_token(account: Account, app: App, browser: Browser, http: Http) -> Token:
    state = secrets.token_urlsafe(24)
    browser.say(
        Message(
            "Before you go on: {address} must stand among the valid OAuth redirect URIs in the settings of your app's Facebook Login.",
            address=browser.redirect_uri,
        )
    )
    code = browser.authorise(_dialog(account, app, browser.redirect_uri, state), state=state).get("code")
    if not code:
        raise SignInNeeded(Message("Facebook gave no consent; sign in again."))
    version = version_of(account)
    try:
        short = tokens.token(http.send_repeatable(tokens.trade_code(version, app, redirect_uri=browser.redirect_uri, code=code)))
        if _for_business(account) and (short.lives is None or short.lives > _SHORT):
            return short  # a configuration may give a token that lasts, which nothing can prolong
        return tokens.token(http.send_repeatable(tokens.prolong(version, app, short.value)))
    except PostRejected as refused:  # a spent code, a wrong secret
        raise SignInNeeded(refused.message) from refused


def _dialog(account: Account, app: App, redirect_uri: str, state: str) -> str:
    """https://developers.facebook.com/docs/facebook-login/facebook-login-for-business: a configuration stands for the permissions."""
    import httpx

    scopes = [*_usual(account), *account.settings.get("more_scopes", ())]
    url = tokens.dialog(version_of(account), app, redirect_uri=redirect_uri, state=state, scopes=scopes)
    if not _for_business(account):
        return url
    return str(httpx.URL(url).copy_remove_param("scope").copy_set_param("config_id", str(account.settings["config_id"])))


def _usual(account: Account) -> tuple[str, ...]:
    return tuple(account.settings.get("scopes") or SCOPES)


def _for_business(account: Account) -> bool:
    return bool(account.settings.get("config_id"))


def _allowed(account: Account, app: App, user: Token, graph: Graph, http: Http) -> tuple[str, ...]:
    """What the token may do. Where it was made for a business, no person stands behind it whose permissions could be listed."""
    if _for_business(account):
        return tuple(sorted(tokens.inspection(http.send_repeatable(tokens.inspect(version_of(account), app, user.value))).scopes))
    told = answer(http.send_repeatable(graph.get("me/permissions"))).get("data") or ()
    return tuple(str(each["permission"]) for each in told if each.get("status") == "granted")


def _granted(account: Account, allowed: tuple[str, ...], browser: Browser) -> tuple[str, ...]:
    """A refusal that makes publishing impossible ends the sign-in; others are told."""
    _need(allowed)
    missing = [each for each in _usual(account) if each not in allowed]
    if missing:
        browser.say(Message("Not allowed, so some figures and comments will be missing: {scopes}", scopes=", ".join(missing)))
    return allowed


def _need(granted: Iterable[str]) -> None:
    missing = [each for each in _NEEDED if each not in granted]
    if missing:
        raise SignInNeeded(
            Message(
                "Facebook was not given {scopes}, without which nothing can be published: sign in again and allow it.",
                scopes=", ".join(missing),
            )
        )


# ── which Page ──


def _pages(account: Account, graph: Graph, http: Http) -> list[dict[str, Any]]:
    """The Pages that the user may publish on; the one that is set is asked for by its id where the list leaves it out."""
    listed = read(http, graph.get("me/accounts", fields=_PAGE_FIELDS, limit=100)).items
    pages = [each for each in listed if each.get("access_token") and _may_publish(each)]
    wanted = account.settings.get("page_id")
    if wanted and not any(str(each["id"]) == wanted for each in pages):
        return [*pages, *_asked_by_id(graph, str(wanted), http)]
    return pages


def _asked_by_id(graph: Graph, page: str, http: Http) -> list[dict[str, Any]]:
    try:
        told = answer(http.send_repeatable(graph.get(page, fields="id,name,access_token")))
    except (NotThere, BadParameter, PermissionMissing):
        return []
    return [told] if told.get("access_token") else []


def _choose(account: Account, pages: Sequence[dict[str, Any]], browser: Browser) -> dict[str, Any]:
    by_id = {str(each["id"]): each for each in pages}
    wanted = account.settings.get("page_id")
    if wanted:
        if wanted not in by_id:
            raise SignInNeeded(Message("This Facebook user cannot publish on the Page {page}, which page_id names.", page=wanted))
        return by_id[wanted]
    if not by_id:
        raise SignInNeeded(Message("This Facebook user has no Page to publish on. A Page of a business needs business_management."))
    choices = [(page_id, str(each.get("name") or page_id)) for page_id, each in by_id.items()]
    return by_id[browser.choose(Message("Which Page is it?"), choices)]


def _tasks(page: dict[str, Any]) -> list[str]:
    return [str(each) for each in page.get("tasks") or ()]


def _may_publish(page: dict[str, Any]) -> bool:
    tasks = _tasks(page)
    return not tasks or bool(_MAY_PUBLISH & set(tasks))


# ── looking ──


def _told(account: Account, page: str, http: Http) -> dict[str, Any]:
    try:
        return answer(http.send_repeatable(graph_of(account).get(page, fields=_LOOK_FIELDS)))
    except BadParameter as refused:  # users have no followers_count
        raise SignInNeeded(Message("This token opens no Page; the token of the Page itself is needed.")) from refused


def _limits(account: Account) -> Limits | None:
    """Where the user knows better than what other publishers use; Meta itself names no number."""
    text, photos = account.settings.get("longest_text"), account.settings.get("most_photos")
    return replace(LIMITS, text=text or LIMITS.text, pictures=photos or LIMITS.pictures) if text or photos else None


def _inspected(account: Account, http: Http) -> Inspection | None:
    app, held = app_of(account), account.credentials
    if app is None or held is None or not held.access_token:
        return None
    return tokens.inspection(http.send_repeatable(tokens.inspect(version_of(account), app, held.access_token)))


def _check_scopes(seen: Inspection, page: str) -> None:
    if not seen.valid:
        raise SignInNeeded
    if seen.kind is not None and seen.kind != "PAGE":
        raise SignInNeeded(Message("This is a user's token; the token of the Page itself is needed."))
    _need(seen.scopes)
    only = seen.targets.get("pages_manage_posts")
    if only is not None and page not in only:
        raise SignInNeeded(Message("The token was given for other Pages than {page}.", page=page))
