"""Whatever is in a store of either kind: what is let go is detail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from evenly.store import Store, forgetting, models
from tests.store.rows import NOW, anything, put

KEPT = (models.post, models.delivery, models.part, models.account, models.quota, models.timer, models.effort_post, models.feed)


@pytest.mark.parametrize("seed", range(4))
def test_no_post_and_no_delivery_ever_goes(store: Store, seed: int) -> None:
    """Nor who publishes what, nor what networks allow; afterwards nothing is left to go."""
    before = NOW + timedelta(days=20_000)
    with store.write() as connection:
        put(connection, anything(seed))
        kept = [connection.execute(select(table).order_by(*table.primary_key)).all() for table in KEPT]

    with store.write() as connection:
        old = forgetting.old(connection, before)
        counts = {kind: forgetting.forget(connection, kind, ids) for kind, ids in old.items()}

    assert counts == {kind: len(ids) for kind, ids in old.items()}
    assert sum(counts.values())
    with store.read() as connection:
        assert [connection.execute(select(table).order_by(*table.primary_key)).all() for table in KEPT] == kept
        assert not any(forgetting.old(connection, before).values())
