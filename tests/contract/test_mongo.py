"""What only a real server shows: document sizes, indexes, and a server that does not answer."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pymongo import AsyncMongoClient

from facts.reach import EVERYBODY
from facts.snapshot import CatalogRows
from models.cart.brief import CartBrief
from queries.fields import FIELDS
from queries.search import CartSearch, ElementSearch, Page, SortKey, ValueSearch
from storage.mongo.catalog import made_by, newer_than
from storage.mongo.driver import Driver
from storage.mongo.indexes import INDEXES
from storage.mongo.runs import open_or_closed_since
from storage.mongo.store import MongoStore
from storage.records import (
    CartKey,
    CartWrite,
    CatalogSnapshot,
    CommandKey,
    LiveKey,
    Run,
    StorageUnavailable,
    WriteResult,
)
from support.patience import PATIENCE
from support.records import START, entry, full_cart, revision, stored, unchanged
from workers.settle.watermark import CLOSED_KNOWN

DOCUMENT_LIMIT = 16 * 1024 * 1024
CALLS: dict[str, Callable[[MongoStore], Awaitable[object]]] = {
    "load": lambda store: store.carts.load([CartKey("acme", "c-1")]),
    "briefs": lambda store: store.carts.briefs([CartKey("acme", "c-1")]),
    "commit": lambda store: store.carts.commit([CartWrite(0, stored(full_cart()))]),
    "with_key": lambda store: store.carts.with_key("acme", "journey", "j-1"),
    "holders": lambda store: store.carts.holders({LiveKey("acme", "externalId=x")}),
    "to_purge": lambda store: store.carts.to_purge(START, 10),
    "made_between": lambda store: store.journal.made_between(START, START, 10),
    "remove": lambda store: store.journal.remove(CartKey("acme", "c-1"), 1, START),
    "archive_load": lambda store: store.archive.load([CartKey("acme", "c-1")]),
    "archive_keep": lambda store: store.archive.keep(full_cart()),
    "idle": lambda store: store.carts.idle("acme", START, 10),
    "let_idle": lambda store: store.carts.let_idle("acme"),
    "configurations": lambda store: store.catalog.configurations(),
    "searched_carts": lambda store: store.searches.carts("acme", CartSearch(None, (SortKey(FIELDS["id"]),), Page(1))),
    "searched_values": lambda store: store.searches.values("acme", ValueSearch(None, FIELDS["id"], False, Page(1))),
    "searched_elements": lambda store: store.searches.elements("acme", ElementSearch(None, "items", Page(1))),
    "due": lambda store: store.carts.due(START, 10),
    "unpublished": lambda store: store.carts.unpublished(Run("run-1", 0, (), START), START, 10),
    "lookup": lambda store: store.journal.lookup([CommandKey("acme", "m-1")]),
    "append": lambda store: store.journal.append([entry("m-1", 1)]),
    "history": lambda store: store.journal.history(CartKey("acme", "c-1")),
    "since": lambda store: store.catalog.since({"acme": 0}),
    "append_revision": lambda store: store.catalog.append(revision(1)),
    "append_unchanged": lambda store: store.catalog.append(unchanged("m-1", 0)),
    "of_commands": lambda store: store.catalog.of_commands([CommandKey("acme", "m-1")]),
    "between": lambda store: store.catalog.between("acme", 0, 9),
    "revision_at": lambda store: store.catalog.revision_at("acme", START),
    "snapshot": lambda store: store.catalog.snapshot("acme", 9),
    "keep": lambda store: store.catalog.keep(CatalogSnapshot("acme", 1, CatalogRows(), {})),
    "fetch": lambda store: store.briefings.fetch([CartKey("acme", "c-1")], [CommandKey("acme", "m-1")], {"acme": 0}),
    "record": lambda store: store.runs.record(Run("run-1", 0, (), START)),
    "current": lambda store: store.runs.current(START),
    "keep_secret": lambda store: store.secrets.keep("s", b"1"),
    "prepare": lambda store: store.prepare(),
}


# The server refuses a document over its limit, a whole command further over, and the driver what fits in no message.
@pytest.mark.parametrize("size", [DOCUMENT_LIMIT, DOCUMENT_LIMIT + 2**20, 3 * DOCUMENT_LIMIT])
async def test_a_cart_too_large_for_a_document_fails_alone(mongo_store: MongoStore, size: int) -> None:
    writes = [CartWrite(0, stored(full_cart(f"c-{number}"))) for number in range(3)]
    huge = replace(full_cart("c-1"), last_update_reason="x" * size)
    writes[1] = CartWrite(0, stored(huge))
    assert await mongo_store.carts.commit(writes) == [
        WriteResult.COMMITTED,
        WriteResult.TOO_LARGE,
        WriteResult.COMMITTED,
    ]
    loaded = await mongo_store.carts.load([CartKey("acme", f"c-{number}") for number in range(3)])
    assert {key.cart_id for key in loaded} == {"c-0", "c-2"}


async def test_what_was_stored_before_there_were_tokens_is_read(
    mongo_store: MongoStore, mongo_url: str, database_name: str
) -> None:
    applied, catalog = entry("m-1", 1), [revision(1), unchanged("m-2", 1)]
    cart = stored(full_cart(), outbox=(applied,))
    await mongo_store.carts.commit([CartWrite(0, cart)])
    await mongo_store.journal.append([applied])
    for record in catalog:
        await mongo_store.catalog.append(record)
    async with AsyncMongoClient(mongo_url) as client:
        database = client[database_name]
        await database["carts"].update_many({}, {"$unset": {"outbox.$[].token": ""}})
        for name in ("journal", "catalog"):
            await database[name].update_many({}, {"$unset": {"token": ""}})
    former = replace(applied, token=b"")
    keys = [CommandKey("acme", f"m-{number}") for number in (1, 2)]
    assert await mongo_store.carts.load([cart.key]) == {cart.key: replace(cart, outbox=(former,))}
    assert await mongo_store.journal.lookup(keys) == {former.key: former}
    records = await mongo_store.catalog.of_commands(keys)
    assert list(records.values()) == [replace(each, token=b"") for each in catalog]


async def test_what_was_stored_before_there_were_briefs_is_read(
    mongo_store: MongoStore, mongo_url: str, database_name: str
) -> None:
    """Of a cart the brief is made of the whole cart; of a snapshot anybody may have been concerned up to then."""
    carts = [replace(full_cart(f"c-{number}"), held_vouchers=("v-1",)) for number in range(2)]
    await mongo_store.carts.commit([CartWrite(0, stored(cart)) for cart in carts])
    kept = CatalogSnapshot("acme", 3, CatalogRows(), {}, {"offering:hat": 2})
    await mongo_store.catalog.keep(kept)
    assert await mongo_store.catalog.snapshot("acme", 3) == kept
    async with AsyncMongoClient(mongo_url) as client:
        database = client[database_name]
        await database["carts"].update_one({"cartId": "c-0"}, {"$unset": {"brief": ""}})
        await database["snapshots"].update_one({"tenant": "acme"}, {"$unset": {"left": ""}})
    keys = [CartKey("acme", cart.id) for cart in carts]
    wanted = dict(zip(keys, map(CartBrief.of, carts), strict=True))
    assert await mongo_store.carts.briefs(keys) == wanted
    assert await mongo_store.catalog.snapshot("acme", 3) == replace(kept, left=dict.fromkeys(EVERYBODY, 3))


async def test_indexes_are_created_and_created_again(
    mongo_store: MongoStore, mongo_url: str, database_name: str
) -> None:
    await mongo_store.prepare()
    async with AsyncMongoClient(mongo_url) as client:
        database = client[database_name]
        indexes = {name: await database[name].index_information() for name in INDEXES}
    assert set(indexes["carts"]) == {
        "_id_",
        "by-key-and-creation",
        "by-commit",
        "by-live-key",
        "by-suppression",
        "by-idleness",
        "by-purge",
        "by-status-and-id",
        "by-customer",
        "by-creation",
        "by-latest-update",
        "by-offering",
    }
    assert set(indexes["journal"]) == {"_id_", "by-cart", "by-time"}
    assert set(indexes["catalog"]) == {"_id_", "by-revision", "by-time", "by-command", "by-configuration"}
    assert set(indexes["snapshots"]) == {"_id_", "by-revision"}
    assert set(indexes["budgets"]) == {"_id_", "by-doubt"}
    assert set(indexes["runs"]) == {"_id_", "by-end", "purge-closed"}
    assert indexes["runs"]["purge-closed"]["partialFilterExpression"] == {"closed": True}
    assert indexes["runs"]["purge-closed"]["expireAfterSeconds"] > CLOSED_KNOWN.total_seconds()
    assert not any("expireAfterSeconds" in each for each in indexes["carts"].values())
    assert indexes["catalog"]["by-revision"]["unique"]
    assert indexes["catalog"]["by-command"]["unique"]


async def test_deleted_carts_are_no_longer_removed_by_the_server(
    mongo_store: MongoStore, mongo_url: str, database_name: str
) -> None:
    async with AsyncMongoClient(mongo_url) as client:
        carts = client[database_name]["carts"]
        await carts.create_index("purgeAt", name="purge-tombstones", expireAfterSeconds=0, sparse=True)
        await asyncio.gather(mongo_store.prepare(), mongo_store.prepare())
        assert "purge-tombstones" not in await carts.index_information()


async def test_old_entries_are_found_in_the_index_alone(
    mongo_store: MongoStore, mongo_url: str, database_name: str
) -> None:
    await mongo_store.journal.append([entry(f"m-{number}", number) for number in range(1, 9)])
    async with AsyncMongoClient(mongo_url) as client:
        query = {"at": {"$gt": START, "$lt": START + timedelta(minutes=4)}}
        fields = {"_id": 0, "at": 1, "tenant": 1, "cartId": 1}
        cursor = client[database_name]["journal"].find(query, fields).sort([("at", 1), ("tenant", 1), ("cartId", 1)])
        plan = (await cursor.limit(9).explain())["executionStats"]
    assert (plan["nReturned"], plan["totalDocsExamined"]) == (3, 0)


async def test_newer_revisions_are_found_by_index(mongo_store: MongoStore, mongo_url: str, database_name: str) -> None:
    for number in range(1, 4):
        await mongo_store.catalog.append(revision(number))
        await mongo_store.catalog.append(unchanged(f"u-{number}", number))
    async with AsyncMongoClient(mongo_url) as client:
        catalog = client[database_name]["catalog"]
        for known in ({"acme": 2}, {"acme": 2, "other": 0}):
            plan = await catalog.find(newer_than(known)).sort("revision").explain()
            assert "by-revision" in str(plan["queryPlanner"]["winningPlan"])
            assert plan["executionStats"]["totalDocsExamined"] == 1


async def test_the_revision_at_a_time_is_found_in_the_index_alone(
    mongo_store: MongoStore, mongo_url: str, database_name: str
) -> None:
    for number in range(1, 9):
        await mongo_store.catalog.append(revision(number))
        await mongo_store.catalog.append(unchanged(f"u-{number}", number))
    async with AsyncMongoClient(mongo_url) as client:
        cursor = client[database_name]["catalog"].find(*made_by("acme", revision(6).at))
        plan = (await cursor.sort("revision", -1).limit(1).explain())["executionStats"]
    assert (plan["nReturned"], plan["totalDocsExamined"]) == (1, 0)


async def test_a_snapshot_of_which_a_part_is_missing_is_none(
    mongo_store: MongoStore, mongo_url: str, database_name: str
) -> None:
    rows = revision(1).rows
    since = {kind: dict.fromkeys((row.id for row in given), 1) for kind, given in rows.by_kind().items()}
    await mongo_store.catalog.keep(CatalogSnapshot("acme", 1, rows, since))
    assert await mongo_store.catalog.snapshot("acme", 1) == CatalogSnapshot("acme", 1, rows, since)
    async with AsyncMongoClient(mongo_url) as client:
        snapshots = client[database_name]["snapshots"]
        assert (await snapshots.delete_one({"_id": "acme/1/0"})).deleted_count == 1
        assert await mongo_store.catalog.snapshot("acme", 1) is None
        await mongo_store.catalog.keep(CatalogSnapshot("acme", 2, rows, since))
        assert (await snapshots.delete_one({"_id": "acme/2"})).deleted_count == 1
        assert await mongo_store.catalog.snapshot("acme", 2) is None


async def test_current_runs_are_found_by_index(mongo_store: MongoStore, mongo_url: str, database_name: str) -> None:
    start = datetime.now(UTC)  # the database deletes what was closed a day ago
    for number in range(20):
        await mongo_store.runs.record(Run(f"closed-{number}", 0, (), start - timedelta(hours=number), closed=True))
    await mongo_store.runs.record(Run("open", 0, (), start))
    async with AsyncMongoClient(mongo_url) as client:
        plan = await client[database_name]["runs"].find(open_or_closed_since(start - timedelta(hours=1))).explain()
    assert plan["executionStats"]["nReturned"] == 3
    assert plan["executionStats"]["totalDocsExamined"] == 3


@pytest.fixture
async def silent_server() -> AsyncIterator[str]:
    """A server that accepts connections and never says a word."""
    connections: list[asyncio.StreamWriter] = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        await reader.read()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    yield f"mongodb://127.0.0.1:{server.sockets[0].getsockname()[1]}/?directConnection=true"
    for writer in connections:
        writer.close()
    server.close()


async def reached(url: str, driver: Driver, patience: float) -> set[str]:
    """The calls that did not find the server unavailable; all are made at once, each on a store of its own."""
    stores = {call: MongoStore(url, "nowhere", timeout=patience, driver=driver) for call in CALLS}
    outcomes = await asyncio.gather(*(CALLS[call](store) for call, store in stores.items()), return_exceptions=True)
    for store in stores.values():
        await store.close()
    return {call for call, outcome in zip(CALLS, outcomes, strict=True) if type(outcome) is not StorageUnavailable}


async def test_behind_a_closed_port_everything_is_unavailable(unused_tcp_port: int, driver: Driver) -> None:
    assert await reached(f"mongodb://127.0.0.1:{unused_tcp_port}/?replicaSet=rs0", driver, 0.1) == set()


async def test_a_silent_server_is_unavailable(silent_server: str, driver: Driver) -> None:
    async with asyncio.timeout(PATIENCE):
        assert await reached(silent_server, driver, 0.2) == set()
