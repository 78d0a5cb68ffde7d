"""`evenly backup`: the whole workspace as one file, made while everything goes on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from evenly.cli.command import json_option, with_app
from evenly.messages import _, ngettext

if TYPE_CHECKING:
    from evenly.app import App
    from evenly.keeping import Backup


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--with-key", is_flag=True, help="The key, too: whoever has the file then has your accounts.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there already.")
@json_option
@with_app
def command(app: App, file: Path, with_key: bool, force: bool, as_json: bool) -> int:
    """Write settings, store, media in use and the folder posts/ to the new FILE, and read it again.

    `evenly run` may go on meanwhile. The key that opens your sign-ins is not in the file: keep it somewhere else.
    """
    from evenly import keeping
    from evenly.cli import show

    keys = app.vault.keys if with_key else ()
    with show.progress(_("Making the backup")):
        made = keeping.backup(app.desk, file, now=app.clock.now(), keys=keys, force=force)
    for name in made.missing:
        show.note(_("{name} is gone from the media folder; what shows it cannot be published.", name=name))
    if as_json:
        show.print_json(_document(made))
    else:
        _tell(made)
    return 1 if made.missing else 0


def _document(made: Backup) -> dict[str, object]:
    told = made.manifest
    return {
        "file": str(made.path.absolute()),
        "bytes": made.bytes,
        "made_at": told.made_at.isoformat(),
        "version": told.version,
        "store": told.store,
        "with_key": told.has_key,
        "counts": dict(told.counts),
        "files": len(told.members),
        "missing": list(made.missing),
    }


def _tell(made: Backup) -> None:
    counts = made.manifest.counts
    posts = ngettext("{n} post", "{n} posts", counts["post"], n=counts["post"])
    deliveries = ngettext("{n} delivery", "{n} deliveries", counts["delivery"], n=counts["delivery"])
    click.echo(_("{file} holds {posts}, {deliveries}; it was read again and is whole.", file=made.path, posts=posts, deliveries=deliveries))
    if made.manifest.has_key:
        click.echo(_("The key is in it, too: whoever has this file has your accounts. Keep it locked away."), err=True)
    elif counts["credential"]:
        click.echo(_("The key is not in it: keep it somewhere else, or sign in again after restoring."), err=True)
