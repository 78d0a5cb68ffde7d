"""The module that pytest collects for `evenly plugins check`. The fixture `plugin` comes from `installed.check`."""

from evenly.plugin.testing.contract import NetworkContract


class TestNetwork(NetworkContract):
    """Every promise."""
