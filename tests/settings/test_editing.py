"""Single values of `evenly.toml` change, and nothing else in it."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenly.settings import SettingsRefused, shipped
from evenly.settings.editing import Change, EditRefused, edit, edited, write

QUESTION = Change(("mix", "question", "min"), None, 0.3)
AUDIENCE = Change(("accounts", "page", "audience"), None, "learnt")

FILE = """\
# Ours.
[brand]
name = 'Atelier Lumière'   # single quotes

[mix]
preset = "evenly"    # as it came
#question = { min = 0.2 }

# ── How to plan ──
[planner]
commit = "7 days"

[accounts.page]
network = "board"  # a board

# The end.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "evenly.toml").write_text(FILE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "change", "expected"),
    [
        (
            "[mix]\nquestion = { min = 0.2, max = 0.5 } # why\n",
            Change(QUESTION.path, 0.2, 0.3),
            "[mix]\nquestion = { min = 0.3, max = 0.5 } # why\n",
        ),
        ("[mix.question]\nmin=0.2   # why\n\n[brand]\n", Change(QUESTION.path, 0.2, 0.3), "[mix.question]\nmin=0.3   # why\n\n[brand]\n"),
        ("mix.question.min = 0.2\n", Change(QUESTION.path, 0.2, 0.3), "mix.question.min = 0.3\n"),
        (
            "[mix]\npreset = 'thirds'\n# more\n\n# next\n[brand]\n",
            QUESTION,
            "[mix]\npreset = 'thirds'\nquestion = {min = 0.3}\n# more\n\n# next\n[brand]\n",
        ),
        ("[accounts]\npage = { network = 'x' }\n", AUDIENCE, "[accounts]\npage = { network = 'x' , audience = \"learnt\"}\n"),
        ("[accounts.page]\r\nnetwork = 'x'\r\n", AUDIENCE, "[accounts.page]\r\nnetwork = 'x'\r\naudience = \"learnt\"\r\n"),
    ],
)
def test_a_value_changes_where_it_stands_however_it_is_written(text: str, change: Change, expected: str) -> None:
    """In a table, an inline table, a dotted key; one that is missing comes after its like."""
    assert edited(text, [change]).replace(" ,", ",") == expected.replace(" ,", ",")


def test_comments_order_and_quoting_stay(folder: Path) -> None:
    """Every line that was there is there, in its place."""
    made = edit(folder, [QUESTION, AUDIENCE], {"board": None})
    write(made)

    text = (folder / "evenly.toml").read_text(encoding="utf-8")
    added = [line for line in text.splitlines() if line not in FILE.splitlines()]
    assert added == ["question = {min = 0.3}", 'audience = "learnt"']
    assert [line for line in text.splitlines() if line not in added] == FILE.splitlines()
    assert "+question = {min = 0.3}\n" in made.diff
    assert float(made.settings.mix.question.min) == 0.3  # type: ignore[union-attr, arg-type]


def test_what_the_user_has_changed_meanwhile_stays(folder: Path) -> None:
    """The sentence names the key and both values."""
    (folder / "evenly.toml").write_text(FILE.replace("#question = { min = 0.2 }", "question = { min = 0.25 }"))
    before = (folder / "evenly.toml").read_bytes()

    with pytest.raises(EditRefused, match=r"mix\.question\.min was nothing .* and is 0\.25 now"):
        edit(folder, [QUESTION], {"board": None})

    assert (folder / "evenly.toml").read_bytes() == before


def test_what_our_own_reader_would_refuse_is_never_written(folder: Path) -> None:
    """A floor above the ceiling."""
    (folder / "evenly.toml").write_text(FILE.replace("#question = { min = 0.2 }", "question = { max = 0.2 }"))

    with pytest.raises(SettingsRefused, match=r"mix\.question\.max"):
        edit(folder, [QUESTION], {"board": None})


def test_a_file_that_changes_while_it_is_edited_is_left_alone(folder: Path) -> None:
    made = edit(folder, [QUESTION], {"board": None})
    (folder / "evenly.toml").write_text(FILE + "# late\n")

    with pytest.raises(EditRefused, match="changed just now"):
        write(made)

    assert (folder / "evenly.toml").read_text() == FILE + "# late\n"
    assert [each.name for each in folder.iterdir()] == ["evenly.toml"]


def test_mode_mark_and_link_of_the_file_stay(tmp_path: Path) -> None:
    """Some keep their settings elsewhere, for themselves alone, written by an editor that begins with a mark."""
    (tmp_path / "kept").mkdir()
    real, workspace = tmp_path / "kept" / "brand.toml", tmp_path / "brand"
    workspace.mkdir()
    real.write_bytes(b"\xef\xbb\xbf" + FILE.encode())
    real.chmod(0o640)
    (workspace / "evenly.toml").symlink_to(real)

    write(edit(workspace, [QUESTION], {"board": None}))

    assert (workspace / "evenly.toml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert real.read_bytes().startswith(b"\xef\xbb\xbf# Ours.")


def test_the_file_that_init_makes_can_be_edited() -> None:
    """A new key of [mix] stands among its comments and not in the next chapter."""
    text = edited(shipped("evenly.toml"), [QUESTION])

    lines = text.splitlines()
    assert lines.index("question = {min = 0.3}") < lines.index("#[campaigns.mariage-2027]            # an idea to be judged on its own")


KEYS = st.lists(st.sampled_from(["mix", "question", "accounts", "page", "min", "x"]), min_size=1, max_size=3, unique=True).map(tuple)


@given(st.lists(st.tuples(KEYS, st.floats(0, 1)), max_size=4), st.floats(0, 1))
def test_an_edited_file_says_what_it_said_and_the_change(written: list[tuple[tuple[str, ...], float]], value: float) -> None:
    """Whatever tables there are."""
    text = "".join(f"{'.'.join(path)} = {number!r}\n" for path, number in written)
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    path = ("mix", "question", "min")
    table = before
    for step in path[:-1]:
        table = table.setdefault(step, {})
        if not isinstance(table, dict):
            return
    if isinstance(table.get("min"), dict):
        return
    table["min"] = value

    assert tomllib.loads(edited(text, [Change(path, None, value)])) == before
