"""Exactly one `cart-updated` per version, in order, and `price-changed` only where an amount moved (guarantee G4)."""

import json
from typing import Any

from support.running import Running, running_worker
from support.shop import Shop

PLAN = {"id": "i-1", "offeringId": "plan"}


def quantity(value: int) -> dict[str, Any]:
    return {"products": [{"id": "i-1", "quantity": value}]}


async def test_an_event_says_what_happened(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    properties = {"user_id": "guest"}
    reply = await shop.call(
        "update-products", cart_id, quantity(2), message_id="m-1", reason="twins", properties=properties
    )
    updated, moved = (await shop.events(5, cart_id))[3:]
    body = json.loads(updated.body)
    assert body == {
        "type": "cart-updated",
        "commandId": "m-1",
        "commandType": "update-products",
        "tenant": shop.tenant,
        "cartId": cart_id,
        "version": 2,
        "at": reply["cart"]["updatedAt"],
        "reason": "twins",
        "actor": "guest",
        "currency": "EUR",
        "catalogRevision": 3,
        "totals": reply["cart"]["totals"],
        "dueNow": reply["cart"]["dueNow"],
        "changes": reply["changes"],
    }
    assert json.loads(moved.body)["priceChanges"] == reply["priceChanges"]
    assert moved.routing_key == f"{shop.tenant}.price-changed"
    assert updated.delivery_mode == 2


async def test_events_carry_cloud_events_headers(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN)
    updated, moved, created = await shop.events(3, cart_id)
    time = json.loads(updated.body)["at"]
    for event, kind in ((updated, "cart-updated"), (moved, "price-changed"), (created, "cart-created")):
        event_id = f"{shop.tenant}:{cart_id}:1:{kind}"
        assert (event.message_id, event.type, event.content_type) == (event_id, kind, "application/json")
        assert dict(event.headers) == {
            "cloudEvents:specversion": "1.0",
            "cloudEvents:id": event_id,
            "cloudEvents:type": kind,
            "cloudEvents:source": running.settings.source,
            "cloudEvents:subject": cart_id,
            "cloudEvents:time": time,
        }


async def test_one_update_per_version_and_a_price_event_only_where_an_amount_moved(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("update-cart", cart_id, {"agentId": "a-1"})  # 2: no amount moves
    await shop.call("update-products", cart_id, quantity(2), message_id="m-3")  # 3
    await shop.call("update-products", cart_id, quantity(2), message_id="m-3")  # a duplicate
    await shop.call("update-products", cart_id, quantity(2))  # unchanged
    await shop.call("update-products", cart_id, quantity(0))  # refused
    await shop.call("get-cart", cart_id)
    await shop.call("delete-cart", cart_id)  # 4
    await shop.call("create-cart", "c-end", {"currency": "EUR"})
    await shop.wire.events.wait(lambda each: each.message_id == f"{shop.tenant}:c-end:1:cart-updated")
    heard = [(event.message_id or "").removeprefix(f"{shop.tenant}:{cart_id}:") for event in shop.heard(cart_id)]
    assert heard == [
        "1:cart-updated",
        "1:price-changed",
        "1:cart-created",
        "2:cart-updated",
        "3:cart-updated",
        "3:price-changed",
        "4:cart-updated",
        "4:price-changed",
        "4:cart-deleted",
    ]


async def test_many_commands_at_once_give_every_version_once_and_in_order(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    values = range(2, 62)
    sent = [await shop.send("update-products", cart_id, quantity(value)) for value in values]
    replies = [await shop.wire.reply(each) for each in sent]
    assert [each["version"] for each in replies] == list(values)
    assert [each["cart"]["items"][0]["quantity"] for each in replies] == list(values)
    events = [json.loads(event.body) for event in await shop.events(3 + 2 * len(values), cart_id)]
    updates = [event for event in events if event["type"] == "cart-updated"]
    assert [event["version"] for event in updates] == list(range(1, 62))
    for reply, event in zip(replies, updates[1:], strict=True):
        assert (event["totals"], event["dueNow"]) == (reply["cart"]["totals"], reply["cart"]["dueNow"])


async def test_nobody_need_listen_to_events(running: Running, shop: Shop) -> None:
    queue = await running.wire.channel.get_queue(f"{running.settings.prefix}.heard")
    exchange = f"{running.settings.prefix}.events"
    await queue.unbind(exchange, "#")
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("update-products", cart_id, quantity(2))
    await queue.bind(exchange, "#")
    assert (reply["status"], reply["version"]) == ("applied", 2)


async def test_the_headers_of_cloud_events_begin_as_is_set(amqp_url: str, mongo_url: str) -> None:
    """CloudEvents' binding to AMQP 1.0 has no word for AMQP 0-9-1, and SDKs read different ones."""
    async with running_worker(amqp_url, mongo_url, cloud_events_prefix="ce-", source="shop-1") as running:
        shop = await running.shop()
        cart_id = await shop.cart({"id": "i-1", "offeringId": "plan"})
        event = await running.wire.events.take(lambda each: each.type == "cart-updated")
        written = {name: value for name, value in event.headers.items() if name.startswith("ce-")}
        assert written.pop("ce-time")
        assert written == {
            "ce-specversion": "1.0",
            "ce-id": event.message_id,
            "ce-type": "cart-updated",
            "ce-source": "shop-1",
            "ce-subject": cart_id,
        }
        assert not [name for name in event.headers if name.startswith("cloudEvents")]
