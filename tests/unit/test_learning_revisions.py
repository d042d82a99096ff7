"""Snapshots of catalogs: every revision is taken in once, in order, none is left out."""

import pytest

from storage.memory.catalog import MemoryCatalog
from support.records import revision
from workers.execute.facts_cache import FactsCache

ONE, TWO, THREE = (revision(number) for number in (1, 2, 3))


@pytest.fixture
def cache() -> FactsCache:
    return FactsCache(MemoryCatalog())


def amount(cache: FactsCache) -> str:
    return cache.latest("acme").table("prices")["pp-1"].amount


def test_revisions_are_taken_in_in_order(cache: FactsCache) -> None:
    cache.learn([ONE, TWO])
    assert cache.latest("acme").revision == 2
    assert amount(cache) == "2.50"
    assert cache.latest("other").revision == 0


def test_who_is_told_late_does_not_go_back(cache: FactsCache) -> None:
    cache.learn([ONE, TWO])
    cache.learn([ONE])
    assert cache.latest("acme").revision == 2
    assert amount(cache) == "2.50"


def test_a_revision_whose_predecessor_is_missing_waits_for_it(cache: FactsCache) -> None:
    cache.learn([ONE, THREE])
    assert cache.latest("acme").revision == 1
    cache.learn([TWO, THREE])
    assert cache.latest("acme").revision == 3
