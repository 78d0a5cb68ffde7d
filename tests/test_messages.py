"""Sentences are shown in the reader's language, and no language that is offered lacks one."""

from __future__ import annotations

import ast
import io
import re
import shlex
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from evenly.messages import CATALOGUES, Number, _, language, ngettext, number, percent, shown
from evenly.messages import speaking as spoken_in
from evenly.plugin import Message

ROOT = Path(__file__).parents[1]
TEMPLATE = CATALOGUES / "evenly.pot"
LANGUAGES = sorted(path.parts[-3] for path in CATALOGUES.glob("*/LC_MESSAGES/evenly.po"))
#: What was said elsewhere is shown or told anew here, and so is no literal.
PASSING_ON = {
    "core/evenly/cli/__init__.py",
    "core/evenly/messages.py",
    "core/evenly/planning/choosing.py",
    "core/evenly/store/contents.py",
}
_NARROW = "\N{NARROW NO-BREAK SPACE}"

everywhere = pytest.mark.parametrize("name", LANGUAGES)


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def of(name: str) -> Path:
    return CATALOGUES / name / "LC_MESSAGES" / "evenly.po"


def entries(found: Catalog) -> dict[str | tuple[str, ...], Entry]:
    """Every sentence but the header, by its English: one text, or the two of a plural."""
    return {entry.id if isinstance(entry.id, str) else tuple(entry.id): entry for entry in found if entry.id}


def texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]  # Babel: a text, or a list of them


def placeholders(text: str) -> set[tuple[str, str]]:
    return {(name, form or "") for _text, name, form, _how in string.Formatter().parse(text) if name is not None}


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names no language yet."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    return monkeypatch


# ---- the catalogues


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the command in CONTRIBUTING reads from the sources now."""
    page = ROOT.joinpath("CONTRIBUTING.md").read_text(encoding="utf-8")
    written = re.search(r"^\$ python (-m babel\.messages\.frontend extract .*)$", page, re.MULTILINE)
    assert written is not None
    path = tmp_path_factory.mktemp("extracted") / "evenly.pot"
    arguments = [str(path) if each.endswith(".pot") else each for each in shlex.split(written[1])]
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True, timeout=120)
    return catalogue(path)


def test_every_sentence_of_the_sources_is_in_the_template_and_no_other(extracted: Catalog) -> None:
    """CONTRIBUTING says how to write it anew."""
    expected, written = entries(extracted).keys(), entries(catalogue(TEMPLATE)).keys()

    assert sorted(map(str, expected - written)) == []
    assert sorted(map(str, written - expected)) == []


def test_every_sentence_is_a_literal_that_can_be_extracted() -> None:
    """Not put together at the call, and not inside an f-string, where not every Python shows it to Babel."""
    known = {text for entry in catalogue(TEMPLATE) for text in texts(entry.id)}
    wrong = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in ("core", "plugins")
        for path in sorted(ROOT.joinpath(folder).rglob("*.py"))
        for call in calls(path)
        if (call.args[0].value not in known if isinstance(call.args[0], ast.Constant) else str(path.relative_to(ROOT)) not in PASSING_ON)
    ]

    assert wrong == []


def calls(path: Path) -> list[ast.Call]:
    """Where a module says a sentence."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return [call for call in found if call.func.id in {"_", "ngettext", "Message"} and call.args]  # type: ignore[attr-defined]  # a Name, see above


def test_french_is_offered() -> None:
    """English needs no catalogue: it is in the sources."""
    assert "fr" in LANGUAGES


@everywhere
def test_a_language_has_every_sentence(name: str) -> None:
    """And none that nobody says any more."""
    expected, found = entries(catalogue(TEMPLATE)), entries(catalogue(of(name)))

    assert found.keys() == expected.keys()
    assert [entry.id for entry in found.values() if entry.fuzzy or not all(texts(entry.string))] == []


@everywhere
def test_a_translation_has_the_placeholders_of_the_sentence(name: str) -> None:
    """Each with its format; else it could not be filled in."""
    wrong = [
        entry.id
        for entry in entries(catalogue(of(name))).values()
        for text in texts(entry.string)
        if placeholders(text) != placeholders(texts(entry.id)[-1])
    ]

    assert wrong == []


@everywhere
def test_a_translation_begins_and_ends_like_the_sentence(name: str) -> None:
    """Spaces and ends of lines are glued to something."""
    wrong = [
        entry.id
        for entry in entries(catalogue(of(name))).values()
        for text in texts(entry.string)
        if (text[:1].isspace(), text[-1:].isspace()) != (texts(entry.id)[0][:1].isspace(), texts(entry.id)[0][-1:].isspace())
    ]

    assert wrong == []


@everywhere
def test_what_is_to_be_typed_is_the_same_in_every_language(name: str) -> None:
    """Commands, options and addresses are no words."""
    typed = re.compile(r"`[^`]+`|(?<![\w-])--[a-z][a-z-]+|https?://[^\s)]+[\w/]")
    wrong = [
        entry.id
        for entry in entries(catalogue(of(name))).values()
        for text in texts(entry.string)
        if sorted(typed.findall(text)) != sorted(typed.findall(texts(entry.id)[-1]))
    ]

    assert wrong == []


@everywhere
def test_the_compiled_catalogue_is_that_of_the_text(name: str) -> None:
    """What the program reads is what translators wrote."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(of(name)))

    assert of(name).with_suffix(".mo").read_bytes() == compiled.getvalue()


def test_french_is_set_as_french_is() -> None:
    """Narrow no-break spaces before high punctuation and inside guillemets, typographic apostrophes."""
    sentences = [text for entry in entries(catalogue(of("fr"))).values() for text in texts(entry.string)]
    wrong = [text for text in sentences if re.search(r" [;:?!»%](?:\s|$)|« |\w[;?!](?:\s|$)|[a-zà-ÿ]'[a-zà-ÿœ]", text)]

    assert wrong == []
    assert sum(_NARROW in text for text in sentences) > 100


# ---- showing


def test_a_sentence_comes_in_the_readers_language(speaking: pytest.MonkeyPatch) -> None:
    """With its values filled in."""
    speaking.setenv("LANG", "fr_FR.UTF-8")

    assert _("{account} goes on.", account="page") == "page reprend."
    assert language() == "fr"


def test_a_message_in_a_message_is_translated_with_it(speaking: pytest.MonkeyPatch) -> None:
    """A reason is a sentence of its own."""
    speaking.setenv("LANGUAGE", "fr")
    lost = Message("The first comment is missing: {reason}", reason=Message("{host} did not answer.", host="social.example"))

    assert shown(lost) == f"Le premier commentaire manque{_NARROW}: social.example n’a pas répondu."


@pytest.mark.parametrize(("number", "expected"), [(0, "0 publication"), (1, "1 publication"), (2, "2 publications")])
def test_numbers_take_the_form_of_the_language(number: int, expected: str, speaking: pytest.MonkeyPatch) -> None:
    """In French, nothing is singular."""
    speaking.setenv("LANGUAGE", "fr")

    assert ngettext("{n} post", "{n} posts", number, n=number) == expected


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [("en", ["1,234.5", "0.0", "12", "25%", "2.5%"]), ("fr", [f"1{_NARROW}234,5", "0,0", "12", "25\xa0%", "2,5\xa0%"])],
)
def test_numbers_are_written_as_the_language_does(spoken: str, expected: list[str]) -> None:
    """The point, the thousands, and the space before the sign; in a sentence, too, and in one within it."""
    with spoken_in(spoken):
        told = [number(1234.5, 1), number(0, 1), number(12), percent(0.25), percent(0.025, 1)]
        said = shown(Message("{n}; {within}", n=Number(1234.5, 1), within=Message("{n}", n=Number(12))))
        passed_on = _("{n} min", n=Number(1234.5, 1))

    assert told == expected
    assert said == f"{expected[0]}; 12"
    assert passed_on.startswith(expected[0])


def test_the_english_of_a_message_has_english_numbers() -> None:
    """Whatever language is spoken: it is what logs and scripts read."""
    with spoken_in("fr"):
        assert str(Message("{n} posts", n=Number(1234.5, 1))) == "1,234.5 posts"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "fr_CA.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "en"}, "en"),
        ({"LANGUAGE": "de:fr:en"}, "fr"),
        ({"LANGUAGE": "en_GB:fr"}, "en"),
    ],
    ids=str,
)
def test_the_first_language_that_is_known_is_taken(environment: dict[str, str], expected: str, speaking: pytest.MonkeyPatch) -> None:
    """In the order of gettext's variables; English is always known."""
    for variable, value in environment.items():
        speaking.setenv(variable, value)

    assert language() == expected


def test_a_sentence_that_no_catalogue_knows_is_shown_as_it_is(speaking: pytest.MonkeyPatch) -> None:
    """Such as those of somebody's own plugin."""
    speaking.setenv("LANGUAGE", "fr")

    assert shown(Message("Pinboard takes {n} pins.", n=3)) == "Pinboard takes 3 pins."


def test_the_program_speaks_french(tmp_path: Path) -> None:
    """The real one, when it refuses something."""
    ended = subprocess.run(
        [sys.executable, "-m", "evenly", "queue"],
        cwd=tmp_path,
        env={"LANG": "fr_FR.UTF-8", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 2
    assert "Allez dans votre espace de travail" in ended.stderr
