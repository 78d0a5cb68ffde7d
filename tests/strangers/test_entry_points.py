"""Packages of others come in by their entry points; one that is broken is refused by name, and the others go on."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evenly.messages import shown
from evenly.networks import Networks
from tests.strangers.packages import installed

SOUND = """
from evenly.plugin import Network, Published, hookimpl

@hookimpl
def network():
    return Network(name=__name__.removeprefix("stranger_"), title="A stranger")

@hookimpl
def publish(part, http):
    return Published(remote_id="1")
"""

Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a module as the network of that name."""
    monkeypatch.syspath_prepend(tmp_path)
    names = []

    def install(name: str, module: str) -> None:
        names.append(f"stranger_{name}")
        installed(tmp_path, f"evenly-{name}", {f"stranger_{name}": module}, {name: f"stranger_{name}"})
        importlib.invalidate_caches()

    yield install
    for name in names:
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (
            "import a_library_that_nobody_has",
            "The plugin odd cannot be imported: ModuleNotFoundError: No module named 'a_library_that_nobody_has'.",
        ),
        ("def (", "The plugin odd cannot be imported: SyntaxError"),
        ("raise SystemExit(3)", "The plugin odd cannot be imported: SystemExit: 3. Reinstall it, or tell its author."),
        (SOUND + "\n@hookimpl\ndef recnt(account): ...", "odd: there is no hook recnt(); did you mean recent?"),
        (
            SOUND + "\n@hookimpl\ndef recent(account, untill): ...",
            "odd: recent() asks for untill, which it is not offered; known are account, http, since.",
        ),
        (SOUND + "\ndef recent(account): ...", "odd: recent() is not marked; write @hookimpl above it."),
        (SOUND.replace("publish", "published"), "odd: there is no hook published(); did you mean publish?"),
        (SOUND.replace('"stranger_"', '"s"'), "odd: its Network is named tranger_odd; name it as its entry point, odd."),
    ],
)
def test_a_broken_plugin_is_refused_by_name_with_the_cure(install: Install, module: str, said: str) -> None:
    """And the one beside it works."""
    install("odd", module)
    install("even", SOUND)

    networks = Networks.load(["odd", "even"])

    assert networks.names() == ["even"]
    assert list(networks.refused) == ["odd"]
    assert shown(networks.refused["odd"]).startswith(said)
    assert networks["even"].title == "A stranger"


def test_only_the_networks_in_use_are_imported(install: Install) -> None:
    """A broken package that nobody uses is nobody's trouble."""
    install("odd", "raise RuntimeError")
    install("even", SOUND)

    assert Networks.load(["even"]).refused == {}
    assert "stranger_odd" not in sys.modules


def test_the_built_in_networks_come_by_the_same_door() -> None:
    """Nothing of them is wired in."""
    networks = Networks.load()

    assert {"facebook", "mastodon"} <= set(networks.names())


def test_a_package_that_is_no_network_helps_wherever_it_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No account has to name it."""
    monkeypatch.syspath_prepend(tmp_path)
    module = "from evenly.plugin import hookimpl\n@hookimpl\ndef host_media(path):\n    return f'https://cdn.example/{path.name}'\n"
    installed(tmp_path, "evenly-cdn", {"stranger_cdn": module}, {"cdn": "stranger_cdn"}, group="evenly.hooks")
    importlib.invalidate_caches()

    networks = Networks.load(["facebook"])

    assert networks.anyone_offers("host_media")
    assert not networks.anyone_offers("rewrite_link")
    assert networks.call_all("host_media", path=Path("a.png")) == "https://cdn.example/a.png"
    assert networks.names() == ["facebook"]
    sys.modules.pop("stranger_cdn")
