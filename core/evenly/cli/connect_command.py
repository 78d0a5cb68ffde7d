"""`evenly connect`: signing in to an account, or storing a network's app."""

from __future__ import annotations

import functools
import json
import os
import sys
from typing import TYPE_CHECKING

import click

from evenly.cli import standard_input
from evenly.cli.command import with_app
from evenly.cli.show import note
from evenly.messages import _, printable, shown

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.plugin import Message, Network
    from evenly.signing_in import Connected

_LONGEST = 1 << 20  # bytes of a token or its JSON


@click.command("connect")
@click.argument("account", required=False)
@click.option("--app", "network", metavar="NETWORK", help="Store the id and secret of your app at this network instead.")
@click.option("--paste", is_flag=True, help="Open the page on any machine, and paste the address it ends at.")
@click.option("--token-stdin", is_flag=True, help="Read a ready token, or JSON with one, from standard input.")
@click.option("--no-probe", is_flag=True, help="Do not prove the sign-in with a look at the account.")
@click.option(
    "--redirect",
    metavar="URL",
    help="Where the network sends your browser back (default: http://127.0.0.1:8917/, or the variable EVENLY_REDIRECT; "
    "https://localhost/ for networks that refuse the first).",
)
@with_app
def command(
    app: App, account: str | None, network: str | None, paste: bool, token_stdin: bool, no_probe: bool, redirect: str | None
) -> int:
    """Sign in to ACCOUNT, an account of evenly.toml.

    Some networks want an app of your own first: `evenly connect --app NETWORK` says which redirect address to register with it, and stores
    its id and secret. Some send no browser to this machine: then you paste the address that it ends at, as with --paste.
    """
    if (account is None) == (network is None):
        raise click.UsageError(_("Name either an account or, with --app, a network."))
    if network is not None:
        return _store_app(app, network, redirect)
    return _connect(app, account or "", paste=paste, token_stdin=token_stdin, probe=not no_probe, redirect=redirect)


def _connect(app: App, name: str, *, paste: bool, token_stdin: bool, probe: bool, redirect: str | None) -> int:
    from evenly import signing_in
    from evenly.signing_in.browser import browser
    from evenly.signing_in.ready import credentials_in

    _check(app, name)
    vault, http_for = app.vault, functools.partial(signing_in.http, app.desk, clock=app.clock)
    if token_stdin:
        ready = credentials_in(_piped())
        ended = signing_in.take_ready(app.desk, vault, name, ready, clock=app.clock, http_for=http_for, probe=probe)
    else:
        api, network = app.settings.accounts[name].api, app.networks[app.settings.accounts[name].network]
        address, why = _address(network, redirect), None if paste or redirect else _why_paste(network)
        with browser(_Terminal(), redirect=address, paste=paste, why_paste=why, api=api) as person:
            ended = signing_in.sign_in(app.desk, vault, name, browser=person, clock=app.clock, http_for=http_for, probe=probe)
    return _tell(name, ended)


def _address(network: Network, word: str | None) -> str:
    """Where the browser is sent back."""
    from evenly.signing_in.redirects import VARIABLE, address

    return address(word, os.environ.get(VARIABLE), loopback=network.loopback)


def _why_paste(network: Network) -> Message | None:
    from evenly.plugin import Message

    if network.loopback:
        return None
    return Message("{network} sends no browser back to this machine, so you paste the address that it ends at.", network=network.title)


def _check(app: App, name: str) -> None:
    if name not in app.settings.accounts:
        known = ", ".join(app.settings.accounts) or _("none yet")
        raise click.UsageError(_("evenly.toml has no account called {name}. It has: {known}.", name=name, known=known))
    network = app.settings.accounts[name].network
    if network in app.networks.refused:
        raise click.ClickException(shown(app.networks.refused[network]))
    if network not in app.networks:
        raise click.ClickException(_("No installed package provides the network {network}.", network=network))


def _tell(name: str, ended: Connected) -> int:
    state, before = ended.state, ended.before
    if ended.doubt is not None:
        note(_("The sign-in of {account} is kept, but could not be proven now: {reason}", account=name, reason=shown(ended.doubt)))
        return 1
    if state is None:
        click.echo(_("The sign-in of {account} is kept.", account=name))
        return 0
    where = f" ({state.url})" if state.url else ""
    click.echo(_("Signed in to {account} as {who}{where}.", account=name, who=state.name, where=where))
    if before is not None and before.remote_id != state.remote_id:
        note(
            _(
                "Until now {account} was {before}: what is queued will be published as {who}.",
                account=name,
                before=before.name,
                who=state.name,
            )
        )
    return 0


def _store_app(app: App, network: str, redirect: str | None) -> int:
    from evenly.networks import Networks
    from evenly.plugin import App as NetworkApp
    from evenly.signing_in import store_app

    known = Networks.load()
    if network not in known:
        raise click.UsageError(
            _("No installed package provides the network {network}. Installed: {names}.", network=network, names=", ".join(known.names()))
        )
    vault = app.vault
    address = _address(known[network], redirect)
    click.echo(
        _("Register exactly this redirect address with your app at {network}: {address}", network=known[network].title, address=address)
    )
    client_id, secret = _asked_for_app() if sys.stdin.isatty() else _piped_app()
    store_app(app.desk, vault, network, NetworkApp(client_id, secret), clock=app.clock)
    click.echo(_("The app for {network} is kept, encrypted.", network=known[network].title))
    return 0


def _asked_for_app() -> tuple[str, str | None]:
    client_id = click.prompt(_("Id of the app"))
    secret = click.prompt(_("Secret of the app (it is not shown; empty if it has none)"), hide_input=True, default="", show_default=False)
    return client_id.strip(), secret.strip() or None


def _piped_app() -> tuple[str, str | None]:
    """From standard input: the id on the first line and the secret on the second, or JSON."""
    from evenly.plugin import Message
    from evenly.signing_in.ready import TokenRefused, app_in

    text = _piped().strip()
    if text.startswith("{"):
        try:
            return app_in(json.loads(text))
        except json.JSONDecodeError:
            raise TokenRefused(Message('The JSON on standard input is broken: write {{"client_id": "…", "client_secret": "…"}}')) from None
    client_id, _line, secret = text.partition("\n")
    if not client_id.strip():
        raise TokenRefused(
            Message("There is nothing on standard input: write the app's id on the first line and its secret on the second.")
        )
    return client_id.strip(), secret.strip() or None


def _piped() -> str:
    from evenly.plugin import Message
    from evenly.signing_in.ready import TokenRefused

    text = standard_input.read(_LONGEST)
    if text is None:
        raise TokenRefused(Message("What stands on standard input is no token: it is not UTF-8 text, or more than a megabyte."))
    return text


class _Terminal:
    """The terminal that the command runs in."""

    def say(self, text: str) -> None:
        click.echo(printable(text))

    def ask(self, question: str, *, secret: bool) -> str:
        try:
            return str(click.prompt(question, hide_input=secret, default="", show_default=False))
        except click.Abort:
            raise KeyboardInterrupt from None
