"""Finds networks' plugins, checks their hooks, and calls the one that owns an account."""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import pluggy

from evenly.plugin import CannotTell, Message, Network, Prepared, hookspecs

if TYPE_CHECKING:
    pass

GROUP = "evenly"
HELPERS = "evenly.hooks"  #: packages that are no network and implement hooks beside: `host_media`, `notify` …

_HOOKS = {name: spec for name, spec in vars(hookspecs).items() if getattr(spec, "evenly_spec", None) is not None}


class HookMissing(Exception):
    """The network does not offer what was asked of it."""


class PluginRefused(Exception):
    """A plugin that cannot be used, and the cure."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(str(message))


@dataclass
class Networks:
    """The plugins in use. `refused` names those that cannot be, with the cure."""

    refused: dict[str, Message] = field(default_factory=dict)
    _plugins: dict[str, Any] = field(default_factory=dict)
    _networks: dict[str, Network] = field(default_factory=dict)
    _manager: pluggy.PluginManager = field(init=False)

    def __post_init__(self) -> None:
        self._manager = pluggy.PluginManager("evenly")
        self._manager.add_hookspecs(hookspecs)

    @classmethod
    def load(cls, names: Iterable[str] | None = None) -> Networks:
        """Load the installed plugins called `names` (None: all of them), and whatever helps beside. Never raises for a plugin's fault."""
        networks = cls()
        wanted = None if names is None else frozenset(names)
        for entry in entry_points(group=GROUP):
            if wanted is None or entry.name in wanted:
                networks._load(entry)
        for entry in entry_points(group=HELPERS):
            networks._load(entry)
        return networks

    def add(self, name: str, plugin: Any) -> None:
        """Take a plugin that is at hand already. Raises `PluginRefused`."""
        if name in self._plugins:
            raise PluginRefused(Message("Two plugins are called {name}; uninstall one of their packages.", name=name))
        _check_hooks(name, plugin)
        try:
            self._manager.register(plugin, name)
        except (pluggy.PluginValidationError, ValueError) as error:
            raise PluginRefused(Message("{error}", error=error)) from error
        self._plugins[name] = plugin
        if "network" in _implemented(plugin):
            try:
                self._networks[name] = self._described(name)
            except PluginRefused:
                self._manager.unregister(plugin)
                del self._plugins[name]
                raise

    def __contains__(self, name: str) -> bool:
        return name in self._networks

    def __getitem__(self, name: str) -> Network:
        return self._networks[name]

    def names(self) -> list[str]:
        return sorted(self._networks)

    def package_of(self, name: str) -> str | None:
        """The Python package that the network's plugin comes from; None for one in a single file."""
        plugin = self._plugins[name]
        return sys.modules[plugin.__name__ if inspect.ismodule(plugin) else type(plugin).__module__].__package__ or None

    def offers(self, name: str, hook: str) -> bool:
        return name in self._plugins and hook in _implemented(self._plugins[name])

    def anyone_offers(self, hook: str) -> bool:
        """Whether any plugin in use implements the hook."""
        return any(hook in _implemented(plugin) for plugin in self._plugins.values())

    def offering(self, hook: str) -> list[str]:
        """The names of the plugins in use that implement the hook, each with the version it names, if any."""
        plugins = sorted((name, plugin) for name, plugin in self._plugins.items() if hook in _implemented(plugin))
        return [f"{name} {getattr(plugin, '__version__', '')}".rstrip() for name, plugin in plugins]

    def call(self, name: str, hook: str, /, **arguments: Any) -> Any:
        """Call one network's hook. Raises `HookMissing`, and whatever the plugin raises.

        A plugin that is not there at all has no defaults either: what an uninstalled network would say of a post is not known.
        """
        if not self.offers(name, hook):
            if hook in _WITHOUT and name in self._plugins:
                return _WITHOUT[hook]()
            raise HookMissing(f"{name} has no {hook}")
        others = [plugin for other, plugin in self._plugins.items() if other != name]
        return self._manager.subset_hook_caller(hook, others)(**arguments)

    def call_all(self, hook: str, /, **arguments: Any) -> Any:
        """Call a hook that any package may implement: `classify`, `host_media`, `notify` …"""
        return getattr(self._manager.hook, hook)(**arguments)

    def _load(self, entry: EntryPoint) -> None:
        try:
            plugin = entry.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's module raises, the others go on
            self.refused[entry.name] = Message(
                "The plugin {name} cannot be imported: {kind}: {error}. Reinstall it, or tell its author.",
                name=entry.name,
                kind=type(error).__name__,
                error=error,
            )
            return
        try:
            self.add(entry.name, plugin)
        except PluginRefused as error:
            self.refused[entry.name] = error.message

    def _described(self, name: str) -> Network:
        try:
            network = self.call(name, "network")
        except Exception as error:
            raise PluginRefused(
                Message(
                    "{name}: its hook network() raised {kind}: {error}.",
                    name=name,
                    kind=type(error).__name__,
                    error=error,
                )
            ) from error
        if not isinstance(network, Network):
            raise PluginRefused(Message("{name}: its hook network() must return a Network.", name=name))
        if network.name != name:
            raise PluginRefused(
                Message(
                    "{name}: its Network is named {found}; name it as its entry point, {name}.",
                    name=name,
                    found=network.name,
                )
            )
        return network


_WITHOUT: Mapping[str, Any] = {"prepare": Prepared, "find": CannotTell, "check": list}
"""What holds where a network does not implement a hook that need not be."""


def _implemented(plugin: Any) -> frozenset[str]:
    return frozenset(name for name in dir(plugin) if getattr(getattr(plugin, name, None), "evenly_impl", None) is not None)


def _check_hooks(name: str, plugin: Any) -> None:
    """Refuse a misspelt hook, an argument that no hook has, and a forgotten mark, each with its cure."""
    found = _implemented(plugin)
    for hook in sorted(found):
        if hook not in _HOOKS:
            raise PluginRefused(
                Message(
                    "{plugin}: there is no hook {hook}; {cure}",
                    plugin=name,
                    hook=f"{hook}()",
                    cure=_nearest(hook, _HOOKS),
                )
            )
        _check_arguments(name, hook, getattr(plugin, hook))
    for hook in sorted(_HOOKS.keys() - found):
        function = vars(plugin).get(hook) if hasattr(plugin, "__dict__") else None
        if inspect.isfunction(function) and function.__module__ == getattr(plugin, "__name__", None):
            raise PluginRefused(Message("{plugin}: {hook} is not marked; write @hookimpl above it.", plugin=name, hook=f"{hook}()"))
    if "network" in found and "publish" not in found:
        raise PluginRefused(Message("{plugin}: a network needs the hook publish().", plugin=name))


def _check_arguments(name: str, hook: str, function: Any) -> None:
    allowed = list(inspect.signature(_HOOKS[hook]).parameters)
    for argument, parameter in inspect.signature(function).parameters.items():
        if argument not in allowed:
            raise PluginRefused(
                Message(
                    "{plugin}: {hook} asks for {argument}, which it is not offered; {cure}",
                    plugin=name,
                    hook=f"{hook}()",
                    argument=argument,
                    cure=_nearest(argument, allowed),
                )
            )
        # pluggy passes plain arguments only: the others would keep their default, or be missing.
        if parameter.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD or parameter.default is not inspect.Parameter.empty:
            raise PluginRefused(
                Message(
                    "{plugin}: {hook} must take {argument} as a plain argument; write it without a default and not after a *.",
                    plugin=name,
                    hook=f"{hook}()",
                    argument=argument,
                )
            )


def _nearest(word: str, known: Collection[str]) -> Message:
    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return Message("did you mean {near}?", near=near[0])
    return Message("known are {known}.", known=", ".join(sorted(known)))
