"""Optimistic versions: stale commands are refused, or rebased where nothing that they touch has changed."""

from typing import Any

from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}


def quantity(item_id: str, value: int) -> dict[str, Any]:
    return {"products": [{"id": item_id, "quantity": value}]}


async def test_the_version_last_seen_is_accepted(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("update-products", cart_id, quantity("i-1", 2), version=1)
    assert (reply["status"], reply["version"]) == ("applied", 2)


async def test_a_stale_version_is_refused_with_the_current_one(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("update-products", cart_id, quantity("i-1", 2))
    reply = await shop.call("update-products", cart_id, quantity("i-1", 3), version=1)
    assert error_code(reply) == "stale-version"
    assert (reply["error"]["details"], reply["error"]["retryable"]) == ({"currentVersion": 2}, True)
    assert (await shop.call("get-cart", cart_id))["version"] == 2


async def test_a_version_from_the_future_is_refused_even_when_rebasing(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    for on_conflict in ("reject", "rebase"):
        reply = await shop.call("update-products", cart_id, quantity("i-1", 3), version=2, onConflict=on_conflict)
        assert error_code(reply) == "stale-version"


async def test_reads_and_deletes_mind_the_version_too(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("update-products", cart_id, quantity("i-1", 2))
    assert error_code(await shop.call("get-cart", cart_id, version=1)) == "stale-version"
    assert error_code(await shop.call("delete-cart", cart_id, version=1)) == "stale-version"
    assert error_code(await shop.call("empty-cart", cart_id, version=1)) == "stale-version"


async def test_rebase_accepts_what_touches_something_else(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await shop.call("update-products", cart_id, quantity("i-1", 2))
    await shop.call("update-cart", cart_id, {"agentId": "a-1"})
    reply = await shop.call("update-products", cart_id, quantity("i-2", 5), version=1, onConflict="rebase")
    assert (reply["status"], reply["version"]) == ("applied", 4)
    assert [item["quantity"] for item in reply["cart"]["items"]] == [2, 5]


async def test_rebase_refuses_what_touches_the_same(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await shop.call("update-products", cart_id, quantity("i-1", 2))
    reply = await shop.call("update-products", cart_id, quantity("i-1", 3), version=1, onConflict="rebase")
    assert error_code(reply) == "rebase-conflict"
    assert reply["error"]["details"] == {"currentVersion": 2, "conflicts": ["item:i-1"]}


async def test_rebase_refuses_what_has_lost_its_object(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await shop.call("remove-items", cart_id, {"itemIds": ["i-1"]})
    reply = await shop.call("update-products", cart_id, quantity("i-1", 3), version=1, onConflict="rebase")
    assert error_code(reply) == "rebase-conflict"


async def test_rebase_refuses_what_was_never_there_by_its_own_code(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await shop.call("update-products", cart_id, quantity("i-1", 2))
    stale: dict[str, Any] = {"version": 1, "onConflict": "rebase"}
    unknown = await shop.call("update-products", cart_id, quantity("i-9", 3), **stale)
    assert (error_code(unknown), problems(unknown)) == ("item-not-found", [("/data/products/0/id", "item-not-found")])
    offering = await shop.call("add-items", cart_id, {"items": [{"offeringId": "nothing"}]}, **stale)
    assert (error_code(offering), problems(offering)[0][0]) == ("offering-not-found", "/data/items/0/offeringId")
    patch = {"operations": [{"op": "replace", "path": "/items/i-2/prices", "value": 1}]}
    assert problems(await shop.call("patch-cart", cart_id, patch, **stale))[0][1] == "path-not-patchable"


async def test_rebase_removes_nothing_that_came_since(shop: Shop) -> None:
    cart_id = await shop.cart({**PLAN, "containerId": "k-1"}, PHONE, containers=[{"id": "k-1"}])
    await shop.call("add-note", cart_id, {"itemId": "i-2", "note": {"id": "n-1", "text": "call first"}})
    await shop.call("add-note", cart_id, {"containerId": "k-1", "note": {"id": "n-1", "text": "call first"}})
    stale: dict[str, Any] = {"version": 1, "onConflict": "rebase"}
    item = await shop.call("remove-items", cart_id, {"itemIds": ["i-2"]}, **stale)
    assert (error_code(item), item["error"]["details"]["conflicts"]) == ("rebase-conflict", ["item:i-2:note:n-1"])
    container = await shop.call("remove-containers", cart_id, {"containerIds": ["k-1"]}, **stale)
    assert error_code(container) == "rebase-conflict"
    assert (await shop.call("remove-items", cart_id, {"itemIds": ["i-1"]}, **stale))["status"] == "applied"


async def test_rebase_lets_two_lines_into_one_container(shop: Shop) -> None:
    cart_id = await shop.cart(containers=[{"id": "k-1"}])
    for line in (PLAN, PHONE):
        items = {"items": [{**line, "containerId": "k-1"}]}
        reply = await shop.call("add-items", cart_id, items, version=1, onConflict="rebase")
        assert reply["status"] == "applied"
    assert [item["containerId"] for item in reply["cart"]["items"]] == ["k-1", "k-1"]


async def test_rebase_refuses_to_delete_what_has_changed(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("update-products", cart_id, quantity("i-1", 2))
    assert error_code(await shop.call("delete-cart", cart_id, version=1, onConflict="rebase")) == "rebase-conflict"


async def test_rebase_finds_its_history_after_a_long_time(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    for value in range(2, 12):
        await shop.call("update-products", cart_id, quantity("i-1", value))
    reply = await shop.call("update-products", cart_id, quantity("i-2", 2), version=1, onConflict="rebase")
    assert (reply["status"], reply["version"]) == ("applied", 12)


async def test_the_version_of_a_catalog_is_its_revision(shop: Shop) -> None:
    new, newer = ({"offerings": [{"id": name}]} for name in ("new", "newer"))
    revision = (await shop.call("upsert-offerings", data=new))["catalogRevision"]
    stale = await shop.call("upsert-offerings", data=newer, version=revision - 1)
    assert (error_code(stale), stale["error"]["details"]) == ("stale-version", {"currentVersion": revision})
    reply = await shop.call("upsert-offerings", data=newer, version=revision)
    assert (reply["status"], reply["catalogRevision"]) == ("applied", revision + 1)
