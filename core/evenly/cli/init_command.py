"""`evenly init`: a workspace."""

from __future__ import annotations

import os
from pathlib import Path

import click

from evenly.messages import _

_IGNORED = ".evenly/\n"
_EVERYTHING = "*\n"


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, default=".", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Make a workspace in DIR (default: here). What is there already stays as it is."""
    try:
        made = _make(folder)
    except OSError as error:
        raise click.ClickException(
            _("{folder} cannot become a workspace: {reason}.", folder=folder, reason=error.strerror or error)
        ) from None
    place = folder.resolve()
    if made:
        click.echo(_("Made in {folder}: {files}", folder=place, files=", ".join(made)))
    else:
        click.echo(_("{folder} is a workspace already; nothing was changed.", folder=place))
    click.echo(_next_steps())


def _make(folder: Path) -> list[str]:
    """Make what is missing; the names of what was made."""
    from evenly.settings import FILE, shipped

    state = folder / ".evenly"
    (folder / "posts").mkdir(parents=True, exist_ok=True)
    is_new = not (folder / FILE).exists()
    made = [
        *_written(folder / FILE, shipped("evenly.toml")),
        *(_written(folder / "posts" / "welcome.md", _example()) if is_new else []),
        *_written(folder / ".gitignore", _IGNORED),
    ]
    state.mkdir(mode=0o700, exist_ok=True)
    state.chmod(0o700)
    # A .gitignore of somebody's own need not name our folder: the key in it must not be committed all the same.
    _written(state / ".gitignore", _EVERYTHING)
    return made + _key(state)


def _key(state: Path) -> list[str]:
    from evenly.store.secrets import KEY_FILE, key_source, make_key

    if key_source(state, os.environ) is not None:
        return []
    make_key(state)
    return [f"{state.name}/{KEY_FILE}"]


def _written(path: Path, text: str) -> list[str]:
    """Write a file that is not there yet; its name, if it was written."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        return []
    return [path.name if path.parent.name != "posts" else f"posts/{path.name}"]


def _example() -> str:
    front_matter = "draft: true"
    text = _("Hello! This is an example of a post. What would you like to see here?")
    return f"---\n{front_matter}\n---\n{text}\n"


def _next_steps() -> str:
    return _(
        "Next: name your brand and your accounts in evenly.toml, then\n"
        "  evenly connect ACCOUNT     signs in\n"
        '  evenly add "…"             queues a post\n'
        "  evenly run                 publishes everything in its time\n"
        "`evenly doctor` says what is missing; `evenly demo` shows the whole job without any account."
    )
