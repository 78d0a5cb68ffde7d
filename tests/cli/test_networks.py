"""`evenly networks`: what is installed and what each takes, wherever one stands."""

from __future__ import annotations

from tests.cli.conftest import Program
from tests.cli.lamps import Lamps


def test_the_built_in_networks_are_listed_outside_a_workspace(program: Program) -> None:
    """With their limits; durations in seconds, sets in order."""
    result = program("networks", "--json")

    assert result.code == 0
    found = {each["name"]: each for each in result.json["networks"]}
    assert {"facebook", "mastodon"} <= found.keys()
    mastodon = found["mastodon"]
    assert mastodon["title"] == "Mastodon"
    assert mastodon["limits"]["text"] == 500
    assert mastodon["limits"]["formats"] == sorted(mastodon["limits"]["formats"])
    assert mastodon["reach"] == []


def test_a_strangers_network_stands_beside_them(lamps: Lamps) -> None:
    """In both kinds of output."""
    assert "lantern" in {each["name"] for each in lamps.evenly("networks", "--json").json["networks"]}
    assert "Lantern" in lamps.evenly("networks").out


def test_a_plugin_that_cannot_be_imported_is_named_on_the_side(program: Program) -> None:
    """Scripts still get their document."""
    program.install("broken", "import nowhere_to_be_found\n")

    result = program("networks", "--json")

    assert "broken" not in {each["name"] for each in result.json["networks"]}
    assert "broken" in result.err
    assert "Traceback" not in result.err
