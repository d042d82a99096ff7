"""Amendments of submitted orders, from queue to reply (002, Amendment Shopping Cart; contract, "Amendment")."""

from typing import Any
from uuid import uuid4

from cartwright.wire.lines import NewItem
from support.running import Running
from support.shop import PRICES, Shop, error_code, problems

PLAN, PHONE = {"id": "i-1", "offeringId": "plan"}, {"id": "i-2", "offeringId": "phone"}
CASE = {"id": "i-3", "offeringId": "case", "characteristics": {"color": "red"}}
NEW_CASE = {"id": "i-4", "offeringId": "case", "characteristics": {"color": "blue"}}


async def submit(shop: Shop, cart_id: str, kind: str = "submit-cart") -> dict[str, Any]:
    validation = (await shop.call("validate-cart", cart_id))["validation"]
    assert validation["valid"], validation
    reply = await shop.call(kind, cart_id, {"token": validation["token"]})
    assert reply["status"] == "applied", reply
    return reply


async def ordered(shop: Shop, *items: dict[str, Any], **header: Any) -> str:
    cart_id = await shop.cart(*items, **header)
    await submit(shop, cart_id)
    return cart_id


async def amend(shop: Shop, order: str, cart_id: str | None = None, **data: Any) -> dict[str, Any]:
    reply = await shop.call("start-amendment", cart_id or f"a-{uuid4().hex[:8]}", {"amends": order, **data})
    assert reply["status"] == "applied", reply
    return reply


async def raise_prices(shop: Shop) -> None:
    rows = [{**each, "amount": "50.00"} for each in PRICES if each["offeringId"] in {"plan", "case"}]
    rows += [{**each, "amount": "200.00"} for each in PRICES if each["id"] == "pp-phone"]
    assert (await shop.call("upsert-prices", data={"prices": rows}))["type"] == "catalog-updated"


def line(cart: dict[str, Any], item_id: str) -> dict[str, Any]:
    return next(item for item in cart["items"] if item["id"] == item_id)


def as_shown(cart: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of a cart, without what no command can send."""
    names = {field.alias for field in NewItem.model_fields.values()}
    return [{name: value for name, value in item.items() if name in names} for item in cart["items"]]


async def test_all_line_items_are_loaded_with_keep_at_the_price_they_were_ordered_at(shop: Shop) -> None:
    order = await ordered(shop, PLAN, {**PHONE, "quantity": 2})
    before = (await shop.call("get-cart", order))["cart"]
    await raise_prices(shop)
    reply = await amend(shop, order)
    cart = reply["cart"]
    assert (reply["version"], cart["status"], cart["isAmendment"]) == (1, "active", True)
    assert [(item["id"], item["action"], item["amendable"]) for item in cart["items"]] == [
        ("i-1", "keep", True),
        ("i-2", "keep", True),
    ]
    for item in before["items"]:
        assert line(cart, item["id"])["prices"] == item["prices"]
    assert (cart["totals"], cart["dueNow"]) == (before["totals"], before["dueNow"])
    assert cart["amendment"] == {
        "amends": order,
        "version": 2,
        "added": [],
        "removed": [],
        "changed": [],
        "kept": ["i-1", "i-2"],
        "paid": "250.00",
        "toPay": "0.00",
        "toRefund": "0.00",
    }


async def test_repricing_leaves_kept_lines_alone(shop: Shop) -> None:
    amendment = (await amend(shop, await ordered(shop, PLAN)))["cartId"]
    await raise_prices(shop)
    reply = await shop.call("reprice-cart", amendment)
    assert (reply["status"], reply["cart"]["dueNow"]["payable"]) == ("unchanged", "10.00")


async def test_changed_lines_are_priced_as_of_now_added_ones_too_and_removed_ones_leave(shop: Shop) -> None:
    amendment = (await amend(shop, await ordered(shop, PLAN, PHONE, CASE)))["cartId"]
    await raise_prices(shop)
    reply = await shop.call("update-products", amendment, {"products": [{"id": "i-2", "quantity": 2}]})
    changed = line(reply["cart"], "i-2")
    assert (changed["action"], changed["prices"][0]["gross"]) == ("modify", "480.00")
    assert line(reply["cart"], "i-1")["prices"][0]["gross"] == "10.00"
    await shop.call("add-items", amendment, {"items": [NEW_CASE]})
    cart = (await shop.call("remove-items", amendment, {"itemIds": ["i-3"]}))["cart"]
    assert [item["id"] for item in cart["items"]] == ["i-1", "i-2", "i-4"]
    assert (line(cart, "i-4")["action"], line(cart, "i-4")["prices"][0]["gross"]) == ("add", "60.00")
    told = {name: cart["amendment"][name] for name in ("added", "removed", "changed", "kept")}
    assert told == {"added": ["i-4"], "removed": ["i-3"], "changed": ["i-2"], "kept": ["i-1"]}
    assert cart["dueNow"]["payable"] == "550.00"


async def test_if_the_price_increases_the_additional_amount_is_to_be_paid(shop: Shop) -> None:
    amendment = (await amend(shop, await ordered(shop, PHONE), paid="100.00"))["cartId"]
    reply = await shop.call("add-items", amendment, {"items": [NEW_CASE]})
    told = reply["cart"]["amendment"]
    assert (told["paid"], told["toPay"], told["toRefund"]) == ("100.00", "29.00", "0.00")


async def test_if_the_price_decreases_the_balance_is_to_be_refunded(shop: Shop) -> None:
    amendment = (await amend(shop, await ordered(shop, PLAN, PHONE)))["cartId"]
    told = (await shop.call("remove-items", amendment, {"itemIds": ["i-2"]}))["cart"]["amendment"]
    assert (told["paid"], told["toPay"], told["toRefund"]) == ("130.00", "0.00", "120.00")


async def test_items_past_the_point_of_no_return_can_not_be_modified(shop: Shop, running: Running) -> None:
    child, grandchild = {**PHONE, "parentId": "i-1"}, {**CASE, "parentId": "i-2"}
    order = await ordered(shop, PLAN, child, grandchild, {"id": "i-5", "offeringId": "plan"})
    reply = await amend(shop, order, fixedItems=["i-2"])
    amendment, cart = reply["cartId"], reply["cart"]
    assert [item["amendable"] for item in cart["items"]] == [False, False, False, True]
    before = await running.documents(shop.tenant)
    for kind, data, path in (
        ("update-products", {"products": [{"id": "i-5", "quantity": 2}, {"id": "i-1", "quantity": 2}]}, "/products/1"),
        ("remove-items", {"itemIds": ["i-3"]}, "/itemIds/0"),
        ("remove-items", {"itemIds": ["i-1"]}, "/itemIds/0"),
        ("add-note", {"itemId": "i-3", "note": {"text": "call first"}}, "/itemId"),
    ):
        refused = await shop.call(kind, amendment, data)
        assert error_code(refused) == "item-not-amendable", refused
        assert (f"/data{path}", "item-not-amendable") in problems(refused)
    assert error_code(await shop.call("empty-cart", amendment)) == "item-not-amendable"
    assert await running.documents(shop.tenant) == before
    changed = await shop.call("update-products", amendment, {"products": [{"id": "i-5", "quantity": 2}]})
    assert changed["status"] == "applied"


async def test_lines_that_are_sent_as_they_are_shown_stay_as_ordered(shop: Shop) -> None:
    gift = {"id": "gift", "level": "cart", "benefits": [{"kind": "free-item", "offeringId": "shop-only"}]}
    await shop.call("upsert-promotions", data={"promotions": [gift]})
    order = await ordered(shop, PLAN, PHONE, CASE, channel={"id": "shop"})
    reply = await amend(shop, order, fixedItems=["i-1"])
    amendment, lines = reply["cartId"], as_shown(reply["cart"])
    await raise_prices(shop)
    same = await shop.call("replace-items", amendment, {"items": lines})
    assert (same["status"], same["version"], same["cart"]) == ("unchanged", 1, reply["cart"])
    fewer = [each for each in lines if each["id"] != "i-2"]
    removed = await shop.call("replace-items", amendment, {"items": fewer})
    assert [(each["type"], each["itemId"]) for each in removed["changes"]] == [("item-removed", "i-2")]
    assert removed["cart"]["items"] == [item for item in reply["cart"]["items"] if item["id"] != "i-2"]
    without = await shop.call("replace-items", amendment, {"items": fewer[1:]})
    assert error_code(without) == "item-not-amendable"


async def test_what_was_changed_since_it_was_ordered_can_not_be_kept(shop: Shop) -> None:
    amendment = (await amend(shop, await ordered(shop, PLAN, PHONE)))["cartId"]
    await raise_prices(shop)
    lines = [{**PHONE, "action": "keep", "quantity": 2}, {**PLAN, "action": "keep"}]
    reply = await shop.call("replace-items", amendment, {"items": lines})
    assert [(line(reply["cart"], each)["action"]) for each in ("i-1", "i-2")] == ["keep", "modify"]
    assert [line(reply["cart"], each)["prices"][0]["gross"] for each in ("i-1", "i-2")] == ["10.00", "480.00"]
    patch = {"operations": [{"op": "replace", "path": "/items/i-2/action", "value": "keep"}]}
    refused = await shop.call("patch-cart", amendment, patch)
    assert (error_code(refused), problems(refused)) == ("invalid", [("/data/operations/0", "changed-since-ordered")])
    assert (await shop.call("get-cart", amendment))["cart"] == reply["cart"]


async def test_only_a_submitted_cart_can_be_amended(shop: Shop) -> None:
    active = await shop.call("start-amendment", "a-1", {"amends": await shop.cart(PLAN)})
    assert (error_code(active), problems(active)) == ("cart-not-submitted", [("/data/amends", "cart-not-submitted")])
    unknown = await shop.call("start-amendment", "a-1", {"amends": "c-none"})
    assert (error_code(unknown), problems(unknown)) == ("cart-not-found", [("/data/amends", "cart-not-found")])
    order = await ordered(shop, PLAN)
    wrong = await shop.call("start-amendment", "a-1", {"amends": order, "fixedItems": ["i-1", "i-9"]})
    assert (error_code(wrong), problems(wrong)) == ("item-not-found", [("/data/fixedItems/1", "item-not-found")])
    for paid in ("-1.00", "1.001"):
        refused = await shop.call("start-amendment", "a-1", {"amends": order, "paid": paid})
        assert [path for path, _ in problems(refused)] == ["/data/paid"]
    assert error_code(await shop.call("start-amendment", order, {"amends": order})) == "cart-exists"


async def test_a_second_open_amendment_is_key_taken_until_the_first_ends(shop: Shop) -> None:
    order = await ordered(shop, PLAN)
    first = (await amend(shop, order))["cartId"]
    refused = await shop.call("start-amendment", "a-2", {"amends": order})
    assert (error_code(refused), problems(refused)) == ("key-taken", [("/data/amends", "key-taken")])
    await shop.call("delete-cart", first)
    assert (await amend(shop, order, "a-2"))["status"] == "applied"


async def test_keys_do_not_come_along_and_the_rest_of_the_header_does(shop: Shop) -> None:
    order = await ordered(shop, PLAN, keys={"externalId": "e-1"}, customer={"id": "u-1"}, scenario="acquisition")
    cart = (await amend(shop, order))["cart"]
    assert (cart["keys"], cart["customer"]["id"], cart["scenario"]) == ({}, "u-1", "acquisition")
    found = await shop.call("get-cart", data={"key": {"name": "externalId", "value": "e-1"}})
    assert found["cartId"] == order


async def test_a_submitted_amendment_is_told_by_the_order_in_no_version(shop: Shop) -> None:
    order = await ordered(shop, PLAN)
    amendment = (await amend(shop, order))["cartId"]
    assert "amendedBy" not in (await shop.call("get-cart", order))["cart"]
    await shop.call("add-items", amendment, {"items": [NEW_CASE]})
    reply = await submit(shop, amendment, "submit-amendment")
    assert (reply["cart"]["status"], reply["version"]) == ("submitted", 3)
    shown = await shop.call("get-cart", order)
    assert (shown["cart"]["amendedBy"], shown["version"]) == (amendment, 2)
    assert (await shop.call("get-cart", order, {"reprice": True}))["cart"]["amendedBy"] == amendment
    assert "amendedBy" not in (await shop.call("get-cart", order, {"atVersion": 2}))["cart"]
    assert error_code(await shop.call("remove-items", amendment, {"itemIds": ["i-4"]})) == "cart-read-only"


async def test_submit_cart_is_for_carts_and_submit_amendment_for_amendments(shop: Shop) -> None:
    amendment = (await amend(shop, await ordered(shop, PLAN)))["cartId"]
    assert problems(await shop.call("submit-cart", amendment, {"token": "x"})) == [("/data", "amendment")]
    plain = await shop.call("submit-amendment", await shop.cart(PLAN), {"token": "x"})
    assert problems(plain) == [("/data", "no-amendment")]
    assert error_code(await shop.call("submit-amendment", amendment, {"token": "x"})) == "signature-invalid"


async def test_starting_and_submitting_have_events_of_their_own(shop: Shop) -> None:
    amendment = (await amend(shop, await ordered(shop, PLAN)))["cartId"]
    await submit(shop, amendment, "submit-amendment")
    kinds = [each.headers["cloudEvents:type"] for each in await shop.events(6, amendment)]
    assert kinds == [
        "cart-updated",
        "price-changed",
        "cart-created",
        "amendment-started",
        "cart-updated",
        "amendment-submitted",
    ]


async def test_budgets_of_the_ordered_cart_count_once_for_both(shop: Shop) -> None:
    await shop.call("upsert-vouchers", data={"vouchers": [{"code": "TWO", "reductionPercent": "10", "uses": 2}]})
    order, other, third = await shop.cart(PHONE), await shop.cart(PHONE), await shop.cart(PHONE)
    await shop.call("add-voucher", order, {"code": "TWO"})
    await submit(shop, order)
    reply = await amend(shop, order)
    amendment = reply["cartId"]
    assert (reply["cart"]["vouchers"][0]["applied"], reply["cart"]["dueNow"]["payable"]) == (True, "108.00")
    assert (await shop.call("add-voucher", other, {"code": "TWO"}))["status"] == "applied"
    assert error_code(await shop.call("add-voucher", third, {"code": "TWO"})) == "voucher-exhausted"
    reply = await shop.call("update-products", amendment, {"products": [{"id": "i-2", "quantity": 2}]})
    assert (reply["cart"]["vouchers"][0]["applied"], reply["cart"]["dueNow"]["payable"]) == (True, "216.00")
    await submit(shop, amendment, "submit-amendment")
    await shop.call("remove-voucher", other, {"code": "TWO"})
    assert (await shop.call("add-voucher", third, {"code": "TWO"}))["status"] == "applied"


async def test_an_amendment_of_an_amendment_shares_the_last_use_with_both(shop: Shop, running: Running) -> None:
    await shop.call("upsert-vouchers", data={"vouchers": [{"code": "ONE", "reductionPercent": "10", "uses": 1}]})
    order = await shop.cart(PHONE)
    await shop.call("add-voucher", order, {"code": "ONE"})
    await submit(shop, order)
    first = (await amend(shop, order))["cartId"]
    await submit(shop, first, "submit-amendment")
    reply = await amend(shop, first)
    second = reply["cartId"]
    assert (reply["cart"]["vouchers"][0]["applied"], reply["cart"]["dueNow"]["payable"]) == (True, "108.00")
    await shop.call("remove-voucher", second, {"code": "ONE"})
    assert (await shop.call("add-voucher", second, {"code": "ONE"}))["cart"]["vouchers"][0]["applied"]
    await submit(shop, second, "submit-amendment")
    for amendment in (second, first):
        assert (await shop.call("delete-cart", amendment))["status"] == "applied"
    budget = await running.database["budgets"].find_one({"tenant": shop.tenant})
    assert budget is not None
    assert [each["cart"] for each in budget["holders"]] == [order]
    assert error_code(await shop.call("add-voucher", await shop.cart(PHONE), {"code": "ONE"})) == "voucher-exhausted"


async def test_an_order_is_not_reopened_as_long_as_an_amendment_counts(shop: Shop) -> None:
    order = await ordered(shop, PHONE)
    amendment = (await amend(shop, order))["cartId"]
    for envelope in ({"dryRun": True}, {}):
        refused = await shop.call("reopen-cart", order, **envelope)
        assert (error_code(refused), refused["error"]["details"]) == ("cart-read-only", {"amendedBy": amendment})
    await submit(shop, amendment, "submit-amendment")
    assert error_code(await shop.call("reopen-cart", order)) == "cart-read-only"
    await shop.call("delete-cart", amendment)
    assert (await shop.call("reopen-cart", order))["cart"]["status"] == "active"


async def test_an_amendment_is_not_submitted_once_its_order_is_gone(shop: Shop) -> None:
    order = await ordered(shop, PHONE)
    amendment = (await amend(shop, order))["cartId"]
    token = (await shop.call("validate-cart", amendment))["validation"]["token"]
    await shop.call("delete-cart", order)
    assert error_code(await shop.call("submit-amendment", amendment, {"token": token})) == "cart-not-submitted"
    validation = (await shop.call("validate-cart", amendment))["validation"]
    assert [(each["code"], each["parameters"]) for each in validation["errors"]] == [
        ("cart-not-submitted", {"amends": order})
    ]


async def test_promotions_gifts_and_adjustments_stay_as_ordered(shop: Shop) -> None:
    gift = {"id": "gift", "level": "cart", "benefits": [{"kind": "free-item", "offeringId": "shop-only"}]}
    half = {"id": "half", "coupon": "HALF", "level": "item", "benefits": [{"kind": "percent", "value": "50"}]}
    await shop.call("upsert-promotions", data={"promotions": [gift, half]})
    cart_id = await shop.cart(PHONE, channel={"id": "shop"})
    await shop.call("apply-promotion", cart_id, {"coupon": "HALF"})
    card = {"kind": "gift-card", "reference": "g-1", "amount": "10.00", "currency": "EUR"}
    assert (await shop.call("apply-adjustment", cart_id, card))["status"] == "applied"
    await submit(shop, cart_id)
    before = (await shop.call("get-cart", cart_id))["cart"]
    over = {"validFor": {"endDateTime": "2021-01-01T00:00:00Z"}}
    await shop.call("upsert-promotions", data={"promotions": [{**gift, **over}, {**half, **over}]})
    cart = (await amend(shop, cart_id))["cart"]
    assert [item["id"] for item in cart["items"]] == [item["id"] for item in before["items"]]
    assert (cart["dueNow"], cart["totals"]) == (before["dueNow"], before["totals"])
    assert cart["amendment"]["paid"] == before["dueNow"]["payable"] == "50.00"


async def test_a_gift_is_given_once(shop: Shop) -> None:
    gift = {"id": "gift", "level": "cart", "benefits": [{"kind": "free-item", "offeringId": "phone"}]}
    await shop.call("upsert-promotions", data={"promotions": [gift]})
    amendment = (await amend(shop, await ordered(shop, PLAN)))["cartId"]
    cart = (await shop.call("add-items", amendment, {"items": [NEW_CASE]}))["cart"]
    assert [item["offeringId"] for item in cart["items"]] == ["plan", "phone", "case"]
    assert cart["amendment"]["added"] == ["i-4"]


async def test_no_rule_adds_to_an_order_and_kept_lines_can_be_off_sale(shop: Shop) -> None:
    order = await ordered(shop, PLAN)
    past = {"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2021-01-01T00:00:00Z"}
    plan = {"id": "plan", "taxCategory": "standard", "validFor": past}
    await shop.call("upsert-offerings", data={"offerings": [plan]})
    adds = {"id": "adds", "kind": "add-item", "when": {"offeringIds": ["plan"]}, "offeringId": "phone"}
    assert (await shop.call("upsert-rules", data={"rules": [adds]}))["type"] == "catalog-updated"
    reply = await amend(shop, order)
    assert [item["id"] for item in reply["cart"]["items"]] == ["i-1"]
    await submit(shop, reply["cartId"], "submit-amendment")


async def test_what_was_ordered_in_a_currency_stays_in_it(shop: Shop) -> None:
    amendment = (await amend(shop, await ordered(shop, PHONE)))["cartId"]
    assert error_code(await shop.call("update-cart", amendment, {"currency": "JPY"})) == "invalid"


async def test_what_an_amendment_keeps_does_not_come_into_another_cart(shop: Shop) -> None:
    amendment = (await amend(shop, await ordered(shop, PHONE)))["cartId"]
    reply = await shop.call("merge-carts", await shop.cart(PLAN), {"from": amendment})
    assert (error_code(reply), problems(reply)) == ("invalid", [("/data/from", "amendment")])


async def test_an_amendment_can_be_amended(shop: Shop) -> None:
    order = await ordered(shop, PLAN)
    first = (await amend(shop, order))["cartId"]
    await shop.call("add-items", first, {"items": [NEW_CASE]})
    await submit(shop, first, "submit-amendment")
    cart = (await amend(shop, first))["cart"]
    assert [item["action"] for item in cart["items"]] == ["keep", "keep"]
    assert (cart["amendment"]["paid"], cart["amendment"]["kept"]) == ("19.00", ["i-1", "i-4"])


async def test_a_dry_run_predicts_an_amendment_and_replaying_gives_it(shop: Shop, running: Running) -> None:
    order = await ordered(shop, PLAN, PHONE)
    await raise_prices(shop)
    before = await running.documents(shop.tenant)
    dry = await shop.call("start-amendment", "a-9", {"amends": order}, dryRun=True)
    assert await running.documents(shop.tenant) == before
    real = await amend(shop, order, "a-9")
    for field in ("version", "changes", "priceChanges", "warnings"):
        assert dry[field] == real[field]
    data = {"products": [{"id": "i-2", "quantity": 2}]}
    dry, real = [await shop.call("update-products", "a-9", data, dryRun=each) for each in (True, False)]
    assert (dry["changes"], dry["priceChanges"]) == (real["changes"], real["priceChanges"])
    shown = [(await shop.call("get-cart", "a-9", {"atVersion": version}))["cart"] for version in (1, 2)]
    assert shown[1] == real["cart"]
    assert shown[0]["dueNow"]["payable"] == "130.00"
