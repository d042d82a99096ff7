"""Ids of deleted carts never come again, and of a deleted cart nothing but its id stays."""

from datetime import timedelta

from bson import encode

from audit import audit_stored, read_pages
from storage.mongo.store import MongoStore
from support.archiving import later_watermark
from support.dialects import Counter
from support.running import Running
from support.shop import Shop, error_code
from workers.clock import now
from workers.settle.tombstones import TombstoneSweep

PLAN = {"id": "i-1", "offeringId": "plan"}
CUSTOMER = {"id": "u-secret", "userType": "CUSTOMER"}


async def purged(shop: Shop, running: Running, days: int = 8) -> str:
    """A cart with customer data that was deleted so many days ago, by the sweeper's clock."""
    cart_id = await shop.cart(PLAN, customer=CUSTOMER, keys={"externalId": "x-secret"})
    await shop.call("delete-cart", cart_id, message_id="m-del", reason="a secret")
    await purge(shop, running, days)
    return cart_id


async def purge(shop: Shop, running: Running, days: int) -> None:
    """Sweep so many days later, once everything is settled."""
    await running.documents(shop.tenant)
    store = opened(running)
    try:
        await TombstoneSweep(store, later_watermark(days), lambda: now() + timedelta(days=days)).sweep()
    finally:
        await store.close()


def opened(running: Running) -> MongoStore:
    return MongoStore(running.settings.mongo_url.get_secret_value(), running.settings.database)


async def test_the_id_of_a_deleted_cart_never_comes_again(shop: Shop, running: Running) -> None:
    cart_id = await purged(shop, running)
    for attempt in range(2):
        reply = await shop.call("create-cart", cart_id, {"currency": "EUR"}, message_id=f"m-{attempt}")
        assert error_code(reply) == "cart-exists"
    for kind in ("get-cart", "get-history", "empty-cart", "delete-cart"):
        assert error_code(await shop.call(kind, cart_id)) == "cart-not-found"
    assert error_code(await shop.call("get-cart", cart_id, {"atVersion": 1})) == "cart-not-found"


async def test_what_is_left_is_small_and_holds_no_customer_data(shop: Shop, running: Running) -> None:
    cart_id = await purged(shop, running)
    [document] = [each for each in (await running.documents(shop.tenant))["carts"] if each["cartId"] == cart_id]
    assert document["purged"] is True
    assert "purgeAt" not in document
    assert "secret" not in str(document)
    assert (document["status"], document["version"], document["outbox"]) == ("deleted", 2, [])
    assert len(encode(document)) < 1000


async def test_a_cart_that_was_deleted_lately_stays_as_it_is(shop: Shop, running: Running) -> None:
    cart_id = await purged(shop, running, days=6)
    again = await shop.call("delete-cart", cart_id, message_id="m-del", reason="a secret")
    assert (again["status"], again["cart"]["status"]) == ("duplicate", "deleted")


async def test_a_message_redelivered_after_that_is_a_duplicate(shop: Shop, running: Running) -> None:
    cart_id = await purged(shop, running)
    again = await shop.call("delete-cart", cart_id, message_id="m-del", reason="a secret")
    assert (again["status"], again["version"], "cart" in again) == ("duplicate", 2, False)


async def test_of_what_a_dialect_was_answered_only_the_deletion_is_answered_again(shop: Shop, running: Running) -> None:
    counter = Counter(shop, "subscription-shop")
    body = {"country": "FR", "locale": "fr-FR", "storeId": "s-1", "wantedProducts": [{"id": "plan"}]}
    made = await counter.call("create-item", None, body, message_id="m-made")
    cart_id = made.body["id"]
    gone = await counter.call("delete-item", {"id": cart_id}, message_id="m-gone")
    assert (made.http_status, gone.http_status) == (201, 200)
    await purge(shop, running, days=8)
    again = await counter.call("create-item", None, body, message_id="m-made")
    assert (again.http_status, again.body["code"]) == (404, "cart-not-found")
    again = await counter.call("delete-item", {"id": cart_id}, message_id="m-gone")
    assert (again.http_status, again.body, again.headers["status"]) == (200, gone.body, "duplicate")


async def test_the_audit_sees_what_is_left(shop: Shop, running: Running) -> None:
    cart_id = await purged(shop, running)
    store = opened(running)
    try:
        pages = [page async for page in read_pages(store, shop.tenant)]
        assert [each for page in pages for each in audit_stored(page)] == []
        assert [page.carts[cart_id].purged for page in pages] == [True]
        await running.database["journal"].delete_one({"tenant": shop.tenant, "cartId": cart_id, "version": 2})
        [page] = [page async for page in read_pages(store, shop.tenant)]
        assert {each.guarantee for each in audit_stored(page) if each.subject == cart_id} >= {"G3", "G9"}
    finally:
        await store.close()
