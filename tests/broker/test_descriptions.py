"""What documents 001 and 002 say of carts in passing, from the queue to the reply; `docs/coverage.md` has the rest."""

from typing import Any

import pytest

from cartwright.wire.header import HeaderFields
from support.shop import PRICES, Shop, error_code, problems

PLAN, PHONE = {"id": "i-1", "offeringId": "plan"}, {"id": "i-2", "offeringId": "phone"}
HEADER: dict[str, tuple[Any, Any]] = {
    "country": ("FR", "JP"),
    "locale": ("fr-FR", "ja-JP"),
    "storeId": ("s-1", "s-2"),
    "storeHostname": ("shop.example.org", "shop.example.com"),
    "customer": ({"id": "u-1", "userType": "CUSTOMER", "ownedOfferings": ["case"]}, {"userType": "DEALER"}),
    "endUser": ({"id": "u-2"}, {"id": "u-3"}),
    "agentId": ("a-1", "a-2"),
    "keys": ({"externalId": "x-1"}, {"uniqueId": "x-2"}),
    "attributes": ({"theme": "dark"}, {"size": "L"}),
    "contacts": ([{"id": "e-1", "characteristic": {"phoneNumber": "+331"}}], [{"id": "e-2", "preferred": False}]),
    "relatedParties": ([{"id": "u-2", "role": "payer", "name": "Anna"}], [{"name": "Ben"}]),
    "consentFlags": ({"newsletter": True}, {"newsletter": False}),
    "flags": ({"vip": True}, {"vip": False}),
    "salesFlags": (["autumn"], ["winter"]),
    "marketingCampaignNames": (["Spring sale"], ["Winter sale"]),
    "externalContext": ("visit 7", "visit 8"),
    "scenario": ("acquisition", "renewal"),
    "source": ("PURCHASE", "SUBSCRIPTION"),
    "blockDiscounts": (True, False),
    "hideCrossSell": (True, False),
    "hideUpSell": (True, False),
    "useStrikeThroughPrice": (True, False),
    "productRecoId": ("pr-1", "pr-2"),
    "catalogId": ("cat-1", "cat-2"),
    "subscriptionId": ("sub-1", "sub-2"),
    "paymentMethod": ("credit_card", "transfer"),
    "billCycleDay": (15, 31),
    "paymentParts": (2, 3),
    "pricingPolicy": ({"taxLevel": "unit"}, {"taxLevel": "group"}),
    "validity": ({"startDateTime": "2026-01-01T00:00:00Z"}, {"endDateTime": "2090-01-01T00:00:00Z"}),
}
"""Two values of every header field that may be absent, but for the forced currency."""
MANY = {
    "keys",
    "attributes",
    "contacts",
    "relatedParties",
    "consentFlags",
    "flags",
    "salesFlags",
    "marketingCampaignNames",
}
"""Those that hold any number of values: they are removed by an empty list or object, the others by null."""


def test_no_header_field_is_left_out() -> None:
    names = {field.alias or name for name, field in HeaderFields.model_fields.items()}
    assert names == HEADER.keys() | {"currency", "forcedCurrency", "extensions"}  # test_extensions


@pytest.mark.parametrize("name", HEADER)
async def test_every_header_field_is_kept_changed_and_removed(shop: Shop, name: str) -> None:
    first, second = HEADER[name]
    cart_id = await shop.cart(**{name: first})
    assert (await shop.call("get-cart", cart_id))["cart"][name] == first
    changed = await shop.call("update-cart", cart_id, {name: second})
    assert (changed["status"], changed["cart"][name]) == ("applied", second)
    empty = type(second)() if name in MANY else None
    removed = await shop.call("update-cart", cart_id, {name: empty})
    assert (removed["status"], removed["cart"].get(name)) == ("applied", empty)


async def test_emptying_keeps_customer_contacts_and_parties(shop: Shop) -> None:
    kept = {name: HEADER[name][0] for name in ("customer", "endUser", "contacts", "relatedParties", "keys")}
    cart_id = await shop.cart(PLAN, containers=[{"id": "k-1"}], channel={"id": "web"}, **kept)
    cart = (await shop.call("empty-cart", cart_id))["cart"]
    assert (cart["items"], cart["containers"], cart["channel"]) == ([], [], {"id": "web"})
    assert {name: cart[name] for name in kept} == kept


async def test_who_created_a_cart_and_when_is_filled_in_and_stays(shop: Shop) -> None:
    guest = {"user_id": "guest"}
    data = {"currency": "EUR", "country": "FR", "items": [PLAN]}
    created = (await shop.call("create-cart", "c-1", data, properties=guest))["cart"]
    assert (created["createdBy"], created["updatedBy"]) == ("guest", "guest")
    assert created["createdAt"] == created["updatedAt"]
    changed = (await shop.call("update-cart", "c-1", {"agentId": "a-1"}))["cart"]
    assert (changed["createdBy"], changed["createdAt"], changed["updatedBy"]) == ("guest", created["createdAt"], None)
    assert changed["updatedAt"] > created["updatedAt"]
    for name in ("createdBy", "updatedAt", "status"):
        refused = await shop.call("create-cart", "c-2", {**data, name: "x"})
        assert (error_code(refused), problems(refused)) == ("invalid", [(f"/data/{name}", "unknown-field")])


@pytest.mark.parametrize("channel", [{"id": "web"}, {"name": "web"}])
async def test_a_channel_is_named_by_its_id_or_by_its_name(shop: Shop, channel: dict[str, str]) -> None:
    web = {**next(each for each in PRICES if each["offeringId"] == "phone"), "id": "pp-web", "amount": "90.00"}
    await shop.call("upsert-prices", data={"prices": [{**web, "channel": "web"}]})
    for given, amount in ((None, "100.00"), (channel, "90.00")):
        cart = (await shop.call("get-cart", await shop.cart(PHONE, channel=given)))["cart"]
        assert (cart["channel"], cart["items"][0]["prices"][0]["list"]) == (given, amount)


@pytest.mark.parametrize(
    ("criterion", "header"),
    [
        ("channel", {"channel": {"id": "web"}}),
        ("place", {"place": {"id": "paris"}}),
        ("marketSegment", {"marketSegment": "b2b"}),
    ],
)
async def test_offerings_must_still_have_a_price_for_channel_place_and_segment(
    shop: Shop, criterion: str, header: dict[str, Any]
) -> None:
    phone = next(each for each in PRICES if each["offeringId"] == "phone")
    [here] = [each["id"] if isinstance(each, dict) else each for each in header.values()]
    await shop.call("upsert-prices", data={"prices": [{**phone, criterion: here}]})
    cart_id = await shop.cart(PHONE, **header)
    assert (await shop.call("validate-cart", cart_id))["validation"]["valid"]
    await shop.call("upsert-prices", data={"prices": [{**phone, criterion: "elsewhere"}]})
    validation = (await shop.call("validate-cart", cart_id))["validation"]
    assert [(each["code"], each["path"]) for each in validation["errors"]] == [("price-not-found", "/items/i-2")]
    assert error_code(await shop.call("add-items", cart_id, {"items": [{"offeringId": "phone"}]})) == "price-not-found"


async def test_a_new_sale_and_an_in_life_change_share_a_cart(shop: Shop) -> None:
    cart_id = await shop.cart()
    new = {"id": "k-1", "category": "mobile", "processContext": "new", "items": [PHONE]}
    own = [
        {**PLAN, "productId": "p-1", "action": "modify"},
        {"id": "i-3", "productId": "p-3", "action": "no-change"},
        {"id": "i-4", "productId": "p-4", "action": "terminate"},
    ]
    change = {"id": "k-2", "category": "fixed", "processContext": "in-life", "portfolioId": "pf-1", "items": own}
    cart = (await shop.call("add-containers", cart_id, {"containers": [new, change]}))["cart"]
    assert [each["processContext"] for each in cart["containers"]] == ["new", "in-life"]
    lines = [(each["id"], each["action"], each["productId"], len(each["prices"])) for each in cart["items"]]
    assert lines == [
        ("i-2", "add", None, 1),
        ("i-1", "modify", "p-1", 1),
        ("i-3", "no-change", "p-3", 0),
        ("i-4", "terminate", "p-4", 0),
    ]
    assert cart["dueNow"]["payable"] == "130.00"


async def test_an_agreement_a_term_and_a_characteristic_decide_what_a_line_costs_in_a_cart(shop: Shop) -> None:
    case = {"type": "one-time", "currency": "EUR", "offeringId": "case"}
    points = [
        {**case, "id": "pp-red", "amount": "6.00", "characteristics": {"color": "red"}},
        {**case, "id": "pp-long", "amount": "5.00", "term": "24M", "characteristics": {"color": "red"}},
        {
            **case,
            "id": "pp-frame",
            "amount": "4.00",
            "agreementId": "f",
            "term": "24M",
            "characteristics": {"color": "red"},
        },
    ]
    assert (await shop.call("upsert-prices", data={"prices": points}))["type"] == "catalog-updated"
    assert (await shop.call("upsert-agreements", data={"agreements": [{"id": "f"}]}))["type"] == "catalog-updated"
    line = {"id": "i-3", "offeringId": "case", "characteristics": {"color": "blue"}}
    cart_id = await shop.cart(line)
    seen = [(await shop.call("get-cart", cart_id))["cart"]["dueNow"]["payable"]]
    for path, value in (("characteristics/color", "red"), ("term", "24M")):
        operation = {"op": "add", "path": f"/items/i-3/{path}", "value": value}
        reply = await shop.call("patch-cart", cart_id, {"operations": [operation]})
        seen.append(reply["cart"]["dueNow"]["payable"])
    agreed = await shop.call("update-cart", cart_id, {"keys": {"agreementId": "f"}})
    seen.append(agreed["cart"]["dueNow"]["payable"])
    assert seen == ["9.00", "7.20", "6.00", "4.80"]


CARD = {"id": "a-1", "kind": "gift-card", "amount": "1.00", "currency": "EUR", "reference": "GC-1"}
THERE_AND_BACK: list[tuple[str, dict[str, Any], str]] = [
    ("add-voucher", {"code": "V"}, "voucher-added"),
    ("remove-voucher", {"code": "V"}, "voucher-removed"),
    ("apply-promotion", {"coupon": "C"}, "promotion-chosen"),
    ("remove-promotion", {"promotionId": "p"}, "promotion-withdrawn"),
    ("apply-adjustment", CARD, "adjustment-applied"),
    ("remove-adjustment", {"id": "a-1"}, "adjustment-removed"),
    ("freeze-cart", {"until": "2090-01-01T00:00:00Z"}, "cart-frozen"),
    ("unfreeze-cart", {}, "cart-unfrozen"),
    ("lock-cart", {"owner": "anna", "seconds": 60}, "cart-locked"),
    ("unlock-cart", {"owner": "anna"}, "cart-unlocked"),
]


async def test_what_a_command_did_is_named_in_its_reply(shop: Shop) -> None:
    promotion = {"id": "p", "coupon": "C", "benefits": [{"kind": "percent", "value": "10"}]}
    await shop.call("upsert-promotions", data={"promotions": [promotion]})
    await shop.call("upsert-vouchers", data={"vouchers": [{"code": "V", "reductionPercent": "10"}]})
    cart_id = await shop.cart(PLAN)
    for kind, data, change in THERE_AND_BACK:
        reply = await shop.call(kind, cart_id, data)
        assert [each["type"] for each in reply["changes"]] == [change]
