"""Prices that were promised, and drafts: from the queue to the reply."""

from typing import Any

import pytest

from support.shop import PRICES, Shop, error_code, problems

PLAN = PRICES[0]
LINE = {"id": "i-1", "offeringId": "plan", "quantity": 2}
LATER = "2097-01-01T00:00:00Z"


async def sells(shop: Shop, amount: str, **fields: Any) -> None:
    reply = await shop.call("upsert-prices", data={"prices": [{**PLAN, "amount": amount, **fields}]})
    assert reply["type"] == "catalog-updated", reply


def price_in(reply: dict[str, Any]) -> dict[str, Any]:
    [price] = reply["cart"]["items"][0]["prices"]
    return price


@pytest.mark.parametrize(
    ("rule", "unit"),
    [
        ({"kind": "follow"}, "12.00"),
        ({"kind": "keep"}, "10.00"),
        ({"kind": "keep-until", "until": LATER}, "10.00"),
        ({"kind": "keep-until", "until": "2020-01-01T00:00:00Z"}, "12.00"),
        ({"kind": "on-renewal"}, "10.00"),
        ({"kind": "cap", "percent": "7.5"}, "10.75"),
        ({"kind": "cap", "amount": "0.125"}, "10.125"),
    ],
)
@pytest.mark.parametrize("place", ["price", "line"])
async def test_each_kind_of_rule_from_the_catalog_to_the_reply(
    shop: Shop, rule: dict[str, Any], unit: str, place: str
) -> None:
    of_price, of_line = ({"changeRule": rule} if place == each else {} for each in ("price", "line"))
    await sells(shop, "10.00", **of_price)
    cart_id = await shop.cart({**LINE, **of_line})
    await sells(shop, "12.00", **of_price)
    repriced = await shop.call("reprice-cart", cart_id, explain=True)
    assert repriced["status"] == ("unchanged" if unit == "10.00" else "applied")
    assert price_in(repriced)["unitAmount"] == unit
    steps = [(line["step"], line.get("note", "")) for line in repriced["explanation"]["items"][0]["lines"]]
    if unit == "12.00":
        assert "kept" not in price_in(repriced)
        assert [step for step, _ in steps] == ["list-price", "tax"]
    else:
        until = {"until": rule["until"]} if "until" in rule else {}
        assert price_in(repriced)["kept"] == {"kind": rule["kind"], "unitAmount": "12.00", "list": "24.00", **until}
        assert [step for step, _ in steps] == ["list-price", "change-rule", "tax"]
        assert steps[1][1].startswith("kept until" if rule["kind"] in {"keep-until", "on-renewal"} else "kept")
    again = await shop.call("reprice-cart", cart_id)
    assert (again["status"], again["priceChanges"], price_in(again)) == ("unchanged", [], price_in(repriced))


async def test_a_new_quantity_keeps_the_unit_price_and_the_cart_says_so(shop: Shop) -> None:
    cart_id = await shop.cart({**LINE, "changeRule": {"kind": "keep"}})
    await sells(shop, "12.00")
    changed = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 3}]})
    assert changed["cart"]["dueNow"]["payable"] == "30.00"
    stored = await shop.call("get-cart", cart_id)
    assert price_in(stored)["kept"] == {"kind": "keep", "unitAmount": "12.00", "list": "36.00"}
    assert stored["cart"]["items"][0]["changeRule"] == {"kind": "keep"}
    back = await shop.call("get-cart", cart_id, {"atVersion": 1})
    assert "kept" not in price_in(back)
    let_go = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "changeRule": None}]})
    assert let_go["cart"]["dueNow"]["payable"] == "36.00"


async def test_a_new_term_renews_and_a_cap_moves_once_per_change(shop: Shop) -> None:
    renewing = {**LINE, "changeRule": {"kind": "on-renewal"}}
    capped = {**LINE, "id": "i-2", "changeRule": {"kind": "cap", "amount": "1.00"}}
    cart_id = await shop.cart(renewing, capped)
    await sells(shop, "20.00")
    patch = [{"op": "add", "path": "/items/i-1/term", "value": "24M"}]
    reply = await shop.call("patch-cart", cart_id, {"operations": patch})
    assert [item["prices"][0]["unitAmount"] for item in reply["cart"]["items"]] == ["20.00", "11.00"]
    await sells(shop, "21.00")
    reply = await shop.call("reprice-cart", cart_id)
    assert [item["prices"][0]["unitAmount"] for item in reply["cart"]["items"]] == ["20.00", "12.00"]


@pytest.mark.parametrize(
    ("rule", "path", "code"),
    [
        ({"kind": "keep-until"}, "", "wrong-combination"),
        ({"kind": "keep", "until": LATER}, "", "wrong-combination"),
        ({"kind": "cap"}, "", "wrong-combination"),
        ({"kind": "cap", "percent": "5", "amount": "1.00"}, "", "wrong-combination"),
        ({"kind": "follow", "percent": "5"}, "", "wrong-combination"),
        ({"kind": "cap", "amount": "-1.00"}, "/amount", "out-of-range"),
        ({"kind": "cap", "amount": "0.0000000000001"}, "/amount", "wrong-format"),
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(shop: Shop, rule: dict[str, Any], path: str, code: str) -> None:
    price = await shop.call("upsert-prices", data={"prices": [{**PLAN, "changeRule": rule}]})
    assert problems(price) == [(f"/data/prices/0/changeRule{path}", code)]
    line = await shop.call("create-cart", "c-1", {"currency": "EUR", "items": [{**LINE, "changeRule": rule}]})
    assert problems(line) == [(f"/data/items/0/changeRule{path}", code)]
    assert error_code(line) == "invalid"


async def test_drafts_count_nowhere(shop: Shop) -> None:
    cart_id = await shop.cart(LINE)
    await sells(shop, "15.00", id="pp-next", lifecycle="draft")
    await sells(shop, "3.00", id="pp-yearly", period="P1Y", lifecycle="draft")
    tax = {"id": "eco", "country": "FR", "category": "standard", "rate": "5", "lifecycle": "draft"}
    await shop.call("upsert-taxes", data={"taxes": [tax]})
    assert (await shop.call("reprice-cart", cart_id))["status"] == "unchanged"
    offerings = await shop.call("get-offerings", cart_id, {"offeringIds": ["plan"]})
    assert "pp-next" not in str(offerings["items"])
    await sells(shop, "15.00", id="pp-next", relationships=[{"id": PLAN["id"], "type": "replaces"}])
    assert price_in(await shop.call("reprice-cart", cart_id))["unitAmount"] == "15.00"
