"""The real program, as in the tests of the commands."""

from tests.cli.conftest import evenly, forkserver, program, spawned

__all__ = ["evenly", "forkserver", "program", "spawned"]
