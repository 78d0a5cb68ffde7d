"""Opening accounts: signing in, keeping what that gives, renewing it, and the client that calls go through."""

from evenly.signing_in.connecting import Connected, SignInRefused, disconnect, sign_in, store_app, take_ready
from evenly.signing_in.endings import warning, warnings
from evenly.signing_in.opening import account, app_of, http
from evenly.signing_in.refreshing import HttpFor, refresh_if_due, refresh_refused

__all__ = [
    "Connected",
    "HttpFor",
    "SignInRefused",
    "account",
    "app_of",
    "disconnect",
    "http",
    "refresh_if_due",
    "refresh_refused",
    "sign_in",
    "store_app",
    "take_ready",
    "warning",
    "warnings",
]
