"""Promises about what a plugin says of itself."""

from __future__ import annotations

import inspect
import itertools
import os
import socket
import subprocess
import sys
from datetime import timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any, get_args

import pluggy
import pytest

from evenly.plugin import hookspecs
from evenly.plugin.errors import NetworkError
from evenly.plugin.types import Facility, Format, Network, Post

if TYPE_CHECKING:
    from evenly.plugin.testing.bench import Bench, Hooks

_REFUSALS = (400, 401, 403, 404, 409, 422, 429, 500, 503)
_BODIES = (
    b"",
    b"<html>",
    b"null",
    b"[]",
    b"{}",
    b'"x"',
    b'{"error": 5}',
    b'{"error": null}',
    b'{"error": {}}',
    b'{"errors": [3]}',
    b"\xff",
)
_HEAVY = ("httpx", "tweepy", "PIL", "sqlalchemy")


class Describes:
    """A plugin says what it is, cheaply and truthfully."""

    def test_every_hook_is_spelt_right_and_asks_for_what_it_is_offered(self, plugin: Any) -> None:
        """Misspelt hooks, arguments that no hook has and a forgotten `@hookimpl` are found here, not by a user."""
        manager = pluggy.PluginManager("evenly")
        manager.add_hookspecs(hookspecs)
        manager.register(plugin)
        manager.check_pending()
        assert unmarked(plugin) == [], "write @hookimpl above these functions"
        assert with_defaults(plugin) == [], "these arguments would never be passed: write them without a default and not after a *"

    def test_network_says_what_it_is(self, hooks: Hooks) -> None:
        """`network()` gives the same complete `Network` each time, and says how a lost answer is settled."""
        network = hooks.call("network")
        assert isinstance(network, Network)
        assert network == hooks.call("network"), "network() gives a different answer when it is called again"
        assert network.name.isidentifier(), f"{network.name!r} cannot be the name of an entry point"
        assert network.name == network.name.lower()
        assert network.title, "a network has a title that people read"
        assert network.limits.formats, "a network takes at least one format"
        assert network.limits.formats <= set(get_args(Format))
        assert network.limits.text is None or network.limits.text > 0
        assert network.repeat_safe, 'say how a lost answer is settled: repeat_safe={"none": timedelta(0)} where nothing can tell'
        assert set(network.repeat_safe) <= set(get_args(Facility))
        assert all(window >= timedelta(0) for window in network.repeat_safe.values())
        assert "none" not in network.repeat_safe or len(network.repeat_safe) == 1, '"none" and another facility cannot both hold'

    def test_saying_what_it_is_needs_no_network(self, hooks: Hooks, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        """`network()` and `check()` do no I/O."""
        post = Post(parts=(bench.part("Nothing is sent for this"),))
        with monkeypatch.context() as patched:
            patched.setattr(socket.socket, "connect", _no_connection)
            hooks.call("network")
            if hooks.offers("check"):
                hooks.call("check", account=bench.account, post=post)

    def test_check_has_nothing_against_a_plain_post(self, bench: Bench) -> None:
        """`check()` gives an empty list for a post that the network takes."""
        if not bench.hooks.offers("check"):
            pytest.skip(f"{bench.network.name} has no check")
        part = bench.part("A plain post")
        assert bench.hooks.call("check", account=bench.account, post=Post(parts=(part,), format=part.format)) == []

    def test_starting_up_loads_no_client_library(self, plugin: Any) -> None:
        """Importing the plugin and calling `network()` loads no HTTP client: `evenly --help` stays quick."""
        if not isinstance(plugin, ModuleType) or plugin.__spec__ is None:
            pytest.skip("the plugin is not a module that can be imported by its name")
        program = f"import sys, {plugin.__name__} as plugin; plugin.network(); print(*sorted(set({_HEAVY!r}) & set(sys.modules)))"
        path = os.pathsep.join(entry for entry in sys.path if entry)
        run = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=60, check=False
        )
        assert run.returncode == 0, run.stderr
        assert run.stdout.split() == [], "import these inside the functions that use them"

    def test_any_error_answer_can_be_read(self, hooks: Hooks) -> None:
        """`Network.refusal` copes with whatever stands before the network: a proxy's page, half an answer, nothing."""
        import httpx

        refusal = hooks.call("network").refusal
        if refusal is None:
            pytest.skip("this network's errors are read by their status alone")
        for status, body in itertools.product(_REFUSALS, _BODIES):
            read = refusal(httpx.Response(status, content=body, request=httpx.Request("POST", "https://network.example/")))
            assert read is None or isinstance(read, NetworkError), f"refusal made {read!r} of {status} with {body!r}"

    def test_usage_headers_may_be_missing(self, bench: Bench) -> None:
        """`Network.quota` says None where an answer has no usage headers."""
        if bench.network.quota is None:
            pytest.skip("this network tells no usage in its headers")
        assert bench.network.quota({}, bench.clock.now()) is None


def unmarked(plugin: Any) -> list[str]:
    """The plugin's own functions that are named like a hook and not marked as one."""
    named = {name: getattr(plugin, name, None) for name in vars(hookspecs) if hasattr(getattr(hookspecs, name), "evenly_spec")}
    own = getattr(plugin, "__name__", type(plugin).__module__)
    return [
        name
        for name, function in named.items()
        if inspect.isroutine(function) and function.__module__ == own and not hasattr(function, "evenly_impl")
    ]


def with_defaults(plugin: Any) -> list[str]:
    """The arguments of hooks that pluggy would not pass: it passes plain ones only."""
    hooks: dict[str, Any] = {name: getattr(plugin, name, None) for name in vars(hookspecs)}
    return [
        f"{name}({argument})"
        for name, function in hooks.items()
        if hasattr(function, "evenly_impl")
        for argument, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD or parameter.default is not inspect.Parameter.empty
    ]


def _no_connection(*_: Any) -> None:
    raise AssertionError("a connection was opened by a hook that does no I/O")
