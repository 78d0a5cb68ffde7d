"""`evenly restore`: a workspace made of a backup."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, workspace_option
from evenly.messages import _, ngettext, shown

if TYPE_CHECKING:
    from evenly.keeping import Restored


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--moved", is_flag=True, help="Nothing has run since the backup was made: hold nothing back.")
@json_option
@workspace_option
@click.pass_context
def command(ctx: click.Context, file: Path, folder: Path | None, moved: bool, as_json: bool) -> None:
    """Make a workspace of the backup FILE in DIR (default: here), which is new or has no posts yet.

    A backup knows nothing of what was published after it was made. So every account is held, and so is every post whose time has passed
    since, until you have looked.
    """
    from evenly import keeping
    from evenly.cli import show
    from evenly.clock import clock_of

    now = clock_of(os.environ).now()
    with show.progress(_("Restoring {file}", file=file)):
        restored = keeping.restore(file, _place(ctx, folder), environment=os.environ, now=now, moved=moved)
    for note in restored.notes:
        show.note(shown(note))
    if as_json:
        show.print_json(_document(restored))
    else:
        _tell(restored, moved=moved)
    ctx.exit(1 if restored.held or not restored.key_fits else 0)


def _place(ctx: click.Context, folder: Path | None) -> Path:
    asked = folder or ctx.meta.get("evenly.workspace") or os.environ.get("EVENLY_WORKSPACE") or "."
    return Path(asked).expanduser().resolve()


def _document(restored: Restored) -> dict[str, object]:
    return {
        "folder": str(restored.folder),
        "made_at": restored.manifest.made_at.isoformat(),
        "counts": dict(restored.manifest.counts),
        "held": [str(each) for each in restored.held],
        "looked_for": [str(each) for each in restored.looked_for],
        "accounts_held": list(restored.accounts),
        "key_fits": restored.key_fits,
    }


def _tell(restored: Restored, *, moved: bool) -> None:
    from zoneinfo import ZoneInfo

    from evenly.cli import show

    count = restored.manifest.counts.get("post", 0)
    posts = ngettext("{n} post", "{n} posts", count, n=count)
    made_at = show.when(restored.manifest.made_at.astimezone(ZoneInfo(restored.zone)))
    click.echo(_("{folder} is as it was on {time}: {posts}.", folder=restored.folder, time=made_at, posts=posts))
    if not restored.key_fits:
        click.echo(
            _(
                "The sign-ins do not open without the key that they were stored with. Put it into {file} (chmod 600); "
                "or, if it is lost, `evenly init`, and `evenly connect` each account again.",
                file=restored.folder / ".evenly" / "key",
            )
        )
    if not moved and restored.accounts:
        click.echo(_doubts(restored))


def _doubts(restored: Restored) -> str:
    lines = [_("What was published since is not in it. So nothing goes out before you have looked at the accounts:")]
    if restored.held:
        ids = " ".join(map(str, restored.held))
        lines.append(_("  evenly queue --state held    may be out already ({ids}): drop what is, release what is not", ids=ids))
    lines.append(_("  evenly queue --state planned    drop what went out before its time"))
    lines.append(_("  evenly release {accounts}    then everything goes on", accounts=" ".join(restored.accounts)))
    if restored.looked_for:
        ids = " ".join(map(str, restored.looked_for))
        lines.append(_("`evenly run` finds out about those whose outcome was in doubt: {ids}", ids=ids))
    return "\n".join(lines)
