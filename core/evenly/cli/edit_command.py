"""`evenly edit`: change a post that is not out yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from evenly.cli.command import json_option, with_app
from evenly.cli.fields_options import field_options, written
from evenly.messages import _, shown

if TYPE_CHECKING:
    from evenly.app import App

_NOTHING: tuple[Any, ...] = ("", [], [""], {})


@click.command("edit")
@click.argument("id_", metavar="ID")
@click.argument("text", required=False)
@field_options
@json_option
@with_app
def command(app: App, id_: str, text: str | None, as_json: bool, **options: Any) -> int:
    """Change a post (p7), or the words of one of its deliveries (12). What is not named stays; an empty value takes a field away."""
    from evenly import planning
    from evenly.cli import changed
    from evenly.planning import editing

    without_media = options["media"] == ("",)
    document, root = written(text, {**options, "media": ()} if without_media else options)
    changes = {name: None if value in _NOTHING else value for name, value in document.items()}
    if without_media:
        changes["media"] = None
    if not changes:
        raise click.UsageError(_("What should be different? Give a TEXT, an option such as --link, or --file."))
    edited = editing.edit(app.desk, id_, planning.Edit(changes=changes, root=root), now=app.clock.now())
    for said in (*edited.changes, *edited.warnings):
        click.echo(shown(said), err=True)
    return changed.tell(app, edited.deliveries, as_json)
