"""`evenly init` makes a workspace that works at once, and never touches what is there."""

from __future__ import annotations

import itertools
import json
import re
import stat
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from evenly.cli.starter_pack import starter_pack, trades
from evenly.mix import Brand, Content, Recognised, Topic, avoided, recognise
from evenly.networks import Networks
from evenly.settings import Settings, load, shipped
from tests.cli.conftest import Program


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_workspace_has_everything(program: Program) -> None:
    """Settings, a folder for posts with an example, a key for its owner's eyes only, and nothing secret for git."""
    result = program("init")

    assert result.code == 0
    assert (program.folder / "evenly.toml").read_text() == shipped("evenly.toml")
    assert "draft: true" in (program.folder / "posts" / "welcome.md").read_text()
    assert ".evenly/" in (program.folder / ".gitignore").read_text().split()
    assert mode(program.folder / ".evenly") == 0o700
    assert mode(program.folder / ".evenly" / "key") == 0o600
    assert "evenly connect" in result.out


def test_it_makes_the_folder_that_is_named(program: Program) -> None:
    """Parents too."""
    assert program("init", "a/b").code == 0
    assert (program.folder / "a" / "b" / "evenly.toml").is_file()


def test_a_second_run_changes_nothing(evenly: Program) -> None:
    """Not a byte, the key least of all."""
    before = contents(evenly.folder)

    result = evenly("init")

    assert result.code == 0
    assert "nothing was changed" in result.out
    assert contents(evenly.folder) == before


def test_what_somebody_wrote_stays(program: Program) -> None:
    """Only what is missing is made; an own .gitignore stays, and yet the key cannot be committed."""
    program.settings('[brand]\nname = "Mine"\n')
    (program.folder / ".gitignore").write_text("mine\n")

    assert program("init").code == 0

    assert (program.folder / "evenly.toml").read_text() == '[brand]\nname = "Mine"\n'
    assert (program.folder / ".gitignore").read_text() == "mine\n"
    assert (program.folder / ".evenly" / ".gitignore").read_text() == "*\n"
    assert not (program.folder / "posts" / "welcome.md").exists()


def test_a_state_folder_that_was_open_to_others_is_closed(program: Program) -> None:
    """Keys lie in it."""
    (program.folder / ".evenly").mkdir(mode=0o755)
    (program.folder / ".evenly").chmod(0o755)

    program("init")

    assert mode(program.folder / ".evenly") == 0o700


def test_the_umask_does_not_open_the_key(program: Program) -> None:
    """Modes are set, not left to chance."""
    subprocess.run(program.command("init"), cwd=program.folder, env=program.environment(), umask=0, check=True, capture_output=True)

    assert mode(program.folder / ".evenly") == 0o700
    assert mode(program.folder / ".evenly" / "key") == 0o600


def test_a_key_from_elsewhere_needs_no_file(program: Program) -> None:
    """Where the environment brings one."""
    program("init", env={"EVENLY_KEY": "x"})

    assert not (program.folder / ".evenly" / "key").exists()


def test_a_place_that_cannot_be_a_workspace_is_told(program: Program) -> None:
    """Without a traceback."""
    (program.folder / "file").write_text("")

    result = program("init", "file/inside")

    assert result.code == 2
    assert "cannot become a workspace" in result.err
    assert "Traceback" not in result.err


def test_the_new_workspace_passes_its_own_doctor(evenly: Program) -> None:
    """`init` never fails on its own example."""
    result = evenly("doctor")

    assert result.code == 0, result.out + result.err


def settings_of(folder: Path) -> Settings:
    """What the settings of a new workspace say, as any command would read them."""
    return load(folder, {name: Networks.load()[name].settings for name in Networks.load().names()})


@pytest.mark.parametrize("trade", ["bakery", "jeweller", "makeup-artist"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_trade_fills_the_sheets(program: Program, trade: str, language: str) -> None:
    """Whom, where and what about, in the reader's language; every idea is a draft on one of the topics, and can be imported."""
    program.env["LANGUAGE"] = language
    assert program("init", "--trade", trade).code == 0

    settings = settings_of(program.folder)
    assert settings.warnings == ()
    assert settings.brand.language == language
    assert settings.audiences
    assert list(settings.accounts) == ["page"]
    assert sum(settings.mix.topics.values()) == 1
    assert settings.mix.topics.keys() == settings.topics.keys()
    assert all(topic.title and len(topic.words) >= 5 for topic in settings.topics.values())
    posts = program("import", "posts", "--json").json
    assert (posts["refused"], posts["added"] >= 30) == ([], True)
    queued = program("queue", "--json").json["deliveries"]
    assert {each["state"] for each in queued} == {"draft"}
    assert {each["topic"] for each in queued} == settings.topics.keys()


@pytest.mark.parametrize("trade", ["bakery", "jeweller", "makeup-artist"])
def test_a_trades_settings_pass_with_every_line_switched_on(program: Program, trade: str) -> None:
    """Accounts that not everybody has stand there as examples."""
    program("init", "--trade", trade)
    written = (program.folder / "evenly.toml").read_text()

    program.settings(re.sub(r"(?m)^#(?=\S)", "", written))

    assert list(load(program.folder, {}).accounts) == ["page", "gallery"]
    assert "[mix]" in written
    assert "couples choosing rings" in written or trade != "jeweller"


def test_a_trades_texts_say_each_language_something_of_its_own() -> None:
    """No idea was left untranslated."""
    for trade in trades():
        english, french = starter_pack(trade, "en").posts, starter_pack(trade, "fr").posts
        assert english.keys() == french.keys()
        assert all(english[name] != french[name] for name in english)


@dataclass(frozen=True)
class Idea:
    """A post of a starter pack: what its front matter says of it, and what it is taken for without that."""

    topic: str
    actions: frozenset[str]
    text: str
    seen: Recognised


def ideas(trade: str, language: str) -> list[Idea]:
    """The ideas of a pack, in the order of its files."""
    pack = starter_pack(trade, language)
    sheets = tomllib.loads(pack.settings)["topics"].items()
    topics = tuple(Topic(name, tuple(sheet["words"]), tuple(sheet.get("negative", ()))) for name, sheet in sheets)
    brand = Brand(language=language, topics=topics)
    found = []
    for _, post in sorted(pack.posts.items()):
        _, front, text = post.split("---\n", 2)
        said = yaml.safe_load(front)
        actions = frozenset(said.get("actions", ()))
        found.append(Idea(said["topic"], actions, text.strip(), recognise(Content(text=text), brand)))
    return found


PACKS = pytest.mark.parametrize(("trade", "language"), [(trade, language) for trade in trades() for language in ("en", "fr")])


@PACKS
def test_a_trade_has_ideas_for_weeks(trade: str, language: str) -> None:
    """Thirty at least, each another, as many on each topic as its share says."""
    every = ideas(trade, language)
    shares = {name: topic["share"] for name, topic in tomllib.loads(shipped(f"trades/{trade}.toml"))["topics"].items()}

    assert len({idea.text for idea in every}) == len(every) >= 30
    for name, share in shares.items():
        assert abs(sum(idea.topic == name for idea in every) - share * len(every)) <= 1


@PACKS
def test_a_trades_ideas_are_what_they_are_labelled(trade: str, language: str) -> None:
    """The words of the pack's topics tell each idea's own; a question or an invitation is one for whoever reads it, and is labelled."""
    for idea in ideas(trade, language):
        assert idea.seen.topic == idea.topic, idea.text
        for action in ("question", "invitation"):
            if idea.actions or action == "invitation":
                assert (action in idea.actions) == (action in idea.seen.actions), (action, idea.text)


@PACKS
def test_a_trades_ideas_keep_the_mix(trade: str, language: str) -> None:
    """Enough questions, invitations, looks behind the scenes and credited posts by others; few promotions, and never two in a row."""
    every = ideas(trade, language)
    promotions = ["promotion" in idea.actions | idea.seen.actions for idea in every]
    others = [idea.seen.origin == "third-party" for idea in every]

    assert 1 <= sum(promotions) <= 0.15 * len(every)
    assert not any(one and other for marks in (promotions, others) for one, other in itertools.pairwise(marks))
    assert 0.1 * len(every) <= sum(others) <= 0.2 * len(every)
    assert {idea.seen.origin for idea in every} == {"owned", "third-party"}
    assert not [idea.text for idea in every if idea.seen.warnings]
    for action, share in {"question": 0.2, "invitation": 0.13, "behind-the-scenes": 0.1}.items():
        assert sum(action in idea.actions | idea.seen.actions for idea in every) >= share * len(every), action


@PACKS
def test_a_trades_ideas_are_written_with_care(trade: str, language: str) -> None:
    """None begs for reactions or has a word that the shipped example avoids; only French has a space before ; : ? and !."""
    (written,) = re.findall(r"(?m)^#?avoid = (\[.*?\])", shipped("evenly.toml"))
    for idea in ideas(trade, language):
        assert "bait" not in idea.actions | idea.seen.actions, idea.text
        assert not avoided(idea.text, json.loads(written), language), idea.text
        assert not re.search(r"\s[,.]|\s\s|\S[;:?!]" if language == "fr" else r"\s[,.;:?!]|\s\s", idea.text), idea.text


def test_an_unknown_trade_is_refused_with_those_there_are(program: Program) -> None:
    """And nothing is made."""
    result = program("init", "--trade", "butcher")

    assert result.code == 2
    assert "there are: bakery, jeweller, makeup-artist" in " ".join(result.err.split())
    assert contents(program.folder) == {}


def test_a_trade_fills_no_workspace_that_is_there(evenly: Program) -> None:
    """Not a byte changes, and that is said."""
    before = contents(evenly.folder)

    result = evenly("init", "--trade", "bakery")

    assert (result.code, contents(evenly.folder) == before) == (0, True)
    assert "fills new workspaces only" in result.out


def test_an_idea_of_the_same_name_stays(program: Program) -> None:
    """Somebody may have had one already."""
    (program.folder / "posts").mkdir()
    (program.folder / "posts" / "01-bread.md").write_text("mine\n")

    program("init", "--trade", "bakery")

    assert (program.folder / "posts" / "01-bread.md").read_text() == "mine\n"
