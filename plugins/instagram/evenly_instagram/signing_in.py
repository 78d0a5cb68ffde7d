"""Signing in, with Instagram's own login or through the Facebook Page that the profile is linked to.

https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login
https://developers.facebook.com/docs/instagram-platform/instagram-api-with-facebook-login
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from evenly.plugin import Credentials, Message, PostRejected, SignedIn, SignInNeeded
from evenly_graph import tokens
from evenly_graph.answers import answer
from evenly_graph.calls import Graph
from evenly_graph.paging import read
from evenly_instagram import login
from evenly_instagram.looking import PAGE_FIELDS, PROFILE_FIELDS
from evenly_instagram.profile import HOSTS, NEEDED, SCOPES, login_of, version_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evenly.plugin import Account, App, Browser, Http
    from evenly_instagram.profile import Login


def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    by = login_of(account)
    if app is None or not app.client_secret:
        raise SignInNeeded(_no_app(by))
    browser.say(
        Message("Register this address in your app as a redirect address, exactly as it stands: {address}", address=browser.redirect_uri)
    )
    return _by_facebook(account, app, browser, http) if by == "facebook" else _by_instagram(account, app, browser, http)


def _no_app(by: Login) -> Message:
    if by == "facebook":
        return Message(
            "Make an app on developers.facebook.com/apps, add Facebook Login and Instagram to it, "
            "and store its id and secret (App settings, Basic) with `evenly connect --app instagram`."
        )
    return Message(
        "Make an app on developers.facebook.com/apps, add Instagram with Instagram login to it, and store the Instagram app id and "
        "secret (not the Meta app's: they stand under API setup with Instagram login) with `evenly connect --app instagram`."
    )


def _usual(account: Account, by: Login) -> tuple[str, ...]:
    return tuple(account.settings.get("scopes") or SCOPES[by])


def _scopes(account: Account, by: Login) -> list[str]:
    return [*_usual(account, by), *account.settings.get("more_scopes", ())]


def _need(account: Account, by: Login, granted: Iterable[str], browser: Browser) -> None:
    """A refusal that makes publishing impossible ends the sign-in; others are told."""
    held = set(granted)
    needed = [each for each in NEEDED[by] if each not in held]
    if needed:
        raise SignInNeeded(
            Message(
                "You did not allow {scopes}, without which nothing can be published: sign in again and allow it.", scopes=", ".join(needed)
            )
        )
    missing = [each for each in _usual(account, by) if each not in held]
    if missing:
        browser.say(Message("Not allowed, so some figures and comments will be missing: {scopes}", scopes=", ".join(missing)))


# ── Instagram's own login ──


def _by_instagram(account: Account, app: App, browser: Browser, http: Http) -> SignedIn:
    state = secrets.token_urlsafe(24)
    url = login.dialog(app, redirect_uri=browser.redirect_uri, state=state, scopes=_scopes(account, "instagram"))
    code = login.code_of(browser.authorise(url, state=state))
    if not code:
        raise SignInNeeded(Message("Instagram gave no consent; sign in again."))
    short, long = _traded(app, browser.redirect_uri, code, http)
    granted = short.permissions
    if granted:
        _need(account, "instagram", granted, browser)
    graph = Graph(version_of(account), long.value, host=HOSTS["instagram"])
    told = answer(http.send_repeatable(graph.get("me", fields=PROFILE_FIELDS)))
    now = http.clock.now()
    credentials = Credentials(
        access_token=long.value,
        expires_at=None if long.lives is None else now + long.lives,
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=granted,
        extra={"issued_at": now.isoformat()},
    )
    return SignedIn(credentials=credentials, settings={"user_id": _wanted(account, str(told.get("user_id") or ""))})


def _traded(app: App, redirect_uri: str, code: str, http: Http) -> tuple[login.Token, login.Token]:
    try:
        short = login.token(http.send_repeatable(login.trade_code(app, redirect_uri=redirect_uri, code=code)))
        long = login.token(http.send_repeatable(login.prolong(app, short.value))) if short else None
    except PostRejected as refused:  # a spent code, a wrong secret
        said = Message(
            "Instagram did not take your consent: it holds for an hour and one use. Sign in again. It says: {why}", why=refused.message
        )
        raise SignInNeeded(said) from refused
    if short is None or long is None:
        raise SignInNeeded(Message("Instagram gave no token; sign in again."))
    return short, long


def _wanted(account: Account, found: str) -> str:
    """The id of the profile that was consented for: the one in the token's answer is another, and of no use in addresses."""
    if not found:
        raise SignInNeeded(Message("Instagram did not say whose profile it is: only professional accounts can be published on."))
    wanted = account.settings.get("user_id")
    if wanted and wanted != found:
        raise SignInNeeded(
            Message("The person who consented has the profile {found}, but user_id names {wanted}.", found=found, wanted=wanted)
        )
    return found


# ── through Facebook ──


def _by_facebook(account: Account, app: App, browser: Browser, http: Http) -> SignedIn:
    """Consent, a user's long-lived token, and of the Pages' profiles the one that is meant, with the Page's token."""
    user = _user_token(account, app, browser, http)
    graph = Graph(version_of(account), user.value, app.client_secret)
    told = answer(http.send_repeatable(graph.get("me/permissions"))).get("data") or ()
    granted = tuple(str(each["permission"]) for each in told if each.get("status") == "granted")
    _need(account, "facebook", granted, browser)
    page = _choose(account, read(http, graph.get("me/accounts", fields=PAGE_FIELDS, limit=100)).items, browser)
    extra = {"user_token": user.value, "page_id": str(page["id"])}
    if user.lives is not None:
        extra["user_token_expires_at"] = (http.clock.now() + user.lives).isoformat()
    credentials = Credentials(
        access_token=str(page["access_token"]),
        client_id=app.client_id,
        client_secret=app.client_secret,
        scopes=granted,
        extra=extra,
    )
    return SignedIn(credentials=credentials, settings={"user_id": str(page["instagram_business_account"]["id"])})


def _user_token(account: Account, app: App, browser: Browser, http: Http) -> tokens.Token:
    version, state = version_of(account), secrets.token_urlsafe(24)
    url = tokens.dialog(version, app, redirect_uri=browser.redirect_uri, state=state, scopes=_scopes(account, "facebook"))
    code = login.code_of(browser.authorise(url, state=state))
    if not code:
        raise SignInNeeded(Message("Facebook gave no consent; sign in again."))
    try:
        short = tokens.token(http.send_repeatable(tokens.trade_code(version, app, redirect_uri=browser.redirect_uri, code=code)))
        return tokens.token(http.send_repeatable(tokens.prolong(version, app, short.value)))
    except PostRejected as refused:  # a spent code, a wrong secret
        raise SignInNeeded(refused.message) from refused


def _choose(account: Account, pages: Sequence[dict[str, Any]], browser: Browser) -> dict[str, Any]:
    linked = [each for each in pages if each.get("access_token") and each.get("instagram_business_account")]
    by_id = {str(each["instagram_business_account"]["id"]): each for each in linked}
    wanted = account.settings.get("user_id")
    if wanted:
        if wanted not in by_id:
            raise SignInNeeded(
                Message("No Page of this Facebook user is linked to the profile {profile}, which user_id names.", profile=wanted)
            )
        return by_id[wanted]
    if not by_id:
        raise SignInNeeded(
            Message(
                "No Page of this Facebook user is linked to a professional profile. Link them in the Page's settings, and sign in again."
            )
        )
    choices = [(profile, str(each["instagram_business_account"].get("username") or each.get("name"))) for profile, each in by_id.items()]
    return by_id[browser.choose(Message("Which profile is it?"), choices)]
