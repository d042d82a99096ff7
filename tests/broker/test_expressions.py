"""Expressions of promotions from queue to reply: refused, remarked on, and what they do to a cart."""

from typing import Any

from support.shop import Shop, problems

PHONE = {"id": "h", "offeringId": "phone"}
CASE = {"id": "c", "offeringId": "case", "characteristics": {"color": "red"}}


def rule(*expressions: str) -> dict[str, Any]:
    conditions = [{"kind": "expression", "expression": each} for each in expressions]
    return {"id": "rule", "benefits": [{"kind": "percent", "value": "10"}], "conditions": conditions}


async def test_an_expression_is_tried_and_remarked_on_before_it_counts(shop: Shop) -> None:
    refused = await shop.call(
        "upsert-promotions", data={"promotions": [rule("true", "cart.amount", "cart.colour == ''")]}
    )
    assert problems(refused) == [
        ("/data/promotions/0/conditions/1/expression", "not-boolean"),
        ("/data/promotions/0/conditions/2/expression", "not-evaluable"),
    ]

    doubtful = {"promotions": [rule("cart.total >= 107.50", "cart.amount >= 100")]}
    dry = await shop.call("upsert-promotions", data=doubtful, dryRun=True)
    real = await shop.call("upsert-promotions", data=doubtful, message_id="m-1")
    again = await shop.call("upsert-promotions", data=doubtful, message_id="m-1")
    assert [each["status"] for each in (dry, real, again)] == ["dry-run", "applied", "duplicate"]
    for reply in (dry, real, again):
        [warning] = reply["warnings"]
        assert warning["code"] == "minor-units"
        assert warning["path"] == "/data/promotions/0/conditions/1/expression"
        assert "cart.amount >= 100" in warning["message"]

    fine = rule("cart.total >= 107.50", "items.exists(i, i.characteristics.color == 'red')", "cart.keys.storeId == ''")
    assert (await shop.call("upsert-promotions", data={"promotions": [fine]}))["warnings"] == []
    for lines, applied in (((PHONE, CASE), ["rule"]), ((CASE, PHONE), ["rule"]), ((PHONE,), []), ((CASE,), [])):
        cart = (await shop.call("get-cart", await shop.cart(*lines)))["cart"]
        assert ([each["id"] for each in cart["promotions"]], cart["warnings"]) == (applied, [])
    named = (await shop.call("get-cart", await shop.cart(PHONE, CASE, keys={"storeId": "s-1"})))["cart"]
    assert named["promotions"] == []


async def test_one_line_that_fails_hides_no_other(shop: Shop) -> None:
    weighed = rule("items.exists(i, int(i.characteristics.color == 'red' ? '9' : '') > 5)")
    assert (await shop.call("upsert-promotions", data={"promotions": [weighed]}))["status"] == "applied"
    for lines in ((PHONE, CASE), (CASE, PHONE)):
        cart = (await shop.call("get-cart", await shop.cart(*lines)))["cart"]
        assert ([each["id"] for each in cart["promotions"]], cart["warnings"]) == (["rule"], [])
    cart = (await shop.call("get-cart", await shop.cart(PHONE)))["cart"]
    assert ([each["code"] for each in cart["warnings"]], cart["promotions"]) == (["expression-failed"], [])
