"""Signing in as a member or for a page, and looking at what a token opens."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from evenly.plugin import AccountState, Message, SignedIn, SignInNeeded
from evenly_linkedin import api, oauth, uploading, versions
from evenly_linkedin.author import LIMITS, Author, app_of, calls_of, facilities, is_page, read_back_of, remembered_of, urn_of
from evenly_linkedin.calls import Calls
from evenly_linkedin.refusals import NotAllowed, NotThere
from evenly_linkedin.versions import VERSION

if TYPE_CHECKING:
    from datetime import datetime

    from evenly.plugin import Account, App, Browser, Credentials, Http, Limits

#: What every app may be given at once, and what only the reviewed Community Management API gives: one must not be asked for with the
#: other's app, since LinkedIn then refuses the whole sign-in.
MEMBER_SCOPES = ("openid", "profile", "w_member_social")
PAGE_SCOPES = ("w_organization_social", "r_organization_social", "rw_organization_admin")
#: The roles that may publish; LinkedIn's pages spell the last one in two ways.
_PUBLISHERS = frozenset({"ADMINISTRATOR", "DIRECT_SPONSORED_CONTENT_POSTER", "CONTENT_ADMIN", "CONTENT_ADMINISTRATOR"})
_MOST_PAGES = 20


def sign_in(account: Account, app: App | None, browser: Browser, http: Http) -> SignedIn:
    """Consent, a token, and in whose name: the member's own, or that of a page of the member's."""
    if app is None or not app.client_secret:
        raise SignInNeeded(
            Message(
                "LinkedIn needs an app of your own: create one on https://www.linkedin.com/developers/apps, add the product Share on "
                "LinkedIn (for a page: Community Management API), and store its id and secret with `evenly connect --app linkedin`."
            )
        )
    for_page = _for_page(account, browser)
    browser.say(Message("The app's Auth tab must list exactly this redirect address: {uri}", uri=browser.redirect_uri))
    held = _consented(account, app, for_page, browser, http)
    calls = Calls(version_of(account), str(held.access_token))
    author = _page(account, calls, browser, http) if for_page else _member(account, calls, http)
    _tell(held, calls.version, http.clock.now(), browser)
    return SignedIn(credentials=held, settings={"author": author})


def refresh(account: Account, app: App | None, http: Http) -> Credentials:
    """A new token from the refresh token, which LinkedIn gives to apps of its partners only."""
    held = account.credentials
    app = app_of(account) or app
    if held is None or not held.refresh_token or app is None:
        raise SignInNeeded(
            Message("LinkedIn gives this app no lasting sign-in: run `evenly connect {account}` every 60 days.", account=account.id)
        )
    response = http.send_repeatable(oauth.renew(app, held.refresh_token))
    return oauth.credentials(response, app, http.clock.now(), held)


def look(account: Account, http: Http) -> AccountState:
    """Who the token speaks for, whether its posts can be read, whether the API's version lives, and when the sign-in ends."""
    ends = _ends(account, http)
    calls, urn = calls_of(account), urn_of(account)
    of_page = urn is not None and is_page(urn)
    state = _look_at_page(account, calls, str(urn), http) if of_page else _look_at_member(account, calls, urn, http)
    renewable = bool(account.credentials and account.credentials.refresh_token)
    return replace(state, limits=_limits(account), expires_at=ends, renewable=renewable)


def version_of(account: Account) -> str:
    return str(account.settings.get("version") or VERSION)


# ── consent ──


def _for_page(account: Account, browser: Browser) -> bool:
    """A member's app and a page's app are different ones, so it must be known before anything is asked for."""
    urn = account.settings.get("author")
    if urn:
        return is_page(str(urn))
    question = Message(
        "Which product does your LinkedIn app have? Share on LinkedIn publishes in a member's name, "
        "the Community Management API in a page's."
    )
    return browser.choose(question, [("member", "Share on LinkedIn"), ("page", "Community Management API")]) == "page"


def wanted_scopes(account: Account, *, for_page: bool) -> tuple[str, ...]:
    usual = account.settings.get("scopes") or (PAGE_SCOPES if for_page else MEMBER_SCOPES)
    return tuple(dict.fromkeys([*usual, *account.settings.get("more_scopes", ())]))


def _consented(account: Account, app: App, for_page: bool, browser: Browser, http: Http) -> Credentials:
    state, scopes = secrets.token_urlsafe(24), wanted_scopes(account, for_page=for_page)
    url = oauth.consent(app, redirect_uri=browser.redirect_uri, state=state, scopes=scopes)
    code = browser.authorise(url, state=state).get("code")
    if not code:
        raise SignInNeeded(Message("LinkedIn gave no consent; sign in again."))
    response = http.send_repeatable(oauth.trade(app, code=code, redirect_uri=browser.redirect_uri))
    held = oauth.credentials(response, app, http.clock.now())
    needed = "w_organization_social" if for_page else "w_member_social"
    if held.scopes and needed not in held.scopes:
        raise SignInNeeded(Message("LinkedIn did not allow {scope}, without which nothing can be published.", scope=needed))
    return held


def _tell(held: Credentials, version: str, now: datetime, browser: Browser) -> None:
    """What the person should know about the end of it."""
    if not held.refresh_token:
        browser.say(Message("LinkedIn gives this app no lasting sign-in: it ends after 60 days, and then you sign in again."))
    if versions.ends_soon(version, now):
        browser.say(
            Message(
                "Version {version} of LinkedIn's API may be switched off from {day:%Y-%m-%d} on.",
                version=version,
                day=versions.ends(version),
            )
        )


# ── whose ──


def _member(account: Account, calls: Calls, http: Http) -> str:
    told = api.answer(http.send_repeatable(calls.who()))
    urn, wanted = f"urn:li:person:{_sub(told)}", account.settings.get("author")
    if wanted and wanted != urn:
        raise SignInNeeded(
            Message(
                "You signed in as {found}, but author names {wanted}. Each app has its own name for a member.", found=urn, wanted=wanted
            )
        )
    return urn


def _sub(told: dict[str, Any]) -> str:
    sub = told.get("sub")
    if not isinstance(sub, str) or not sub:
        raise SignInNeeded(Message("LinkedIn did not say who signed in."))
    return sub


def _page(account: Account, calls: Calls, browser: Browser, http: Http) -> str:
    pages = _pages(calls, http)
    wanted = account.settings.get("author")
    if wanted:
        if wanted not in pages:
            raise SignInNeeded(Message("This member has no role on {page} that may publish there.", page=wanted))
        return str(wanted)
    if not pages:
        raise SignInNeeded(Message("This member has no page to publish on: a page's administrator gives the role of a content admin."))
    choices = [(urn, _name(calls, urn, http)[0]) for urn in pages]
    return browser.choose(Message("Which page is it?"), choices)


def _pages(calls: Calls, http: Http) -> dict[str, set[str]]:
    """The pages where the member has a role that may publish, with these roles."""
    found: dict[str, set[str]] = {}
    for number in range(_MOST_PAGES):
        listed = api.elements(http.send_repeatable(api.roles(calls, number * api.PAGE)))
        for each in listed:
            urn, role = str(each.get("organization") or each.get("organizationTarget") or ""), str(each.get("role"))
            if is_page(urn) and role in _PUBLISHERS and each.get("state", "APPROVED") == "APPROVED":
                found.setdefault(urn, set()).add(role)
        if not listed:
            break
    return found


def _name(calls: Calls, urn: str, http: Http) -> tuple[str, str | None]:
    """A page's name and address, or its own id where the token may not know them."""
    try:
        told = api.answer(http.send_repeatable(api.organisation(calls, urn)))
    except (NotAllowed, NotThere):
        return urn, None
    vanity = told.get("vanityName")
    return str(told.get("localizedName") or urn), f"https://www.linkedin.com/company/{vanity}/" if vanity else None


# ── looking ──


def _look_at_page(account: Account, calls: Calls, urn: str, http: Http) -> AccountState:
    try:
        roles = _pages(calls, http)
        if urn not in roles:
            raise SignInNeeded(Message("This member has no role on {page} that may publish there.", page=urn))
        facts: dict[str, Any] = {"roles": sorted(roles[urn])}
    except NotAllowed:  # without the permission to read roles it is seen when something is published
        facts = {}
    name, url = _name(calls, urn, http)
    readable = _is_readable(calls, urn, http)
    repeat_safe = facilities(readable=readable, read_back=read_back_of(account), remembered=remembered_of(account))
    return AccountState(remote_id=urn, name=name, url=url, repeat_safe=repeat_safe, facts={**facts, "readable": readable})


def _is_readable(calls: Calls, urn: str, http: Http) -> bool:
    """Whether the page's posts can be listed: without it, lost answers are settled as a member's."""
    try:
        api.elements(http.send_repeatable(api.list_posts(Author(urn, calls, readable=True), count=1)))
    except NotAllowed:
        return False
    return True


def _look_at_member(account: Account, calls: Calls, urn: str | None, http: Http) -> AccountState:
    try:
        told = api.answer(http.send_repeatable(calls.who()))
    except NotAllowed:
        if urn is None:
            raise SignInNeeded(
                Message("This token does not say whose it is: set author of {account} in evenly.toml.", account=account.id)
            ) from None
        told = {}
    found = f"urn:li:person:{_sub(told)}" if told else str(urn)
    if urn is not None and urn != found:
        raise SignInNeeded(Message("This is the token of {found}, but author names {wanted}.", found=found, wanted=urn))
    uploading.check_version(Author(found, calls, readable=False), http)
    repeat_safe = facilities(readable=False, read_back=read_back_of(account), remembered=remembered_of(account))
    return AccountState(remote_id=found, name=str(told.get("name") or found), repeat_safe=repeat_safe, facts={"readable": False})


def _limits(account: Account) -> Limits | None:
    """Where the user knows better than what other publishers use; LinkedIn itself names no number."""
    size, alt = account.settings.get("largest_picture"), account.settings.get("longest_alt")
    if not (size or alt):
        return None
    return replace(LIMITS, alt=alt or LIMITS.alt, picture=replace(LIMITS.picture, bytes=size or LIMITS.picture.bytes))


def _ends(account: Account, http: Http) -> datetime | None:
    """When the sign-in ends: as LinkedIn says where the app's secret is known, else as it was told."""
    held, app = account.credentials, app_of(account)
    if held is None or not held.access_token:
        return None
    if app is None:
        return held.expires_at
    active, ends = oauth.inspected(http.send_repeatable(oauth.inspect(app, held.access_token)))
    if not active:
        raise SignInNeeded(Message("The sign-in with LinkedIn has ended: run `evenly connect {account}`.", account=account.id))
    return ends or held.expires_at
