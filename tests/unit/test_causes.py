"""What moved a price is named from what differs (`because`): a cause for each fact, and none for what follows."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cartwright.wire.stored import read_stored
from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart
from models.cart.overrides import PriceOverride
from pricing.price import price
from pricing.price_changes import price_changes
from support.pricing import NOON, document, price_row, promotion, rows, run
from support.promotions import off, percent

TWO_DAYS_LATER = datetime(2026, 3, 6, 12, tzinfo=UTC)
EUR = {"currency": "EUR"}
REPRICE = ("reprice-cart", {})
LISTED, TAXED, BEGAN, POLICY = "list-price-changed", "tax-changed", "period-began", "policy-changed"
OLD = {"validFor": {"endDateTime": "2026-03-05T00:00:00Z"}}
"""Over two days later."""
TWO_TAXES = (("lower", "10"), ("upper", "2"))
Because = dict[str | None, list[str]]


def monthly(amount: str, **fields: Any) -> dict[str, Any]:
    return price_row("m", amount, **{"period": "P1M", **fields})


def opened(shop: dict[str, Any]) -> tuple[Cart, Facts]:
    """A cart at noon with all vouchers that there are, and the catalog."""
    facts = Facts().with_rows(rows(shop), 1)
    cart = run("create-cart", {name: value for name, value in shop.items() if name != "facts"}, None, facts).cart
    for voucher in shop["facts"].get("vouchers", ()):
        assert cart is not None
        cart = run("add-voucher", {"code": voucher["code"]}, cart, facts).cart
    assert cart is not None
    return cart, facts


def moved(
    shop: dict[str, Any],
    command: tuple[str, dict[str, Any]] = REPRICE,
    *,
    then: dict[str, Any] | None = None,
    at: datetime = NOON,
) -> list[dict[str, Any]]:
    """What a command moves, with those rows of the catalog renewed before it."""
    cart, facts = opened(shop)
    renewed = facts.with_rows(CatalogRows.of(then), 2) if then else facts
    return list(run(*command, cart, renewed, at=at).price_changes)


def because(*arguments: Any, **more: Any) -> Because:
    """Why lines, and the total under None, were moved by it."""
    found = moved(*arguments, **more)
    assert found
    return {each.get("itemId"): each["because"] for each in found}


def of_quantity(item: str, quantity: int) -> tuple[str, dict[str, Any]]:
    """The command that sets it."""
    return "update-products", {"products": [{"id": item, "quantity": quantity}]}


def policy(**switches: Any) -> dict[str, Any]:
    return {"configuration": [{"pricingPolicy": switches}]}


def all_of(found: Because) -> list[str]:
    """What is said of every line and of the total."""
    [only] = {tuple(each) for each in found.values()}
    return list(only)


HAT_AND_MUG = [price_row("hat", "10.00"), price_row("mug", "4.00")]
FREE_MUG = {"kind": "buy-get", "buy": 2, "bought": {"offeringIds": ["hat"]}, "target": {"offeringIds": ["mug"]}}
FIVE_OFF = {"code": "V", "reductionAmount": "5.00", **EUR}


def of_a_and_b(*promotions: dict[str, Any], **facts: Any) -> dict[str, Any]:
    """A line at 4.00 and one at 6.00."""
    shop = document({"a": 1, "b": 1}, [price_row("a", "4.00"), price_row("b", "6.00")], *promotions)
    shop["facts"] |= facts
    return shop


def test_a_price_that_falls_to_nothing_or_rises_from_it_is_no_other_list_price() -> None:
    hats = document({"hat": 2, "mug": 2}, HAT_AND_MUG, promotion("p", FREE_MUG))
    assert all_of(because(hats, of_quantity("hat", 4))) == ["quantity-changed"]
    # 5.00 off 4.00 and 6.00: 2.00 of it off the first; off 4.00 alone, 4.00.
    for shop in (of_a_and_b(promotion("p", off("5.00"))), of_a_and_b(vouchers=[FIVE_OFF])):
        assert all_of(because(shop, ("remove-items", {"itemIds": ["b"]}))) == ["item-removed"]
        alone = {**shop, "items": shop["items"][:1]}
        assert all_of(because(alone, ("add-items", {"items": shop["items"][1:]}))) == ["item-added"]


def test_a_price_that_contains_its_tax_by_now_is_another_list_price() -> None:
    shop, net = of_a_and_b(promotion("p", off("5.00"))), price_row("a", "4.00", taxIncluded=False)
    assert all_of(because(shop, then={"prices": [net]})) == [LISTED]


PRORATED = {"isProrated": True}
IN_CYCLES = {"billCycleDay": 1}
PAID = {"startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-04-01T00:00:00Z", "amount": "31.00", **EUR}
PRORATED_SHOP = document({"m": 1}, [monthly("31.00", **PRORATED)], **IN_CYCLES)
CREDITED_SHOP = document({"m": 1}, [price_row("m", "100.00")], fields={"m": {"action": "modify", "paidPeriod": PAID}})


def test_a_price_that_contains_a_tax_that_is_not_owed_is_known_by_its_amounts() -> None:
    """Of 100.00 with 20 % that a firm doesn't owe and 2 % on top of them it pays 83.66; of 100.00 without, 102.40."""
    shop = document({"a": 1}, [price_row("a", "100.00")], customer={"id": "u-1", "userType": "FIRM"})
    shop["facts"]["taxes"][0]["exemptions"] = [{"userType": "FIRM"}]
    shop["facts"]["taxes"].append(
        {"id": "sur", "country": "FR", "category": "standard", "rate": "2", "onTopOf": ["fr"]}
    )
    assert opened(shop)[0].pricing.due_now.gross == 8366
    assert moved(shop, ("update-products", {"products": [{"id": "a", "changeRule": {"kind": "keep"}}]})) == []
    assert all_of(because(shop, then={"prices": [price_row("a", "100.00", taxIncluded=False)]})) == [LISTED]


def patch(item: str, field: str, value: str) -> tuple[str, dict[str, Any]]:
    """The command that gives a line a field."""
    return "patch-cart", {"operations": [{"op": "add", "path": f"/items/{item}/{field}", "value": value}]}


SALE = price_row(
    "a",
    "8.00",
    id="sale",
    relationships=[{"id": "pp-a", "type": "replaces"}],
    validFor={"startDateTime": "2026-03-05T00:00:00Z"},
)


@pytest.mark.parametrize(
    ("shop", "item", "cause"),
    [
        pytest.param(document({"a": 1}, [price_row("a", "10.00"), SALE]), "a", LISTED, id="a sale began"),
        pytest.param(CREDITED_SHOP, "m", BEGAN, id="a credit shrank"),
    ],
)
def test_a_field_that_prices_do_not_read_is_no_cause(shop: dict[str, Any], item: str, cause: str) -> None:
    for command in (REPRICE, patch(item, "billingAccountId", "b-1")):
        assert all_of(because(shop, command, at=TWO_DAYS_LATER)) == [cause]


@pytest.mark.parametrize("rule", [None, {"kind": "cap", "percent": "5"}], ids=["no rule", "a cap"])
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("update-cart", {"pricingPolicy": {"taxLevel": "unit"}}), id="policy"),
        pytest.param(("update-cart", {"customer": {"id": "another"}}), id="customer"),
        pytest.param(("move-cart", {"channel": {"id": "web"}}), id="channel"),
    ],
)
def test_a_row_that_states_another_price_is_why_whatever_else_a_command_says(
    command: tuple[str, dict[str, Any]], rule: dict[str, Any] | None
) -> None:
    shop = document({"a": 1}, [price_row("a", "10.00")])
    if rule is not None:
        shop["items"][0]["changeRule"] = rule
    assert all_of(because(shop, command, then={"prices": [price_row("a", "12.00")]})) == [LISTED]


def test_a_row_and_a_policy_that_both_moved_a_price_are_two_causes() -> None:
    shop = document({"a": 5}, [price_row("a", "0.105")])
    down = ("update-cart", {"pricingPolicy": {"rounding": "floor"}})
    dearer = {"prices": [price_row("a", "0.205")]}
    assert grosses(moved(shop, down, then=dearer))["a"] == ("0.53", "1.02")
    assert all_of(because(shop, down, then=dearer)) == ["header-changed", LISTED]
    assert all_of(because(shop, down)) == ["header-changed"]


def test_a_field_that_prices_do_not_read_does_not_end_a_rule() -> None:
    rule = {"kind": "keep-until", "until": "2026-03-05T00:00:00Z"}
    shop = document({"a": 1}, [price_row("a", "10.00", changeRule=rule)])
    cart, facts = opened(shop)
    dearer = facts.with_rows(CatalogRows.of({"prices": [price_row("a", "12.00", changeRule=rule)]}), 2)
    kept = run("reprice-cart", {}, cart, dearer).cart
    for command, causes in (
        (patch("a", "billingAccountId", "b-1"), [LISTED]),
        (("update-products", {"products": [{"id": "a", "changeRule": {"kind": "follow"}}]}), ["item-changed"]),
    ):
        changes = run(*command, kept, dearer, at=TWO_DAYS_LATER).price_changes
        assert {each["priceType"]: each["because"] for each in changes} == {"one-time": causes}


def test_a_line_that_becomes_exempt_from_a_tax_by_its_characteristics_is_why() -> None:
    colored = [{"id": "a", "taxCategory": "standard", "characteristics": [{"name": "color"}]}]
    shop = document({"a": 1}, [price_row("a", "10.00", taxIncluded=False)], offerings=colored)
    shop["facts"]["taxes"][0]["exemptions"] = [{"characteristics": {"color": "red"}}]
    assert all_of(because(shop, patch("a", "characteristics/color", "red"))) == ["item-changed"]


MIXED = [price_row("a", "120.00"), price_row("b", "100.00", taxIncluded=False)]
VOUCHER_SHOP = document({"a": 1}, [price_row("a", "0.99")])
VOUCHER_SHOP["facts"]["vouchers"] = [{"code": "V", "reductionPercent": "50"}]
IN_ORDER = (promotion("f", off("20.00"), priority=5), promotion("t", percent("10"), level="item"))
HALF = {"discountPlan": {"percent": "50", "periods": 3}}
PLANNED_SHOP = document({"m": 1}, [monthly("0.99")], fields={"m": HALF})


@pytest.mark.parametrize(
    ("shop", "switches"),
    [
        pytest.param(document({"a": 1, "b": 1}, MIXED, promotion("p", off("24.00"))), {"amountBasis": "net"}, id="net"),
        pytest.param(document({"a": 1}, MIXED, *IN_ORDER), {"promotionOrder": "priority"}, id="order of promotions"),
        pytest.param(
            document({"a": 3}, [price_row("a", "1.00")], promotion("t", percent("12.5"))),
            {"rounding": "down"},
            id="rounding of a promotion",
        ),
        pytest.param(
            document({"a": 3}, [price_row("a", "0.335")]), {"rounding": "down"}, id="rounding of a list price"
        ),
        pytest.param(VOUCHER_SHOP, {"percentRounding": "price"}, id="rounding of a voucher"),
        pytest.param(PLANNED_SHOP, {"percentRounding": "price"}, id="rounding of a plan"),
        pytest.param(PRORATED_SHOP, {"proration": "30-360"}, id="unit of proration"),
        pytest.param(PRORATED_SHOP, {"timeZone": "Pacific/Auckland"}, id="time zone"),
        pytest.param(CREDITED_SHOP, {"proration": "30-360"}, id="unit of credits"),
    ],
)
def test_another_policy_of_the_tenant_is_named_whatever_alters_the_price(
    shop: dict[str, Any], switches: dict[str, Any]
) -> None:
    assert all_of(because(shop, then=policy(**switches))) == [POLICY]


def test_a_comparison_of_two_policies_names_them() -> None:
    shop = document({"a": 1, "b": 1}, MIXED, promotion("p", off("24.00")))
    cart, facts = opened(shop)
    sides = {"from": {}, "to": {"pricingPolicy": {"amountBasis": "net"}}}
    found = run("compare-price", sides, cart, facts, {None: facts}).price_changes
    assert [each["because"] for each in found] == [[POLICY]] * 3


def test_time_is_named_where_it_has_passed_and_the_policy_where_it_is_another() -> None:
    assert all_of(because(PRORATED_SHOP, at=TWO_DAYS_LATER)) == [BEGAN]
    assert all_of(because(CREDITED_SHOP, at=TWO_DAYS_LATER)) == [BEGAN]
    other = {"configuration": [{"validityMinutes": 5}]}
    assert all_of(because(PRORATED_SHOP, then=other, at=TWO_DAYS_LATER)) == [BEGAN]
    both = because(PRORATED_SHOP, then=policy(proration="30-360"), at=TWO_DAYS_LATER)
    assert all_of(both) == [BEGAN, POLICY]


def test_what_is_prorated_by_now_or_no_longer_has_another_list_price() -> None:
    whole = document({"m": 1}, [monthly("31.00")], **IN_CYCLES)
    then = {"prices": [monthly("31.00", **PRORATED)]}
    assert all_of(because(whole, then=then, at=TWO_DAYS_LATER)) == [LISTED]
    assert all_of(because(PRORATED_SHOP, then={"prices": [monthly("31.00")]}, at=TWO_DAYS_LATER)) == [LISTED]


def test_an_uplift_that_counts_from_another_period_is_the_doing_of_time() -> None:
    """The first month is free, so that only later ones move; on 1 April it is a whole one, and rises come sooner."""
    point = monthly("31.00", **PRORATED, uplift={"percent": "10", "every": "P1M"})
    shop = document({"m": 1}, [point], promotion("free", {"kind": "free-period"}), **IN_CYCLES)
    assert all_of(because(shop, at=datetime(2026, 4, 1, 12, tzinfo=UTC))) == [BEGAN]
    assert moved(shop, at=TWO_DAYS_LATER) == []
    assert all_of(because(shop, ("update-cart", {"billCycleDay": 4}))) == ["header-changed"]


@pytest.mark.parametrize("value", ["50", "100"])
def test_months_that_end_on_another_day_are_the_doing_of_time(value: str) -> None:
    """On 1 April the first month is a whole one, and the third has nothing of the promotion any more."""
    shop = document({"m": 1}, [monthly("31.00", **PRORATED)], promotion("p", percent(value, months=2)), **IN_CYCLES)
    assert all_of(because(shop, at=TWO_DAYS_LATER)) == [BEGAN]
    assert all_of(because(shop, at=datetime(2026, 4, 1, 12, tzinfo=UTC))) == [BEGAN]
    assert all_of(because(shop, ("update-cart", {"billCycleDay": 10}))) == ["header-changed"]
    dearer = {"prices": [monthly("62.00", **PRORATED)]}
    assert all_of(because(shop, then=dearer)) == [LISTED]
    assert all_of(because(shop, then=dearer, at=TWO_DAYS_LATER)) == [LISTED, BEGAN]


CHEAPEST = promotion("n", {"kind": "nth-cheapest", "n": 1})


def test_a_promotion_that_goes_on_to_another_line_neither_starts_nor_ends() -> None:
    shop = of_a_and_b(CHEAPEST)
    assert all_of(because(shop, ("remove-items", {"itemIds": ["a"]}))) == ["item-removed"]
    assert because(shop, then={"prices": [price_row("b", "3.00")]}) == {"a": [LISTED], "b": [LISTED], None: [LISTED]}


def test_a_promotion_that_comes_to_the_cart_or_leaves_it_starts_or_ends() -> None:
    gone = {"promotions": [{**CHEAPEST, "lifecycle": "paused"}]}
    assert all_of(because(of_a_and_b(CHEAPEST), then=gone)) == ["promotion-ended"]
    assert all_of(because(of_a_and_b(), then={"promotions": [CHEAPEST]})) == ["promotion-started"]


@pytest.mark.parametrize(("before", "after"), [(2, 3), (3, 2), (2, None)])
def test_a_promotion_for_more_or_fewer_periods_has_changed(before: int, after: int | None) -> None:
    lasting, longer = (percent("50", **({"periods": many} if many else {})) for many in (before, after))
    shop = document({"m": 1}, [monthly("20.00")], promotion("p", lasting))
    found = moved(shop, then={"promotions": [promotion("p", longer)]})
    assert {each["fromPeriod"] for each in found} == {3}
    assert [each["because"] for each in found] == [["promotion-changed"]] * 2


def test_a_promotion_of_another_target_has_changed() -> None:
    first, second = (promotion("p", percent("10", target={"offeringIds": [name]})) for name in ("a", "b"))
    prices = [price_row("a", "4.00"), price_row("b", "4.00")]
    shop = document({"a": 1, "b": 1}, prices, first)
    found = because(shop, then={"promotions": [second]})
    assert found == {"a": ["promotion-changed"], "b": ["promotion-changed"]}


def one(amount: str, *promotions: dict[str, Any]) -> dict[str, Any]:
    return document({"a": 1}, [price_row("a", amount)], *promotions)


@pytest.mark.parametrize(
    ("before", "after"),
    [(percent("10"), percent("50")), (off("1.00"), off("5.00")), (percent("10"), off("5.00"))],
    ids=["percentage", "amount", "kind"],
)
def test_a_list_price_and_a_promotion_that_both_changed_are_two_causes(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    shop, dearer = one("10.00", promotion("p", before)), {"prices": [price_row("a", "20.00")]}
    both = {**dearer, "promotions": [promotion("p", after)]}
    assert all_of(because(shop, then=both)) == [LISTED, "promotion-changed"]
    # The promotion comes again as it was: what it takes off follows from the list price.
    assert all_of(because(shop, then={**dearer, "promotions": [promotion("p", before)]})) == [LISTED]
    assert all_of(because(shop, then=dearer)) == [LISTED]


def test_a_quantity_and_a_promotion_that_both_changed_are_two_causes() -> None:
    shop, more = one("10.00", promotion("p", percent("10"))), of_quantity("a", 2)
    assert all_of(because(shop, more, then={"promotions": [promotion("p", percent("50"))]})) == [
        "promotion-changed",
        "quantity-changed",
    ]
    counting = {"kind": "buy-get", "buy": 2, "get": 1}
    units = document({"a": 4}, [price_row("a", "10.00")], promotion("p", counting))
    assert all_of(because(units, of_quantity("a", 6), then={"promotions": [promotion("p", counting)]})) == [
        "quantity-changed"
    ]


def test_days_that_passed_are_a_cause_beside_another_list_price() -> None:
    dearer = {"prices": [monthly("62.00", **PRORATED)]}
    sale = {**monthly("15.50", **PRORATED), "id": "sale", "relationships": [{"id": "pp-m", "type": "replaces"}]}
    for then in (dearer, {"prices": [sale]}):
        assert all_of(because(PRORATED_SHOP, then=then)) == [LISTED]
        assert all_of(because(PRORATED_SHOP, then=then, at=TWO_DAYS_LATER)) == [LISTED, BEGAN]
    first_of_april = datetime(2026, 4, 1, tzinfo=UTC)
    assert all_of(because(PRORATED_SHOP, then=dearer, at=first_of_april)) == [LISTED, BEGAN]
    twice = of_quantity("m", 2)
    assert all_of(because(PRORATED_SHOP, twice)) == ["quantity-changed"]
    assert all_of(because(PRORATED_SHOP, twice, at=TWO_DAYS_LATER)) == [BEGAN, "quantity-changed"]
    dearer = {"prices": [price_row("m", "120.00")]}
    assert all_of(because(CREDITED_SHOP, then=dearer)) == [LISTED]
    assert all_of(because(CREDITED_SHOP, then=dearer, at=TWO_DAYS_LATER)) == [LISTED, BEGAN]


def test_of_a_list_price_of_nothing_nothing_is_taken_off() -> None:
    ten = promotion("p", percent("10"))
    assert all_of(because(one("4.00", ten), then={"prices": [price_row("a", "0.00")]})) == [LISTED]


def with_voucher(**fields: Any) -> dict[str, Any]:
    shop = one("10.00")
    shop["facts"]["vouchers"] = [{**FIVE_OFF, **fields}]
    return shop


def test_a_voucher_ends_and_changes_as_a_promotion_does() -> None:
    assert all_of(because(with_voucher(**OLD), at=TWO_DAYS_LATER)) == ["voucher-ended"]
    spent = {"vouchers": [{**FIVE_OFF, **OLD}]}
    assert all_of(because(with_voucher(), then=spent, at=TWO_DAYS_LATER)) == ["voucher-ended"]
    other = {"vouchers": [{**FIVE_OFF, "reductionAmount": "6.00"}]}
    assert all_of(because(with_voucher(), then=other)) == ["voucher-changed"]
    both = {**other, "prices": [price_row("a", "20.00")]}
    assert all_of(because(with_voucher(), then=both)) == [LISTED, "voucher-changed"]
    cart, facts = opened(with_voucher(**OLD))
    ended = price(cart, facts, TWO_DAYS_LATER)
    assert [each["because"] for each in price_changes(ended, cart, (), facts)] == [["voucher-started"]] * 2


def test_a_voucher_that_another_period_takes_because_a_free_month_is_over_did_not_change() -> None:
    free = promotion("f", {"kind": "free-period", "periods": 1})
    shop = document({"m": 1}, [monthly("20.00")], free)
    shop["facts"]["vouchers"] = [FIVE_OFF]
    retired = {"promotions": [{**free, "lifecycle": "retired"}]}
    assert all_of(because(shop, then=retired)) == ["promotion-ended"]
    half = promotion("h", percent("50", periods=3))
    shop = document({"m": 1}, [monthly("20.00")], free, half)
    assert all_of(because(shop, then=retired)) == ["promotion-ended"]


def overridden(**fields: Any) -> tuple[Cart, Facts]:
    cart, facts = opened(one("10.00"))
    told = {"id": "o", "priceType": "one-time", "kind": "percent", "value": "50", "reason": "r", "role": "x", **fields}
    override = read_stored(PriceOverride, {**told, "at": NOON})
    item = replace(cart.items[0], overrides=(override,))
    return price(replace(cart, items=(item,)), facts, NOON), facts


def test_an_override_ends_and_begins_by_its_dates() -> None:
    cart, facts = overridden(**OLD)
    later = price(cart, facts, TWO_DAYS_LATER)
    assert [each["because"] for each in price_changes(cart, later, (), facts)] == [["override-ended"]] * 2
    assert [each["because"] for each in price_changes(later, cart, (), facts)] == [["override-started"]] * 2


def test_a_tax_that_is_rounded_to_nothing_has_not_changed() -> None:
    shop = document({"a": 1}, [price_row("a", "0.04", taxIncluded=False)])
    dearer = {"prices": [price_row("a", "0.02", taxIncluded=False)]}
    assert all_of(because(shop, then=dearer)) == [LISTED]


def test_what_is_rounded_with_other_lines_moves_with_them() -> None:
    """Of 0.02 and 0.06, a tax of 20 % is rounded once, and the first bears none of it; of 0.02 and 0.12, a cent."""
    prices = [price_row("a", "0.02", taxIncluded=False), price_row("b", "0.06", taxIncluded=False)]
    shop = document({"a": 1, "b": 1}, prices, pricingPolicy={"taxLevel": "group"})
    for minor in range(7, 30):
        dearer = {"prices": [price_row("b", f"0.{minor:02}", taxIncluded=False)]}
        assert all_of(because(shop, then=dearer)) == [LISTED]


QUARTERLY = document({"m": 1}, [monthly("90.00", period="P3M", anchorMonth=1, **PRORATED)], **IN_CYCLES)
"""28 of the 90 days from 1 January until 1 April are left: 28.00."""
FROM_FEBRUARY = monthly("90.00", period="P3M", anchorMonth=2, **PRORATED)
"""58 of the 89 days from 1 February until 1 May: 58.65; two days later 56.63."""
FROM_MARCH = {**FROM_FEBRUARY, "anchorMonth": 3}


def grosses(found: list[dict[str, Any]]) -> dict[str | None, tuple[str, str]]:
    return {each.get("itemId"): (each["before"]["gross"], each["after"]["gross"]) for each in found}


def test_another_anchor_is_told_from_the_days_that_passed() -> None:
    then = {"prices": [FROM_FEBRUARY]}
    assert grosses(moved(QUARTERLY, then=then))["m"] == ("28.00", "58.65")
    assert all_of(because(QUARTERLY, then=then)) == [LISTED]
    assert grosses(moved(QUARTERLY, then=then, at=TWO_DAYS_LATER))["m"] == ("28.00", "56.63")
    assert all_of(because(QUARTERLY, then=then, at=TWO_DAYS_LATER)) == [LISTED, BEGAN]
    same = {"prices": QUARTERLY["facts"]["prices"]}
    assert grosses(moved(QUARTERLY, then=same, at=TWO_DAYS_LATER))["m"] == ("28.00", "26.00")
    assert all_of(because(QUARTERLY, then=same, at=TWO_DAYS_LATER)) == [BEGAN]


def test_an_anchor_that_leaves_all_of_a_period_or_comes_with_another_point_is_the_row_s_doing() -> None:
    on_the_fourth = {**QUARTERLY, "billCycleDay": 4}
    # 31 of the 90 days from 4 January until 4 April are left; a cycle from March begins on this day.
    assert grosses(moved(on_the_fourth, then={"prices": [FROM_MARCH]}))["m"] == ("31.00", "90.00")
    assert all_of(because(on_the_fourth, then={"prices": [FROM_MARCH]})) == [LISTED]
    sale = {**FROM_FEBRUARY, "id": "sale", "amount": "89.00", "relationships": [{"id": "pp-m", "type": "replaces"}]}
    assert grosses(moved(QUARTERLY, then={"prices": [sale]}))["m"] == ("28.00", "58.00")
    assert all_of(because(QUARTERLY, then={"prices": [sale]})) == [LISTED]


def test_a_whole_period_that_is_no_longer_whole_is_so_by_the_days() -> None:
    """On the first of a month nothing is taken off; two days later 29 of 31 days are left."""
    shop = document({"m": 1}, [monthly("31.00", **PRORATED)], billCycleDay=4)
    same = {"prices": shop["facts"]["prices"]}
    assert grosses(moved(shop, then=same, at=TWO_DAYS_LATER))["m"] == ("31.00", "29.00")
    assert all_of(because(shop, then=same, at=TWO_DAYS_LATER)) == [BEGAN]


HALF_OFF = promotion("h", percent("50"))


def of_minimum(least: str | None, **fields: Any) -> dict[str, Any]:
    return price_row("a", "30.00", **({"minimumPrice": least} if least else {}), **fields)


@pytest.mark.parametrize(
    ("before", "after", "amounts"),
    [
        ("20.00", "25.00", ("20.00", "25.00")),
        ("25.00", "20.00", ("25.00", "20.00")),
        ("25.00", None, ("25.00", "15.00")),
    ],
)
def test_another_minimum_is_another_list_price(before: str, after: str | None, amounts: tuple[str, str]) -> None:
    then = {"prices": [of_minimum(after)]}
    promoted = document({"a": 1}, [of_minimum(before)], HALF_OFF)
    with_voucher = document({"a": 1}, [of_minimum(before)])
    with_voucher["facts"]["vouchers"] = [{"code": "V", "reductionPercent": "50"}]
    for shop in (promoted, with_voucher):
        assert grosses(moved(shop, then=then)) == {"a": amounts, None: amounts}
        assert all_of(because(shop, then=then)) == [LISTED]


def test_a_higher_minimum_is_named_beside_what_else_moved_the_price() -> None:
    """Two units keep 50.00 of 60.00; 25.00 off both lines leave the shirt 48.00, and the mug bears the other 23.00."""
    shop, then = document({"a": 1}, [of_minimum("20.00")], HALF_OFF), {"prices": [of_minimum("25.00")]}
    assert grosses(moved(shop, of_quantity("a", 2), then=then))["a"] == ("20.00", "50.00")
    assert all_of(because(shop, of_quantity("a", 2), then=then)) == [LISTED, "quantity-changed"]
    assert all_of(because(shop, of_quantity("a", 2), then={"prices": [of_minimum("20.00")]})) == ["quantity-changed"]
    shirt = price_row("shirt", "50.00", minimumPrice="45.00")
    both = document({"shirt": 1, "mug": 1}, [shirt, price_row("mug", "60.00")], promotion("p", off("25.00")))
    dearer = {"prices": [{**shirt, "minimumPrice": "48.00"}]}
    assert grosses(moved(both, then=dearer)) == {"shirt": ("45.00", "48.00"), "mug": ("40.00", "37.00")}
    assert all_of(because(both, then=dearer)) == [LISTED]


def test_the_policy_is_named_where_it_may_be_another_one_and_the_row_does_not_show() -> None:
    shop = document({"a": 1}, [of_minimum("25.00")], HALF_OFF)
    both = {"prices": [of_minimum("20.00")], "configuration": [{"validityMinutes": 5}]}
    assert all_of(because(shop, then=both)) == [POLICY]
    raised = {**both, "prices": [of_minimum("27.00")]}
    assert all_of(because(shop, then=raised)) == [LISTED]


def test_what_is_billed_in_arrears_by_now_bears_no_more_of_a_voucher_than_is_left() -> None:
    now, later = (price_row("a", "10.00", period="P1M", **more) for more in ({}, {"isArrears": True}))
    for before, after, amounts in ((now, later, ("7.50", "10.00")), (later, now, ("10.00", "7.50"))):
        shop = document({"a": 1, "b": 1}, [before, price_row("b", "10.00", period="P1M")])
        shop["facts"]["vouchers"] = [FIVE_OFF]
        assert grosses(moved(shop, then={"prices": [after]}))["a"] == amounts
        assert all_of(because(shop, then={"prices": [after]})) == [LISTED]


def test_a_price_that_is_no_longer_reduced_as_the_one_that_it_replaces_is_lower() -> None:
    """At 8.00 instead of 10.00 it is left out; instead of 7.00 it is no sale, and half of it is taken off."""
    sale = price_row("a", "8.00", id="sale", relationships=[{"id": "pp-a", "type": "replaces"}])
    half = promotion("h", percent("50", target={"unreducedOnly": True}))
    shop = document({"a": 1, "b": 1}, [price_row("a", "10.00"), sale, price_row("b", "5.00")], half)
    then = {"prices": [price_row("a", "7.00")]}
    assert grosses(moved(shop, then=then)) == {"a": ("8.00", "4.00"), None: ("10.50", "6.50")}
    assert all_of(because(shop, then=then)) == [LISTED]


def test_a_tax_that_is_contained_by_now_is_named_beside_another_quantity() -> None:
    shop = one("30.00")
    then = {"prices": [price_row("a", "30.00", taxIncluded=False)]}
    assert grosses(moved(shop, of_quantity("a", 2), then=then))["a"] == ("30.00", "72.00")
    assert all_of(because(shop, of_quantity("a", 2), then=then)) == [LISTED, "quantity-changed"]


def test_the_contract_lists_every_cause_that_no_change_is_called_after() -> None:
    source = (Path(__file__).parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")
    [line] = [each for each in source.splitlines() if each.startswith("- **Causes.**")]
    told = set(re.findall(r"`([a-z-]+)`", line)) - {"because"}
    named = {f"{what}-{how}" for what in ("promotion", "voucher") for how in ("started", "ended", "changed")}
    assert told == {LISTED, TAXED, BEGAN, POLICY, *named, "override-started", "override-ended"}


def test_a_tax_that_comes_to_be_on_top_of_another_one_has_changed() -> None:
    """2 % of 100.00 are 2.00, and of 110.00 2.20; the rates are as they were."""
    shop = document({"a": 1}, [price_row("a", "100.00", taxIncluded=False)])
    lower, upper = ({"id": name, "country": "FR", "category": "standard", "rate": rate} for name, rate in TWO_TAXES)
    shop["facts"]["taxes"] = [lower, upper]
    on_top = {"taxes": [{**upper, "onTopOf": ["lower"]}]}
    assert all_of(because(shop, then=on_top)) == [TAXED]
    assert because(shop, of_quantity("a", 2), then=on_top)["a"] == ["quantity-changed", TAXED]
    # A row that is sent again as it was is no cause.
    assert all_of(because(shop, of_quantity("a", 2), then={"taxes": [upper]})) == ["quantity-changed"]


def test_taxes_that_are_rounded_for_each_unit_may_be_other_parts() -> None:
    """5.5 % of 0.10, rounded, is 0.01 for each of ten; of 0.50 0.03."""
    shop = document({"a": 10}, [price_row("a", "0.10", taxIncluded=False)], pricingPolicy={"taxLevel": "unit"})
    tax = {"id": "fr", "country": "FR", "category": "standard", "rate": "5.5"}
    shop["facts"]["taxes"] = [tax]
    then = {"taxes": [tax], "prices": [price_row("a", "0.50", taxIncluded=False)]}
    assert all_of(because(shop, then=then)) == [LISTED]
