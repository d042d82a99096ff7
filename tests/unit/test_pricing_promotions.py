"""Which promotions apply, in which order, and why the others don't; asking for one and taking that back."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from cartwright.wire.refusals import ErrorCode, Refusal
from engine.execute import execute
from engine.reading import Origin, read_command
from facts.snapshot import Facts
from handlers.kinds import CartCommand
from handlers.queries.simulate_price import InlineFacts
from models.answers.rendering import render_cart
from models.cart.cart import Cart
from models.changes.priced_patch import PricedPatch
from support.pricing import NOON, document, explained, price_row, priced, promotion, reductions

MUG, TEA = price_row("mug", "10.00"), price_row("tea", "4.00")
HALF, TENTH = {"kind": "percent", "value": "50"}, {"kind": "percent", "value": "10"}
ONE_OFF = {"kind": "fixed", "amount": "1.00", "currency": "EUR"}


def outcome(
    *promotions: dict[str, Any], quantities: dict[str, int] | None = None, **header: Any
) -> dict[str, str | None]:
    """Why each promotion did not apply; None for those that did."""
    shop = document(quantities or {"mug": 1}, [MUG, TEA], *promotions, **header)
    return {each.id: each.reason for each in explained(shop)[1].promotions}


def test_lines_first_then_containers_then_the_cart() -> None:
    rules = [promotion(level, ONE_OFF, level=level) for level in ("cart", "container", "item")]
    cart = priced(document({"mug": 1}, [MUG], *rules, containers=[{"id": "k"}], fields={"mug": {"containerId": "k"}}))
    assert [each.id for each in cart.items[0].prices[0].alterations] == ["item", "container", "cart"]


def test_of_a_level_the_highest_priority_comes_first_and_the_id_decides_between_equals() -> None:
    rules = [promotion("b", ONE_OFF), promotion("a", ONE_OFF), promotion("z", ONE_OFF, priority=1)]
    cart = priced(document({"mug": 1}, [MUG], *rules))
    assert [each.id for each in cart.items[0].prices[0].alterations] == ["z", "a", "b"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, None),
        ({"lifecycle": "paused"}, "inactive"),
        ({"validFor": {"startDateTime": "2026-03-04T12:00:01Z"}}, "not-started"),
        ({"validFor": {"endDateTime": "2026-03-04T12:00:00Z"}}, "expired"),
        ({"coupon": "SPRING"}, "coupon-missing"),
        ({"automatic": False}, "not-chosen"),
        ({"conditions": [{"kind": "quantity", "minimum": 2}]}, "condition-not-met"),
        ({"benefits": [{**ONE_OFF, "currency": "USD"}]}, "nothing-to-reduce"),
    ],
)
def test_every_promotion_that_does_not_apply_says_why(fields: dict[str, Any], reason: str | None) -> None:
    assert outcome({**promotion("rule", TENTH), **fields}) == {"rule": reason}


def test_a_cart_may_block_discounts() -> None:
    assert outcome(promotion("rule", TENTH), blockDiscounts=True) == {"rule": "discounts-blocked"}


def test_an_exclusive_promotion_shares_a_price_with_no_other() -> None:
    exclusive = promotion("alone", TENTH, priority=5, exclusive=True)
    assert outcome(exclusive, promotion("more", ONE_OFF)) == {"alone": None, "more": "excluded"}
    assert outcome(promotion("first", ONE_OFF, priority=9), exclusive) == {"first": None, "alone": "excluded"}


def test_of_two_that_exclude_each_other_the_better_one_counts() -> None:
    exclusive = promotion("alone", HALF, priority=5, exclusive=True)
    assert outcome(promotion("first", ONE_OFF, priority=9), exclusive) == {"first": "not-beneficial", "alone": None}
    assert outcome(promotion("poor", ONE_OFF, priority=9, exclusive=True), exclusive) == {
        "poor": "not-beneficial",
        "alone": None,
    }


def test_what_is_billed_in_arrears_counts_for_the_better_one() -> None:
    """99.00 now and 99.00 later are more than 100.00 now and 10.00 later."""
    prices = [price_row("mug", "100.00"), price_row("tea", "100.00", period="P1M", isArrears=True)]
    rules = [
        promotion("all", {"kind": "percent", "value": "1"}, exclusive=True),
        promotion("later", {"kind": "percent", "value": "90", "target": {"offeringIds": ["tea"]}}),
    ]
    cart = priced(document({"mug": 1, "tea": 1}, prices, *rules))
    assert [total.gross for total in cart.pricing.totals] == [10000, 1000]
    assert [each.id for each in cart.pricing.promotions] == ["later"]


def test_several_small_ones_outdo_an_exclusive_one() -> None:
    alone = promotion("alone", {**ONE_OFF, "amount": "1.50"}, priority=5, exclusive=True)
    assert outcome(alone, promotion("one", ONE_OFF), promotion("two", ONE_OFF)) == {
        "alone": "not-beneficial",
        "one": None,
        "two": None,
    }


def test_a_reduction_that_would_cost_a_better_one_its_minimum_is_left_out() -> None:
    above_ten = {"kind": "minimum-amount", "amount": "10.00", "currency": "EUR"}
    rules = [promotion("first", ONE_OFF, priority=9), promotion("half", HALF, above_ten)]
    assert outcome(*rules) == {"first": "not-beneficial", "half": None}
    assert outcome(*rules, quantities={"mug": 2}) == {"first": None, "half": None}


def test_a_reduction_that_would_turn_a_better_one_to_other_lines_is_left_out() -> None:
    """Beside the dear one at 12.00 the mug at 10.00 is free; beside a dear one at 6.00, that would be free instead."""
    dear = price_row("dear", "12.00")
    rules = [
        promotion("cheaper", HALF, {"kind": "offering", "offeringIds": ["dear"]}, level="item"),
        promotion("pair", {"kind": "buy-get", "buy": 1, "get": 1}, priority=9),
        promotion("last", {"kind": "percent", "value": "100", "target": {"offeringIds": ["dear"]}}),
    ]
    cart = priced(document({"mug": 1, "dear": 1}, [MUG, dear], *rules))
    assert (cart.pricing.due_now.payable, [each.id for each in cart.pricing.promotions]) == (0, ["pair", "last"])


def test_what_was_asked_for_and_does_not_pay_stays_with_its_reason() -> None:
    shop = document(
        {"mug": 1},
        [MUG],
        promotion("alone", HALF, exclusive=True),
        promotion("spring", ONE_OFF, coupon="SPRING", priority=1),
        coupons=["SPRING"],
    )
    assert {each.id: each.reason for each in priced(shop).pricing.promotions} == {
        "spring": "not-beneficial",
        "alone": None,
    }


def test_an_exclusive_promotion_may_have_several_benefits() -> None:
    both = {**promotion("both", HALF, exclusive=True), "benefits": [HALF, ONE_OFF]}
    assert reductions(priced(document({"mug": 1}, [MUG], both))) == {"mug": 600}


def test_an_exclusive_promotion_leaves_other_lines_to_others() -> None:
    alone = promotion("alone", HALF, {"kind": "offering", "offeringIds": ["mug"]}, level="item", exclusive=True)
    cart = priced(document({"mug": 1, "tea": 1}, [MUG, TEA], alone, promotion("more", ONE_OFF)))
    assert reductions(cart) == {"mug": 500, "tea": 100}


def test_a_cap_counts_lines_and_the_dearest_come_first() -> None:
    capped = promotion("rule", TENTH, level="item", caps={"perCart": 1})
    assert reductions(priced(document({"tea": 2, "mug": 1}, [MUG, TEA], capped))) == {"mug": 100}
    assert reductions(priced(document({"tea": 3, "mug": 1}, [MUG, TEA], capped))) == {"tea": 120}


def test_a_coupon_brings_its_promotion() -> None:
    shop = document({"mug": 1}, [MUG], promotion("spring", TENTH, coupon="SPRING"), coupons=["SPRING", "WRONG"])
    [applied] = priced(shop).pricing.promotions
    assert (applied.id, applied.coupon, applied.reason) == ("spring", "SPRING", None)


def facts_of(shop: dict[str, Any]) -> Facts:
    return Facts().with_rows(InlineFacts.model_validate(shop["facts"]).rows(), 1)


def run(cart: Cart, facts: Facts, kind: str, data: dict[str, Any], at: datetime = NOON) -> Cart:
    body = json.dumps({"type": kind, "cartId": cart.id, "data": data}).encode()
    entry, command = read_command(body, Origin(cart.tenant, kind, "m-1", None, None, at))
    assert isinstance(entry, CartCommand)
    return execute(entry, cart, command, facts, at, ()).cart


def refusal(cart: Cart, facts: Facts, kind: str, data: dict[str, Any]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        run(cart, facts, kind, data)
    return refused.value


SHOP = document(
    {"mug": 1},
    [MUG],
    promotion("auto", ONE_OFF),
    promotion("spring", TENTH, coupon="SPRING"),
    promotion("loyal", TENTH, {"kind": "customer-type", "userTypes": ["MEMBER"]}, automatic=False),
    promotion("later", TENTH, automatic=False, validFor={"startDateTime": "2027-01-01T00:00:00Z"}),
)


def test_a_promotion_is_asked_for_and_taken_back() -> None:
    cart, facts = priced(SHOP), facts_of(SHOP)
    with_coupon = run(cart, facts, "apply-promotion", {"coupon": "SPRING"})
    assert reductions(with_coupon) == {"mug": 190}
    assert with_coupon.version == cart.version + 1
    assert run(with_coupon, facts, "apply-promotion", {"coupon": "SPRING"}) == with_coupon
    assert reductions(run(with_coupon, facts, "remove-promotion", {"promotionId": "spring"})) == {"mug": 100}


def test_a_promotion_that_applies_on_its_own_needs_no_asking() -> None:
    cart = priced(SHOP)
    assert run(cart, facts_of(SHOP), "apply-promotion", {"promotionId": "auto"}) == cart


@pytest.mark.parametrize(
    ("kind", "data", "reason"),
    [
        ("apply-promotion", {"coupon": "WINTER"}, "unknown"),
        ("apply-promotion", {"promotionId": "nothing"}, "unknown"),
        ("apply-promotion", {"promotionId": "spring"}, "coupon-missing"),
        ("apply-promotion", {"promotionId": "loyal"}, "condition-not-met"),
        ("apply-promotion", {"promotionId": "later"}, "not-started"),
        ("remove-promotion", {"promotionId": "auto"}, "not-chosen"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(kind: str, data: dict[str, Any], reason: str) -> None:
    refused = refusal(priced(SHOP), facts_of(SHOP), kind, data)
    assert refused.code is ErrorCode.PROMOTION_NOT_APPLICABLE
    assert refused.details["reason"] == reason


def test_a_chosen_promotion_that_no_longer_applies_stays_with_its_reason() -> None:
    shop = document(
        {"mug": 1}, [MUG], promotion("spring", TENTH, coupon="SPRING", validFor={"endDateTime": "2026-04-01T00:00:00Z"})
    )
    facts = facts_of(shop)
    cart = run(priced(shop), facts, "apply-promotion", {"coupon": "SPRING"})
    later = run(cart, facts, "reprice-cart", {}, datetime(2026, 4, 1, tzinfo=UTC))
    assert render_cart(later)["promotions"] == [
        {"id": "spring", "coupon": "SPRING", "applied": False, "reason": "expired", "discounts": []}
    ]
    assert reductions(later) == {}


def test_gifts_are_part_of_what_pricing_wrote() -> None:
    shop = document({"mug": 1}, [MUG, TEA], promotion("gift", {"kind": "free-item", "offeringId": "tea"}))
    cart = priced(shop)
    bare = Cart(cart.id, cart.tenant, 1, cart.status, cart.header, cart.created, cart.updated, items=cart.items[:1])
    assert PricedPatch.between(bare, cart, []).apply(bare).items == cart.items
    assert PricedPatch.between(cart, bare, []).apply(cart).items == bare.items


GIFT = {"kind": "free-item", "offeringId": "tea"}
GIVING = document({"mug": 2}, [MUG, TEA], promotion("gift", GIFT, priority=9))


@pytest.mark.parametrize(
    ("kind", "data", "path"),
    [
        ("remove-items", {"itemIds": ["mug", "gift-tea"]}, "/data/itemIds/1"),
        ("update-products", {"products": [{"id": "gift-tea", "quantity": 3}]}, "/data/products/0"),
        ("update-products", {"products": [{"id": "mug", "parentId": "gift-tea"}]}, "/data/products/0/parentId"),
        ("add-items", {"items": [{"offeringId": "mug", "parentId": "gift-tea"}]}, "/data/items/0/parentId"),
        (
            "replace-items",
            {"items": [{"id": "gift-tea", "offeringId": "tea", "quantity": 2}]},
            "/data/items/0",
        ),
    ],
)
def test_a_gift_is_the_promotions_own(kind: str, data: dict[str, Any], path: str) -> None:
    refused = refusal(priced(GIVING), facts_of(GIVING), kind, data)
    assert refused.code is ErrorCode.INVALID
    assert [(each.path, each.code) for each in refused.problems] == [(path, "gift")]


def test_a_gift_is_never_meant_by_its_offering() -> None:
    cart = run(priced(GIVING), facts_of(GIVING), "add-items", {"items": [{"id": "t", "offeringId": "tea"}]})
    cart = run(cart, facts_of(GIVING), "update-products", {"products": [{"id": "tea", "quantity": 3}]})
    assert {item.id: item.quantity for item in cart.items} == {"mug": 2, "t": 3, "gift-tea": 1}


@pytest.mark.parametrize("sent", [[], [{"id": "gift-tea", "offeringId": "tea", "quantity": 1}]])
def test_items_that_are_sent_again_leave_gifts_alone(sent: list[dict[str, Any]]) -> None:
    cart = priced(GIVING)
    items = [{"id": "mug", "offeringId": "mug", "quantity": 2}, *sent]
    assert run(cart, facts_of(GIVING), "replace-items", {"items": items}) == cart


def test_an_emptied_cart_gets_no_gifts() -> None:
    assert run(priced(GIVING), facts_of(GIVING), "empty-cart", {}).items == ()


@pytest.mark.parametrize(
    ("benefit", "conditions", "payable"),
    [
        ({"kind": "buy-get", "buy": 1, "get": 1}, [], 1000),
        ({"kind": "nth-cheapest"}, [], 1000),
        (HALF, [{"kind": "quantity", "minimum": 3}], 2000),
        (HALF, [{"kind": "offering", "offeringIds": ["tea"]}], 2000),
    ],
)
def test_gifts_count_for_no_other_promotion(
    benefit: dict[str, Any], conditions: list[dict[str, Any]], payable: int
) -> None:
    shop = document({"mug": 2}, [MUG, TEA], promotion("gift", GIFT, priority=9), promotion("x", benefit, *conditions))
    assert priced(shop).pricing.due_now.payable == payable


def test_a_gift_without_a_price_is_free_as_it_is() -> None:
    shop = document({"mug": 1}, [MUG], promotion("gift", GIFT), offerings=[{"id": "tea"}])
    cart = priced(shop)
    assert [(item.id, len(item.prices)) for item in cart.items] == [("mug", 1), ("gift-tea", 0)]
    assert [(each.id, each.reason) for each in cart.pricing.promotions] == [("gift", None)]


@pytest.mark.parametrize(
    "offerings",
    [
        [],
        [{"id": "tea", "validFor": {"endDateTime": "2026-03-04T12:00:00Z"}}],
        [{"id": "tea", "channels": ["shop"]}],
    ],
)
def test_a_gift_that_is_not_on_sale_is_not_given_and_the_cart_says_so(offerings: list[dict[str, Any]]) -> None:
    shop = document({"mug": 1}, [MUG], promotion("gift", GIFT), offerings=offerings)
    cart = priced(shop)
    assert [item.id for item in cart.items] == ["mug"]
    assert [each.code for each in cart.pricing.warnings] == ["gift-not-available"]
