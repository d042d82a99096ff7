"""Upgrades of and offers for subscriptions, from queue to reply (001)."""

from typing import Any

from support.shop import Shop, error_code, problems

PLAN, PHONE = {"id": "i-1", "offeringId": "plan"}, {"id": "i-2", "offeringId": "phone"}
SUBSCRIPTION = {"subscriptionId": "sub-1"}


async def subscribed(shop: Shop, *items: dict[str, Any], subscription: str = "sub-1") -> str:
    """A submitted cart of a subscription."""
    cart_id = await shop.cart(*items, keys={"subscriptionId": subscription}, customer={"id": "u-1"}, storeId="s-1")
    token = (await shop.call("validate-cart", cart_id))["validation"]["token"]
    assert (await shop.call("submit-cart", cart_id, {"token": token}))["status"] == "applied"
    return cart_id


async def test_an_upgrade_costs_less_by_what_was_paid_and_is_not_used(shop: Shop) -> None:
    await subscribed(shop, {**PLAN, "quantity": 2}, PHONE)
    data = {**SUBSCRIPTION, "externalContext": "call 7", "item": {"offeringId": "phone"}}
    reply = await shop.call("create-mid-term-upgrade", "up-1", data)
    cart = reply["cart"]
    # The phone is 100.00 and 20 %; of two plans at 10.00 nothing is used on the first day.
    assert (reply["status"], reply["version"], cart["dueNow"]["payable"]) == ("applied", 1, "100.00")
    assert (cart["source"], cart["externalContext"], cart["keys"]) == ("MID_TERM_UPGRADE", "call 7", SUBSCRIPTION)
    assert (cart["customer"]["id"], cart["storeId"]) == ("u-1", "s-1")
    [item] = cart["items"]
    assert item["previousLineItemId"] == "i-1"
    assert item["paidPeriod"]["amount"] == "20.00"
    again = await shop.call("create-mid-term-upgrade", "up-1", data)
    assert error_code(again) == "cart-exists"


async def test_the_last_submitted_cart_is_the_subscription(shop: Shop) -> None:
    upgrade = {**SUBSCRIPTION, "item": {"offeringId": "phone"}}
    await shop.cart(PLAN, keys=SUBSCRIPTION)
    nobody = await shop.call("create-mid-term-upgrade", "up-1", upgrade)
    assert (error_code(nobody), problems(nobody)) == ("cart-not-found", [("/data/subscriptionId", "cart-not-found")])
    await subscribed(shop, PLAN, subscription="sub-2")
    await subscribed(shop, {**PLAN, "quantity": 3})
    await subscribed(shop, PLAN)
    reply = await shop.call("create-mid-term-upgrade", "up-1", upgrade, dryRun=True)
    assert (reply["status"], reply["cart"]["dueNow"]["payable"]) == ("dry-run", "110.00")
    message = {"message_id": f"{shop.tenant}-up"}
    first = await shop.call("create-mid-term-upgrade", "up-1", upgrade, **message)
    assert (first["status"], first["version"]) == ("applied", 1)
    second = await shop.call("create-mid-term-upgrade", "up-1", upgrade, **message)
    assert (second["status"], second["version"], second["cart"]) == ("duplicate", 1, first["cart"])


async def test_an_offer_has_what_the_subscription_is_and_takes_the_voucher(shop: Shop) -> None:
    vouchers = [{"code": "HALF", "reductionPercent": "50", "uses": 1}]
    assert (await shop.call("upsert-vouchers", data={"vouchers": vouchers}))["type"] == "catalog-updated"
    await subscribed(shop, PLAN, PHONE)
    offer = {**SUBSCRIPTION, "discountCode": "HALF", "useStrikeThroughPrice": True}
    reply = await shop.call("create-subscription-offer", "offer-1", offer)
    cart = reply["cart"]
    assert [(item["id"], item["offeringId"], item["action"]) for item in cart["items"]] == [("i-1", "plan", "add")]
    assert (cart["dueNow"]["payable"], cart["source"], cart["useStrikeThroughPrice"]) == ("5.00", "OFFER", True)
    refused = await shop.call("create-subscription-offer", "offer-2", offer)
    assert (error_code(refused), problems(refused)) == (
        "voucher-exhausted",
        [("/data/discountCode", "voucher-exhausted")],
    )


async def test_a_promotion_for_each_customer_once_is_not_given_to_an_upgrade_again(shop: Shop) -> None:
    rule = {"id": "once", "level": "cart", "caps": {"perCustomer": 1}, "benefits": [{"kind": "percent", "value": "10"}]}
    await shop.call("upsert-promotions", data={"promotions": [rule]})
    await subscribed(shop, PLAN)
    for kind, data, payable in (
        # 120.00 less 9.00 that were paid for the plan; the promotion is used up.
        ("create-mid-term-upgrade", {**SUBSCRIPTION, "item": {"offeringId": "phone"}}, "111.00"),
        ("create-subscription-offer", SUBSCRIPTION, "10.00"),
    ):
        dry, real = [await shop.call(kind, f"after-{kind}", data, dryRun=each) for each in (True, False)]
        assert (dry["status"], dry["cart"]["dueNow"]["payable"]) == ("dry-run", payable)
        assert (real["status"], real["cart"]["dueNow"]["payable"]) == ("applied", payable)
