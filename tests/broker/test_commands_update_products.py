"""`update-products`: quantities and everything else that a line carries (001, Update products in cart)."""

from typing import Any

import pytest

from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}

DETAILS: dict[str, Any] = {
    "crossSellBy": "i-2",
    "upSellBy": "i-2",
    "forcedBy": "i-2",
    "currentExpirationDate": "2026-01-31",
    "nextExpirationDate": "2027-01-31",
    "discountPlan": {"id": "dp-1", "name": "Loyal", "percent": "12.5", "periods": 6},
    "discountPlanIgnorePurchaseDiscount": True,
    "discountPlanStep": 2,
    "discountPlanTag": "loyal",
    "durationUntilTrialEnd": 3,
    "licenseId": "l-1",
    "marketingCampaignId": "mc-1",
    "previousLineItemId": "i-0",
    "priceFunctionParameters": {"seats": "5"},
    "quantityMaxReached": False,
    "remotePrice": False,
    "subscriptionTemplate": "st-1",
    "trial": True,
    "actionReason": {"name": "moved", "text": "to another house"},
    "relationships": [{"id": "i-2", "type": "reliesOn"}],
    "billingAccountId": "ba-1",
    "subscriberNumber": "+33123456789",
}


async def test_quantity_and_price_differences(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 2}]})
    assert reply["changes"] == [{"type": "quantity-changed", "itemId": "i-1", "from": 1, "to": 2}]
    item, total = reply["priceChanges"]
    assert item == {
        "scope": "item",
        "itemId": "i-1",
        "priceType": "recurring",
        "period": "P1M",
        "direction": "increase",
        "currency": "EUR",
        "before": {"net": "8.33", "tax": "1.67", "gross": "10.00"},
        "after": {"net": "16.67", "tax": "3.33", "gross": "20.00"},
        "because": ["quantity-changed"],
    }
    assert (total["scope"], total["after"]) == ("cart", item["after"])
    assert "itemId" not in total


@pytest.mark.parametrize("name", DETAILS)
async def test_every_detail_is_set_returned_and_removed(shop: Shop, name: str) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    value = DETAILS[name]
    done = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", name: value}]})
    assert done["changes"] == [{"type": "item-changed", "itemId": "i-1", "from": {name: None}, "to": {name: value}}]
    assert (await shop.call("get-cart", cart_id))["cart"]["items"][0][name] == value
    removed = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", name: None}]})
    assert removed["cart"]["items"][0].get(name) in (None, [])
    assert removed["version"] == 3


async def test_all_parameters_at_once(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    product = {"id": "i-1", "quantity": 3, "parentId": "i-2", **DETAILS}
    data = {"productRecommendationId": "pr-1", "products": [product, {"id": "i-2", "quantity": 4}]}
    reply = await shop.call("update-products", cart_id, data, version=1, dryRun=False, reason="because")
    line = reply["cart"]["items"][0]
    assert {name: line[name] for name in DETAILS} == DETAILS
    assert (line["quantity"], line["parentId"], line["productRecommendationId"]) == (3, "i-2", "pr-1")
    assert [each["type"] for each in reply["changes"]] == [
        "quantity-changed",
        "item-changed",
        "quantity-changed",
        "item-changed",
    ]
    assert reply["cart"]["lastUpdateReason"] == "because"
    again = await shop.call("update-products", cart_id, data)
    assert (again["status"], again["version"]) == ("unchanged", 2)


async def test_a_line_is_named_by_its_offering_if_just_one_has_it(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE, {"id": "i-3", "offeringId": "phone"})
    one = await shop.call("update-products", cart_id, {"products": [{"id": "plan", "quantity": 2}]})
    two = await shop.call("update-products", cart_id, {"products": [{"id": "phone", "quantity": 2}]})
    assert one["changes"][0]["itemId"] == "i-1"
    assert (error_code(two), problems(two)) == ("invalid", [("/data/products/0/id", "ambiguous-item")])


async def test_unknown_lines_are_all_listed(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    products = [{"id": "no-1", "quantity": 2}, {"id": "i-1", "quantity": 2}, {"id": "no-2", "quantity": 2}]
    reply = await shop.call("update-products", cart_id, {"products": products})
    assert (error_code(reply), problems(reply)) == (
        "item-not-found",
        [("/data/products/0/id", "item-not-found"), ("/data/products/2/id", "item-not-found")],
    )
    assert (await shop.call("get-cart", cart_id))["version"] == 1


async def test_what_is_wrong_with_one_line_is_listed_beside_an_unknown_one(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    products: list[dict[str, Any]] = [
        {"id": "no-1", "quantity": 2},
        {"id": "i-1", "parentId": "i-1"},
        {"id": "i-2", "parentId": "no-2"},
        {"id": "phone", "quantity": 3},
    ]
    reply = await shop.call("update-products", cart_id, {"products": products})
    assert (error_code(reply), sorted(problems(reply))) == (
        "item-not-found",
        [
            ("/data/products/0/id", "item-not-found"),
            ("/data/products/1/parentId", "cycle"),
            ("/data/products/2/parentId", "item-not-found"),
            ("/data/products/3/id", "duplicate-item"),
        ],
    )


async def test_a_line_is_updated_once(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    products = [{"id": "i-1", "quantity": 2}, {"id": "plan", "quantity": 3}]
    reply = await shop.call("update-products", cart_id, {"products": products})
    assert problems(reply) == [("/data/products/1/id", "duplicate-item")]


async def test_a_line_is_not_its_own_ancestor(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, {**PHONE, "parentId": "i-1"})
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "parentId": "i-2"}]})
    assert problems(reply) == [("/data/products/0/parentId", "cycle")]
    missing = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "parentId": "i-9"}]})
    assert error_code(missing) == "item-not-found"
    freed = await shop.call("update-products", cart_id, {"products": [{"id": "i-2", "parentId": None}]})
    assert freed["cart"]["items"][1]["parentId"] is None


async def test_a_quantity_at_its_maximum_only_falls(shop: Shop) -> None:
    cart_id = await shop.cart({**PLAN, "quantity": 5, "quantityMaxReached": True})
    up = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 6}]})
    down = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 4}]})
    assert problems(up) == [("/data/products/0/quantity", "quantity-max-reached")]
    assert down["cart"]["items"][0]["quantity"] == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("durationUntilTrialEnd", 4),
        ("durationUntilTrialEnd", -1),
        ("trial", "true"),
        ("remotePrice", 1),
        ("discountPlanStep", "1"),
        ("discountPlan", {"percent": 10}),
        ("priceFunctionParameters", {"seats": 5}),
        ("licenseId", "has space"),
        ("relationships", [{"id": "i-2"}]),
        ("offeringId", "phone"),
        ("price", "1.00"),
    ],
)
async def test_a_parameter_of_the_wrong_kind_is_refused_where_it_stands(shop: Shop, name: str, value: Any) -> None:
    reply = await shop.call("update-products", "c-none", {"products": [{"id": "i-1", name: value}]})
    assert error_code(reply) == "invalid"
    assert all(path.startswith(f"/data/products/0/{name}") for path, _ in problems(reply))
