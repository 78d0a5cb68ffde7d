"""What every command has in common: `--workspace`, `--json`, an open App, an exit code."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from evenly.app import App

Function = TypeVar("Function", bound=Callable[..., Any])


def _remember(ctx: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.meta["evenly.workspace"] = value


workspace_option = click.option(
    "--workspace", "-w", metavar="DIR", expose_value=False, callback=_remember, help="The folder with evenly.toml."
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document for scripts.")


def workspace_folder() -> Path:
    """The folder of the workspace that was asked for. Raises `WorkspaceNotFound`."""
    from evenly.settings import find_workspace

    asked = click.get_current_context().meta.get("evenly.workspace")
    return find_workspace(Path.cwd(), Path(asked) if asked else None)


def with_app(function: Callable[..., int | None]) -> Callable[..., None]:
    """Give the command an open `App` as its first argument; what it returns becomes the exit code."""

    @workspace_option
    @functools.wraps(function)
    def run(*arguments: Any, **options: Any) -> None:
        with open_app() as app:
            code = function(app, *arguments, **options)
        if code:
            click.get_current_context().exit(code)

    return run


def open_app() -> App:
    from evenly.app import App

    return App.open(workspace_folder())
