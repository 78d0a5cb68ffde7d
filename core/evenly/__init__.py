"""Spread your posts evenly, keep the mix right, publish each one exactly once."""

__version__ = "0.1.0"
