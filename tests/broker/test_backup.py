"""A backup that is taken while workers work, restored, and gone on with: nothing of it is broken, or done twice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import bson
import pytest
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from audit import audit_stored, read_pages
from storage.mongo.store import MongoStore
from support.running import Running, running_worker
from support.shop import Shop

Documents = AsyncDatabase[dict[str, Any]]
PLAN = {"id": "i-1", "offeringId": "plan"}
CARTS = 5


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker that soon looks after what another one left."""
    async with running_worker(amqp_url, mongo_url, sweep_interval=0.2, sweep_grace=1.0) as running:
        yield running


async def back_up(database: Documents, folder: Path) -> None:
    """Write every collection as it was at one moment, one BSON document after the other."""
    async with database.client.start_session(snapshot=True) as session:
        for name in await database.list_collection_names():
            with (folder / f"{name}.bson").open("wb") as file:
                async for document in database[name].find({}, session=session):
                    file.write(bson.encode(document))


async def restore(folder: Path, database: Documents) -> None:
    """Write it into a database that is empty; indexes are the worker's business."""
    collections = {path.stem: bson.decode_all(path.read_bytes()) for path in folder.glob("*.bson")}  # noqa: ASYNC240
    for name, documents in collections.items():
        if documents:
            await database[name].insert_many(documents)


def quantity(value: int) -> dict[str, Any]:
    return {"products": [{"id": "i-1", "quantity": value}]}


async def change(shop: Shop, carts: list[str], value: int) -> None:
    """Give every cart this quantity, under message ids that say so."""
    ids = {cart_id: f"{cart_id}-{value}" for cart_id in carts}
    replies = [shop.call("update-products", each, quantity(value), message_id=ids[each]) for each in carts]
    assert {reply["status"] for reply in await asyncio.gather(*replies)} == {"applied"}


async def findings(running: Running, tenant: str) -> list[object]:
    """What the audit finds fault with."""
    settings = running.settings
    store = MongoStore(settings.mongo_url.get_secret_value(), settings.database)
    try:
        return [finding async for page in read_pages(store, tenant) for finding in audit_stored(page)]
    finally:
        await store.close()


@pytest.fixture
async def restored(running: Running, database_name: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker like the other one, with the same queues, on a database that is still empty."""
    async with AsyncMongoClient(mongo_url, tz_aware=True) as client:
        again = Running(running.settings.model_copy(update={"database": database_name}), lambda store: store, client)
        yield again
        await again.stop()


async def test_a_backup_taken_at_work_is_whole(shop: Shop, running: Running, restored: Running, tmp_path: Path) -> None:
    carts = [await shop.cart(PLAN) for _ in range(CARTS)]
    await change(shop, carts, 2)

    async def work() -> int:
        for value in range(3, 40):
            await change(shop, carts, value)
        return value

    working = asyncio.create_task(work())
    await asyncio.sleep(0.2)
    await back_up(running.database, tmp_path)
    assert not working.done(), "the backup was not taken at work"
    last = await working
    await running.stop()

    await restore(tmp_path, restored.database)
    await restored.start()
    before = await restored.documents(shop.tenant)
    versions = {cart["cartId"]: cart["version"] for cart in before["carts"]}
    assert versions.keys() == set(carts)
    assert all(2 <= version < last for version in versions.values())
    assert await findings(restored, shop.tenant) == []

    # What the backup has is known, and what it does not have is done when it is sent again.
    for cart_id, version in versions.items():
        repeated = await shop.call("update-products", cart_id, quantity(2), message_id=f"{cart_id}-2")
        assert (repeated["status"], repeated["version"]) == ("duplicate", 2)
        lost = await shop.call("update-products", cart_id, quantity(last), message_id=f"{cart_id}-{last}")
        assert (lost["status"], lost["version"]) == ("applied", version + 1)
    await restored.documents(shop.tenant)
    assert await findings(restored, shop.tenant) == []
