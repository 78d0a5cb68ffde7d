"""What ID means: a delivery (`12`) or a post (`p7`)."""

from __future__ import annotations

from evenly.planning.choosing import rows_of

__all__ = ["rows_of"]
