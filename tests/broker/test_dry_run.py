"""A dry run predicts exactly what the real run does, and leaves no trace (guarantee G6)."""

from typing import Any

import pytest

from support.running import Running
from support.shop import Shop

PLAN = {"id": "i-1", "offeringId": "plan", "containerId": "k-1"}
PHONE = {"id": "i-2", "offeringId": "phone"}
CHEAPER = {"id": "pp-phone", "offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": "1.00"}

COMMANDS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("update-cart", {"country": "JP"}, {}),
    ("add-items", {"items": [{"offeringId": "phone", "quantity": 2}]}, {}),
    ("replace-items", {"containerId": "k-1", "items": [{"id": "i-9", "offeringId": "phone"}]}, {}),
    ("remove-items", {"itemIds": ["i-1"]}, {}),
    ("update-products", {"products": [{"id": "i-2", "quantity": 7, "trial": True}]}, {}),
    ("update-products", {"products": [{"id": "i-2", "quantity": 1}]}, {}),
    ("empty-cart", {}, {}),
    ("delete-cart", {}, {}),
    ("reprice-cart", {}, {}),
    ("remove-items", {"itemIds": ["i-9"]}, {}),
    ("add-items", {"items": [{"offeringId": "nothing"}]}, {}),
    ("add-items", {"items": [{"offeringId": "unpriced"}]}, {}),
    ("empty-cart", {}, {"version": 0}),
    ("empty-cart", {}, {"version": 0, "onConflict": "rebase"}),
    ("update-products", {"products": [{"id": "i-2", "quantity": 0}]}, {}),
    ("create-cart", {"currency": "EUR"}, {}),
]
MOMENTS = ("updatedAt", "pricing")


def told(reply: dict[str, Any]) -> dict[str, Any]:
    """What a reply says, but for its command id and the moment of pricing."""
    said = {name: value for name, value in reply.items() if name != "commandId"}
    if "cart" in said:
        said["cart"] = {name: value for name, value in said["cart"].items() if name not in MOMENTS}
    return said


@pytest.mark.parametrize(("kind", "data", "envelope"), COMMANDS)
async def test_the_dry_run_is_the_real_run_but_for_the_trace(
    shop: Shop, running: Running, kind: str, data: dict[str, Any], envelope: dict[str, Any]
) -> None:
    cart_id = await shop.cart(PLAN, PHONE, containers=[{"id": "k-1"}])
    await shop.call("upsert-prices", data={"prices": [CHEAPER]})
    before = await running.documents(shop.tenant)
    dry = await shop.call(kind, cart_id, data, dryRun=True, **envelope)
    assert await running.documents(shop.tenant) == before
    real = await shop.call(kind, cart_id, data, **envelope)
    if real["type"] == "command-refused":
        assert told(dry) == told(real)
    else:
        assert dry["status"] == "dry-run"
        assert told({**dry, "status": real["status"]}) == told(real)


async def test_a_cart_can_be_created_dry(shop: Shop, running: Running) -> None:
    before = await running.documents(shop.tenant)
    data = {"country": "FR", "currency": "EUR", "items": [PHONE]}
    dry = await shop.call("create-cart", "c-1", data, dryRun=True)
    assert await running.documents(shop.tenant) == before
    assert (dry["status"], dry["version"], dry["cart"]["dueNow"]["payable"]) == ("dry-run", 1, "120.00")
    real = await shop.call("create-cart", "c-1", data)
    assert real["priceChanges"] == dry["priceChanges"]
    assert real["priceChanges"][0]["before"]["gross"] == "0.00"


async def test_a_dry_run_is_no_first_outcome(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    data = {"products": [{"id": "i-2", "quantity": 2}]}
    dry = await shop.call("update-products", cart_id, data, message_id="m-1", dryRun=True)
    again = await shop.call("update-products", cart_id, data, message_id="m-1", dryRun=True)
    real = await shop.call("update-products", cart_id, data, message_id="m-1")
    assert [each["status"] for each in (dry, again, real)] == ["dry-run", "dry-run", "applied"]
    assert real["version"] == 2


async def test_a_dry_run_publishes_nothing(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    await shop.call("update-products", cart_id, {"products": [{"id": "i-2", "quantity": 2}]}, dryRun=True)
    await shop.call("delete-cart", cart_id, dryRun=True)
    await shop.call("get-cart", cart_id, {"reprice": True})
    await shop.call("update-cart", cart_id, {"agentId": "a-1"}, message_id="m-last")
    heard = [event.message_id for event in await shop.events(4, cart_id)]
    assert heard == [
        f"{shop.tenant}:{cart_id}:{suffix}"
        for suffix in ("1:cart-updated", "1:price-changed", "1:cart-created", "2:cart-updated")
    ]


@pytest.mark.parametrize("kind", ["taxes", "offerings", "prices"])
async def test_a_catalog_command_runs_dry(shop: Shop, running: Running, kind: str) -> None:
    rows: dict[str, Any] = {
        "taxes": {"id": "be", "country": "BE", "category": "standard", "rate": "21"},
        "offerings": {"id": "new"},
        "prices": CHEAPER,
    }
    before = await running.documents(shop.tenant)
    dry = await shop.call(f"upsert-{kind}", data={kind: [rows[kind]]}, dryRun=True)
    assert (dry["status"], dry["catalogRevision"]) == ("dry-run", 4)
    assert await running.documents(shop.tenant) == before
