"""Bundles in bundles and across containers, from the queue to the reply (002: static bundles, bundles in a bundle)."""

from typing import Any

import pytest

from handlers.bundle_checks import MAX_BUNDLE_DEPTH
from support.shop import Shop, error_code, problems

CONTAINERS = [{"id": "k-1", "category": "mobile"}, {"id": "k-2", "category": "tv"}]


def bundle(own: str, *members: str, count: int = 1) -> dict[str, Any]:
    return {"id": own, "bundle": [{"offeringId": each, "max": 100, "default": count} for each in members]}


async def deep(shop: Shop, depth: int = MAX_BUNDLE_DEPTH) -> None:
    """Bundles `b-1` to `b-<depth>`, each in the one before it, the last with a leaf; each costs 1.00 once."""
    offerings = [bundle(f"b-{each}", f"b-{each + 1}") for each in range(1, depth)]
    offerings += [bundle(f"b-{depth}", "leaf", count=2), {"id": "leaf"}]
    reply = await shop.call("upsert-offerings", data={"offerings": offerings})
    assert reply["type"] == "catalog-updated", reply
    point = {"type": "one-time", "currency": "EUR", "amount": "1.00"}
    prices = [{"id": f"pp-{each['id']}", "offeringId": each["id"], **point} for each in offerings]
    assert (await shop.call("upsert-prices", data={"prices": prices}))["type"] == "catalog-updated"


def lines(reply: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["offeringId"]: item for item in reply["cart"]["items"]}


async def test_bundles_inside_a_bundle_come_follow_and_leave_through_all_levels(shop: Shop) -> None:
    await deep(shop)
    cart_id = await shop.cart()
    data = {"items": [{"id": "top", "offeringId": "b-1"}]}
    dry = await shop.call("add-items", cart_id, data, dryRun=True)
    added = await shop.call("add-items", cart_id, data)
    assert dry["changes"] == added["changes"]
    assert len(added["cart"]["items"]) == MAX_BUNDLE_DEPTH + 1
    assert added["cart"]["dueNow"]["payable"] == "22.00"
    update = {"products": [{"id": "top", "quantity": 3}]}
    dry = await shop.call("update-products", cart_id, update, dryRun=True)
    more = await shop.call("update-products", cart_id, update)
    assert (dry["changes"], dry["priceChanges"]) == (more["changes"], more["priceChanges"])
    quantities = [line["quantity"] for line in lines(more).values()]
    assert quantities == [3] * MAX_BUNDLE_DEPTH + [6]
    assert more["cart"]["dueNow"]["payable"] == "66.00"
    gone = await shop.call("remove-items", cart_id, {"itemIds": [lines(more)["b-2"]["id"]]})
    assert list(lines(gone)) == ["b-1"]
    assert gone["cart"]["dueNow"]["payable"] == "3.00"


async def test_a_bundle_deeper_than_that_is_invalid(shop: Shop) -> None:
    await deep(shop)
    above = await shop.call("upsert-offerings", data={"offerings": [bundle("b-0", "b-1")]})
    below = await shop.call("upsert-offerings", data={"offerings": [{"id": "x"}, bundle("leaf", "x")]})
    assert (error_code(above), problems(above)) == ("invalid", [("/data/offerings/0/bundle", "too-deep")])
    assert (error_code(below), problems(below)) == ("invalid", [("/data/offerings/1/bundle", "too-deep")])


async def test_a_cycle_is_invalid_across_rows_and_revisions(shop: Shop) -> None:
    rows = [bundle("a", "b"), bundle("b", "a")]
    together = await shop.call("upsert-offerings", data={"offerings": rows})
    assert problems(together) == [("/data/offerings/0/bundle", "cycle"), ("/data/offerings/1/bundle", "cycle")]
    assert (await shop.call("upsert-offerings", data={"offerings": rows[:1]}))["type"] == "catalog-updated"
    later = await shop.call("upsert-offerings", data={"offerings": [{"id": "c"}, rows[1]]})
    assert (error_code(later), problems(later)) == ("invalid", [("/data/offerings/1/bundle", "cycle")])


async def across(shop: Shop) -> str:
    """A bundle in one container, whose second member and what hangs on that are in another."""
    await deep(shop, 2)
    items = [
        {"id": "top", "offeringId": "b-1", "containerId": "k-1"},
        {"id": "mid", "offeringId": "b-2", "containerId": "k-2", "parentId": "top"},
        {"id": "low", "offeringId": "leaf", "containerId": "k-1", "parentId": "mid", "quantity": 2},
        {"id": "own", "offeringId": "plan", "containerId": "k-2"},
    ]
    return await shop.cart(*items, containers=CONTAINERS)


async def test_a_bundle_spans_offer_containers_and_quantities_follow_across_them(shop: Shop) -> None:
    cart_id = await across(shop)
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "top", "quantity": 2}]})
    assert {own: line["quantity"] for own, line in lines(reply).items()} == {"b-1": 2, "b-2": 2, "leaf": 4, "plan": 1}


@pytest.mark.parametrize(("container", "left"), [("k-1", ["own"]), ("k-2", ["top"])])
async def test_children_in_other_containers_leave_with_a_removed_container(
    shop: Shop, container: str, left: list[str]
) -> None:
    cart_id = await across(shop)
    reply = await shop.call("remove-containers", cart_id, {"containerIds": [container]})
    kept = [item for item in reply["cart"]["items"] if item["addedBy"] is None]
    assert [item["id"] for item in kept] == left
    known = {each["id"] for each in reply["cart"]["containers"]}
    assert {item["containerId"] for item in reply["cart"]["items"]} <= known


async def test_a_quantity_that_replace_items_sets_carries_to_children_elsewhere(shop: Shop) -> None:
    items = [
        {"id": "i-1", "offeringId": "plan", "containerId": "k-1"},
        {"id": "i-2", "offeringId": "phone", "containerId": "k-2", "parentId": "i-1", "quantity": 2},
    ]
    cart_id = await shop.cart(*items, containers=CONTAINERS)
    data = {"containerId": "k-1", "items": [{"id": "i-1", "offeringId": "plan", "quantity": 3}]}
    dry = await shop.call("replace-items", cart_id, data, dryRun=True)
    reply = await shop.call("replace-items", cart_id, data)
    assert dry["changes"] == reply["changes"]
    assert {item["id"]: item["quantity"] for item in reply["cart"]["items"]} == {"i-1": 3, "i-2": 6}


async def test_a_quantity_that_is_stated_for_a_child_holds(shop: Shop) -> None:
    await shop.call("upsert-offerings", data={"offerings": [bundle("kit", "plan", count=2)]})
    cart_id = await shop.cart({"id": "k", "offeringId": "kit"})
    update = {"products": [{"id": "k", "quantity": 2}, {"id": "k-plan", "quantity": 2}]}
    dry = await shop.call("update-products", cart_id, update, dryRun=True)
    reply = await shop.call("update-products", cart_id, update)
    assert dry["changes"] == reply["changes"]
    assert {item["id"]: item["quantity"] for item in reply["cart"]["items"]} == {"k": 2, "k-plan": 2}
    plan = {"id": "k-plan", "offeringId": "plan", "quantity": 2, "parentId": "k"}
    data = {"items": [{"id": "k", "offeringId": "kit", "quantity": 3}, plan]}
    replaced = await shop.call("replace-items", cart_id, data)
    assert {item["id"]: item["quantity"] for item in replaced["cart"]["items"]} == {"k": 3, "k-plan": 2}
    assert (await shop.call("replace-items", cart_id, data))["status"] == "unchanged"


async def test_a_bundle_brings_no_more_than_a_line_can_have(shop: Shop) -> None:
    rows = [
        {"id": f"b-{level}", "bundle": [{"offeringId": f"b-{level + 1}", "max": 1000, "default": 1000}]}
        for level in range(7)
    ]
    await shop.call("upsert-offerings", data={"offerings": [*rows, {"id": "b-7"}]})
    cart_id = await shop.cart()
    for dry_run in (True, False):
        data = {"items": [{"id": "z", "offeringId": "b-0", "quantity": 1}]}
        reply = await shop.call("add-items", cart_id, data, dryRun=dry_run)
        assert (error_code(reply), problems(reply)) == ("invalid", [("/data/items/0/quantity", "out-of-range")])
    assert (await shop.call("get-cart", cart_id))["version"] == 1


@pytest.mark.parametrize("parent", ["i-1", "i-2", "i-3"])
async def test_no_item_is_its_own_ancestor(shop: Shop, parent: str) -> None:
    chain = [{"id": "i-2", "offeringId": "phone", "parentId": "i-1"}, {"id": "i-3", "offeringId": "phone"}]
    cart_id = await shop.cart({"id": "i-1", "offeringId": "plan"}, {**chain[0]}, {**chain[1], "parentId": "i-2"})
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "parentId": parent}]})
    assert (error_code(reply), problems(reply)) == ("invalid", [("/data/products/0/parentId", "cycle")])
