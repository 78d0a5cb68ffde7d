"""The commands, each in a file of its own, loaded by name."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evenly import __version__
from evenly.messages import _, language

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_GROUP = b"evenly.commands"

#: Every command with its one line of help, in the order a newcomer needs them.
COMMANDS = {
    "init": "Make a workspace: settings, a folder for posts, a key.",
    "demo": "See the whole job run, without any account.",
    "networks": "The networks at hand and what each can do.",
    "connect": "Sign in to an account.",
    "disconnect": "Forget an account's sign-in.",
    "accounts": "Sign-in, expiry, next post and quota of each account.",
    "add": "Queue a post.",
    "import": "Queue a folder, a CSV file or a feed.",
    "feeds": "Follow others' feeds, as a source of posts.",
    "inbox": "What the feeds have offered.",
    "take": "Make a post of an item of the inbox.",
    "skip": "Take items out of the inbox.",
    "export": "Everything as JSON Lines, CSV or a calendar.",
    "backup": "The whole workspace as one file.",
    "restore": "Make a workspace of a backup.",
    "queue": "What is queued, and where it stands.",
    "show": "One post with its deliveries and attempts.",
    "edit": "Change a post that is not out yet.",
    "drop": "Cancel a post, or take a published one back.",
    "move": "Give a delivery a fixed time, or let it float.",
    "hold": "Keep a delivery or an account back.",
    "release": "Let go what is held, missed or failed.",
    "approve": "Plan a draft.",
    "plan": "The calendar, and how even it is.",
    "mix": "Own and third-party, on topic, questions: what to add.",
    "publish": "Publish one now.",
    "run": "The daemon: publish everything in its time.",
    "settle": "Say what became of an uncertain delivery.",
    "sync": "Read back what was published elsewhere.",
    "metrics": "Ask the networks for figures now.",
    "report": "What went out, what it brought, what it took.",
    "advice": "What to change, of what the figures show; take it or decline it.",
    "week": "What to do this week, within your minutes.",
    "effort": "Log what time goes into; a timer.",
    "forget": "Let go of details of long ago.",
    "notify": "Be told of what needs you: by mail, webhook or ntfy.",
    "doctor": "Check everything that publishing depends on.",
    "key": "Change the key that secrets are encrypted with.",
    "plugins": "Installed plugins; check one against the rules.",
}


class Commands(click.Group):
    """Loads a command's module only when it is called: `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [*COMMANDS, *sorted(entry.name for entry in _foreign() if entry.name not in COMMANDS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name in COMMANDS:
            command: click.Command = import_module(f"evenly.cli.{cmd_name}_command").command
            if language() != "en":
                _translate(command)
            return command
        for entry in _foreign():
            if entry.name == cmd_name:
                foreign: click.Command = entry.load()
                return foreign
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        foreign = [(name, "") for name in self.list_commands(ctx) if name not in COMMANDS]
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(help_)) for name, help_ in COMMANDS.items()] + foreign)


def _translate(command: click.Command) -> None:
    """Put a command's help into the reader's language; what is translated already is no sentence of the catalogue and stays."""
    from inspect import cleandoc

    command.help = command.help and _(cleandoc(command.help))
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            parameter.help = _(parameter.help)
    if isinstance(command, click.Group):
        for each in command.commands.values():
            _translate(each)


def _foreign() -> tuple[EntryPoint, ...]:
    """Commands that other packages bring."""
    # Loading importlib.metadata costs as much as half of `--help`; nearly always a glance at the files says that there is none.
    if not any(_GROUP in listed.read_bytes() for folder in sys.path for listed in Path(folder).glob("*.dist-info/entry_points.txt")):
        return ()
    from importlib.metadata import entry_points

    return tuple(entry_points(group=_GROUP.decode()))


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--workspace", "-w", metavar="DIR", help="The folder with evenly.toml (default: from here upwards).")
@click.version_option(__version__, prog_name="evenly")
@click.pass_context
def cli(ctx: click.Context, workspace: str | None) -> None:
    """Spread your posts evenly, keep the mix right, publish each one exactly once."""
    ctx.meta["evenly.workspace"] = workspace


def main(arguments: Sequence[str] | None = None) -> None:
    """The program. Exit codes: 0 done, 1 done but something needs you, 2 refused and nothing was changed."""
    try:
        code = cli.main(arguments, prog_name="evenly", standalone_mode=False)
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("Stopped."), err=True)
        code = 130
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except Exception as error:
        from evenly.cli import telling

        lines = telling.refusal(error)
        if lines is None:
            raise
        click.echo("\n".join(lines), err=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)
