"""Money that was there before, installments, and what else a tenant configures: from queue to reply."""

from typing import Any

import pytest

from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan"}
PHONE = {"id": "i-2", "offeringId": "phone"}
CARD = {"kind": "gift-card", "amount": "20.00", "currency": "EUR", "reference": "GC-1"}


async def test_a_gift_card_lowers_what_is_due_and_not_the_price(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    reply = await shop.call("apply-adjustment", cart_id, CARD)
    assert reply["cart"]["dueNow"] == {
        "gross": "130.00",
        "adjustments": "20.00",
        "payable": "110.00",
        # 108.33 net of 130.00, in the same proportion: 91.664.
        "payableNet": "91.66",
    }
    assert reply["cart"]["adjustments"] == [{**CARD, "id": "a-2", "itemId": None, "applied": "20.00"}]
    assert [total["gross"] for total in reply["cart"]["totals"]] == ["120.00", "10.00"]
    assert (reply["status"], reply["priceChanges"]) == ("applied", [])


async def test_never_below_zero_and_first_come_first_used(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("apply-adjustment", cart_id, {**CARD, "amount": "7.00"})
    reply = await shop.call("apply-adjustment", cart_id, {**CARD, "kind": "wallet", "id": "w", "amount": "7.00"})
    assert reply["cart"]["dueNow"] == {
        "gross": "10.00",
        "adjustments": "10.00",
        "payable": "0.00",
        "payableNet": "0.00",
    }
    assert [each["applied"] for each in reply["cart"]["adjustments"]] == ["7.00", "3.00"]
    more = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 2}]})
    assert [each["applied"] for each in more["cart"]["adjustments"]] == ["7.00", "7.00"]
    assert more["cart"]["dueNow"]["payable"] == "6.00"


async def test_removed_again(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("apply-adjustment", cart_id, CARD)
    reply = await shop.call("remove-adjustment", cart_id, {"id": "a-2"})
    assert reply["changes"] == [{"type": "adjustment-removed", "adjustmentId": "a-2"}]
    assert (reply["cart"]["adjustments"], reply["cart"]["dueNow"]["payable"]) == ([], "10.00")
    twice = await shop.call("remove-adjustment", cart_id, {"id": "a-2"})
    assert problems(twice) == [("/data/id", "adjustment-not-found")]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"currency": "JPY", "amount": "20"}, ("/data/currency", "other-currency")),
        ({"amount": "0.00"}, ("/data/amount", "out-of-range")),
        ({"amount": "-1.00"}, ("/data/amount", "out-of-range")),
        ({"amount": "10000000000000.01"}, ("/data/amount", "out-of-range")),
        ({"amount": "1.001"}, ("/data/amount", "wrong-format")),
        ({"kind": "cash"}, ("/data/kind", "not-allowed")),
        ({"reference": "GC-1"}, ("/data/reference", "duplicate-reference")),
        ({"id": "a-2"}, ("/data/id", "duplicate-id")),
        ({"itemId": "i-1"}, ("/data/itemId", "not-allowed")),
        ({"kind": "down-payment", "itemId": "i-9"}, ("/data/itemId", "item-not-found")),
    ],
)
async def test_what_is_refused(shop: Shop, data: dict[str, Any], problem: tuple[str, str]) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("apply-adjustment", cart_id, CARD)
    assert problems(await shop.call("apply-adjustment", cart_id, {**CARD, "reference": "GC-2", **data})) == [problem]


async def test_without_a_currency_the_amount_is_in_the_carts(shop: Shop) -> None:
    cart_id = await shop.cart({"id": "i-1", "offeringId": "phone"}, country="JP", currency="JPY")
    card = {"kind": "wallet", "amount": "200", "name": "Points", "attributes": {"pin": "1234"}}
    reply = await shop.call("apply-adjustment", cart_id, card)
    expected = {**card, "id": "a-2", "currency": "JPY", "reference": None, "itemId": None, "applied": "200"}
    assert reply["cart"]["adjustments"] == [expected]
    stored = await shop.call("get-cart", cart_id)
    assert stored["cart"]["adjustments"] == [expected]
    refused = await shop.call("apply-adjustment", cart_id, {**card, "amount": "1.50"})
    assert problems(refused) == [("/data/amount", "wrong-format")]


async def test_all_that_is_wrong_is_told_at_once(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("apply-adjustment", cart_id, {**CARD, "id": "a"})
    reply = await shop.call("apply-adjustment", cart_id, {**CARD, "id": "a", "amount": "0"})
    assert problems(reply) == [
        ("/data/amount", "out-of-range"),
        ("/data/id", "duplicate-id"),
        ("/data/reference", "duplicate-reference"),
    ]


async def test_a_down_payment_reaches_its_minimum(shop: Shop) -> None:
    point = {"id": "pp-phone", "offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": "100.00"}
    await shop.call("upsert-prices", data={"prices": [{**point, "minimumDownPaymentAmount": "25.00"}]})
    cart_id = await shop.cart({**PHONE, "quantity": 2}, PLAN)
    down = {"kind": "down-payment", "currency": "EUR", "itemId": "i-2"}
    refused = await shop.call("apply-adjustment", cart_id, {**down, "amount": "49.99"})
    assert problems(refused) == [("/data/amount", "below-minimum")]
    accepted = await shop.call("apply-adjustment", cart_id, {**down, "amount": "50.00"})
    assert (accepted["status"], accepted["warnings"]) == ("applied", [])
    more = await shop.call("update-products", cart_id, {"products": [{"id": "i-2", "quantity": 3}]})
    assert [each["code"] for each in more["warnings"]] == ["down-payment-too-small"]


async def test_money_of_another_currency_waits(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    await shop.call("apply-adjustment", cart_id, CARD)
    reply = await shop.call("update-cart", cart_id, {"forcedCurrency": "JPY"})
    assert [each["code"] for each in reply["warnings"]] == ["adjustment-currency"]
    assert (reply["cart"]["dueNow"]["adjustments"], reply["cart"]["adjustments"][0]["applied"]) == ("0", "0")
    assert (reply["cart"]["adjustments"][0]["amount"], reply["cart"]["adjustments"][0]["currency"]) == ("20.00", "EUR")


async def test_a_dry_run_and_a_duplicate(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    dry = await shop.call("apply-adjustment", cart_id, CARD, dryRun=True)
    real = await shop.call("apply-adjustment", cart_id, CARD, message_id="m-1")
    again = await shop.call("apply-adjustment", cart_id, CARD, message_id="m-1")
    assert (dry["status"], dry["cart"]["dueNow"], dry["changes"]) == (
        "dry-run",
        real["cart"]["dueNow"],
        real["changes"],
    )
    assert again == {**real, "status": "duplicate"}


TERMS = {"currency": "EUR", "smallestPart": "20.00", "largestPart": "60.00", "mostParts": 6}


async def test_installments_sum_to_what_is_payable(shop: Shop) -> None:
    reply = await shop.call("set-configuration", data={"installments": [TERMS]})
    assert reply["type"] == "catalog-updated"
    cart_id = await shop.cart(PHONE, PLAN)
    shown = (await shop.call("update-cart", cart_id, {"paymentParts": 3}))["cart"]["payment"]
    assert shown == {
        "smallestPart": "20.00",
        "largestPart": "60.00",
        "fewestParts": 3,
        "mostParts": 6,
        "period": "P1M",
        "installments": ["43.34", "43.33", "43.33"],
        "dueDates": shown["dueDates"],
    }
    assert len(shown["dueDates"]) == 3
    assert (await shop.call("get-cart", cart_id))["cart"]["payment"] == shown
    paid = await shop.call("apply-adjustment", cart_id, {**CARD, "amount": "29.99"})
    assert paid["cart"]["payment"]["installments"] == ["33.34", "33.34", "33.33"]
    too_many = await shop.call("update-cart", cart_id, {"paymentParts": 7})
    assert [each["code"] for each in too_many["warnings"]] == ["installments-not-possible"]
    assert too_many["cart"]["payment"]["installments"] == []


async def test_installments_follow_the_calendar(shop: Shop) -> None:
    await shop.call("set-configuration", data={"installments": [TERMS]})
    header = {"country": "FR", "currency": "EUR", "paymentParts": 4}
    reply = await shop.call("simulate-price", data={**header, "items": [PHONE, PLAN], "asOf": "2039-12-31T20:00:00Z"})
    assert reply["cart"]["payment"]["installments"] == ["32.50"] * 4
    # 2040 is a leap year.
    assert reply["cart"]["payment"]["dueDates"] == ["2039-12-31", "2040-01-31", "2040-02-29", "2040-03-31"]
    hourly = await shop.call("set-configuration", data={"installments": [{**TERMS, "period": "PT1H"}]})
    assert problems(hourly) == [("/data/installments/0", "period-mismatch")]


async def test_days_of_parts_move_with_the_day_on_which_a_cart_is_priced(shop: Shop) -> None:
    await shop.call("set-configuration", data={"installments": [TERMS]})
    cart_id = await shop.cart(PHONE, PLAN, paymentParts=4)
    today = (await shop.call("get-cart", cart_id))["cart"]["payment"]["dueDates"]
    for status, changes in (("applied", [{"type": "payment-changed"}]), ("unchanged", [])):
        reply = await shop.call("reprice-cart", cart_id, {"asOf": "2039-12-31T20:00:00Z"})
        assert (reply["status"], reply["version"], reply["changes"], reply["priceChanges"]) == (status, 2, changes, [])
        assert reply["cart"]["payment"]["dueDates"] == ["2039-12-31", "2040-01-31", "2040-02-29", "2040-03-31"]
    fresh = await shop.call("get-cart", cart_id, {"reprice": True})
    assert fresh["cart"]["payment"]["dueDates"][0] >= today[0]
    assert fresh["cart"]["payment"]["dueDates"][0] < "2039"


async def test_a_price_may_require_a_down_payment(shop: Shop) -> None:
    point = {"id": "pp-phone", "offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": "100.00"}
    await shop.call("upsert-prices", data={"prices": [{**point, "isDownPaymentRequired": True}]})
    cart_id = await shop.cart(PHONE, PLAN)
    reply = await shop.call("get-cart", cart_id)
    assert [each["code"] for each in reply["cart"]["warnings"]] == ["down-payment-required"]
    down = {"kind": "down-payment", "currency": "EUR", "amount": "5.00"}
    for item in ({"itemId": "i-2"}, {}):
        paid = await shop.call("apply-adjustment", cart_id, {**down, **item}, dryRun=True)
        assert paid["warnings"] == []
    other = await shop.call("apply-adjustment", cart_id, {**down, "itemId": "i-1"})
    assert [each["code"] for each in other["warnings"]] == ["down-payment-required"]


async def test_a_down_payment_outlives_its_item_with_a_warning(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE, PLAN)
    down = {"kind": "down-payment", "currency": "EUR", "itemId": "i-2", "amount": "5.00"}
    await shop.call("apply-adjustment", cart_id, down)
    reply = await shop.call("remove-items", cart_id, {"itemIds": ["i-2"]})
    assert [each["code"] for each in reply["warnings"]] == ["down-payment-without-item"]
    assert reply["cart"]["dueNow"]["payable"] == "5.00"


async def test_an_assigned_id_is_never_one_that_a_caller_chose(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("apply-adjustment", cart_id, {**CARD, "id": "a-3", "amount": "1.00"})
    reply = await shop.call("apply-adjustment", cart_id, {"kind": "wallet", "amount": "1.00", "currency": "EUR"})
    assert [each["id"] for each in reply["cart"]["adjustments"]] == ["a-3", "a-3-2"]


async def test_bounds_that_leave_no_number_of_parts_split_nothing(shop: Shop) -> None:
    await shop.call("set-configuration", data={"installments": [{**TERMS, "largestPart": "20.00"}]})
    cart = (await shop.call("get-cart", await shop.cart(PHONE, PLAN, paymentParts=3)))["cart"]
    # 130.00 in parts of 20.00 are seven, and six are the most.
    assert (cart["payment"]["fewestParts"], cart["payment"]["mostParts"], cart["payment"]["installments"]) == (7, 0, [])
    assert [each["code"] for each in cart["warnings"]] == ["installments-not-possible"]


async def test_a_configuration_keeps_what_is_not_sent(shop: Shop) -> None:
    policy = {"preset": "default", "cashRounding": "0.50"}
    first = await shop.call("set-configuration", data={"pricingPolicy": policy, "limits": {"items": 2}})
    second = await shop.call("set-configuration", data={"installments": [TERMS]})
    assert second["catalogRevision"] == first["catalogRevision"] + 1
    same = await shop.call("set-configuration", data={"installments": [TERMS]})
    assert (same["status"], same["catalogRevision"]) == ("unchanged", second["catalogRevision"])
    case = {"offeringId": "case", "characteristics": {"color": "red"}}
    cart = (await shop.call("get-cart", await shop.cart({**case, "quantity": 3})))["cart"]
    assert cart["dueNow"] == {"gross": "27.00", "adjustments": "0.00", "payable": "27.00"}
    odd = (await shop.call("get-cart", await shop.cart({**case, "quantity": 1}, PLAN)))["cart"]
    assert odd["dueNow"]["payable"] == "19.00"
    crowded = await shop.call("create-cart", "c-many", {"country": "FR", "currency": "EUR", "items": [case] * 3})
    assert error_code(crowded) == "cart-too-large"
    dry = await shop.call("set-configuration", data={"limits": {"items": 1}}, dryRun=True)
    assert (dry["status"], dry["catalogRevision"]) == ("dry-run", second["catalogRevision"] + 1)


async def test_an_agreement_gives_its_prices_to_those_who_may(shop: Shop) -> None:
    point = {"id": "pp-frame", "offeringId": "phone", "type": "one-time", "currency": "EUR", "amount": "80.00"}
    await shop.call("upsert-prices", data={"prices": [{**point, "agreementId": "frame"}]})
    agreement = {"id": "frame", "customerIds": ["u-1"]}
    assert (await shop.call("upsert-agreements", data={"agreements": [agreement]}))["status"] == "applied"
    named = {"keys": {"agreementId": "frame"}}

    async def listed(**header: Any) -> str:
        cart = (await shop.call("get-cart", await shop.cart(PHONE, **header)))["cart"]
        return cart["totals"][0]["list"]

    assert await listed(**named, customer={"id": "u-1"}) == "80.00"
    assert await listed(**named, customer={"id": "u-2"}) == "100.00"
    assert await listed(**named) == "100.00"
    over = {**agreement, "validFor": {"endDateTime": "2021-01-01T00:00:00Z"}}
    await shop.call("upsert-agreements", data={"agreements": [over]})
    assert await listed(**named, customer={"id": "u-1"}) == "100.00"
