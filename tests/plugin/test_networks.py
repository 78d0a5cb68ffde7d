"""Plugins are found, checked and called."""

# ruff: noqa: ARG005 - the arguments that a hook asks for are the point here

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from evenly.networks import HookMissing, Networks, PluginRefused
from evenly.plugin import Account, CannotTell, Network, Part, Prepared, Published, hookimpl, hookspecs
from evenly.plugin.testing import Hooks

ACCOUNT = Account(id="a", network="tiny")


def plugin(name: str = "tiny", **functions: Any) -> ModuleType:
    """A plugin module with these hooks beside `network` and `publish`."""
    module = ModuleType(f"plugin_{name}")
    hooks = {"network": lambda: Network(name=name, title=name.title()), "publish": lambda part: Published(remote_id=part.text)}
    for hook, function in (hooks | functions).items():
        setattr(module, hook, hookimpl(function))
    return module


def refusal(module: Any, name: str = "tiny") -> str:
    with pytest.raises(PluginRefused) as refused:
        Networks().add(name, module)
    return str(refused.value)


def test_only_the_plugin_that_owns_the_account_is_called() -> None:
    """An implementation never asks whether it is meant."""
    networks = Networks()
    networks.add("tiny", plugin("tiny"))
    networks.add("vast", plugin("vast", publish=lambda part: pytest.fail("the wrong one")))

    assert networks.call("tiny", "publish", **everything()) == Published(remote_id="hello")
    assert networks.names() == ["tiny", "vast"]
    assert networks["vast"].title == "Vast"
    assert "vast" in networks
    assert "none" not in networks


def everything() -> dict[str, Any]:
    return {
        "account": ACCOUNT,
        "part": Part(text="hello"),
        "prepared": Prepared(),
        "thread": (),
        "key": "k",
        "first_attempt": datetime(2026, 3, 2, tzinfo=UTC),
        "http": None,
    }


def test_a_hook_may_take_fewer_arguments_in_any_order() -> None:
    """That is how the API grows; the conformance suite calls in the same way."""
    module = plugin(publish=lambda key, part: Published(remote_id=key + part.text))
    networks = Networks()
    networks.add("tiny", module)

    assert (
        networks.call("tiny", "publish", **everything()) == Hooks(module).call("publish", **everything()) == Published(remote_id="khello")
    )


def test_what_need_not_be_there_has_a_default() -> None:
    """Nothing to prepare, nothing to refuse, and nobody can tell."""
    networks = Networks()
    networks.add("tiny", plugin())

    assert networks.call("tiny", "prepare") == Prepared()
    assert networks.call("tiny", "find") == CannotTell()
    assert networks.call("tiny", "check") == []
    with pytest.raises(HookMissing, match="tiny has no delete"):
        networks.call("tiny", "delete")


@pytest.mark.parametrize("hook", ["prepare", "find", "check", "publish"])
def test_a_plugin_that_is_gone_has_no_defaults(hook: str) -> None:
    """With its package uninstalled nobody may conclude that a post can never be found."""
    with pytest.raises(HookMissing):
        Networks().call("tiny", hook)


def test_a_misspelt_hook_is_refused_with_the_cure() -> None:
    """Otherwise it would never be called."""
    assert refusal(plugin(post_metric=lambda account: {})) == "tiny: there is no hook post_metric(); did you mean post_metrics?"


def test_an_unknown_argument_is_refused_with_the_cure() -> None:
    """Otherwise the first call would fail."""
    said = refusal(plugin(recent=lambda acount: []))
    assert said == "tiny: recent() asks for acount, which it is not offered; did you mean account?"


def with_default(account: Any, since: Any = None) -> list[Any]:
    return []


def after_a_star(account: Any, *, since: Any) -> list[Any]:
    return []


@pytest.mark.parametrize("function", [with_default, after_a_star])
def test_an_argument_that_would_never_be_passed_is_refused(function: Any) -> None:
    """Plain arguments only: a default would silently win over what the core passes."""
    assert (
        refusal(plugin(recent=function))
        == "tiny: recent() must take since as a plain argument; write it without a default and not after a *."
    )


def test_a_forgotten_mark_is_refused_with_the_cure() -> None:
    """A function that is named like a hook was meant to be one."""
    module = plugin()
    exec("def delete(account, published, http): ...", vars(module))  # noqa: S102 - a function that belongs to the module

    assert refusal(module) == "tiny: delete() is not marked; write @hookimpl above it."


def test_a_network_that_cannot_publish_is_refused() -> None:
    """It would take posts and keep them."""
    module = plugin()
    del module.publish

    assert refusal(module) == "tiny: a network needs the hook publish()."


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (lambda: Network(name="other", title="Other"), "tiny: its Network is named other; name it as its entry point, tiny."),
        (lambda: None, "tiny: its hook network() must return a Network."),
        (lambda: dict[str, Any]()["oops"], "tiny: its hook network() raised KeyError: 'oops'."),
    ],
)
def test_a_network_that_does_not_say_what_it_is_is_refused(network: Any, said: str) -> None:
    """By its name, with the cure; it leaves no trace."""
    networks = Networks()
    with pytest.raises(PluginRefused) as refused:
        networks.add("tiny", plugin(network=network))
    assert str(refused.value) == said
    assert networks.names() == []
    networks.add("tiny", plugin())


def test_two_of_one_name_are_refused() -> None:
    """Which of them would own the accounts?"""
    networks = Networks()
    networks.add("tiny", plugin())
    with pytest.raises(PluginRefused, match="Two plugins are called tiny"):
        networks.add("tiny", plugin())
    assert networks.names() == ["tiny"]


def test_a_package_may_offer_other_hooks_only() -> None:
    """A link shortener is no network."""
    networks = Networks()
    networks.add("short", SimpleNamespace(rewrite_link=hookimpl(lambda link: link.removesuffix("/long"))))

    assert networks.names() == []
    assert networks.call_all("rewrite_link", link="https://n.example/long", delivery={}) == "https://n.example"


def test_every_hook_is_dated_and_explained() -> None:
    """A specification is typed, explained and dated."""
    specs = {name: function for name, function in vars(hookspecs).items() if hasattr(function, "evenly_spec")}

    assert specs
    for name, function in specs.items():
        assert "Added in " in (function.__doc__ or ""), name
        assert set(function.__annotations__) >= {"return"}, name
