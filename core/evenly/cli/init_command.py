"""`evenly init`: a workspace."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from evenly.messages import _, language, ngettext

if TYPE_CHECKING:
    from evenly.cli.starter_pack import StarterPack

_IGNORED = ".evenly/\n"
_EVERYTHING = "*\n"


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, default=".", type=click.Path(path_type=Path))
@click.option("--trade", metavar="TRADE", help="Fill it with a trade's topics, audiences, cadences and ideas: jeweller, bakery …")
def command(folder: Path, trade: str | None) -> None:
    """Make a workspace in DIR (default: here). What is there already stays as it is."""
    pack = None if trade is None else _pack(trade)
    is_known = _is_workspace(folder)
    try:
        made = _make(folder, None if is_known else pack)
    except OSError as error:
        raise click.ClickException(
            _("{folder} cannot become a workspace: {reason}.", folder=folder, reason=error.strerror or error)
        ) from None
    place = folder.resolve()
    if made:
        click.echo(_("Made in {folder}: {files}", folder=place, files=", ".join(made)))
    else:
        click.echo(_("{folder} is a workspace already; nothing was changed.", folder=place))
    if pack is not None:
        click.echo(_of_trade(pack, is_known=is_known))
    click.echo(_next_steps())


def _pack(trade: str) -> StarterPack:
    from evenly.cli.starter_pack import starter_pack, trades

    if trade not in trades():
        raise click.UsageError(_("There is no starter pack for {trade}; there are: {trades}.", trade=trade, trades=", ".join(trades())))
    return starter_pack(trade, language().partition("-")[0])


def _is_workspace(folder: Path) -> bool:
    from evenly.settings import FILE

    return (folder / FILE).exists()


def _of_trade(pack: StarterPack, *, is_known: bool) -> str:
    if is_known:
        return _("evenly.toml was there before and stays as it is: a starter pack fills new workspaces only.")
    return ngettext(
        "posts/ holds {n} idea, a draft to make your own. `evenly import posts/` takes it in.",
        "posts/ holds {n} ideas, drafts to make your own. `evenly import posts/` takes them in.",
        len(pack.posts),
        n=len(pack.posts),
    )


def _make(folder: Path, pack: StarterPack | None) -> list[str]:
    """Make what is missing; the names of what was made."""
    from evenly.settings import FILE, shipped

    state = folder / ".evenly"
    (folder / "posts").mkdir(parents=True, exist_ok=True)
    is_new = not (folder / FILE).exists()
    posts = {"welcome.md": _example()} if pack is None else pack.posts
    made = [
        *_written(folder / FILE, shipped("evenly.toml") if pack is None else pack.settings),
        *(name for post, text in posts.items() if is_new for name in _written(folder / "posts" / post, text)),
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
