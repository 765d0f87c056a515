"""An instance without a store forgets, and says so."""

import pytest

from mlapi.counters import StoreError
from mlapi.counters.nothing import NoStore
from tests.mlapi.counters.places import claim, flush


def test_increments_are_forgotten():
    """Predictions go on, and nothing can be read."""
    store = NoStore()
    assert store.commit(flush(1, {"a": 1})) == ()
    with pytest.raises(StoreError, match="no store is connected"):
        store.read()


def test_claims_are_refused():
    """They can't be counted once when nobody remembers them."""
    with pytest.raises(StoreError, match="no store is connected"):
        NoStore().commit(flush(1, {}, claim("x")))


def test_it_is_shared_by_nobody():
    """What ml_store_info says."""
    assert (NoStore.backend, NoStore.shared) == ("none", False)
