"""A trade's starter pack: the sheets of `evenly.toml` filled, and ideas for posts, in the reader's language."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evenly.settings import config, shipped

_FOLDER = "trades"
_ACCOUNTS_END, _SHEETS_END = "# ── What to publish", "[mix]\n"
_EXAMPLE_OF_SHARES = "#topics = { care = 0.4, craft = 0.6 }\n"
_EXAMPLES = ("#[[audiences]]", "#[topics.", "#[accounts.")


@dataclass(frozen=True, slots=True)
class StarterPack:
    """What a new workspace of one trade begins with."""

    settings: str  #: the text of `evenly.toml`
    posts: Mapping[str, str]  #: Markdown with front matter, by file name


def trades() -> list[str]:
    """The trades for which there is a pack."""
    return sorted(file.name.removesuffix(".toml") for file in (config() / _FOLDER).iterdir() if file.name.endswith(".toml"))


def starter_pack(trade: str, language: str) -> StarterPack:
    """The pack of one of `trades()`, in the language if it speaks it, else in English."""
    document = tomllib.loads(shipped(f"{_FOLDER}/{trade}.toml"))
    spoken = language if language in document["posts"][0] else "en"
    posts = {f"{number:02}-{post['topic']}.md": _post(post, spoken) for number, post in enumerate(document["posts"], 1)}
    return StarterPack(_settings(document, spoken), posts)


def _settings(document: Mapping[str, Any], language: str) -> str:
    """The shipped evenly.toml, its comments kept, with the trade's tables in the place of the examples."""
    paragraphs = shipped("evenly.toml").split("\n\n")
    text = "\n\n".join(paragraph for paragraph in paragraphs if not paragraph.startswith(_EXAMPLES))
    text = text.replace('language = "en"', f'language = "{language}"', 1)
    shares = ", ".join(f"{name} = {topic['share']}" for name, topic in document["topics"].items())
    text = text.replace(_EXAMPLE_OF_SHARES, f"topics = {{ {shares} }}\n", 1)
    text = text.replace(_ACCOUNTS_END, _lines(_accounts(document["accounts"])) + _ACCOUNTS_END, 1)
    sheets = [*_audiences(document["audiences"], language), *_topics(document["topics"], language)]
    return text.replace(_SHEETS_END, _lines(sheets) + _SHEETS_END, 1)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _accounts(accounts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The first account as it is, the others switched off: not everybody has them."""
    for number, (name, account) in enumerate(accounts.items()):
        off = "#" if number else ""
        yield f"{off}[accounts.{name}]"
        yield from (f"{off}{key} = {_toml(value)}" for key, value in account.items())
        yield ""


def _audiences(audiences: Sequence[Mapping[str, Any]], language: str) -> Iterator[str]:
    for audience in audiences:
        yield from ("[[audiences]]", f"name = {_toml(audience['name'][language])}", f"ages = {_toml(audience['ages'])}", "")


def _topics(topics: Mapping[str, Mapping[str, Any]], language: str) -> Iterator[str]:
    for name, topic in topics.items():
        yield f"[topics.{name}]"
        said = {key: topic[key][language] for key in ("title", "words", "negative") if language in topic.get(key, {})}
        yield from (f"{key} = {_toml(value)}" for key, value in said.items())
        yield ""


def _post(post: Mapping[str, Any], language: str) -> str:
    actions = [f"actions: {_toml(post['actions'])}"] if "actions" in post else []
    return "\n".join(["---", "draft: true", f"topic: {post['topic']}", *actions, "---", post[language], ""])


def _toml(value: Any) -> str:
    """Strings, numbers and lists of them: what JSON writes of these is TOML and YAML too."""
    return json.dumps(value, ensure_ascii=False)
