"""Claim, prepare, publish, record; reconcile what is unknown. The ledger decides, this room acts."""

from evenly.publishing.publisher import Publisher

__all__ = ["Publisher"]
