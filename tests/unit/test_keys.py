"""Keys by which carts are found: those that a cart was given, and what its header says besides."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cartwright.wire.header import Header
from models.cart.cart import Cart
from models.cart.keys import claimed_keys, live_keys, lookup_keys
from queries.matching import matches
from queries.parsing import read_filter
from support.job_runs import command
from support.records import full_cart
from support.simulation import SimulatedWorker, stocked_store


def headed(**header: Any) -> Cart:
    return replace(full_cart(), header=Header.model_validate({"currency": "EUR", **header}))


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ({}, {}),
        ({"storeId": "s-1", "subscriptionId": "u-1"}, {"storeId": "s-1", "subscriptionId": "u-1"}),
        ({"storeId": "s-1", "keys": {"orderId": "o"}}, {"storeId": "s-1", "orderId": "o"}),
        ({"storeId": "s-1", "keys": {"storeId": "s-2"}}, {"storeId": "s-2"}),
    ],
)
def test_the_header_has_keys_too_unless_they_are_given(header: dict[str, Any], found: dict[str, str]) -> None:
    assert lookup_keys(headed(**header)) == found
    for name, value in found.items():
        assert matches(headed(**header), read_filter(f'keys.{name} = "{value}"'))


def test_keys_of_the_header_belong_to_many_carts() -> None:
    cart = headed(storeId="s-1", subscriptionId="u-1", keys={"externalId": "x"})
    assert live_keys(cart) == claimed_keys(None, cart) == {"externalId=x": "externalId"}


async def test_a_cart_is_found_by_the_keys_of_its_header() -> None:
    worker = SimulatedWorker(stocked_store())
    await command(worker, "create-cart", {"currency": "EUR", "storeId": "s-1"}, cart_id="c-1")
    wanted = {"key": {"name": "storeId", "value": "s-1"}}
    read = await command(worker, "get-cart", wanted)
    assert (read["cartId"], read["cart"]["keys"]) == ("c-1", {})
    await command(worker, "update-cart", {"storeId": "s-2"}, cart_id="c-1")
    assert (await command(worker, "get-cart", wanted))["error"]["code"] == "cart-not-found"
    await worker.close()


async def test_of_several_carts_the_one_created_last_is_found() -> None:
    worker = SimulatedWorker(stocked_store())
    for cart_id in ("c-9", "c-1", "c-2"):
        if cart_id != "c-2":
            worker.at += timedelta(minutes=1)
        await command(worker, "create-cart", {"currency": "EUR", "keys": {"agreementId": "a-1"}}, cart_id=cart_id)
    worker.at += timedelta(minutes=1)
    for cart_id in ("c-1", "c-9"):
        assert (await command(worker, "update-cart", {"locale": "fr-FR"}, cart_id=cart_id))["status"] == "applied"
    read = await command(worker, "get-cart", {"key": {"name": "agreementId", "value": "a-1"}})
    assert read["cartId"] == "c-2"
    await worker.close()


async def test_each_key_that_is_taken_is_named() -> None:
    worker = SimulatedWorker(stocked_store())
    header = {"currency": "EUR", "keys": {"externalId": "x", "uniqueId": "u"}}
    await command(worker, "create-cart", header, cart_id="c-1")
    error = (await command(worker, "create-cart", header, cart_id="c-2"))["error"]
    assert [(each["path"], each["message"]) for each in error["problems"]] == [
        (f"/data/keys/{name}", f"Another open cart has the key {name}.") for name in header["keys"]
    ]
    await worker.close()


async def test_prices_follow_the_key_that_saving_gives() -> None:
    anonymous = {"kind": "expression", "expression": "cart.keys.uniqueId == ''"}
    five = {"kind": "fixed", "amount": "5.00", "currency": "EUR"}
    row = {"id": "anonymous", "level": "cart", "conditions": [anonymous], "benefits": [five]}
    worker = SimulatedWorker(stocked_store())
    await command(worker, "upsert-promotions", {"promotions": [row]})
    items = [{"id": "i-1", "offeringId": "plan"}]
    await command(worker, "create-cart", {"country": "FR", "currency": "EUR", "items": items}, cart_id="c-1")
    saved = await command(worker, "save-cart", {"uniqueId": "u-1"}, cart_id="c-1", explain=True)
    assert [each["type"] for each in saved["changes"]] == ["header-changed", "cart-saved"]
    assert (saved["cart"]["status"], saved["cart"]["keys"]) == ("saved", {"uniqueId": "u-1"})
    assert [(each["before"]["gross"], each["after"]["gross"]) for each in saved["priceChanges"]] == [
        ("5.00", "10.00"),
        ("5.00", "10.00"),
    ]
    assert {cause for each in saved["priceChanges"] for cause in each["because"]} == {"promotion-ended"}
    read = await command(worker, "get-cart", {}, cart_id="c-1", explain=True)
    ends = [each["explanation"]["dueNow"]["lines"][-1]["after"] for each in (saved, read)]
    assert [read["cart"]["dueNow"]["payable"], *ends] == ["10.00"] * 3
    assert (await command(worker, "save-cart", {"uniqueId": "u-1"}, cart_id="c-1"))["status"] == "unchanged"
    assert (await command(worker, "reprice-cart", {}, cart_id="c-1"))["status"] == "unchanged"
    await worker.close()
