"""A tenant's defaults: what a new cart has whose command names no country, locale or currency."""

from support.shop import Shop, problems

DEFAULTS = {"country": "FR", "locale": "fr-FR", "currency": "EUR"}


async def test_without_a_default_a_currency_is_required(shop: Shop) -> None:
    for kind, cart_id in (("create-cart", "c-1"), ("simulate-price", None)):
        assert problems(await shop.call(kind, cart_id, {"country": "FR"})) == [("/data/currency", "missing")]


async def test_a_new_cart_has_the_defaults_that_its_command_does_not_override(shop: Shop) -> None:
    await shop.call("set-configuration", data={"defaults": DEFAULTS})
    item = {"id": "i-1", "offeringId": "phone"}
    plain = (await shop.call("create-cart", "c-1", {"items": [item], "locale": None}))["cart"]
    assert {name: plain[name] for name in DEFAULTS} == DEFAULTS
    assert plain["dueNow"]["payable"] == "120.00"
    other = (await shop.call("create-cart", "c-2", {"items": [item], "country": "JP", "currency": "JPY"}))["cart"]
    assert (other["country"], other["locale"], other["currency"]) == ("JP", "fr-FR", "JPY")
    simulated = (await shop.call("simulate-price", data={"items": [item]}))["cart"]
    assert simulated["dueNow"] == plain["dueNow"]


async def test_later_defaults_change_no_cart(shop: Shop) -> None:
    await shop.call("set-configuration", data={"defaults": DEFAULTS})
    await shop.call("create-cart", "c-1", {})
    await shop.call("set-configuration", data={"defaults": {"country": "JP", "currency": "JPY"}})
    assert (await shop.call("get-cart", "c-1"))["cart"]["currency"] == "EUR"
    refused = await shop.call("set-configuration", data={"defaults": {"currency": "XXY", "other": 1}})
    assert sorted(problems(refused)) == [
        ("/data/defaults/currency", "unknown-currency"),
        ("/data/defaults/other", "unknown-field"),
    ]
