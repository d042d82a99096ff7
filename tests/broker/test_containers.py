"""Offer containers, from the queue to the reply (002, Manage Shopping Cart)."""

from typing import Any

from support.running import Running
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}
MOBILE = {"id": "k-1", "category": "mobile", "processContext": "new"}
FIBRE = {"id": "k-2", "category": "fibre", "processContext": "in-life", "portfolioId": "pf-2"}


def kinds(reply: dict[str, Any]) -> list[str]:
    return [each["type"] for each in reply["changes"]]


def where(reply: dict[str, Any]) -> dict[str, str | None]:
    """Item ids and the containers that they are in."""
    return {item["id"]: item["containerId"] for item in reply["cart"]["items"]}


async def test_an_offer_container_can_be_empty_and_have_one_or_more_cart_items_within_it(shop: Shop) -> None:
    cart_id = await shop.cart()
    filled = {**FIBRE, "attributes": {"color": "red"}, "items": [PLAN, {**PHONE, "containerId": "k-2"}]}
    reply = await shop.call("add-containers", cart_id, {"containers": [MOBILE, filled]})
    assert kinds(reply) == ["container-added", "container-added", "item-added", "item-added"]
    assert reply["version"] == 2
    mobile, fibre = reply["cart"]["containers"]
    assert (mobile["id"], mobile["category"], mobile["processContext"]) == ("k-1", "mobile", "new")
    assert (fibre["portfolioId"], fibre["attributes"], fibre["notes"]) == ("pf-2", {"color": "red"}, [])
    assert "items" not in fibre
    assert where(reply) == {"i-1": "k-2", "i-2": "k-2"}
    assert reply["cart"]["dueNow"]["payable"] == "130.00"


async def test_each_offer_container_must_have_category_and_process_context_defined(shop: Shop) -> None:
    reply = await shop.call("add-containers", await shop.cart(), {"containers": [{"id": "k-1"}, {"category": "x"}]})
    assert error_code(reply) == "invalid"
    assert sorted(problems(reply)) == [
        ("/data/containers/0/category", "missing"),
        ("/data/containers/0/processContext", "missing"),
        ("/data/containers/1/processContext", "missing"),
    ]


async def test_a_nested_items_container_may_be_left_out_and_must_agree_if_given(shop: Shop) -> None:
    cart_id = await shop.cart(containers=[MOBILE])
    nested = {**FIBRE, "items": [{**PLAN, "containerId": "k-1"}]}
    reply = await shop.call("add-containers", cart_id, {"containers": [nested]})
    assert (error_code(reply), problems(reply)) == ("invalid", [("/data/containers/0/items/0/containerId", "mismatch")])


async def test_all_problems_of_containers_and_their_items_are_found_in_one_pass(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN, containers=[MOBILE])
    before = await running.documents(shop.tenant)
    containers = [
        {**MOBILE, "items": [PLAN, {"offeringId": "none"}, {"offeringId": "case"}]},
        {**FIBRE, "items": [{"offeringId": "plan", "parentId": "i-9"}, {"quantity": 2}]},
        {**FIBRE},
    ]
    reply = await shop.call("add-containers", cart_id, {"containers": containers})
    assert sorted(problems(reply)) == [
        ("/data/containers/0/id", "duplicate-id"),
        ("/data/containers/0/items/0/id", "duplicate-id"),
        ("/data/containers/0/items/1/offeringId", "offering-not-found"),
        ("/data/containers/0/items/2/characteristics", "missing"),
        ("/data/containers/1/items/0/parentId", "item-not-found"),
        ("/data/containers/1/items/1", "missing"),
        ("/data/containers/2/id", "duplicate-id"),
    ]
    assert await running.documents(shop.tenant) == before


async def test_ids_are_assigned_and_an_item_may_hang_on_one_in_another_container(shop: Shop) -> None:
    cart_id = await shop.cart()
    containers: list[dict[str, Any]] = [
        {"category": "a", "processContext": "new", "items": [{"offeringId": "plan"}, {**PLAN, "parentId": "i-2"}]},
        {"category": "b", "processContext": "new", "items": [PHONE, {"offeringId": "plan"}]},
    ]
    data = {"containers": containers}
    dry = await shop.call("add-containers", cart_id, data, dryRun=True)
    reply = await shop.call("add-containers", cart_id, data)
    assert (dry["cart"]["items"], dry["cart"]["containers"]) == (reply["cart"]["items"], reply["cart"]["containers"])
    first, second = (each["id"] for each in reply["cart"]["containers"])
    assert first != second
    assert len(where(reply)) == 4
    assert list(where(reply).values()) == [first, first, second, second]


async def test_a_cart_is_created_with_items_in_its_containers(shop: Shop) -> None:
    cart_id = await shop.cart({**PHONE, "containerId": "k-1"}, containers=[{"id": "k-1", "items": [PLAN]}])
    assert where(await shop.call("get-cart", cart_id)) == {"i-1": "k-1", "i-2": "k-1"}


async def test_the_complete_content_of_the_offer_container_is_removed(shop: Shop) -> None:
    items = [
        {**PLAN, "containerId": "k-2"},
        {**PHONE, "containerId": "k-1", "parentId": "i-1"},
        {"id": "i-3", "offeringId": "plan", "containerId": "k-1"},
    ]
    cart_id = await shop.cart(*items, containers=[MOBILE, FIBRE])
    reply = await shop.call("remove-containers", cart_id, {"containerIds": ["k-2"]})
    assert kinds(reply) == ["item-removed", "item-removed", "container-removed"]
    assert (where(reply), [each["id"] for each in reply["cart"]["containers"]]) == ({"i-3": "k-1"}, ["k-1"])
    assert reply["cart"]["dueNow"]["payable"] == "10.00"


async def test_an_unknown_container_is_container_not_found(shop: Shop) -> None:
    cart_id = await shop.cart(containers=[MOBILE])
    reply = await shop.call("remove-containers", cart_id, {"containerIds": ["k-1", "k-8", "k-9"]})
    assert error_code(reply) == "container-not-found"
    assert problems(reply) == [
        ("/data/containerIds/1", "container-not-found"),
        ("/data/containerIds/2", "container-not-found"),
    ]


async def test_what_a_promotion_gave_in_a_container_leaves_with_it(shop: Shop) -> None:
    gift = {"kind": "free-item", "offeringId": "case", "characteristics": {"color": "red"}}
    rows = [{"id": "p", "level": "container", "benefits": [gift]}]
    assert (await shop.call("upsert-promotions", data={"promotions": rows}))["type"] == "catalog-updated"
    items = [{**PLAN, "containerId": "k-1"}, {**PHONE, "containerId": "k-2"}]
    cart_id = await shop.cart(*items, containers=[MOBILE, FIBRE])
    assert sorted(map(str, where(await shop.call("get-cart", cart_id)).values())) == ["k-1", "k-1", "k-2", "k-2"]
    reply = await shop.call("remove-containers", cart_id, {"containerIds": ["k-2"]})
    assert set(where(reply).values()) == {"k-1"}
