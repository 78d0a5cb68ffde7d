"""A hastened store does not wait for the disk; any other does."""

from __future__ import annotations

from pathlib import Path

from evenly.store import Store
from evenly.store.hastening import hasten

_OFF, _FULL = 0, 2


def synchronous(store: Store) -> int:
    with store.read() as connection:
        return int(connection.exec_driver_sql("pragma synchronous").scalar_one())


def test_only_a_hastened_store_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    """Also on connections that were open before; and opened anew, the same store waits again."""
    store = Store.open("sqlite", tmp_path)
    assert synchronous(store) == _FULL

    hasten(store)

    assert synchronous(store) == _OFF
    store.close()
    again = Store.open("sqlite", tmp_path)
    assert synchronous(again) == _FULL
    again.close()
