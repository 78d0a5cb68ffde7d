"""The channels' secrets: a password, a signing secret, a token. Sealed in the store, like those of the networks' apps."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import TYPE_CHECKING

from evenly.plugin import App, Message
from evenly.store import credentials

if TYPE_CHECKING:
    from evenly.clock import Clock
    from evenly.store import Store
    from evenly.store.secrets import Vault

SIGNING = "whsec_"
_SHORTEST_KEY, _LONGEST_KEY = 24, 64  # bytes, as Standard Webhooks has it
_LONGEST = 4096


class SecretRefused(ValueError):
    """This cannot be the channel's secret; `message` says why, and never repeats it."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


def new_signing_secret() -> str:
    """A secret to sign webhooks with: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md"""
    return SIGNING + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def signing_key(secret: str) -> bytes:
    """The key that a `whsec_…` secret stands for. Raises `SecretRefused`."""
    try:
        key = base64.b64decode(secret.removeprefix(SIGNING), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(SIGNING) or not _SHORTEST_KEY <= len(key) <= _LONGEST_KEY:
        raise SecretRefused(
            Message("A signing secret is whsec_ and 24 to 64 bytes in Base64; `evenly notify secret webhook` makes one by itself.")
        )
    return key


def keep_secret(store: Store, vault: Vault, channel: str, secret: str, *, clock: Clock) -> None:
    """Keep the channel's secret, encrypted, in the place of an earlier one. Raises `SecretRefused`."""
    if not secret or len(secret) > _LONGEST or not secret.isprintable():
        raise SecretRefused(Message("A secret is one line of text that is not empty."))
    if channel == "webhook":
        signing_key(secret)
    if channel == "ntfy" and not (secret.isascii() and " " not in secret):
        raise SecretRefused(Message("A token of ntfy has no spaces and nothing but ASCII characters."))
    with store.write() as connection:
        credentials.put_app(connection, vault, _name(channel), App(channel, secret), now=clock.now())


def secret_of(store: Store, vault: Vault, channel: str) -> str | None:
    """The channel's secret, if one is kept. Raises `StoreRefused` where the key does not fit."""
    with store.read() as connection:
        kept = credentials.get_app(connection, vault, _name(channel))
    return None if kept is None else kept.client_secret


def is_kept(store: Store, vault: Vault, channel: str) -> bool:
    return secret_of(store, vault, channel) is not None


def _name(channel: str) -> str:
    # No network is called so: a name has no slash.
    return f"notify/{channel}"
