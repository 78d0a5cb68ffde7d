"""Markdown files with front matter become posts: one idea, one file."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from evenly.fields import printable, warnings
from evenly.importing.rows import Batch, ImportRefused, Row, row_of
from evenly.plugin import Message

SUFFIXES = frozenset({".md", ".markdown"})

_LARGEST = 2**20
_LARGEST_FRONT = 2**16
_MOST_FILES = 20_000
_MOST_DOTS = 500
_FENCES = {"---": ("---", "..."), "+++": ("+++",)}


class FrontMatterRefused(ValueError):
    """The front matter cannot be read."""

    def __init__(self, message: Message, line: int | None = None) -> None:
        self.message = message
        self.line = line
        super().__init__(str(message))


def read_folder(folder: Path) -> Batch:
    """Every Markdown file in the folder and below it, hidden ones left out. Raises ImportRefused where there is none."""
    rows = tuple(_row(path, printable(path.relative_to(folder).as_posix()), folder) for path in _files(folder))
    if not rows:
        raise ImportRefused(Message("There is no Markdown file (.md) in {folder}.", folder=folder))
    return Batch(rows=rows, folder=folder)


def read_file(path: Path) -> Batch:
    """One Markdown file."""
    return Batch(rows=(_row(path, path.name, path.parent),), folder=path.parent)


def document_of(text: str) -> dict[str, Any]:
    """The fields that front matter and body of a post make; the body is the text. Raises FrontMatterRefused."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    fence = lines[0].rstrip()
    if fence not in _FENCES:
        return {"text": "\n".join(lines).strip("\n")}
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() in _FENCES[fence]), None)
    if end is None:
        raise FrontMatterRefused(Message("the front matter that begins with {fence} never ends", fence=fence), 1)
    front = "\n".join(lines[1:end])
    if len(front) > _LARGEST_FRONT:
        raise FrontMatterRefused(Message("the front matter is larger than {limit} characters", limit=_LARGEST_FRONT), 1)
    document = _toml(front) if fence == "+++" else _yaml(front)
    body = "\n".join(lines[end + 1 :]).strip("\n")
    if body and document.get("text"):
        raise FrontMatterRefused(Message("the text stands twice, in the front matter and below it; keep one"))
    return {**document, "text": body} if body else document


def _files(folder: Path) -> Iterator[Path]:
    found = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if path.suffix.lower() in SUFFIXES and not name.startswith("."):
                found += 1
                if found > _MOST_FILES:
                    raise ImportRefused(
                        Message("{folder} holds more than {limit} posts: import it in parts.", folder=folder, limit=_MOST_FILES)
                    )
                yield path


def _row(path: Path, where: str, folder: Path) -> Row:
    try:
        row = row_of(document_of(_text(path, folder)), where=where, folder=path.parent)
    except FrontMatterRefused as refused:
        return Row(where=where, line=refused.line, reason=refused.message)
    return replace(row, warnings=warnings(row.fields)) if row.fields is not None else row


def _text(path: Path, folder: Path) -> str:
    """The file's text, if it is a file that really lies in the folder."""
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve(strict=True)):
            raise FrontMatterRefused(Message("this is a link that leads out of the imported folder; copy the file there"))
        if not path.is_file():
            raise FrontMatterRefused(Message("this is not a file"))
        if path.stat().st_size > _LARGEST:
            raise FrontMatterRefused(Message("the file is larger than {limit} bytes", limit=_LARGEST))
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FrontMatterRefused(Message("this is not UTF-8: save the file as UTF-8"), line) from error
    except (OSError, RuntimeError) as error:
        raise FrontMatterRefused(Message("the file cannot be read ({reason})", reason=error)) from error


def _toml(front: str) -> dict[str, Any]:
    import tomllib

    # A key of many parts costs tomllib the square of their number, in memory as in time.
    if any(line.count(".") > _MOST_DOTS for line in front.splitlines()):
        raise FrontMatterRefused(Message("a line of the front matter has more than {limit} dots", limit=_MOST_DOTS))
    try:
        return tomllib.loads(front)
    except (ValueError, RecursionError) as error:
        raise FrontMatterRefused(Message("the front matter is not TOML ({reason})", reason=error)) from error


def _yaml(front: str) -> dict[str, Any]:
    import yaml

    try:
        document = yaml.load(front, _loader())  # noqa: S506 - a SafeLoader, made stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = None if mark is None else mark.line + 2
        raise FrontMatterRefused(Message("the front matter is not YAML ({reason})", reason=error.problem), line) from error
    except (yaml.YAMLError, ValueError, RecursionError, LookupError, AttributeError, TypeError) as error:
        # The last three are what PyYAML makes of a tag that does not go with its value, such as `!!int ""`.
        raise FrontMatterRefused(Message("the front matter is not YAML ({reason})", reason=str(error)[:200])) from error
    if document is None:
        return {}
    if not isinstance(document, Mapping):
        raise FrontMatterRefused(Message('the front matter has to be keys with values, such as "topic: care"'), 2)
    return {str(key): value for key, value in document.items()}


@functools.cache
def _loader() -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """Times stay as they are written; a key stands once; nothing stands for something else, however often."""

        yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way of declaring it
            start: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
            for start, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # as the stubs have it
                raise yaml.composer.ComposerError(None, None, "write the value out; references (*name) are not taken", mark)
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands twice", key.start_mark)
                seen.add(key.value)
            return super().construct_mapping(node, deep=deep)

    return Loader
