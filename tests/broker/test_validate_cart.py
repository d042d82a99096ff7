"""`validate-cart`, from queue to reply: repriced, every error listed, or a token for this version (002, Validate)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.running import Running
from support.shop import OFFERINGS, PRICES, Shop

PLAN, PHONE = {"id": "i-1", "offeringId": "plan"}, {"id": "i-2", "offeringId": "phone"}
CASE = {"id": "i-3", "offeringId": "case", "characteristics": {"color": "red"}}
SOLD_OUT = {"startDateTime": "2020-01-01T00:00:00Z", "endDateTime": "2021-01-01T00:00:00Z"}


async def catalog(shop: Shop, kind: str, *rows: dict[str, Any]) -> None:
    assert (await shop.call(f"upsert-{kind}", data={kind: list(rows)}))["type"] == "catalog-updated"


async def validated(shop: Shop, cart_id: str, **envelope: Any) -> dict[str, Any]:
    reply = await shop.call("validate-cart", cart_id, **envelope)
    assert reply["type"] == "cart-updated", reply
    return reply


async def errors(shop: Shop, cart_id: str) -> list[tuple[str, str]]:
    """Code and path of every error; with errors there is no token."""
    validation = (await validated(shop, cart_id))["validation"]
    assert all(each["message"] for each in validation["errors"])
    assert (validation["valid"], validation["token"], validation["expiresAt"]) == (False, None, None)
    return [(each["code"], each["path"]) for each in validation["errors"]]


def offering(offering_id: str, **fields: Any) -> dict[str, Any]:
    return {**next(each for each in OFFERINGS if each["id"] == offering_id), **fields}


def point(offering_id: str, **fields: Any) -> dict[str, Any]:
    return {**next(each for each in PRICES if each["offeringId"] == offering_id), **fields}


async def test_it_generates_a_validity_token_if_successfully_validated(shop: Shop) -> None:
    cart_id, before = await shop.cart(PLAN, CASE), datetime.now(UTC)
    reply = await validated(shop, cart_id)
    validation = reply["validation"]
    assert (reply["status"], reply["version"], reply["changes"]) == ("unchanged", 1, [])
    assert (validation["valid"], validation["errors"]) == (True, [])
    assert validation["token"].count(".") == 2
    expires = datetime.fromisoformat(validation["expiresAt"])
    assert timedelta(minutes=29) < expires - before <= timedelta(minutes=31)


async def test_the_token_is_valid_for_as_long_as_the_configuration_says(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("set-configuration", data={"validityMinutes": 5})
    left = datetime.fromisoformat((await validated(shop, cart_id))["validation"]["expiresAt"]) - datetime.now(UTC)
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)


@pytest.mark.parametrize("minutes", [0, -1, 10**9, "5"])
async def test_a_validity_out_of_bounds_is_refused(shop: Shop, minutes: object) -> None:
    reply = await shop.call("set-configuration", data={"validityMinutes": minutes})
    assert [each["path"] for each in reply["error"]["problems"]] == ["/data/validityMinutes"]


async def test_a_redelivered_validation_tells_the_same_token(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    replies = [await shop.call("validate-cart", cart_id, message_id="m-1") for _ in range(2)]
    assert [reply["status"] for reply in replies] == ["unchanged", "duplicate"]
    assert replies[0]["validation"] == replies[1]["validation"]


async def test_it_reprices_the_cart_and_the_token_is_for_the_new_version(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    await catalog(shop, "prices", point("phone", amount="90.00"))
    reply = await validated(shop, cart_id)
    assert (reply["status"], reply["version"]) == ("applied", 2)
    assert reply["cart"]["dueNow"]["payable"] == "108.00"
    assert [each["because"] for each in reply["priceChanges"] if each["scope"] == "item"] == [["list-price-changed"]]
    assert (await shop.call("submit-cart", cart_id, {"token": reply["validation"]["token"]}))["version"] == 3


async def test_promotions_are_reapplied_at_their_latest_definition_with_errors_too(shop: Shop) -> None:
    promotion = {"id": "ten", "coupon": "TEN", "benefits": [{"kind": "percent", "value": "10"}]}
    await catalog(shop, "promotions", promotion)
    cart_id = await shop.cart(PHONE)
    assert (await shop.call("apply-promotion", cart_id, {"coupon": "TEN"}))["version"] == 2
    await catalog(shop, "promotions", {**promotion, "benefits": [{"kind": "percent", "value": "20"}]})
    assert (await validated(shop, cart_id))["cart"]["dueNow"]["payable"] == "96.00"
    await catalog(shop, "promotions", {**promotion, "validFor": SOLD_OUT})
    reply = await validated(shop, cart_id)
    assert (reply["status"], reply["version"], reply["cart"]["dueNow"]["payable"]) == ("applied", 4, "120.00")
    assert reply["validation"]["errors"] == [
        {
            "code": "promotion-not-applicable",
            "message": "Promotion ten does not apply: expired.",
            "path": "/promotions/ten",
            "parameters": {"promotionId": "ten", "reason": "expired"},
        }
    ]


async def test_a_dry_run_lists_the_errors_and_issues_no_token(shop: Shop, running: Running) -> None:
    cart_id = await shop.cart(PHONE)
    await catalog(shop, "prices", point("phone", amount="90.00"))
    before = await running.documents(shop.tenant)
    dry = await validated(shop, cart_id, dryRun=True)
    assert (dry["status"], dry["version"]) == ("dry-run", 2)
    assert dry["validation"] == {"valid": True, "errors": [], "token": None, "expiresAt": None}
    assert await running.documents(shop.tenant) == before
    real = await validated(shop, cart_id)
    assert (real["version"], real["priceChanges"]) == (dry["version"], dry["priceChanges"])


async def test_an_empty_cart_can_not_be_ordered(shop: Shop) -> None:
    assert await errors(shop, await shop.cart()) == [("cart-empty", "")]


async def test_mandatory_characteristics_have_a_value(shop: Shop) -> None:
    cart_id = await shop.cart(PHONE)
    spec = {"name": "storage", "mandatory": True, "values": ["128", "256"]}
    await catalog(shop, "offerings", offering("phone", characteristics=[spec]))
    assert await errors(shop, cart_id) == [("characteristic-missing", "/items/i-2/characteristics/storage")]


async def test_values_that_are_no_longer_allowed_are_errors(shop: Shop) -> None:
    cart_id = await shop.cart(CASE)
    await catalog(shop, "offerings", offering("case", characteristics=[{"name": "color", "values": ["blue"]}]))
    assert await errors(shop, cart_id) == [("characteristic-not-allowed", "/items/i-3/characteristics/color")]


async def test_values_have_the_form_of_their_type_by_now(shop: Shop) -> None:
    cart_id = await shop.cart({**PHONE, "characteristics": {"imei": "hello"}})
    spec = {"name": "imei", "mandatory": True, "valueType": "imei"}
    await catalog(shop, "offerings", offering("phone", characteristics=[spec]))
    assert await errors(shop, cart_id) == [("characteristic-not-allowed", "/items/i-2/characteristics/imei")]


@pytest.mark.parametrize("place", [{"id": "ON"}, None])
async def test_a_tax_of_another_place_is_none(shop: Shop, place: dict[str, str] | None) -> None:
    await catalog(shop, "taxes", {"id": "gst", "country": "CA", "category": "standard", "place": "QC", "rate": "5"})
    cart_id = await shop.cart(PHONE, country="CA", place=place)
    assert await errors(shop, cart_id) == [("tax-not-found", "/items/i-2")]


async def test_offerings_are_on_sale_at_this_time_and_through_this_channel(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE, channel={"id": "web"})
    await catalog(shop, "offerings", offering("plan", validFor=SOLD_OUT), offering("phone", channels=["shop"]))
    assert await errors(shop, cart_id) == [
        ("offering-not-available", "/items/i-1"),
        ("offering-not-available", "/items/i-2"),
    ]


async def test_cardinalities_of_carts_containers_and_bundles_are_met(shop: Shop) -> None:
    container = [{"id": "k-1"}]
    cart_id = await shop.cart({**PLAN, "containerId": "k-1"}, containers=container)
    phones = {"kind": "cardinality", "items": {"offeringIds": ["phone"]}, "min": 1}
    await catalog(shop, "rules", {"id": "a", **phones}, {"id": "b", **phones, "per": "container"})
    assert await errors(shop, cart_id) == [("cardinality", ""), ("cardinality", "/containers/k-1")]
    await catalog(shop, "offerings", offering("plan", bundle=[{"offeringId": "case", "min": 1, "max": 1}]))
    assert ("cardinality", "/items/i-1") in await errors(shop, cart_id)


async def test_items_that_came_to_be_incompatible_are_errors(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    apart = {"kind": "exclusion", "items": {"offeringIds": ["plan"]}, "others": {"offeringIds": ["phone"]}}
    await catalog(shop, "rules", {"id": "apart", **apart})
    assert await errors(shop, cart_id) == [("incompatible-items", "/items/i-2")]


async def test_a_voucher_whose_last_use_another_cart_has_is_exhausted(shop: Shop) -> None:
    voucher = {"code": "V", "reductionPercent": "10", "uses": 2}
    await catalog(shop, "vouchers", voucher)
    carts = [await shop.cart(PHONE) for _ in range(2)]
    for cart_id in carts:
        assert (await shop.call("add-voucher", cart_id, {"code": "V"}))["status"] == "applied"
    await shop.call("remove-voucher", carts[0], {"code": "V"})
    await catalog(shop, "vouchers", {**voucher, "uses": 1})
    assert (await validated(shop, carts[1]))["validation"]["valid"]
    expired = {**voucher, "validFor": SOLD_OUT}
    await catalog(shop, "vouchers", expired)
    assert await errors(shop, carts[1]) == [("voucher-unknown", "/vouchers/V")]
    other = await shop.cart(PHONE)
    await catalog(shop, "vouchers", {**voucher, "uses": 1})
    assert (await shop.call("add-voucher", other, {"code": "V"}))["status"] == "applied"
    assert await errors(shop, carts[1]) == [("voucher-exhausted", "/vouchers/V")]


async def test_all_errors_are_listed_in_one_pass(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN, PHONE)
    await catalog(shop, "offerings", offering("plan", validFor=SOLD_OUT))
    await catalog(shop, "offerings", offering("phone", characteristics=[{"name": "storage", "mandatory": True}]))
    await catalog(shop, "rules", {"id": "two", "kind": "cardinality", "items": {"offeringIds": ["case"]}, "min": 1})
    assert [code for code, _ in await errors(shop, cart_id)] == [
        "offering-not-available",
        "characteristic-missing",
        "cardinality",
    ]
