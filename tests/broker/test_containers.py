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


PORTFOLIO = {"id": "k-1", "category": "mobile", "processContext": "new", "portfolioId": "pf-1"}
HELD = [
    {"id": "i-1", "offeringId": "plan", "productId": "p-1", "containerId": "k-1", "term": "12M"},
    {"id": "i-2", "offeringId": "phone", "productId": "p-2", "containerId": "k-1", "parentId": "i-1"},
    {"id": "i-3", "offeringId": "plan", "productId": "p-3", "containerId": "k-1"},
    {"id": "i-4", "offeringId": "plan", "containerId": "k-2"},
]


async def held(shop: Shop) -> str:
    """A cart with a plan, a phone that hangs on it and a second plan in one portfolio, and a plan elsewhere."""
    attributes = {"color": "red", "size": "L"}
    return await shop.cart(*HELD, containers=[{**PORTFOLIO, "attributes": attributes}, FIBRE])


async def replaced(shop: Shop, cart_id: str, *containers: dict[str, Any]) -> dict[str, Any]:
    data = {"containers": list(containers)}
    dry = await shop.call("replace-containers", cart_id, data, dryRun=True)
    reply = await shop.call("replace-containers", cart_id, data)
    assert (dry.get("changes"), dry.get("priceChanges")) == (reply.get("changes"), reply.get("priceChanges"))
    return reply


async def test_a_container_is_found_by_portfolio_and_its_lines_by_product(shop: Shop) -> None:
    cart_id = await held(shop)
    reply = await replaced(
        shop, cart_id, {"portfolioId": "pf-1", "items": [{"productId": "p-1", "quantity": 2}, {"productId": "p-3"}]}
    )
    lines = {item["id"]: item for item in reply["cart"]["items"]}
    assert list(lines) == ["i-1", "i-2", "i-3", "i-4"]
    assert (lines["i-1"]["quantity"], lines["i-1"]["term"], lines["i-1"]["offeringId"]) == (2, "12M", "plan")
    assert lines["i-2"]["parentId"] == "i-1"
    assert kinds(reply) == ["quantity-changed", "quantity-changed", "rule-applied"]
    assert reply["cart"]["containers"][0]["attributes"] == {"color": "red", "size": "L"}


async def test_existing_cart_items_if_not_sent_are_deleted_but_children_of_a_kept_line_stay(shop: Shop) -> None:
    reply = await replaced(shop, await held(shop), {"portfolioId": "pf-1", "items": [{"id": "i-1"}]})
    assert where(reply) == {"i-1": "k-1", "i-2": "k-1", "i-4": "k-2"}
    emptied = await replaced(shop, await held(shop), {"portfolioId": "pf-1"})
    assert (where(emptied), len(emptied["cart"]["containers"])) == ({"i-4": "k-2"}, 2)


async def test_if_the_product_is_not_passed_a_new_cart_item_is_created(shop: Shop) -> None:
    items = [{"id": "i-1"}, {"id": "i-3"}, {"offeringId": "phone"}, {"productId": "p-9", "action": "no-change"}]
    reply = await replaced(shop, await held(shop), {"portfolioId": "pf-1", "items": items})
    assert kinds(reply) == ["item-added", "item-added"]
    assert [item["containerId"] for item in reply["cart"]["items"][-2:]] == ["k-1", "k-1"]


async def test_attributes_are_completely_replaced_and_stay_if_absent(shop: Shop) -> None:
    cart_id = await held(shop)
    everything = [{"id": "i-1"}, {"id": "i-3"}]
    reply = await replaced(shop, cart_id, {"portfolioId": "pf-1", "items": everything, "attributes": {"color": "blue"}})
    assert kinds(reply) == ["container-changed"]
    assert reply["cart"]["containers"][0]["attributes"] == {"color": "blue"}
    emptied = await replaced(shop, cart_id, {"portfolioId": "pf-1", "items": everything, "attributes": {}})
    same = await replaced(shop, cart_id, {"portfolioId": "pf-1", "items": everything, "category": "mobile"})
    assert (emptied["cart"]["containers"][0]["attributes"], same["status"]) == ({}, "unchanged")


async def test_without_a_portfolio_or_with_one_that_is_not_there_a_container_is_new(shop: Shop) -> None:
    new = [{"category": "tv", "items": [{"offeringId": "phone"}]}, {"portfolioId": "pf-9", "items": []}]
    reply = await replaced(shop, await held(shop), *new)
    assert [each["portfolioId"] for each in reply["cart"]["containers"]] == ["pf-1", "pf-2", None, "pf-9"]
    assert len(reply["cart"]["items"]) == len(HELD) + 1


async def test_two_with_one_portfolio_are_invalid(shop: Shop) -> None:
    reply = await replaced(shop, await held(shop), {"portfolioId": "pf-1"}, {"portfolioId": "pf-1"})
    assert (error_code(reply), problems(reply)) == ("invalid", [("/data/containers/1/portfolioId", "duplicate-id")])
    twins = await shop.cart(containers=[{"id": "k-1", "portfolioId": "pf-1"}, {"id": "k-2", "portfolioId": "pf-1"}])
    ambiguous = await replaced(shop, twins, {"portfolioId": "pf-1"})
    assert problems(ambiguous) == [("/data/containers/0/portfolioId", "ambiguous-container")]


async def test_all_that_is_wrong_with_replaced_containers_is_found_in_one_pass(shop: Shop, running: Running) -> None:
    cart_id = await held(shop)
    before = await running.documents(shop.tenant)
    items = [
        {"id": "i-1", "containerId": "k-2"},
        {"productId": "p-1"},
        {"id": "i-3", "offeringId": "none"},
        {"id": "i-4", "offeringId": "plan"},
        {"quantity": 2},
    ]
    reply = await replaced(shop, cart_id, {"portfolioId": "pf-1", "id": "k-1", "items": items})
    assert sorted(problems(reply)) == [
        ("/data/containers/0/items/0/containerId", "mismatch"),
        ("/data/containers/0/items/1", "duplicate-item"),
        ("/data/containers/0/items/2/offeringId", "offering-not-found"),
        ("/data/containers/0/items/3/id", "duplicate-id"),
        ("/data/containers/0/items/4", "missing"),
    ]
    other = await replaced(shop, cart_id, {"portfolioId": "pf-1", "id": "k-9"})
    assert problems(other) == [("/data/containers/0/id", "mismatch")]
    assert await running.documents(shop.tenant) == before


async def test_no_line_is_left_on_a_parent_that_is_gone_or_on_itself(shop: Shop) -> None:
    cart_id = await held(shop)
    orphan = await replaced(shop, cart_id, {"portfolioId": "pf-1", "items": [{"id": "i-2"}]})
    assert (error_code(orphan), problems(orphan)) == ("invalid", [("/data/containers/0/items/0", "parent-leaves")])
    circle = [{"id": "i-1", "parentId": "i-3"}, {"id": "i-3", "parentId": "i-1"}]
    reply = await replaced(shop, cart_id, {"portfolioId": "pf-1", "items": circle})
    assert problems(reply) == [
        ("/data/containers/0/items/0/parentId", "cycle"),
        ("/data/containers/0/items/1/parentId", "cycle"),
    ]
    new = [{"id": "i-1", "parentId": "i-9"}, {"id": "i-3"}, {"id": "i-9", "offeringId": "plan", "parentId": "i-3"}]
    chain = await replaced(shop, cart_id, {"portfolioId": "pf-1", "items": new})
    parents = {item["id"]: item["parentId"] for item in chain["cart"]["items"]}
    assert parents == {"i-1": "i-9", "i-2": "i-1", "i-3": None, "i-4": None, "i-9": "i-3"}


async def test_all_existing_cart_items_are_replaced_with_all_the_cart_items_received(shop: Shop) -> None:
    """`replace-items` (002, Update Cart Items); children elsewhere stay with a line that is sent."""
    child = {"id": "i-5", "offeringId": "phone", "containerId": "k-2", "parentId": "i-1"}
    cart_id = await shop.cart(*HELD, child, containers=[PORTFOLIO, FIBRE])
    kept = {name: value for name, value in HELD[0].items() if name != "containerId"}
    data = {"containerId": "k-1", "items": [kept, {"id": "i-9", "offeringId": "plan"}]}
    reply = await shop.call("replace-items", cart_id, data)
    assert where(reply) == {"i-1": "k-1", "i-4": "k-2", "i-5": "k-2", "i-9": "k-1"}
    assert kinds(reply) == ["item-removed", "item-removed", "item-added"]
    other = await shop.call("replace-items", cart_id, {"containerId": "k-1", "items": []})
    assert where(other) == {"i-4": "k-2"}
