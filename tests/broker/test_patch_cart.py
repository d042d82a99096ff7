"""`patch-cart`: a list of operations on parts of a cart (contract, "patch-cart"; 002, Patch Shopping Cart).

Its table is tested row by row in `test_patch_cart_table.py`, what it refuses in `test_patch_cart_refusals.py`.
"""

from typing import Any

import pytest

from support.patching import look, operation, patch, patchable_cart
from support.running import Running
from support.shop import Shop, error_code, problems


@pytest.fixture
async def cart(shop: Shop) -> str:
    return await patchable_cart(shop)


async def test_what_a_dialect_keeps_is_merged_exactly_and_others_are_left_alone(shop: Shop, cart: str) -> None:
    path = "/items/i-2/extensions/shop"
    merged = await patch(shop, cart, operation("patch", path, {"size": {"width": None, "height": 0.5}, "tags": [1]}))
    extensions = look(merged["cart"], "/items/i-2/extensions")
    assert extensions["shop"] == {"sku": "s-1", "size": {"unit": "m", "height": 0.5}, "tags": [1]}
    assert extensions["other"] == {"a": 1}
    gone = await patch(shop, cart, operation("patch", path, {"sku": None, "size": None, "tags": None}))
    assert look(gone["cart"], "/items/i-2/extensions") == {"other": {"a": 1}}
    refused = await patch(shop, cart, operation("delete", path))
    assert problems(refused) == [("/data/operations/0", "not-found")]
    for value, problem in ((None, "missing"), ([1], "wrong-type"), ({"text": "x" * 40_000}, "too-long")):
        refused = await patch(shop, cart, {"op": "add", "path": path, "value": value})
        assert problems(refused) == [("/data/operations/0/value", problem)]


async def test_patch_keeps_the_fields_that_it_does_not_name_and_replace_removes_them(shop: Shop, cart: str) -> None:
    patched = await patch(shop, cart, operation("patch", "/items/i-2", {"quantity": 3}))
    line = look(patched["cart"], "/items/i-2")
    assert (line["quantity"], line["term"], line["billingAccountId"]) == (3, "24M", "ba-1")
    value = {"characteristics": {"color": "blue"}}
    line = look((await patch(shop, cart, operation("replace", "/items/i-2", value)))["cart"], "/items/i-2")
    assert (line["quantity"], line["term"], line["relationships"]) == (1, None, [])
    assert not line.keys() & {"billingAccountId", "subscriberNumber", "actionReason", "place"}
    assert (line["offeringId"], line["characteristics"]) == ("case", {"color": "blue"})


async def test_a_replaced_line_stays_where_it_hangs_and_keeps_its_notes(shop: Shop, cart: str) -> None:
    await patch(shop, cart, operation("patch", "/items/i-2", {"parentId": "i-1", "containerId": "k-1"}))
    reply = await patch(shop, cart, operation("replace", "/items/i-1", {"offeringId": "phone"}))
    line = look(reply["cart"], "/items/i-1")
    assert (line["offeringId"], line["containerId"], len(line["notes"])) == ("phone", "k-1", 1)
    assert line["prices"][0]["list"] == "100.00"
    kept = await patch(shop, cart, operation("replace", "/items/i-2", {"characteristics": {"color": "red"}}))
    assert (look(kept["cart"], "/items/i-2/parentId"), look(kept["cart"], "/items/i-2/containerId")) == ("i-1", "k-1")


async def test_operations_apply_in_order_and_each_sees_what_earlier_ones_made(shop: Shop, cart: str) -> None:
    reply = await patch(
        shop,
        cart,
        operation("add", "/containers", {"id": "k-9", "category": "tv"}),
        operation("add", "/containers/k-9/items", {"id": "i-9", "offeringId": "phone"}),
        operation("add", "/items/i-9/notes", {"id": "n-9", "text": "fragile"}),
        operation("patch", "/items/i-9/notes/n-9", {"text": "very fragile"}),
        operation("replace", "/items/i-9/quantity", 2),
        operation("test", "/items/i-9/quantity", 2),
        operation("add", "/items", {"id": "i-10", "offeringId": "plan", "parentId": "i-9"}),
        operation("delete", "/items/i-2"),
        operation("add", "/items", {"id": "i-2", "offeringId": "phone"}),
        operation("test", "/items/i-2", {"offeringId": "phone", "term": None}),
    )
    assert (reply["status"], reply["version"]) == ("applied", 4)
    assert [item["id"] for item in reply["cart"]["items"]] == ["i-1", "i-9", "i-10", "i-2"]
    assert look(reply["cart"], "/items/i-9/notes/n-9")["text"] == "very fragile"
    assert look(reply["cart"], "/items/i-9/prices")[0]["list"] == "200.00"


async def test_a_patch_is_one_version_and_one_repricing(shop: Shop, cart: str, running: Running) -> None:
    reply = await patch(
        shop,
        cart,
        operation("replace", "/items/i-2/quantity", 3),
        operation("replace", "/items/i-1/quantity", 5),
        operation("replace", "/items/i-2/quantity", 4),
    )
    moved = [(each["itemId"], each["after"]["gross"]) for each in reply["priceChanges"] if each["scope"] == "item"]
    assert moved == [("i-1", "50.00"), ("i-2", "36.00")]
    journal = (await running.documents(shop.tenant))["journal"]
    assert len([each for each in journal if each["cartId"] == cart and each["version"] == reply["version"]]) == 1


async def test_a_patch_is_all_or_nothing(shop: Shop, cart: str, running: Running) -> None:
    before = await running.documents(shop.tenant)
    reply = await patch(
        shop,
        cart,
        operation("replace", "/items/i-1/quantity", 5),
        operation("add", "/items", {"id": "i-9", "offeringId": "phone"}),
        operation("test", "/items/i-2/quantity", 7),
    )
    assert (error_code(reply), problems(reply)) == ("test-failed", [("/data/operations/2", "test-failed")])
    assert await running.documents(shop.tenant) == before


async def test_deleting_an_item_takes_its_children(shop: Shop, cart: str) -> None:
    await patch(shop, cart, operation("patch", "/items/i-2", {"parentId": "i-1"}))
    reply = await patch(shop, cart, operation("delete", "/items/i-1"))
    assert reply["cart"]["items"] == []
    assert [each["itemId"] for each in reply["changes"]] == ["i-1", "i-2"]


async def test_deleting_a_container_takes_its_contents(shop: Shop, cart: str) -> None:
    reply = await patch(shop, cart, operation("delete", "/containers/k-1"))
    assert [item["id"] for item in reply["cart"]["items"]] == ["i-2"]
    assert [container["id"] for container in reply["cart"]["containers"]] == ["k-2"]


async def test_ids_in_paths_are_escaped_as_in_json_pointers(shop: Shop, cart: str) -> None:
    item = {"id": "a/b~c", "offeringId": "phone"}
    reply = await patch(
        shop,
        cart,
        operation("add", "/items", item),
        operation("replace", "/items/a~1b~0c/quantity", 2),
        operation("replace", "/attributes/theme", "light"),
    )
    assert look(reply["cart"], "/items/a~1b~0c/quantity") == 2
    wrong = await patch(shop, cart, operation("replace", "/items/a~2b/quantity", 2))
    assert problems(wrong) == [("/data/operations/0", "path-not-patchable")]


async def test_ids_that_are_assigned_differ(shop: Shop, cart: str) -> None:
    added = [operation("add", "/items", {"offeringId": "phone"}) for _ in range(3)]
    notes = [operation("add", "/items/i-1/notes", {"text": "again"}) for _ in range(3)]
    reply = await patch(shop, cart, *added, *notes)
    assert [item["id"] for item in reply["cart"]["items"]][2:] == ["i-4-1", "i-4-2", "i-4-3"]
    assert [note["id"] for note in look(reply["cart"], "/items/i-1/notes")] == ["n-1", "n-4-4", "n-4-5", "n-4-6"]


async def test_up_to_1000_operations_are_one_patch(shop: Shop, cart: str) -> None:
    quantities = [operation("replace", "/items/i-1/quantity", number) for number in range(2, 1002)]
    reply = await patch(shop, cart, *quantities)
    assert (reply["version"], look(reply["cart"], "/items/i-1/quantity")) == (4, 1001)
    more = await patch(shop, cart, *quantities, operation("delete", "/items/i-1"))
    assert problems(more) == [("/data/operations", "too-many")]
    assert problems(await patch(shop, cart)) == [("/data/operations", "too-few")]


async def test_a_patch_of_what_has_changed_since_is_a_rebase_conflict(shop: Shop, cart: str) -> None:
    await patch(shop, cart, operation("replace", "/items/i-1/quantity", 2))
    stale: dict[str, Any] = {"version": 3, "onConflict": "rebase"}
    same = await patch(shop, cart, operation("replace", "/items/i-1/quantity", 3), **stale)
    other = await patch(shop, cart, operation("replace", "/items/i-2/quantity", 3), **stale)
    assert (error_code(same), other["status"]) == ("rebase-conflict", "applied")


async def test_a_patch_that_changes_nothing_makes_no_version(shop: Shop, cart: str) -> None:
    same = [operation("replace", "/items/i-2/quantity", 2), operation("add", "/attributes/theme", "dark")]
    reply = await patch(shop, cart, *same, operation("patch", "/containers/k-1", {"category": "mobile"}))
    assert (reply["status"], reply["version"]) == ("unchanged", 3)
