"""Catalogs in memory: any revision and any time give what folding the revisions one by one gives."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.snapshot import CatalogRows, Facts
from storage.memory.catalog import MemoryCatalog
from storage.records import REVISIONS_AT_ONCE, CatalogSnapshot, Revision, StorageUnavailable
from support.deliveries import TENANT, command_delivery
from support.offers import OFFERS
from support.records import START
from support.shop import OFFERINGS, PRICES, TAXES
from support.simulation import SimulatedWorker, stocked_store
from workers.execute import facts_cache
from workers.execute.facts_cache import FactsCache

CURRENCIES = ("EUR", "USD", "CHF")


def revision(number: int, tables: dict[str, list[dict[str, Any]]], tenant: str = TENANT) -> Revision:
    at = START + timedelta(minutes=number)
    return Revision(tenant, number, at, f"m-{number}", b"", CatalogRows.of(tables))


def price(name: str, amount: int, offering: str = "mug", currency: str = "EUR") -> dict[str, Any]:
    return {"id": name, "offeringId": offering, "type": "one-time", "currency": currency, "amount": f"{amount}.00"}


def one_by_one(revisions: Sequence[Revision]) -> list[Facts]:
    """The catalog at every revision, from 0."""
    found = [Facts()]
    for each in revisions:
        found.append(found[-1].with_rows(each.rows, each.revision))
    return found


class CountingCatalog(MemoryCatalog):
    """A catalog in memory that counts the revisions that are read, and may be unable to keep a snapshot."""

    def __init__(self, revisions: Sequence[Revision]) -> None:
        super().__init__()
        self.revisions[TENANT] = list(revisions)
        self.read = 0
        self.largest = 0
        self.failing = False

    async def between(self, tenant: str, after: int, until: int) -> list[Revision]:
        await asyncio.sleep(0)  # as a server, it lets others go on meanwhile
        found = await super().between(tenant, after, until)
        self.read += len(found)
        self.largest = max(self.largest, len(found))
        return found

    async def keep(self, snapshot: CatalogSnapshot) -> None:
        if self.failing:
            raise StorageUnavailable("down")
        await super().keep(snapshot)

    def add(self, each: Revision) -> None:
        self.revisions[TENANT].append(each)


def history(count: int) -> list[Revision]:
    """Revisions that change everything there is, some of it again and again."""
    first = revision(1, {"offerings": OFFERINGS, "prices": PRICES, "taxes": TAXES, **OFFERS})
    second = revision(2, {"configuration": [{"pricingPolicy": {"taxLevel": "unit"}}]})
    changing = [
        revision(number, {"prices": [price(f"pp-{number % 7}", number, currency=CURRENCIES[number % 3])]})
        for number in range(3, count + 1)
    ]
    return [first, second, *changing]


@st.composite
def changes(draw: st.DrawFn) -> list[Revision]:
    """Few ids, so that rows replace each other, move to other offerings, and come back."""
    names, offerings = st.sampled_from("abc"), st.sampled_from(["x", "y"])
    prices = st.builds(price, names, st.integers(1, 3), offerings, st.sampled_from(CURRENCIES))
    bundle = st.sampled_from([[], [{"offeringId": "y", "min": 0, "max": 1, "default": 0}]])
    rows = {
        "prices": prices,
        "offerings": st.builds(lambda name, parts: {"id": name, "bundle": parts}, offerings, bundle),
        "taxes": st.builds(
            lambda name, country: {"id": name, "country": country, "category": "standard", "rate": "20"},
            names,
            st.sampled_from(["FR", "DE"]),
        ),
        "configuration": st.builds(
            lambda level: {"pricingPolicy": level and {"taxLevel": level}}, st.sampled_from([None, "unit", "line"])
        ),
    }
    kinds = st.lists(st.sampled_from(sorted(rows)), min_size=1, max_size=3, unique=True)
    tables = draw(st.lists(kinds, min_size=1, max_size=8))
    most = {"configuration": 1}
    return [
        revision(number, {kind: draw(st.lists(rows[kind], min_size=1, max_size=most.get(kind, 4))) for kind in each})
        for number, each in enumerate(tables, 1)
    ]


@given(changes(), st.data())
def test_many_changes_at_once_are_as_one_by_one(revisions: list[Revision], data: st.DataObject) -> None:
    expected = one_by_one(revisions)
    start = data.draw(st.integers(0, len(revisions)))
    at_once = expected[start].with_changes((each.rows, each.revision) for each in revisions[start:])
    assert at_once == expected[-1]


@given(changes())
def test_a_catalog_is_restored_from_its_rows(revisions: list[Revision]) -> None:
    facts = one_by_one(revisions)[-1]
    assert Facts.restored(facts.rows(), facts.since, facts.left, facts.revision) == facts


@pytest.fixture
def cheap_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_cache, "SNAPSHOT_COST", 100)


async def test_any_revision_and_any_time_with_and_without_snapshots(cheap_snapshots: None) -> None:
    revisions = history(90)
    expected = one_by_one(revisions)
    catalog = CountingCatalog([])
    writer = FactsCache(catalog)
    for each in revisions:
        catalog.add(each)
        await writer.refresh([TENANT])
    assert len(catalog.snapshots) >= 5
    cache = FactsCache(catalog)
    await cache.catch_up([TENANT])
    assert cache.latest(TENANT) == writer.latest(TENANT) == expected[90]
    for number in (0, 1, 2, 3, 24, 25, 26, 50, 51, 88, 89, 90, 91):
        assert await cache.at_revision(TENANT, number) == expected[min(number, 90)]
        assert await cache.state(TENANT, number) == expected[min(number, 90)]
        if number:
            made = START + timedelta(minutes=number)
            for time in (made, made + timedelta(seconds=59), made):
                assert await cache.as_of(TENANT, time) == expected[min(number, 90)]
    assert await cache.as_of(TENANT, START) == expected[90]
    assert await cache.state(TENANT, None) == expected[90]
    catalog.snapshots.clear()
    bare = FactsCache(catalog)
    await bare.catch_up([TENANT])
    assert bare.latest(TENANT) == expected[90]
    assert await bare.at_revision(TENANT, 60) == expected[60]


async def test_what_is_read_at_a_start_does_not_grow_with_the_history() -> None:
    catalog = CountingCatalog([])
    writer = FactsCache(catalog)
    read = []
    for each in history(1000):
        catalog.add(each)
        await writer.refresh([TENANT])
        if each.revision in (250, 500, 1000):
            catalog.read = 0
            await FactsCache(catalog).catch_up([TENANT])
            read.append(catalog.read)
    assert max(read) <= 1000 / (facts_cache.REVISION_COST + 1) + 1 + REVISIONS_AT_ONCE
    rows = sum(len(rows) for each in catalog.snapshots.values() for rows in each.rows.by_kind().values())
    assert rows <= 10 * 1000


async def test_so_many_revisions_are_read_at_once_and_none_twice() -> None:
    catalog = CountingCatalog(history(3 * REVISIONS_AT_ONCE + 1))
    cache = FactsCache(catalog)
    await cache.catch_up([TENANT])
    assert cache.latest(TENANT) == one_by_one(catalog.revisions[TENANT])[-1]
    assert (catalog.largest, catalog.read) == (REVISIONS_AT_ONCE, 3 * REVISIONS_AT_ONCE + 1)
    await cache.catch_up([TENANT])
    assert catalog.read == 3 * REVISIONS_AT_ONCE + 1


async def test_groups_that_catch_up_side_by_side_do_not_disturb_each_other(cheap_snapshots: None) -> None:
    revisions = history(120)
    catalog = CountingCatalog(revisions[:100])
    await FactsCache(catalog).refresh([TENANT])
    for each in revisions[100:]:
        catalog.add(each)
    cache = FactsCache(catalog)
    await asyncio.gather(*(cache.catch_up([TENANT]) for _ in range(5)))
    assert cache.latest(TENANT) == one_by_one(revisions)[-1]


async def test_a_snapshot_that_can_not_be_stored_is_tried_again(cheap_snapshots: None) -> None:
    catalog = CountingCatalog(history(50))
    catalog.failing = True
    cache = FactsCache(catalog)
    await cache.refresh([TENANT])
    assert (cache.latest(TENANT).revision, catalog.snapshots) == (50, {})
    catalog.failing = False
    await cache.refresh([TENANT])
    assert list(catalog.snapshots) == [(TENANT, 50)]


async def test_revisions_that_are_known_or_too_far_ahead_are_not_learned() -> None:
    revisions = history(5)
    cache = FactsCache(CountingCatalog([]))
    cache.learn(revisions[:2])
    cache.learn([*revisions[:3], revisions[4]])
    assert cache.latest(TENANT) == one_by_one(revisions)[3]


async def test_a_revision_made_since_is_in_force_at_a_time_that_was_asked_for_before() -> None:
    revisions = history(6)
    catalog = CountingCatalog(revisions[:4])
    cache = FactsCache(catalog)
    await cache.catch_up([TENANT])
    later = START + timedelta(hours=1)
    assert (await cache.as_of(TENANT, later)).revision == 4
    for each in revisions[4:]:
        catalog.add(each)
    await cache.refresh([TENANT])
    assert (await cache.as_of(TENANT, later)).revision == 6


async def test_the_first_group_of_a_worker_knows_a_long_history_to_its_end() -> None:
    store = stocked_store()
    revisions = [revision(number, {"prices": [price("pp-new", number)]}) for number in range(2, 80)]
    store.catalog.revisions[TENANT] += revisions
    worker = SimulatedWorker(store)
    worker.receive(command_delivery("create-cart", "c-1", {"country": "FR", "currency": "EUR"}))
    await worker.drain()
    await worker.close()
    assert [reply["cart"]["pricing"]["catalogRevision"] for reply in worker.replies] == [79]


async def test_groups_that_ask_for_an_old_revision_side_by_side_read_it_once() -> None:
    catalog = CountingCatalog(history(60))
    cache = FactsCache(catalog)
    await cache.catch_up([TENANT])
    catalog.read = 0
    found = await asyncio.gather(*(cache.at_revision(TENANT, 40) for _ in range(5)))
    assert catalog.read == 40
    assert found == [one_by_one(catalog.revisions[TENANT])[40]] * 5
