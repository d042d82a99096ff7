"""Prices set by hand: within what a role allows, with reason and actor, and never by whoever has no role."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from support.running import Running, running_worker
from support.shop import Shop, error_code, problems

PLAN = {"id": "i-1", "offeringId": "plan", "quantity": 2}
PHONE = {"id": "i-2", "offeringId": "phone"}
TEN_OFF = {"itemId": "i-1", "priceType": "recurring", "period": "P1M", "kind": "percent", "value": "10"}
LIMITS = [
    {"role": "dealer", "floor": "80", "ceiling": "120"},
    {"role": "manager", "floor": "0", "ceiling": "200", "external": True},
    {"role": "clerk", "floor": "50", "priceTypes": ["one-time"]},
]


@pytest.fixture(scope="module")
async def running(amqp_url: str, mongo_url: str) -> AsyncIterator[Running]:
    """A worker that believes what callers say of their roles."""
    async with running_worker(amqp_url, mongo_url, trust_role_header=True) as running:
        yield running


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    reply = await shop.call("set-configuration", data={"overrideLimits": LIMITS})
    assert reply["type"] == "catalog-updated", reply
    return shop


async def override(shop: Shop, cart_id: str, roles: str = "dealer", **fields: Any) -> dict[str, Any]:
    envelope = {name: fields.pop(name) for name in ("dryRun", "message_id", "reason") if name in fields}
    data = {name: value for name, value in {**TEN_OFF, **fields}.items() if value is not None}
    properties = {"headers": {"roles": roles}}
    given = {"reason": "loyal customer", **envelope}
    return await shop.call("override-price", cart_id, data, properties=properties, **given)


def price(reply: dict[str, Any], item: int = 0) -> dict[str, Any]:
    return reply["cart"]["items"][item]["prices"][0]


@pytest.mark.parametrize(
    ("kind", "value", "gross"), [("percent", "10", "18.00"), ("flat", "1.50", "17.00"), ("new-price", "11", "22.00")]
)
async def test_a_price_is_set(shop: Shop, kind: str, value: str, gross: str) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await override(shop, cart_id, kind=kind, value=value)
    assert (reply["status"], price(reply)["gross"], price(reply)["list"]) == ("applied", gross, "20.00")
    [alteration] = price(reply)["alterations"]
    assert (alteration["source"], alteration["id"]) == ("override", "o-2")
    [told] = reply["cart"]["items"][0]["overrides"]
    expected = {"id": "o-2", "kind": kind, "value": value, "role": "dealer", "reason": "loyal customer"}
    assert {name: told[name] for name in expected} == expected
    [change] = reply["changes"]
    assert (change["type"], change["itemId"], change["override"]) == ("price-overridden", "i-1", told)


async def test_a_price_is_named_by_its_id_alone(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    by_id = {"priceType": None, "period": None, "priceId": "pp-plan"}
    reply = await override(shop, cart_id, **by_id, attributes={"subType": "loyalty"})
    [told] = reply["cart"]["items"][0]["overrides"]
    assert (told["priceType"], told["period"], told["attributes"]) == ("recurring", "P1M", {"subType": "loyalty"})
    assert "priceId" not in told
    for fields in ({"priceId": "pp-phone"}, {"priceType": "usage", "priceId": "pp-plan"}, {"period": "P1Y"}):
        refused = await override(shop, cart_id, **{**by_id, **fields})
        assert problems(refused) == [("/data/priceId", "price-not-found")]
    nothing = await override(shop, cart_id, priceType=None)
    assert problems(nothing) == [("/data", "one-of")]
    back = await override(shop, cart_id, **by_id, kind="list-price", value=None)
    assert back["cart"]["items"][0]["overrides"] == []


async def test_an_override_counts_while_it_is_valid(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    valid = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "9000-01-01T00:00:00Z"}
    reply = await override(shop, cart_id, validFor=valid)
    assert (price(reply)["gross"], reply["cart"]["items"][0]["overrides"][0]["validFor"]) == ("18.00", valid)
    later = await shop.call("reprice-cart", cart_id, {"asOf": "9000-01-01T00:00:00Z"}, dryRun=True)
    assert price(later)["gross"] == "20.00"
    over = await override(shop, cart_id, validFor={"endDateTime": "2026-01-01T00:00:00Z"})
    assert price(over)["gross"] == "20.00"


async def test_an_override_stays_with_its_line(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await override(shop, cart_id)
    changed = await shop.call("update-products", cart_id, {"products": [{"id": "i-1", "quantity": 3, "trial": False}]})
    assert price(changed)["gross"] == "27.00"
    again = await override(shop, cart_id, kind="new-price", value="9.00")
    assert (price(again)["gross"], len(again["cart"]["items"][0]["overrides"])) == ("27.00", 1)
    back = await override(shop, cart_id, kind="list-price", value=None)
    assert (price(back)["gross"], back["cart"]["items"][0]["overrides"]) == ("30.00", [])
    assert back["changes"] == [
        {"type": "override-withdrawn", "itemId": "i-1", "priceType": "recurring", "period": "P1M"}
    ]
    assert (await override(shop, cart_id, kind="list-price", value=None))["status"] == "unchanged"


async def test_a_line_that_is_sent_again_keeps_its_override(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await override(shop, cart_id)
    reply = await shop.call("replace-items", cart_id, {"items": [PLAN, PHONE]})
    assert [each["type"] for each in reply["changes"]] == ["item-added"]
    assert price(reply)["gross"] == "18.00"
    moved = await shop.call("replace-items", cart_id, {"items": [{**PLAN, "quantity": 1}]})
    assert price(moved)["gross"] == "10.00"


async def test_promotions_come_after_overrides(shop: Shop) -> None:
    benefit = {"kind": "percent", "value": "10"}
    await shop.call("upsert-promotions", data={"promotions": [{"id": "ten", "benefits": [benefit]}]})
    cart_id = await shop.cart(PLAN)
    reply = await override(shop, cart_id)
    assert [each["amount"] for each in price(reply)["alterations"]] == ["-2.00", "-1.80"]


@pytest.mark.parametrize(
    ("roles", "kind", "value"),
    [
        ("dealer", "percent", "20.1"),
        ("dealer", "new-price", "12.01"),
        ("dealer", "percent", "-21"),
        ("dealer", "flat", "2.01"),
        ("manager", "new-price", "20.01"),
    ],
)
async def test_beyond_the_limit(shop: Shop, roles: str, kind: str, value: str) -> None:
    cart_id = await shop.cart(PLAN)
    reply = await override(shop, cart_id, roles=roles, kind=kind, value=value)
    assert (error_code(reply), problems(reply)) == ("override-over-limit", [("/data/value", "override-over-limit")])
    assert reply["error"]["details"]["role"] == roles


async def test_a_price_never_falls_below_zero(shop: Shop) -> None:
    reply = await override(shop, await shop.cart(PLAN), roles="manager", kind="flat", value="11.00")
    assert price(reply)["gross"] == "0.00"


async def test_the_widest_role_counts(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    assert price(await override(shop, cart_id, roles="clerk, dealer,manager", value="50"))["gross"] == "10.00"


async def test_any_role_that_may_is_enough(shop: Shop) -> None:
    limits = [{"role": "low", "floor": "50"}, {"role": "high", "floor": "90", "ceiling": "150"}]
    await shop.call("set-configuration", data={"overrideLimits": limits})
    cart_id = await shop.cart(PLAN)
    raised = await override(shop, cart_id, roles="low,high", kind="new-price", value="15.00")
    assert (price(raised)["gross"], raised["cart"]["items"][0]["overrides"][0]["role"]) == ("30.00", "high")
    lowered = await override(shop, cart_id, roles="low,high", kind="new-price", value="5.00")
    assert (price(lowered)["gross"], lowered["cart"]["items"][0]["overrides"][0]["role"]) == ("10.00", "low")


async def test_the_limit_is_of_the_list_price_as_it_is_now(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    dearer = {"id": "pp-plan", "offeringId": "plan", "type": "recurring", "period": "P1M", "currency": "EUR"}
    await shop.call("upsert-prices", data={"prices": [{**dearer, "amount": "20.00", "taxIncluded": True}]})
    refused = await override(shop, cart_id, kind="new-price", value="10.00")
    assert (error_code(refused), refused["error"]["details"]["list"]) == ("override-over-limit", "40.00")
    assert price(await override(shop, cart_id, kind="new-price", value="16.00"))["gross"] == "32.00"


@pytest.mark.parametrize("roles", ["", "nobody", "clerk"])
async def test_without_a_role_for_it(shop: Shop, roles: str) -> None:
    assert error_code(await override(shop, await shop.cart(PLAN), roles=roles)) == "forbidden"


async def test_an_external_price_needs_a_role_that_may_bring_one(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    assert error_code(await override(shop, cart_id, source="external")) == "forbidden"
    reply = await override(shop, cart_id, "manager", source="external", externalId="x-7")
    assert reply["cart"]["items"][0]["overrides"][0]["externalId"] == "x-7"


async def test_what_is_refused(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    assert problems(await override(shop, cart_id, reason=None)) == [("/reason", "missing")]
    assert problems(await override(shop, cart_id, itemId="i-9")) == [("/data/itemId", "item-not-found")]
    assert problems(await override(shop, cart_id, period="P1Y")) == [("/data/priceType", "price-not-found")]
    assert problems(await override(shop, cart_id, value=None)) == [("/data", "one-of")]
    yen = await override(shop, cart_id, kind="flat", value="1", currency="JPY")
    assert problems(yen) == [("/data/currency", "other-currency")]
    overlong = await override(shop, cart_id, kind="flat", value="0.0000000000001")
    assert problems(overlong) == [("/data/value", "too-many-decimals")]


async def test_a_dry_run_and_a_duplicate(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    dry = await override(shop, cart_id, dryRun=True)
    real = await override(shop, cart_id, message_id="m-1")
    again = await override(shop, cart_id, message_id="m-1")
    assert (dry["priceChanges"], dry["version"]) == (real["priceChanges"], real["version"])
    assert again == {**real, "status": "duplicate"}


async def test_roles_are_not_believed_unless_configured(amqp_url: str, mongo_url: str) -> None:
    async with running_worker(amqp_url, mongo_url) as running:
        shop = await running.shop()
        await shop.call("set-configuration", data={"overrideLimits": LIMITS})
        assert error_code(await override(shop, await shop.cart(PLAN))) == "forbidden"


@pytest.mark.parametrize(
    "limit",
    [
        {"role": "x", "floor": "101"},
        {"role": "x", "ceiling": "99"},
        {"role": "x", "floor": "-1"},
        {"role": "x", "floor": "1.0000000000001"},
    ],
)
async def test_limits_that_make_no_sense(shop: Shop, limit: dict[str, Any]) -> None:
    assert error_code(await shop.call("set-configuration", data={"overrideLimits": [limit]})) == "invalid"
