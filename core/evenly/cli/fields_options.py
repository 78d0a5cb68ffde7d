"""The options of `add` and `edit`: one for each field of a post."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from evenly.messages import _, shown

Function = TypeVar("Function", bound=Callable[..., Any])

_OPTIONS = [
    click.option("--file", "file", metavar="POST.md", help="Markdown with front matter."),
    click.option("--to", multiple=True, metavar="ACCOUNT", help="Only there (repeatable); all or nothing."),
    click.option("--text-for", multiple=True, metavar="ACCOUNT=TEXT", help="Other words for one account."),
    click.option("--link", help="A link that goes with it."),
    click.option("--media", multiple=True, metavar="PATH", help="A picture, video or PDF (repeatable), each with its --alt."),
    click.option("--alt", multiple=True, metavar="TEXT", help="What is to be seen, in the order of --media."),
    click.option("--fit", metavar="KIND", help="keep, or crop: the middle of pictures whose shape is not taken."),
    click.option("--thread", multiple=True, metavar="TEXT", help="A further post of a thread (repeatable)."),
    click.option("--first-comment", metavar="TEXT", help="A comment right below it."),
    click.option("--format", "format_", metavar="KIND", help="post, story, reel, article, document or poll."),
    click.option("--origin", metavar="KIND", help="owned, third-party or mixed."),
    click.option("--topic", help="One of the brand's topics."),
    click.option("--campaign", help="One of the brand's campaigns."),
    click.option("--offer", metavar="KIND", help="What it is about: product, brand or service."),
    click.option("--action", multiple=True, metavar="KIND", help="question, invitation, photo … (repeatable)."),
    click.option("--effort", metavar="20m", help="How long it took to make."),
    click.option("--at", metavar="TIME", help="A fixed time: 2026-12-01T10:00."),
    click.option("--not-before", metavar="TIME", help="Not earlier than this."),
    click.option("--not-after", metavar="TIME", help="Not later than this."),
    click.option("--take-down-after", metavar="24h", help="Delete it that long after publishing."),
    click.option("--priority", type=int, help="Higher goes first; 0 by default."),
    click.option("--ai", metavar="KIND", help="none, assisted or generated."),
    click.option("--ad", is_flag=True, help="It is an advertisement."),
    click.option("--credit", metavar="NAME", help="Whose it is."),
    click.option("--draft", is_flag=True, help="Wait for approval."),
    click.option("--evergreen", metavar="RULE", help="It comes back when the queue runs thin: rest 60 days, 3 times."),
    click.option("--again", multiple=True, metavar="TEXT", help="Other words for when it comes back (repeatable)."),
    click.option("--set", "set_", multiple=True, metavar="ACCOUNT.KEY=VALUE", help="An option of one account's network (repeatable)."),
]

_PLAIN = {
    name: name
    for name in (
        *("link", "fit", "first_comment", "origin", "topic", "campaign", "offer", "effort", "at", "not_before", "not_after"),
        *("take_down_after", "priority", "ai", "credit", "evergreen"),
    )
} | {"format_": "format"}
_LISTS = {"to": "to", "thread": "thread", "action": "actions", "again": "again"}


def field_options(function: Function) -> Function:
    """Every field of a post as an option."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def written(text: str | None, options: Mapping[str, Any]) -> tuple[dict[str, Any], Path]:
    """The document that the command line (and `--file`) makes, and the folder its relative paths start from.

    What is said on the command line goes before what the file says.
    """
    document: dict[str, Any] = {}
    root = Path.cwd()
    if options["file"]:
        document, root = _from_file(Path(options["file"]))
    if text == "-":
        text = _standard_input()
    if text is not None:
        document["text"] = text
    document |= {field: options[name] for name, field in _PLAIN.items() if options[name] is not None}
    document |= {field: list(options[name]) for name, field in _LISTS.items() if options[name]}
    document |= {name: True for name in ("ad", "draft") if options[name]}
    if options["media"] or options["alt"]:
        document["media"] = _media(options["media"], options["alt"])
    if options["text_for"]:
        document["text_for"] = dict(_pair(each, "--text-for") for each in options["text_for"])
    if options["set_"]:
        document["options"] = _settings(options["set_"])
    return document, root


def _from_file(path: Path) -> tuple[dict[str, Any], Path]:
    from evenly.importing import markdown

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(_("{path} cannot be read: {why}.", path=path, why=error.strerror)) from None
    except UnicodeDecodeError:
        raise click.UsageError(_("{path} is not UTF-8: save it as UTF-8.", path=path)) from None
    try:
        return markdown.document_of(text), path.resolve().parent
    except markdown.FrontMatterRefused as refused:
        place = f"{path}:{refused.line}" if refused.line else str(path)
        raise click.UsageError(f"{place}: {shown(refused.message)}") from None


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError:
        raise click.UsageError(_("The text on standard input is not UTF-8.")) from None


def _media(paths: tuple[str, ...], alts: tuple[str, ...]) -> list[dict[str, str]]:
    if len(alts) > len(paths):
        raise click.UsageError(_("There are more --alt than --media: each describes one, in the same order."))
    padded = [*alts, *[""] * (len(paths) - len(alts))]
    return [{"path": str(Path(path).absolute()), "alt": alt} for path, alt in zip(paths, padded, strict=True)]


def _pair(written: str, option: str) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals or not name:
        raise click.UsageError(_("{option} reads ACCOUNT=TEXT; found {written}.", option=option, written=written))
    return name, value


def _settings(given: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    options: dict[str, dict[str, Any]] = {}
    for each in given:
        place, value = _pair(each, "--set")
        account, dot, key = place.partition(".")
        if not dot or not key:
            raise click.UsageError(_("--set reads ACCOUNT.KEY=VALUE; found {written}.", written=each))
        _put(options.setdefault(account, {}), key.split("."), _value(value))
    return options


def _put(table: dict[str, Any], keys: list[str], value: Any) -> None:
    *above, last = keys
    for key in above:
        table = table.setdefault(key, {})
    table[last] = value


def _value(written: str) -> Any:
    """JSON where it is JSON (a number, true, a list), else the text itself."""
    try:
        return json.loads(written)
    except ValueError:
        return written
