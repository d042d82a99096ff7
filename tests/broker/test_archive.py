"""The archive: what is left of a cart's history once its first part is removed; and who asks for that part."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from audit import audit_stored, read_pages
from storage.mongo.store import MongoStore
from storage.records import CartKey
from support.archiving import archive_sweep
from support.running import Running
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}


def quantity(value: int) -> dict[str, Any]:
    return {"products": [{"id": "i-1", "quantity": value}]}


@pytest.fixture
async def store(running: Running) -> AsyncIterator[MongoStore]:
    opened = MongoStore(running.settings.mongo_url.get_secret_value(), running.settings.database)
    yield opened
    await opened.close()


async def aged(shop: Shop, running: Running, versions: int = 4) -> tuple[str, dict[int, Any]]:
    """A cart with so many versions, all of them in the journal, and the cart at each."""
    cart_id = await shop.cart(PLAN)
    seen = {1: (await shop.call("get-cart", cart_id))["cart"]}
    for version in range(2, versions + 1):
        reply = await shop.call("update-products", cart_id, quantity(version), message_id=f"m-{version}")
        seen[version] = reply["cart"]
    await running.documents(shop.tenant)
    return cart_id, seen


async def archive(store: MongoStore, shop: Shop, cart_id: str) -> None:
    """Archive as the sweeper of a worker would 31 days from now, until this cart is."""
    sweep = archive_sweep(store)
    key = CartKey(shop.tenant, cart_id)
    while await store.journal.history(key):
        await sweep.sweep()


async def test_history_starts_after_what_is_archived_and_says_so(
    shop: Shop, running: Running, store: MongoStore
) -> None:
    cart_id, seen = await aged(shop, running)
    await archive(store, shop, cart_id)
    empty = await shop.call("get-history", cart_id)
    assert (empty["items"], empty["nextCursor"], empty["archivedThrough"]) == ([], None, 4)
    for version in (5, 6, 7):
        seen[version] = (await shop.call("update-products", cart_id, quantity(version)))["cart"]
    history = await shop.call("get-history", cart_id, {"size": 2})
    assert [each["version"] for each in history["items"]] == [5, 6]
    assert (history["nextCursor"], history["archivedThrough"]) == ("6", 4)
    rest = await shop.call("get-history", cart_id, {"cursor": "6"})
    assert ([each["version"] for each in rest["items"]], "archivedThrough" in rest) == ([7], False)
    assert "archivedThrough" not in await shop.call("get-history", cart_id, {"from": 5})
    for version in (4, 5, 6, 7):
        assert (await shop.call("get-cart", cart_id, {"atVersion": version}))["cart"] == seen[version]
    for version in (1, 3, 8):
        reply = await shop.call("get-cart", cart_id, {"atVersion": version})
        assert problems(reply) == [("/data/atVersion", "unknown-version")]


async def test_replay_equals_the_stored_cart_from_there(shop: Shop, running: Running, store: MongoStore) -> None:
    cart_id, _ = await aged(shop, running)
    await archive(store, shop, cart_id)
    await shop.call("update-products", cart_id, quantity(9))
    pages = [page async for page in read_pages(store, shop.tenant)]
    assert [each for page in pages for each in audit_stored(page)] == []
    assert [page.archived[cart_id].version for page in pages] == [4]
    await running.database["archive"].update_one({"cartId": cart_id}, {"$set": {"items.0.term": "P99M"}})
    [page] = [page async for page in read_pages(store, shop.tenant)]
    assert "G9" in {each.guarantee for each in audit_stored(page)}


async def test_a_rebase_over_what_is_archived_is_a_conflict(shop: Shop, running: Running, store: MongoStore) -> None:
    cart_id, _ = await aged(shop, running)
    await archive(store, shop, cart_id)
    await shop.call("update-cart", cart_id, {"agentId": "a-1"})
    reply = await shop.call("update-products", cart_id, quantity(9), version=2, onConflict="rebase")
    assert error_code(reply) == "rebase-conflict"
    assert reply["error"]["details"] == {"currentVersion": 5, "conflicts": ["*"]}
    rebased = await shop.call("update-products", cart_id, quantity(9), version=4, onConflict="rebase")
    assert (rebased["status"], rebased["version"]) == ("applied", 6)


async def test_a_message_id_is_forgotten_with_its_entry(shop: Shop, running: Running, store: MongoStore) -> None:
    cart_id, _ = await aged(shop, running)
    again = await shop.call("update-products", cart_id, quantity(4), message_id="m-4")
    assert again["status"] == "duplicate"
    await archive(store, shop, cart_id)
    again = await shop.call("update-products", cart_id, quantity(4), message_id="m-4")
    assert (again["status"], again["version"]) == ("unchanged", 4)


async def test_a_deleted_cart_is_archived_too_and_its_id_does_not_come_again(
    shop: Shop, running: Running, store: MongoStore
) -> None:
    cart_id, _ = await aged(shop, running)
    await shop.call("delete-cart", cart_id)
    await running.documents(shop.tenant)
    await archive(store, shop, cart_id)
    assert error_code(await shop.call("create-cart", cart_id, {"currency": "EUR"})) == "cart-exists"
    assert error_code(await shop.call("get-history", cart_id)) == "cart-not-found"
    pages = [page async for page in read_pages(store, shop.tenant)]
    assert [each for page in pages for each in audit_stored(page)] == []
