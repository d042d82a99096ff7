"""What every store keeps for good: rows and carts that today's limits would not let in."""

from dataclasses import replace

from cartwright.wire.header import Header
from cartwright.wire.stored import read_stored
from engine.replay import replay
from facts.snapshot import CatalogRows, Facts
from models.changes.cart_changes import CartCreated, HeaderChanged
from models.changes.change import read_change
from storage.ports import Store
from storage.records import CartKey, CartWrite, CatalogSnapshot, WriteResult
from support.older import HEADER, ROWS
from support.records import entry, full_cart, revision, stored

KEY = CartKey("acme", "c-1")


async def test_rows_that_are_refused_today_come_back(store: Store) -> None:
    old = replace(revision(1), rows=CatalogRows.stored(ROWS))
    assert await store.catalog.append(old)
    assert await store.catalog.append(revision(2))
    assert await store.catalog.since({"acme": 0}) == [old, revision(2)]
    assert (await store.briefings.fetch([], [], {"acme": 0})).revisions == [old, revision(2)]
    facts = Facts().with_rows(old.rows, 1)
    kept = CatalogSnapshot("acme", 1, facts.rows(), facts.since)
    await store.catalog.keep(kept)
    assert await store.catalog.snapshot("acme", 1) == kept


async def test_a_cart_that_is_refused_today_comes_back(store: Store) -> None:
    old = stored(replace(full_cart(), header=read_stored(Header, HEADER)), outbox=(entry("m-1", 1),))
    assert await store.carts.commit([CartWrite(0, old)]) == [WriteResult.COMMITTED]
    assert await store.carts.load([KEY]) == {KEY: old}


async def test_the_journal_of_such_a_cart_is_folded(store: Store) -> None:
    moved = HeaderChanged(before={"scenario": None}, after={"scenario": "s"})
    changes = [[CartCreated(header=HEADER).wire()], [moved.wire()]]
    entries = [entry(f"m-{at}", at, currency="BGN", changes=each) for at, each in enumerate(changes, 1)]
    await store.journal.append(entries)
    found = await store.journal.history(KEY)
    assert found == entries
    assert [read_change(change).wire() for each in found for change in each.changes] == [*changes[0], *changes[1]]
    folded = replay(found)
    assert folded is not None
    assert folded.header.wire() == {**HEADER, "scenario": "s"}
