"""Lines that lost their price, offering or tax block nothing (contract, clarifications), from queue to reply."""

from typing import Any

import pytest

from support.running import Running
from support.shop import OFFERINGS, PRICES, TAXES, Shop, error_code, problems

PLAN, PHONE = {"id": "i-1", "offeringId": "plan"}, {"id": "i-2", "offeringId": "phone", "quantity": 2}
PAST = {"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2021-01-01T00:00:00Z"}
TEN_OFF = {"id": "ten", "level": "cart", "benefits": [{"kind": "fixed", "amount": "10.00", "currency": "EUR"}]}


def row(rows: list[dict[str, Any]], field: str, value: str, **fields: Any) -> dict[str, Any]:
    return {**next(each for each in rows if each[field] == value), **fields}


LOSSES: dict[str, tuple[str, dict[str, Any]]] = {
    "price-not-found": ("prices", row(PRICES, "offeringId", "phone", validFor=PAST)),
    "offering-not-available": ("offerings", row(OFFERINGS, "id", "phone", validFor=PAST)),
    "tax-not-found": ("taxes", row(TAXES, "id", "fr", validFor=PAST)),
}


async def lose(shop: Shop, code: str) -> None:
    kind, lost = LOSSES[code]
    assert (await shop.call(f"upsert-{kind}", data={kind: [lost]}))["type"] == "catalog-updated"


def prices(cart: dict[str, Any], item_id: str) -> list[dict[str, Any]]:
    return next(item["prices"] for item in cart["items"] if item["id"] == item_id)


def warned(reply: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(each["code"], each.get("itemId")) for each in reply["warnings"]}


@pytest.mark.parametrize("code", LOSSES)
async def test_a_line_whose_price_offering_or_tax_is_gone_keeps_its_amounts_with_a_warning(
    shop: Shop, code: str
) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    before = (await shop.call("get-cart", cart_id))["cart"]
    await lose(shop, code)
    reply = await shop.call(
        "add-items", cart_id, {"items": [{"id": "i-3", "offeringId": "unpriced", "action": "keep"}]}
    )
    assert (reply["status"], reply["priceChanges"]) == ("applied", [])
    lost = {"i-1", "i-2"} if code == "tax-not-found" else {"i-2"}
    assert warned(reply) == {(code, item_id) for item_id in lost}
    assert prices(reply["cart"], "i-2") == prices(before, "i-2")
    assert (reply["cart"]["totals"], reply["cart"]["dueNow"]) == (before["totals"], before["dueNow"])


@pytest.mark.parametrize("code", ["price-not-found", "offering-not-available"])
async def test_who_touches_such_a_line_is_refused_and_may_remove_it(shop: Shop, code: str) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await lose(shop, code)
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "i-2", "quantity": 1}]})
    assert (error_code(reply), problems(reply)) == (code, [("/data/products/0", code)])
    other = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 2}]})
    assert (other["status"], prices(other["cart"], "i-1")[0]["gross"]) == ("applied", "20.00")
    removed = await shop.call("remove-items", cart_id, {"itemIds": ["i-2"]})
    assert ([item["id"] for item in removed["cart"]["items"]], warned(removed)) == (["i-1"], set())


@pytest.mark.parametrize("code", LOSSES)
async def test_validate_cart_lists_it_as_an_error(shop: Shop, code: str) -> None:
    cart_id = await shop.cart(PHONE)
    await lose(shop, code)
    reply = await shop.call("validate-cart", cart_id)
    validation = reply["validation"]
    assert [(each["code"], each["path"]) for each in validation["errors"]] == [(code, "/items/i-2")]
    assert validation["token"] is None


async def test_reprice_cart_reprices_the_other_lines(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await lose(shop, "price-not-found")
    plan = row(PRICES, "offeringId", "plan", amount="12.00")
    await shop.call("upsert-prices", data={"prices": [plan]})
    reply = await shop.call("reprice-cart", cart_id)
    assert (reply["status"], prices(reply["cart"], "i-1")[0]["gross"]) == ("applied", "12.00")
    assert prices(reply["cart"], "i-2")[0]["gross"] == "240.00"
    assert reply["cart"]["dueNow"]["payable"] == "252.00"
    assert warned(reply) == {("price-not-found", "i-2")}


async def test_a_price_that_comes_back_counts_again(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    await lose(shop, "price-not-found")
    back = row(PRICES, "offeringId", "phone", amount="80.00")
    await shop.call("upsert-prices", data={"prices": [back]})
    reply = await shop.call("reprice-cart", cart_id)
    assert (prices(reply["cart"], "i-2")[0]["gross"], reply["warnings"]) == ("192.00", [])


async def test_an_amount_off_the_cart_is_given_once(shop: Shop) -> None:
    await shop.call("upsert-promotions", data={"promotions": [TEN_OFF]})
    cart_id = await shop.cart(PHONE, {"id": "i-3", "offeringId": "case", "characteristics": {"color": "red"}})
    before = (await shop.call("get-cart", cart_id))["cart"]
    assert before["totals"][0]["discount"] == "10.00"
    await lose(shop, "price-not-found")
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "i-3", "quantity": 3}]})
    assert reply["cart"]["totals"][0]["discount"] == "10.00"
    assert reply["cart"]["promotions"][0]["discounts"][0]["amount"] == "10.00"
    assert prices(reply["cart"], "i-2") == prices(before, "i-2")


async def test_lost_lines_count_in_the_conditions_of_promotions(shop: Shop) -> None:
    above = [{"kind": "minimum-amount", "amount": "200.00", "currency": "EUR"}]
    half = {"id": "half", "level": "cart", "conditions": above, "benefits": [{"kind": "percent", "value": "50"}]}
    cart_id = await shop.cart(PHONE)
    await lose(shop, "price-not-found")
    await shop.call("upsert-promotions", data={"promotions": [half]})
    case = {"id": "i-3", "offeringId": "case", "characteristics": {"color": "red"}}
    reply = await shop.call("add-items", cart_id, {"items": [case]})
    assert (prices(reply["cart"], "i-2")[0]["gross"], prices(reply["cart"], "i-3")[0]["gross"]) == ("240.00", "4.50")


async def test_another_currency_touches_every_line(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    await lose(shop, "price-not-found")
    assert error_code(await shop.call("update-cart", cart_id, {"currency": "USD"})) == "price-not-found"
    reply = await shop.call("update-cart", cart_id, {"currency": "KWD"})
    assert (reply["cart"]["dueNow"]["payable"], reply["warnings"]) == ("24.690", [])


async def test_a_bundle_and_its_member_are_lost_as_other_lines_are(shop: Shop) -> None:
    offering = {"id": "set", "bundle": [{"offeringId": "phone", "default": 1}]}
    assert (await shop.call("upsert-offerings", data={"offerings": [offering]}))["type"] == "catalog-updated"
    point = row(PRICES, "offeringId", "plan", id="pp-set", offeringId="set")
    assert (await shop.call("upsert-prices", data={"prices": [point]}))["type"] == "catalog-updated"
    cart_id = await shop.cart({"id": "s", "offeringId": "set"})
    dollars = await shop.call("update-cart", cart_id, {"currency": "USD"})
    assert (error_code(dollars), problems(dollars)) == ("price-not-found", [("/data", "price-not-found")] * 2)
    await lose(shop, "price-not-found")
    more = await shop.call("update-products", cart_id, {"products": [{"id": "s", "quantity": 2}]})
    assert (error_code(more), problems(more)) == ("price-not-found", [("/data/products/0", "price-not-found")])


async def test_a_lost_line_is_explained_by_what_it_keeps(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await lose(shop, "price-not-found")
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 2}]}, explain=True)
    ledgers = {each["itemId"]: each["lines"] for each in reply["explanation"]["items"]}
    assert [line["step"] for line in ledgers["i-2"]] == ["kept-price", "tax"]
    assert ledgers["i-2"][-1]["after"] == "240.00"
    due = reply["explanation"]["dueNow"]["lines"]
    assert due[-1]["after"] == reply["cart"]["dueNow"]["payable"] == "260.00"


async def test_a_dry_run_predicts_it_and_replaying_gives_it(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await lose(shop, "price-not-found")
    data = {"products": [{"id": "i-1", "quantity": 2}]}
    dry = await shop.call("update-products", cart_id, data, dryRun=True)
    real = await shop.call("update-products", cart_id, data)
    for field in ("changes", "priceChanges", "warnings", "version"):
        assert dry[field] == real[field]
    shown = await shop.call("get-cart", cart_id, {"atVersion": 2})
    assert shown["cart"] == real["cart"]


async def test_where_no_tax_was_ever_known_a_line_is_untaxed_as_before(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE, country="DE")
    reply = await shop.call("update-products", cart_id, {"products": [{"id": "i-2", "quantity": 1}]})
    assert (prices(reply["cart"], "i-2")[0]["gross"], warned(reply)) == ("100.00", {("tax-not-found", None)})
    errors = (await shop.call("validate-cart", cart_id))["validation"]["errors"]
    assert [(each["code"], each["path"]) for each in errors] == [("tax-not-found", "/items/i-2")]
