"""Every reader of the real database refuses what a later release has stored, and none misreads it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pymongo import AsyncMongoClient

from facts.reach import EVERYBODY
from facts.snapshot import CatalogRows
from models.cart.budgets import Budget
from queries.search import BY_ID, CartSearch, ElementSearch, Page
from storage.budgets import Hold, TenantBudget
from storage.layout import Layout
from storage.mongo.forms import VERSION
from storage.mongo.store import MongoStore
from storage.records import CartKey, CartWrite, CatalogSnapshot, CommandKey, NewerData, Run
from support.records import START, entry, full_cart, revision, stored, unchanged

KEY = CartKey("acme", "c-1")
HOLD = Hold(KEY, Budget("voucher", "v", None))
AFTER = {"acme": 1}
"""No revision is later."""
BUDGET = TenantBudget("acme", HOLD.budget)

READERS: dict[str, tuple[str, Callable[[MongoStore], Awaitable[object]]]] = {
    "load": ("carts", lambda store: store.carts.load([KEY])),
    "briefs": ("carts", lambda store: store.carts.briefs([KEY])),
    "of_tenant": ("carts", lambda store: store.carts.of_tenant("acme", "", 10)),
    "search": ("carts", lambda store: store.searches.carts("acme", CartSearch(None, (BY_ID,), Page(10)))),
    "search elements": ("carts", lambda store: store.searches.elements("acme", ElementSearch(None, "items", Page(10)))),
    "fetch": ("carts", lambda store: store.briefings.fetch([KEY], [], AFTER)),
    "fetch entries": ("journal", lambda store: store.briefings.fetch([], [CommandKey("acme", "m-1")], AFTER)),
    "fetch revisions": ("catalog", lambda store: store.briefings.fetch([], [], {"acme": 0})),
    "lookup": ("journal", lambda store: store.journal.lookup([CommandKey("acme", "m-1")])),
    "history": ("journal", lambda store: store.journal.history(KEY)),
    "archived": ("archive", lambda store: store.archive.load([KEY])),
    "since": ("catalog", lambda store: store.catalog.since({"acme": 0})),
    "between": ("catalog", lambda store: store.catalog.between("acme", 0, 9)),
    "of_commands": ("catalog", lambda store: store.catalog.of_commands([CommandKey("acme", "m-0")])),
    "balances": ("budgets", lambda store: store.budgets.balances([BUDGET], [KEY])),
    "runs": ("runs", lambda store: store.runs.current(START)),
    "layouts": ("layouts", lambda store: store.layouts.read("cart")),
    "secrets": ("secrets", lambda store: store.secrets.keep("s", b"1")),
}


@pytest.fixture
async def filled(mongo_store: MongoStore) -> MongoStore:
    await mongo_store.carts.commit([CartWrite(0, stored(full_cart()))])
    await mongo_store.archive.keep(full_cart())
    await mongo_store.journal.append([entry("m-1", 1)])
    await mongo_store.catalog.append(revision(1))
    await mongo_store.catalog.append(unchanged("m-0", 1))
    await mongo_store.budgets.claim({HOLD: 1}, [], "token")
    await mongo_store.runs.record(Run("run-1", 0, (), START))
    await mongo_store.secrets.keep("s", b"1")
    await mongo_store.layouts.write("cart", Layout(1, 4))
    return mongo_store


@pytest.mark.parametrize("name", READERS)
async def test_it_refuses_a_later_form(
    filled: MongoStore, client: AsyncMongoClient[Any], database_name: str, name: str
) -> None:
    collection, read = READERS[name]
    documents = client[database_name][collection]
    assert await read(filled)
    await documents.update_many({}, {"$unset": {VERSION: ""}})
    assert await read(filled)
    await documents.update_many({}, {"$set": {VERSION: 2}})
    with pytest.raises(NewerData, match="in form 2; this worker reads forms up to 1"):
        await read(filled)


async def test_a_later_budget_keeps_its_form(
    filled: MongoStore, client: AsyncMongoClient[Any], database_name: str
) -> None:
    budgets = client[database_name]["budgets"]
    await budgets.update_many({}, {"$set": {VERSION: 2}})
    with pytest.raises(NewerData):
        await filled.budgets.claim({HOLD: 1}, [], "another")
    assert [each[VERSION] for each in await budgets.find().to_list()] == [2]


async def test_a_later_snapshot_is_done_without(
    mongo_store: MongoStore, client: AsyncMongoClient[Any], database_name: str
) -> None:
    kept = CatalogSnapshot("acme", 1, CatalogRows(), {}, dict.fromkeys(EVERYBODY, 1))
    await mongo_store.catalog.keep(kept)
    assert await mongo_store.catalog.snapshot("acme", 1) == kept
    await client[database_name]["snapshots"].update_many({}, {"$set": {VERSION: 2}})
    assert await mongo_store.catalog.snapshot("acme", 1) is None


async def test_a_search_reads_nothing_of_an_outbox(
    mongo_store: MongoStore, client: AsyncMongoClient[Any], database_name: str
) -> None:
    """An entry of a later form would be refused."""
    written = stored(full_cart(), outbox=(entry("m-1", 1),))
    await mongo_store.carts.commit([CartWrite(0, written)])
    await client[database_name]["carts"].update_many({}, {"$set": {f"outbox.0.{VERSION}": 2}})
    with pytest.raises(NewerData):
        await mongo_store.carts.load([KEY])
    found = await mongo_store.searches.carts("acme", CartSearch(None, (BY_ID,), Page(10)))
    assert found.rows == [full_cart()]
    elements = await mongo_store.searches.elements("acme", ElementSearch(None, "items", Page(10)))
    assert [each.cart for each in elements.rows] == [full_cart()] * len(full_cart().items)
