"""`evenly plugins`: proof that a plugin is there, the cure where it is refused, and the conformance suite."""

from __future__ import annotations

from tests.cli.conftest import Program
from tests.cli.lamps import Lamps

_BROKEN = """
from evenly.plugin import Network, hookimpl

@hookimpl
def network():
    return Network(name="broken", title="Broken")

@hookimpl
def publlish(account):
    pass
"""


def test_an_installed_plugin_is_listed_with_its_package(lamps: Lamps) -> None:
    """Version and all."""
    found = {each["name"]: each for each in lamps.evenly("plugins", "--json").json["plugins"]}

    assert found["lantern"] == {"name": "lantern", "package": "evenly-lantern", "version": "1.2", "ok": True, "message": None}
    assert found["mastodon"]["package"] == "evenly"


def test_a_refused_plugin_is_listed_with_the_cure(program: Program) -> None:
    """And makes the exit code 1."""
    program.install("broken", _BROKEN)

    result = program("plugins")

    assert result.code == 1
    assert "did you mean publish" in result.out


def test_the_suite_says_what_a_plugin_breaks(lamps: Lamps) -> None:
    """Lantern has no stand-in, so that nothing of it can be proven."""
    result = lamps.evenly("plugins", "check", "lantern")

    assert result.code == 1
    assert "lantern breaks promises" in result.err


def test_a_plugin_that_is_refused_or_unknown_is_not_checked(program: Program) -> None:
    """Exit code 2, with the cure or the known names."""
    program.install("broken", _BROKEN)

    refused, unknown = program("plugins", "check", "broken"), program("plugins", "check", "nowhere")

    assert (refused.code, "publlish" in refused.err) == (2, True)
    assert (unknown.code, "mastodon" in unknown.err) == (2, True)
