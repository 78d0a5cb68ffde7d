"""The only place with SQL: models, sessions, queries, migrations, secrets."""

from evenly.store.sessions import FILE, Store, StoreBusy, StoreError, StoreFull, StoreGone, StoreRefused

__all__ = ["FILE", "Store", "StoreBusy", "StoreError", "StoreFull", "StoreGone", "StoreRefused"]
