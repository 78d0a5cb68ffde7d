"""What the pages show is what the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.conftest import pages
from tests.docs.examples import ROOT, Reader, commands, differences, examples, fits, written_anew

WITH_EXAMPLES = [page for page in pages() if any(each.kind == "run" for each in examples(page.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_do_what_it_says(page: Path, reader: Reader) -> None:
    """Run from top to bottom in one folder. To write what they print now: python -m tests.docs.examples PAGE."""
    found = differences(page.read_text(encoding="utf-8"), reader)

    assert not found, "\n\n".join(map(str, found))


def test_the_tutorial_and_the_readme_have_examples() -> None:
    """A marker that nothing reads would make the test above pass for nothing."""
    names = {page.name: len(examples(page.read_text(encoding="utf-8"))) for page in WITH_EXAMPLES}

    assert names["README.md"] >= 1
    assert names["tutorial.md"] >= 10


PAGE = """
<!-- file: words.txt -->
```text
one
two
```

<!-- run: 3 -->
```console
$ cat words.txt
one
…
$ echo out; exit 3
out
```
"""


def test_a_page_that_tells_the_truth_is_left_as_it_is(reader: Reader) -> None:
    """Files are written, commands run, codes compared."""
    assert differences(PAGE, reader) == []
    assert written_anew(PAGE, reader) == PAGE


@pytest.mark.parametrize(
    ("truth", "lie"), [("\none\n…", "\none"), ("echo out; exit 3\nout", "echo out; exit 3\nin"), ("run: 3", "run: 0"), ("exit 3", "exit 1")]
)
def test_a_page_that_does_not_is_found(truth: str, lie: str, reader: Reader) -> None:
    """Whether it is the words or the exit code."""
    assert len(differences(PAGE.replace(truth, lie), reader)) == 1


def test_an_ellipsis_stands_for_anything() -> None:
    """On one line or several, also for nothing."""
    assert fits("Made in …/here: …", "Made in /tmp/x/here: evenly.toml\nNext")
    assert fits("a…b", "ab")
    assert not fits("a…b", "a\nc")


def test_commands_are_told_from_what_they_print() -> None:
    """A command's lines end where the next one begins."""
    assert commands("$ one\nfirst\nsecond\n$ two\n") == [("one", "first\nsecond"), ("two", "")]
