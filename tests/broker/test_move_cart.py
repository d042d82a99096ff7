"""`move-cart`: a cart goes to another channel, place or market segment (contract, "move-cart"; 002)."""

import json
from typing import Any

import pytest

from support.running import Running
from support.shop import Shop, error_code, problems

WEB, SHOP = {"id": "web"}, {"id": "shop"}
PLAN = {"id": "i-1", "offeringId": "plan"}
ONLINE = {"id": "i-2", "offeringId": "online"}
BOX = {"id": "i-3", "offeringId": "phone", "parentId": "i-2"}
ROW = {"type": "one-time", "currency": "EUR", "amount": "5.00"}


@pytest.fixture
async def shop(running: Running) -> Shop:
    """A catalog with offerings and reductions that depend on the channel, the place or the segment."""
    shop = await running.shop()
    await _upsert(shop, "offerings", {"id": "online", "channels": ["web"]}, {"id": "local"}, {"id": "cheap"})
    await _upsert(
        shop,
        "prices",
        {"id": "pp-online", "offeringId": "online", **ROW},
        {"id": "pp-local", "offeringId": "local", "place": "paris", **ROW},
        {"id": "pp-cheap", "offeringId": "cheap", **ROW},
        {"id": "pp-cheap-b2b", "offeringId": "cheap", "marketSegment": "b2b", **ROW, "amount": "4.00"},
    )
    await _upsert(
        shop,
        "promotions",
        _promotion("web-week", {"kind": "channel", "channels": ["web"]}),
        _promotion("web-code", {"kind": "channel", "channels": ["web"]}, coupon="WEB"),
        _promotion("paris-code", {"kind": "place", "places": ["paris"]}, coupon="PARIS"),
    )
    await _upsert(shop, "vouchers", {"code": "ONLINE", "reductionAmount": "1.00", "currency": "EUR"})
    return shop


def _promotion(promotion_id: str, *conditions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    benefits = [{"kind": "percent", "value": "10"}]
    return {"id": promotion_id, "conditions": list(conditions), "benefits": benefits, **fields}


async def _upsert(shop: Shop, kind: str, *rows: dict[str, Any]) -> None:
    reply = await shop.call(f"upsert-{kind}", data={kind: list(rows)})
    assert reply["type"] == "catalog-updated", reply


async def _web_cart(shop: Shop, *items: dict[str, Any], **header: Any) -> str:
    return await shop.cart(*items, channel=WEB, **header)


async def test_rules_prices_and_promotions_are_evaluated_with_the_new_circumstances(shop: Shop) -> None:
    cart_id = await shop.cart({"id": "i-1", "offeringId": "cheap"})
    moved = await shop.call("move-cart", cart_id, {"marketSegment": "b2b", "channel": WEB})
    assert (moved["status"], moved["version"]) == ("applied", 2)
    assert moved["changes"] == [
        {
            "type": "cart-moved",
            "from": {"channel": None, "marketSegment": None},
            "to": {"channel": WEB, "marketSegment": "b2b"},
        }
    ]
    assert moved["cart"]["items"][0]["prices"][0]["list"] == "4.00"
    assert [each["id"] for each in moved["cart"]["promotions"]] == ["web-week"]
    assert moved["priceChanges"][0]["because"] == ["cart-moved", "promotion-started"]
    assert (moved["autoRemovedOffers"], moved["autoRemovedPromotions"]) == ([], [])


async def test_absent_stays_and_null_removes(shop: Shop) -> None:
    cart_id = await _web_cart(shop, place={"id": "paris"}, marketSegment="b2b")
    cart = (await shop.call("move-cart", cart_id, {"place": None}))["cart"]
    assert (cart["channel"], cart["place"], cart["marketSegment"]) == (WEB, None, "b2b")
    cart = (await shop.call("move-cart", cart_id, {"channel": None, "marketSegment": {"id": "b2c"}}))["cart"]
    assert (cart["channel"], cart["place"], cart["marketSegment"]) == (None, None, {"id": "b2c"})


async def test_a_move_to_where_the_cart_is_changes_nothing(shop: Shop) -> None:
    cart_id = await _web_cart(shop, PLAN)
    still = await shop.call("move-cart", cart_id, {"channel": WEB, "place": None})
    assert (still["status"], still["version"], still["changes"]) == ("unchanged", 1, [])
    assert (still["autoRemovedOffers"], still["autoRemovedPromotions"]) == ([], [])


@pytest.mark.parametrize("data", [{}, {"offerAutoRemoval": True}])
async def test_a_move_names_where_the_cart_goes(shop: Shop, data: dict[str, Any]) -> None:
    reply = await shop.call("move-cart", await _web_cart(shop, PLAN), data)
    assert (error_code(reply), problems(reply)) == ("invalid", [("/data", "missing")])


async def test_an_offer_that_is_not_sold_there_refuses_the_move(shop: Shop, running: Running) -> None:
    cart_id = await _web_cart(shop, PLAN, ONLINE)
    before = await running.documents(shop.tenant)
    refused = await shop.call("move-cart", cart_id, {"channel": SHOP, "promoAutoRemoval": True})
    assert error_code(refused) == "offering-not-available"
    assert problems(refused) == [("/data/channel", "offering-not-available")]
    assert await running.documents(shop.tenant) == before


async def test_a_line_without_a_price_there_counts_as_not_available(shop: Shop) -> None:
    local = {"id": "i-2", "offeringId": "local"}
    cart_id = await shop.cart(PLAN, local, place={"id": "paris"})
    data: dict[str, Any] = {"channel": WEB, "place": {"id": "lyon"}}
    refused = await shop.call("move-cart", cart_id, data)
    assert error_code(refused) == "offering-not-available"
    assert problems(refused) == [("/data/place", "offering-not-available")]
    moved = await shop.call("move-cart", cart_id, {**data, "offerAutoRemoval": True})
    assert moved["autoRemovedOffers"] == [{"itemId": "i-2", "offeringId": "local", "reason": "price-not-found"}]
    assert [each["id"] for each in moved["cart"]["items"]] == ["i-1"]


async def test_every_offer_that_is_in_the_way_is_listed(shop: Shop) -> None:
    items = [ONLINE, {"id": "i-4", "offeringId": "local"}, PLAN]
    cart_id = await _web_cart(shop, *items, place={"id": "paris"})
    refused = await shop.call("move-cart", cart_id, {"place": None, "channel": None})
    assert sorted(problems(refused)) == [
        ("/data/channel", "offering-not-available"),
        ("/data/place", "offering-not-available"),
    ]


async def test_children_go_with_their_parents_and_are_reported_too(shop: Shop) -> None:
    cart_id = await _web_cart(shop, PLAN, ONLINE, BOX)
    moved = await shop.call("move-cart", cart_id, {"channel": SHOP, "offerAutoRemoval": True})
    assert moved["autoRemovedOffers"] == [
        {"itemId": "i-2", "offeringId": "online", "reason": "offering-not-available"},
        {"itemId": "i-3", "offeringId": "phone", "reason": "parent-removed"},
    ]
    assert [each["type"] for each in moved["changes"]] == ["cart-moved", "item-removed", "item-removed"]
    assert [each["id"] for each in moved["cart"]["items"]] == ["i-1"]


async def test_lines_that_rules_removed_are_reported_with_the_rule(shop: Shop) -> None:
    rule = {"id": "extra", "kind": "add-item", "when": {"offeringIds": ["online"]}, "offeringId": "phone"}
    await _upsert(shop, "rules", rule)
    cart_id = await _web_cart(shop, PLAN, ONLINE)
    moved = await shop.call("move-cart", cart_id, {"channel": SHOP, "offerAutoRemoval": True})
    assert [(each["offeringId"], each["reason"]) for each in moved["autoRemovedOffers"]] == [
        ("online", "offering-not-available"),
        ("phone", "rule:extra"),
    ]


async def test_what_a_line_no_longer_sells_is_not_checked(shop: Shop) -> None:
    cart_id = await _web_cart(shop, PLAN, {**ONLINE, "action": "terminate", "productId": "p-1"})
    moved = await shop.call("move-cart", cart_id, {"channel": SHOP})
    assert (moved["status"], moved["autoRemovedOffers"]) == ("applied", [])


async def test_automatic_promotions_are_reported_but_never_refuse(shop: Shop) -> None:
    moved = await shop.call("move-cart", await _web_cart(shop, PLAN), {"channel": SHOP})
    assert moved["autoRemovedPromotions"] == [{"id": "web-week", "reason": "condition-not-met"}]
    assert moved["cart"]["promotions"] == []


async def test_a_chosen_promotion_that_no_longer_applies_refuses_the_move(shop: Shop, running: Running) -> None:
    cart_id = await _web_cart(shop, PLAN, place={"id": "paris"})
    for coupon in ("WEB", "PARIS"):
        assert (await shop.call("apply-promotion", cart_id, {"coupon": coupon}))["status"] == "applied"
    before = await running.documents(shop.tenant)
    refused = await shop.call("move-cart", cart_id, {"channel": SHOP, "place": None, "offerAutoRemoval": True})
    assert error_code(refused) == "promotion-not-applicable"
    assert sorted(problems(refused)) == [
        ("/data/channel", "promotion-not-applicable"),
        ("/data/place", "promotion-not-applicable"),
    ]
    assert await running.documents(shop.tenant) == before


async def test_chosen_promotions_and_vouchers_are_removed_where_the_switch_says_so(shop: Shop) -> None:
    cart_id = await _web_cart(shop, ONLINE)
    await shop.call("apply-promotion", cart_id, {"coupon": "WEB"})
    await shop.call("add-voucher", cart_id, {"code": "ONLINE"})
    switches = {"offerAutoRemoval": True, "promoAutoRemoval": True}
    moved = await shop.call("move-cart", cart_id, {"channel": SHOP, **switches})
    assert moved["autoRemovedPromotions"] == [
        {"id": "web-code", "reason": "nothing-to-reduce"},
        {"id": "web-week", "reason": "nothing-to-reduce"},
        {"id": "ONLINE", "reason": "nothing-to-reduce"},
    ]
    assert {"type": "promotion-withdrawn", "promotionId": "web-code", "coupon": "WEB"} in moved["changes"]
    assert {"type": "voucher-removed", "code": "ONLINE"} in moved["changes"]
    assert (moved["cart"]["promotions"], moved["cart"]["vouchers"]) == ([], [])


async def test_a_promotion_that_did_not_apply_before_the_move_is_not_in_its_way(shop: Shop) -> None:
    cart_id = await _web_cart(shop, PLAN)
    await shop.call("apply-promotion", cart_id, {"coupon": "WEB"})
    await _upsert(shop, "promotions", _promotion("web-code", {"kind": "quantity", "minimum": 50}, coupon="WEB"))
    await shop.call("reprice-cart", cart_id)
    moved = await shop.call("move-cart", cart_id, {"channel": SHOP})
    assert moved["status"] == "applied"
    assert [each["id"] for each in moved["autoRemovedPromotions"]] == ["web-week"]


async def test_a_dry_run_predicts_the_move_and_a_duplicate_repeats_its_report(shop: Shop, running: Running) -> None:
    cart_id = await _web_cart(shop, PLAN, ONLINE, BOX)
    await shop.call("apply-promotion", cart_id, {"coupon": "WEB"})
    data = {"channel": SHOP, "offerAutoRemoval": True, "promoAutoRemoval": True}
    before = await running.documents(shop.tenant)
    would_be = await shop.call("move-cart", cart_id, data, dryRun=True)
    assert await running.documents(shop.tenant) == before
    moved = await shop.call("move-cart", cart_id, data, message_id="move")
    again = await shop.call("move-cart", cart_id, data, message_id="move")
    for name in ("changes", "priceChanges", "autoRemovedOffers", "autoRemovedPromotions"):
        assert would_be[name] == moved[name] == again[name]
    assert [each["id"] for each in moved["autoRemovedPromotions"]] == ["web-code", "web-week"]
    assert (would_be["status"], again["status"]) == ("dry-run", "duplicate")
    assert would_be["cart"]["totals"] == moved["cart"]["totals"]


async def test_a_move_has_an_event_of_its_own(shop: Shop) -> None:
    cart_id = await _web_cart(shop, PLAN)
    await shop.call("move-cart", cart_id, {"channel": SHOP})
    events = [json.loads(each.body) for each in await shop.events(6, cart_id)]
    moved = [each for each in events if each["version"] == 2]
    assert [each["type"] for each in moved] == ["cart-updated", "price-changed", "cart-moved"]
    assert moved[2]["commandType"] == "move-cart"


async def test_two_moves_of_one_field_conflict_when_one_is_rebased(shop: Shop) -> None:
    cart_id = await shop.cart(PLAN)
    await shop.call("move-cart", cart_id, {"channel": SHOP})
    other = await shop.call("move-cart", cart_id, {"place": {"id": "paris"}}, version=1, onConflict="rebase")
    same = await shop.call("move-cart", cart_id, {"channel": WEB}, version=1, onConflict="rebase")
    assert (other["status"], error_code(same)) == ("applied", "rebase-conflict")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"channel": "shop"}, ("/data/channel", "wrong-type")),
        ({"channel": {"id": "has space"}}, ("/data/channel/id", "wrong-format")),
        ({"place": {"city": "Paris"}}, ("/data/place/city", "unknown-field")),
        ({"marketSegment": ""}, ("/data/marketSegment", "wrong-format")),
        ({"channel": SHOP, "offerAutoRemoval": "yes"}, ("/data/offerAutoRemoval", "wrong-type")),
        ({"channel": SHOP, "country": "FR"}, ("/data/country", "unknown-field")),
    ],
)
async def test_a_wrong_field_is_refused_where_it_stands(
    shop: Shop, data: dict[str, Any], problem: tuple[str, str]
) -> None:
    reply = await shop.call("move-cart", "c-none", data)
    assert (error_code(reply), problems(reply)) == ("invalid", [problem])
