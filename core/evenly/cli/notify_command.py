"""`evenly notify`: the channels that tell people, their secrets, and a trial."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from evenly.cli import standard_input
from evenly.cli.command import json_option, open_app, with_app, workspace_option
from evenly.messages import _, shown

if TYPE_CHECKING:
    from evenly.app import App

_LONGEST = 1 << 16  # bytes of a secret
_CHANNELS = ("email", "webhook", "ntfy")


@click.group("notify", invoke_without_command=True)
@json_option
@workspace_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """The channels of [notify] in evenly.toml, and what waits to be told. `evenly run` tells it; events of one minute make one letter."""
    if ctx.invoked_subcommand is not None:
        return
    with open_app() as app:
        documents = _documents(app)
    _show(documents, as_json)


@command.command("secret")
@click.argument("channel", type=click.Choice(_CHANNELS))
@click.option("--stdin", "from_stdin", is_flag=True, help="Read it from standard input.")
@with_app
def secret(app: App, channel: str, from_stdin: bool) -> None:
    """Keep a channel's secret, encrypted: the password of `email`, the token of `ntfy`, the signing secret of `webhook`.

    Without --stdin it is asked for; for `webhook` a new one is made and shown, this once, to be given to the receiver.
    """
    from evenly import notifying

    vault, made = app.vault, None
    if from_stdin:
        given = _piped()
    elif channel == "webhook":
        given = made = notifying.new_signing_secret()
    elif sys.stdin.isatty():
        given = click.prompt(_("Password or token (it is not shown)"), hide_input=True)
    else:
        raise click.UsageError(_("Nobody can be asked here: give it with --stdin."))
    notifying.keep_secret(app.store, vault, channel, given.strip(), clock=app.clock)
    if made is not None:
        click.echo(made)
        click.echo(_("Give this secret to whoever receives the webhook: it is not shown again."), err=True)
    click.echo(_("The secret of {channel} is kept, encrypted.", channel=channel), err=True)
    if channel not in app.settings.notify.channels:
        click.echo(_("evenly.toml has no table [notify.{channel}] yet.", channel=channel), err=True)


@command.command("test")
@click.argument("names", metavar="[CHANNEL]...", nargs=-1, type=click.Choice(_CHANNELS))
@json_option
@with_app
def test(app: App, names: tuple[str, ...], as_json: bool) -> int:
    """Send a trial letter through each channel, or those named, and say what became of it; 1 where one failed."""
    from evenly.cli import show
    from evenly.masking import masked

    wanted = names or app.settings.notify.channels
    if not wanted or (missing := [name for name in wanted if name not in app.settings.notify.channels]):
        absent = ", ".join(missing) if wanted else "email, webhook, ntfy"
        raise click.UsageError(_("evenly.toml sets up none of: {names}. Write a table such as [notify.email].", names=absent))
    failed: dict[str, str | None] = {}
    for name in wanted:
        trouble = app.courier.try_out(name)
        failed[name] = None if trouble is None else show.printable(masked(shown(trouble)))
        if not as_json:
            click.echo(_("{channel}: sent", channel=name) if failed[name] is None else f"{name}: {failed[name]}")
    if as_json:
        show.print_json({"channels": [{"channel": name, "ok": said is None, "trouble": said} for name, said in failed.items()]})
    return 1 if any(failed.values()) else 0


def _documents(app: App) -> list[dict[str, Any]]:
    from evenly import notifying
    from evenly.store import notices

    with app.store.read() as connection:
        waiting = notices.waiting(connection)
    notify = app.settings.notify
    goes_to = {
        "email": notify.email and ", ".join(notify.email.to),
        "webhook": notify.webhook and notify.webhook.url,
        "ntfy": notify.ntfy and f"{notify.ntfy.server}/{notify.ntfy.topic}",
    }
    return [
        {
            "channel": name,
            "to": goes_to[name],
            "secret": notifying.is_kept(app.store, app.vault, name),
            "waiting": waiting.get(name, 0),
        }
        for name in notify.channels
    ]


def _show(documents: list[dict[str, Any]], as_json: bool) -> None:
    from evenly.cli import show

    if as_json:
        show.print_json({"channels": documents})
    elif not documents:
        click.echo(_("Nobody is told of anything. Set up a channel in evenly.toml, such as [notify.email]."))
    else:
        rows = [(each["channel"], each["to"], _("kept") if each["secret"] else "-", each["waiting"]) for each in documents]
        show.table((_("channel"), _("to"), _("secret"), _("waits")), rows)


def _piped() -> str:
    from evenly.notifying import SecretRefused
    from evenly.plugin import Message

    text = standard_input.read(_LONGEST)
    if text is None:
        raise SecretRefused(Message("What stands on standard input is no secret: it is not UTF-8 text, or too long."))
    return text
