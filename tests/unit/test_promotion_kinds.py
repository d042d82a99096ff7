"""What shops ask of promotions (`docs/promotions.md`), each with figures that are worked out by hand.

Prices contain a tax of 20 % unless said; quantities are by offering.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from cartwright.wire.refusals import Refusal
from facts.snapshot import Facts
from models.cart.overrides import PriceOverride
from pricing.price import price
from support.phases import Course, cart_of, course, monthly
from support.pricing import NOON, document, only_price, price_row, priced, promotion, reductions, rows
from support.promotions import EUR, at_least, off, payable, percent, refusals

HAT = {"id": "hat", "taxCategory": "standard", "categories": ["hats"]}
SHIRT = {"id": "shirt", "taxCategory": "standard", "categories": ["shirts"]}
SHIPPING = {"id": "shipping", "taxCategory": "standard", "categories": ["shipping"]}
NO_SHIPPING = {"excludeCategories": ["shipping"]}
SHARED_TIER = {"tiers": [{"minQuantity": 10, "amount": "5.00"}], "tiersOverLines": True}
A_AND_B = [price_row("a", "30.00"), price_row("b", "40.00")]
RED = {"characteristics": {"color": "red"}}
HALF_OF_UNREDUCED = percent("50", target={"unreducedOnly": True})
NEW_PRICE = {"id": "o", "priceType": "one-time", "kind": "new-price", **EUR, "reason": "", "role": "agent", "at": NOON}


class TestWhatIsNotReducedYet:
    PRICES = (price_row("a", "36.00"), price_row("b", "120.00"))
    SALE = promotion("sale", off("16.00", target={"offeringIds": ["a"]}), level="item", priority=9)

    @pytest.mark.parametrize(("value", "expected"), [("100", "20.00"), ("50", "80.00")])
    def test_a_code_for_it(self, value: str, expected: str) -> None:
        code = promotion("code", percent(value, target={"unreducedOnly": True}), exclusive=True, automatic=False)
        assert payable({"a": 1, "b": 1}, [*self.PRICES], self.SALE, code) == expected

    def test_a_sale_price_is_reduced(self) -> None:
        sale = {**price_row("a", "20.00"), "id": "sale", "relationships": [{"id": "pp-a", "type": "replaces"}]}
        code = promotion("code", percent("50", target={"unreducedOnly": True}))
        prices = [*self.PRICES, {**sale, "validFor": {"startDateTime": "2026-03-01T00:00:00Z"}}]
        assert payable({"a": 1, "b": 1}, prices, code) == "80.00"

    @pytest.mark.parametrize("replaced", ["pp-a", "unknown"])
    def test_a_dearer_price_in_its_place_is_no_sale(self, replaced: str) -> None:
        later = {**price_row("a", "60.00"), "id": "later", "relationships": [{"id": replaced, "type": "replaces"}]}
        prices = [later] if replaced == "unknown" else [price_row("a", "50.00"), later]
        assert payable({"a": 1}, prices, promotion("p", percent("10", target={"unreducedOnly": True}))) == "54.00"

    @pytest.mark.parametrize(
        ("listed", "instead", "expected"),
        [
            # 8.00 without tax are 9.60 with it, more than 9.00: no sale, half of 9.60.
            ({"amount": "9.00"}, {"amount": "8.00", "taxIncluded": False}, "4.80"),
            # 10.00 without tax are 12.00 with it, more than 11.00: a sale.
            ({"amount": "10.00", "taxIncluded": False}, {"amount": "11.00"}, "11.00"),
        ],
    )
    def test_a_sale_is_told_with_taxes_on_both_sides(
        self, listed: dict[str, Any], instead: dict[str, Any], expected: str
    ) -> None:
        sale = {**price_row("a", **instead), "id": "sale", "relationships": [{"id": "pp-a", "type": "replaces"}]}
        prices = [price_row("a", **listed), sale]
        assert payable({"a": 1}, prices, promotion("code", HALF_OF_UNREDUCED)) == expected

    @pytest.mark.parametrize(("value", "expected"), [("150.00", 7500), ("100.00", 5000), ("80.00", 8000)])
    def test_an_override_that_raises_reduces_nothing(self, value: str, expected: int) -> None:
        """Half of 150.00 is 75.00; 80.00 instead of 100.00 is reduced, and the code takes nothing off."""
        told = document({"a": 1}, [price_row("a", "100.00")], promotion("code", HALF_OF_UNREDUCED))
        cart = priced(told)
        item = replace(cart.items[0], overrides=(PriceOverride.model_validate({**NEW_PRICE, "value": value}),))
        facts = Facts().with_rows(rows(told), 1)
        assert price(replace(cart, items=(item,)), facts, NOON).pricing.due_now.payable == expected

    @pytest.mark.parametrize(
        ("listed", "instead", "blue", "expected"),
        [
            # 5 + 5 units cost 5.00 each instead of 5.50: they are reduced, 10 × 5.00.
            ({"amount": "5.50"}, {"amount": "10.00", **SHARED_TIER}, 5, "50.00"),
            # 5 + 5 units would cost 5.00 each by list, so that 6.00 is no sale: half of 10 × 6.00.
            ({"amount": "10.00", **SHARED_TIER}, {"amount": "6.00"}, 5, "30.00"),
            # So it is if only the red ones have it; the blue ones don't reach the tier: half of 5 × 6.00 + 5 × 10.00.
            ({"amount": "10.00", **SHARED_TIER}, {"amount": "6.00", **RED}, 5, "40.00"),
            # 5 + 4 units would cost 10.00 each: 5 × 6.00, and half of 4 × 10.00.
            ({"amount": "10.00", **SHARED_TIER}, {"amount": "6.00", **RED}, 4, "50.00"),
        ],
    )
    def test_units_of_all_lines_tell_what_is_a_sale(
        self, listed: dict[str, Any], instead: dict[str, Any], blue: int, expected: str
    ) -> None:
        sale = {**price_row("a", **instead), "id": "sale", "relationships": [{"id": "pp-a", "type": "replaces"}]}
        told = document({}, [price_row("a", **listed), sale], promotion("code", HALF_OF_UNREDUCED))
        units = {"red": 5, "blue": blue}
        told["items"] = [
            {"id": color, "offeringId": "a", "quantity": many, "characteristics": {"color": color}}
            for color, many in units.items()
        ]
        assert f"{priced(told).pricing.due_now.payable / 100:.2f}" == expected

    def test_a_voucher_for_it(self) -> None:
        voucher = {"code": "V", "reductionPercent": "50", "target": {"unreducedOnly": True}}
        more = {"vouchers": ["V"], "facts": {"vouchers": [voucher]}}
        assert payable({"a": 1, "b": 1}, [*self.PRICES], self.SALE, **more) == "80.00"


class TestMinimum:
    @pytest.mark.parametrize(("minimum", "expected"), [("50.00", "70.00"), ("30.00", "67.00")])
    def test_of_some_lines(self, minimum: str, expected: str) -> None:
        of_a = {"offeringIds": ["a"]}
        rule = promotion("ten", percent("10", target=of_a), at_least(minimum, target=of_a))
        assert payable({"a": 1, "b": 1}, A_AND_B, rule) == expected

    @pytest.mark.parametrize(("goods", "expected"), [("47.00", "52.00"), ("50.00", "50.00")])
    def test_without_shipping(self, goods: str, expected: str) -> None:
        free = promotion(
            "free", percent("100", target={"categories": ["shipping"]}), at_least("50.00", target=NO_SHIPPING)
        )
        prices = [price_row("hat", goods), price_row("shipping", "5.00")]
        assert payable({"hat": 1, "shipping": 1}, prices, free, offerings=[HAT, SHIPPING]) == expected

    @pytest.mark.parametrize(("before", "expected"), [(True, "13.50"), (False, "15.00")])
    def test_before_reductions(self, before: bool, expected: str) -> None:
        asked = at_least("25.00", beforeReductions=before)
        coupons = promotion("ten", off("10.00"), asked, priority=9), promotion("tenth", percent("10"), asked)
        assert payable({"a": 1}, [price_row("a", "25.00")], *coupons) == expected

    @pytest.mark.parametrize(("before", "expected"), [(True, "48.00"), (False, "43.00")])
    def test_a_denial_sees_earlier_reductions_unless_it_says_otherwise(self, before: bool, expected: str) -> None:
        fifth = promotion("fifth", percent("20"), priority=9)
        asked = at_least("50.00", beforeReductions=before)
        small = promotion("small", off("5.00"), {"kind": "not", "condition": asked})
        assert payable({"a": 1}, [price_row("a", "60.00")], fifth, small) == expected

    def test_a_sale_comes_before_reductions(self) -> None:
        sale = {**price_row("a", "20.00"), "id": "sale", "relationships": [{"id": "pp-a", "type": "replaces"}]}
        prices = [price_row("a", "30.00"), {**sale, "validFor": {"startDateTime": "2026-03-01T00:00:00Z"}}]
        rule = promotion("tenth", percent("10"), at_least("25.00", beforeReductions=True))
        assert payable({"a": 1}, prices, rule) == "20.00"
        assert payable({"a": 1}, prices[:1], rule) == "27.00"

    @pytest.mark.parametrize(
        ("basis", "included", "minimum", "holds"),
        [
            ("net", True, "100.00", True),
            ("net", True, "100.01", False),
            ("gross", True, "120.00", True),
            ("gross", False, "144.00", True),
            ("gross", False, "144.01", False),
            ("stated", False, "120.01", False),
        ],
    )
    def test_by_its_basis(self, basis: str, included: bool, minimum: str, holds: bool) -> None:
        rule = promotion("ten", percent("10"), at_least(minimum, basis=basis))
        whole = "120.00" if included else "144.00"
        less = "108.00" if included else "129.60"
        prices = [{**price_row("a", "120.00"), "taxIncluded": included}]
        assert payable({"a": 1}, prices, rule) == (less if holds else whole)


class TestUnitsOfAllLines:
    X_AND_Y = (price_row("x", "10.00"), price_row("y", "20.00"))
    FROM_15: ClassVar = at_least("15.00")

    @pytest.mark.parametrize(
        ("benefit", "expected"),
        [
            (off("1.00", per="unit"), "18.00"),
            ({"kind": "fixed-price", "amount": "8.00", **EUR, "per": "unit"}, "16.00"),
            # Without it the amount comes off once, and the price is for both.
            (off("1.00"), "19.00"),
            ({"kind": "fixed-price", "amount": "8.00", **EUR}, "8.00"),
        ],
    )
    def test_a_minimum_of_the_cart_for_each_unit(self, benefit: dict[str, Any], expected: str) -> None:
        rule = promotion("p", benefit, self.FROM_15)
        assert payable({"x": 2}, [*self.X_AND_Y], rule) == expected
        assert payable({"x": 1}, [*self.X_AND_Y], rule) == "10.00"

    def test_a_price_of_a_unit_is_never_higher_than_it_was(self) -> None:
        rule = promotion("p", {"kind": "fixed-price", "amount": "15.00", **EUR, "per": "unit"}, self.FROM_15)
        assert payable({"x": 2, "y": 2}, [*self.X_AND_Y], rule) == "50.00"

    def test_each_container_by_itself(self) -> None:
        """Two at 10.00 in one container reach the minimum, one at 10.00 in the other doesn't."""
        goods, containers = [price_row(name, "10.00") for name in "abc"], [{"id": "k-1"}, {"id": "k-2"}]
        fields = {name: {"containerId": place} for name, place in zip("abc", ("k-1", "k-1", "k-2"), strict=True)}
        for benefit, expected in (
            (off("1.00", per="unit"), "28.00"),
            (off("9.00", per="unit", maxQuantity=1), "21.00"),
        ):
            rule = promotion("p", benefit, self.FROM_15, level="container")
            assert payable(dict.fromkeys("abc", 1), goods, rule, containers=containers, fields=fields) == expected

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            # 4 × 1.00 off 40.00.
            ({"atMost": {"amount": "3.00", **EUR}}, "37.00"),
            ({"notBelow": {"amount": "38.00", **EUR}}, "38.00"),
            ({"atMost": {"amount": "9.00", **EUR}}, "36.00"),
        ],
    )
    def test_limits_are_of_all_units_together(self, fields: dict[str, Any], expected: str) -> None:
        assert payable({"x": 4}, [*self.X_AND_Y], promotion("p", off("1.00", per="unit", **fields))) == expected

    @pytest.mark.parametrize(
        ("benefit", "expected"),
        [
            # 30 × 1.00 and 19 × 2.00 off 900.00.
            (percent("10", maxQuantity=49), {"x": 3000, "y": 3800}),
            (off("3.00", per="unit", maxQuantity=49), {"x": 9000, "y": 5700}),
            # 30 × 10.00, for no unit costs less than nothing, and 19 × 15.00.
            (off("15.00", per="unit", maxQuantity=49), {"x": 30000, "y": 28500}),
            (percent("10", maxQuantity=30), {"x": 3000}),
            (percent("10", maxQuantity=60), {"x": 3000, "y": 6000}),
        ],
    )
    def test_so_many_units_of_all_lines_the_cheapest_first(
        self, benefit: dict[str, Any], expected: dict[str, int]
    ) -> None:
        assert reductions(priced(document({"x": 30, "y": 30}, [*self.X_AND_Y], promotion("p", benefit)))) == expected

    def test_what_is_the_cheapest_by_then_counts(self) -> None:
        """20.00 less 15.00 is the cheapest, 5.00, and half of that goes off."""
        sale = promotion("sale", off("15.00", target={"offeringIds": ["y"]}), priority=9)
        half = promotion("half", percent("50", maxQuantity=1))
        assert payable({"x": 1, "y": 1}, [*self.X_AND_Y], sale, half) == "12.50"

    def test_prices_of_each_type_and_period_are_counted_by_themselves(self) -> None:
        prices = [*self.X_AND_Y, price_row("x", "4.00", id="care", period="P1M")]
        rule = promotion("p", percent("50", maxQuantity=1))
        assert payable({"x": 2, "y": 1}, prices, rule) == "41.00"

    @pytest.mark.parametrize(
        ("fields", "expected"), [({"percent": "30"}, "55.00"), ({"n": 2}, "50.00"), ({"n": 3}, "70.00")]
    )
    def test_the_dearest_unit(self, fields: dict[str, Any], expected: str) -> None:
        prices = [price_row("a", "20.00"), price_row("b", "50.00")]
        assert payable({"a": 1, "b": 1}, prices, promotion("p", {"kind": "nth-dearest", **fields})) == expected


class TestBuyXGetY:
    def test_other_goods_as_often_as_bought(self) -> None:
        free = {"kind": "buy-get", "buy": 4, "bought": {"categories": ["hats"]}, "target": {"categories": ["shirts"]}}
        prices = [price_row("hat", "10.00"), price_row("shirt", "12.00")]
        assert payable({"hat": 8, "shirt": 2}, prices, promotion("p", free), offerings=[HAT, SHIRT]) == "80.00"
        assert payable({"hat": 7, "shirt": 2}, prices, promotion("p", free), offerings=[HAT, SHIRT]) == "82.00"
        assert payable({"hat": 8, "shirt": 1}, prices, promotion("p", free), offerings=[HAT, SHIRT]) == "80.00"

    def test_an_amount_off_each(self) -> None:
        less = {"amount": "50000", "currency": "VND"}
        target, bought = {"offeringIds": ["mug"]}, {"offeringIds": ["shirt"]}
        rule = promotion("p", {"kind": "buy-get", "buy": 1, "off": less, "bought": bought, "target": target})
        prices = [
            {**price_row("shirt", "300000"), "currency": "VND"},
            {**price_row("mug", "120000"), "currency": "VND"},
        ]
        assert payable({"shirt": 2, "mug": 2}, prices, rule, currency="VND") == "740000"

    def test_units_of_a_line_are_bought_once_whatever_its_prices(self) -> None:
        free = {"kind": "buy-get", "buy": 4, "bought": {"offeringIds": ["hat"]}, "target": {"offeringIds": ["shirt"]}}
        prices = [price_row("hat", "10.00"), price_row("hat", "1.00", id="care", period="P1M")]
        prices.append(price_row("shirt", "12.00"))
        assert payable({"hat": 3, "shirt": 1}, prices, promotion("p", free)) == "45.00"
        assert payable({"hat": 4, "shirt": 2}, prices, promotion("p", free)) == "56.00"

    @pytest.mark.parametrize(("fields", "expected"), [({"maxSets": 1}, "50.00"), ({}, "40.00")])
    def test_so_many_sets_at_most(self, fields: dict[str, Any], expected: str) -> None:
        rule = promotion("p", {"kind": "buy-get", "buy": 2, "get": 1, **fields})
        assert payable({"a": 6}, [price_row("a", "10.00")], rule) == expected

    @pytest.mark.parametrize(("part", "expected"), [(True, "40.00"), (False, "50.00")])
    def test_part_of_a_set(self, part: bool, expected: str) -> None:
        """Of seven, the first four are a set of two and two; of three more the third comes from a part of one."""
        rule = promotion("p", {"kind": "buy-get", "buy": 2, "get": 2, "partSets": part})
        assert payable({"a": 7}, [price_row("a", "10.00")], rule) == expected

    @pytest.mark.parametrize(
        ("bought", "target"),
        [
            ({"categories": ["hats"]}, None),
            ({}, None),
            ({"offeringIds": ["hat"]}, {"priceTypes": ["one-time"]}),
            ({"categories": ["hats"]}, {"categories": ["hats"], "unreducedOnly": True}),
            ({"categories": ["hats"]}, {"categories": ["shirts", "hats"]}),
            ({"offeringIds": ["hat"], "categories": ["hats"]}, {"offeringIds": ["hat", "shirt"]}),
            ({"offeringIds": ["hat"]}, {"excludeOfferingIds": ["shirt"]}),
            ({"excludeCategories": ["shirts", "hats"]}, {"excludeCategories": ["shirts"]}),
        ],
    )
    def test_what_is_reduced_buys_nothing(self, bought: dict[str, Any], target: dict[str, Any] | None) -> None:
        """The hats that would pay are those that would be reduced, so that nothing would ever be given."""
        rule = promotion("p", {"kind": "buy-get", "buy": 1, "bought": bought, **({"target": target} if target else {})})
        assert refusals(rule) == [("/data/facts/promotions/0/benefits/0", "without-effect")]

    @pytest.mark.parametrize(
        ("bought", "target", "expected"),
        [
            ({"categories": ["hats", "shirts"]}, {"categories": ["shirts"]}, "20.00"),
            ({"offeringIds": ["hat"]}, {"categories": ["shirts"]}, "20.00"),
            ({}, {"offeringIds": ["shirt"]}, "20.00"),
            ({"excludeOfferingIds": ["shirt"]}, {"excludeOfferingIds": ["hat"]}, "20.00"),
            ({"excludeCategories": ["shirts"]}, {"excludeCategories": ["hats"]}, "20.00"),
            # A hat that is a shirt too would be bought, not reduced; there is none in this cart.
            ({"categories": ["hats"]}, {"categories": ["hats"], "excludeCategories": ["shirts"]}, "32.00"),
        ],
    )
    def test_some_of_what_is_bought_is_not_reduced(
        self, bought: dict[str, Any], target: dict[str, Any], expected: str
    ) -> None:
        rule = promotion("p", {"kind": "buy-get", "buy": 1, "bought": bought, "target": target})
        prices = [price_row("hat", "10.00"), price_row("shirt", "12.00")]
        assert payable({"hat": 2, "shirt": 1}, prices, rule, offerings=[HAT, SHIRT]) == expected

    def test_a_line_has_no_other_goods(self) -> None:
        other = {"bought": {"offeringIds": ["b"]}, "target": {"offeringIds": ["a"]}}
        rule = promotion("p", {"kind": "buy-get", "buy": 1, **other}, level="item")
        assert refusals(rule) == [("/data/facts/promotions/0/benefits/0", "without-effect")]


class TestGiftsPerSet:
    HATS = (price_row("hat", "10.00"), price_row("sock", "2.00"), price_row("tea", "4.00"))
    GIFT: ClassVar = {
        "kind": "free-item",
        "offeringId": "sock",
        "quantity": 2,
        "buy": 3,
        "bought": {"categories": ["hats"]},
    }

    def given(self, hats: int, **fields: Any) -> tuple[int, str]:
        rule = promotion("gift", {**self.GIFT, **fields})
        cart = priced(document({"hat": hats, "tea": 5}, [*self.HATS], rule, offerings=[HAT]))
        assert cart.pricing.due_now.payable == hats * 1000 + 5 * 400
        return sum(item.quantity for item in cart.items if item.offering_id == "sock")

    @pytest.mark.parametrize(("hats", "socks"), [(2, 0), (3, 2), (5, 2), (6, 4)])
    def test_every_set_brings_some(self, hats: int, socks: int) -> None:
        assert self.given(hats) == socks

    def test_so_many_sets_at_most(self) -> None:
        assert self.given(30, maxSets=2) == 4

    def test_all_goods_make_sets_if_none_are_named(self) -> None:
        rule = promotion("gift", {"kind": "free-item", "offeringId": "sock", "buy": 4})
        cart = priced(document({"hat": 3, "tea": 5}, [*self.HATS], rule))
        assert [(item.quantity, item.is_gift) for item in cart.items if item.offering_id == "sock"] == [(2, True)]

    def test_a_gift_makes_no_set(self) -> None:
        first = promotion("first", {"kind": "free-item", "offeringId": "hat", "quantity": 9}, priority=9)
        rule = promotion("gift", self.GIFT)
        cart = priced(document({"hat": 3, "tea": 1}, [*self.HATS], first, rule, offerings=[HAT]))
        assert [item.quantity for item in cart.items if item.offering_id == "sock"] == [2]

    @pytest.mark.parametrize("field", [{"bought": {"categories": ["hats"]}}, {"maxSets": 2}])
    def test_there_are_no_sets_without_a_number(self, field: dict[str, Any]) -> None:
        rule = promotion("gift", {"kind": "free-item", "offeringId": "tea", **field})
        [(path, code)] = refusals(rule)
        assert (path.startswith("/data/facts/promotions/0/benefits/0"), code) == (True, "without-effect")


class TestLimits:
    @pytest.mark.parametrize(("price", "expected"), [("500.00", "470.00"), ("200.00", "180.00")])
    def test_a_ceiling(self, price: str, expected: str) -> None:
        rule = promotion("p", percent("10", atMost={"amount": "30.00", **EUR}))
        assert payable({"a": 1}, [price_row("a", price)], rule) == expected

    def test_a_ceiling_is_of_all_lines_together(self) -> None:
        rule = promotion("p", percent("50", atMost={"amount": "10.00", **EUR}))
        cart = priced(document({"a": 1, "b": 1}, A_AND_B, rule))
        # 10.00 × 15 / 35 = 4.2857 and 5.7143
        assert [each.prices[0].gross for each in cart.items] == [3000 - 429, 4000 - 571]

    @pytest.mark.parametrize(("price", "expected"), [("60.00", "50.00"), ("70.00", "55.00"), ("40.00", "40.00")])
    def test_a_floor(self, price: str, expected: str) -> None:
        rule = promotion("p", off("15.00", notBelow={"amount": "50.00", **EUR}))
        assert payable({"a": 1}, [price_row("a", price)], rule) == expected

    def test_a_limit_in_another_currency_lets_nothing_through(self) -> None:
        rule = promotion("p", percent("10", atMost={"amount": "30.00", "currency": "USD"}))
        assert payable({"a": 1}, [price_row("a", "10.00")], rule) == "10.00"


def test_a_voucher_leaves_things_out() -> None:
    offerings = [HAT, {"id": "gift", "taxCategory": "standard", "categories": ["contributions"]}]
    voucher = {"code": "V", "reductionPercent": "20", "target": {"excludeCategories": ["contributions"]}}
    prices = [price_row("hat", "97.00"), price_row("gift", "3.00")]
    more = {"vouchers": ["V"], "facts": {"vouchers": [voucher]}, "offerings": offerings}
    assert payable({"hat": 1, "gift": 1}, prices, **more) == "80.60"


@pytest.mark.parametrize(
    ("at", "expected"), [("2026-06-01", "900.00"), ("2026-01-15", "800.00"), ("2027-02-01", "1000.00")]
)
def test_a_sale_beside_the_ordinary_price(at: str, expected: str) -> None:
    def sale(name: str, amount: str, start: str, end: str, *replaced: str) -> dict[str, Any]:
        times = {"startDateTime": f"{start}T00:00:00Z", "endDateTime": f"{end}T00:00:00Z"}
        names = [{"id": each, "type": "replaces"} for each in replaced]
        return {**price_row("a", amount), "id": name, "validFor": times, "relationships": names}

    prices = [
        price_row("a", "1000.00"),
        sale("year", "900.00", "2026-01-01", "2027-01-01", "pp-a"),
        sale("january", "800.00", "2026-01-01", "2026-02-01", "pp-a", "year"),
    ]
    assert payable({"a": 1}, prices, asOf=f"{at}T12:00:00Z") == expected


@pytest.mark.parametrize(("phone", "expected"), [("549.00", "637.00"), ("500.00", "610.00"), ("449.00", "559.00")])
def test_a_unit_price_is_a_condition(phone: str, expected: str) -> None:
    """20 % off accessories with a phone above 500.00: 110.00 less 22.00."""
    phones, cases = ({"offeringIds": [name]} for name in ("phone", "case"))
    above = {"kind": "unit-price", "amount": "500.00", **EUR, "above": True, "target": phones}
    rule = promotion("p", percent("20", target=cases), above)
    assert payable({"phone": 1, "case": 2}, [price_row("phone", phone), price_row("case", "55.00")], rule) == expected


def test_every_further_line_at_half_price() -> None:
    prices = [price_row("a", "10.00"), price_row("b", "30.00"), price_row("c", "20.00")]
    rule = promotion("p", {"kind": "further-lines", "percent": "50"})
    assert payable({"a": 1, "b": 1, "c": 1}, prices, rule) == "45.00"


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        ({"kind": "further-lines", "percent": "50"}, {"a": 500, "c": 350}),
        ({"kind": "nth-cheapest"}, {"a": 1000, "c": 700}),
        ({"kind": "buy-get", "buy": 1}, {"a": 1000, "c": 700}),
    ],
)
def test_prices_of_each_type_and_period_are_compared(benefit: dict[str, Any], expected: dict[str, int]) -> None:
    prices = [price_row("a", "10.00"), price_row("b", "30.00")]
    prices += [price_row(name, amount, period="P1M") for name, amount in (("c", "7.00"), ("d", "9.00"))]
    cart = priced(document(dict.fromkeys("abcd", 1), prices, promotion("p", benefit)))
    assert reductions(cart) == expected


def test_of_a_group_of_steps_one_applies() -> None:
    """5 % from 50.00, 10 % from 100.00: not both."""
    steps = [
        promotion("five", percent("5"), at_least("50.00"), group="steps", priority=9),
        promotion("ten", percent("10"), at_least("100.00"), group="steps"),
    ]
    assert payable({"a": 1}, [price_row("a", "200.00")], *steps) == "180.00"
    assert payable({"a": 1}, [price_row("a", "60.00")], *steps) == "57.00"
    cart = priced(document({"a": 1}, [price_row("a", "200.00")], *steps))
    assert [each.id for each in cart.pricing.promotions] == ["ten"]


def test_a_floor_of_nothing_is_for_carts_in_its_currency() -> None:
    rule = promotion("p", percent("10", notBelow={"amount": "0.00", "currency": "USD"}))
    assert payable({"a": 1}, [price_row("a", "10.00")], rule) == "10.00"


MONTH = monthly("30.00", isProrated=True)
QUARTER = monthly("91.00", isProrated=True, period="P3M", anchorMonth=4)
YEAR = monthly("365.00", isProrated=True, period="P1Y", anchorMonth=1)


class TestMonths:
    FORTY = promotion("p", {"kind": "recurring-discount", "percent": "40", "months": 4})

    @pytest.mark.parametrize(
        ("amount", "period", "expected"),
        [
            # 40 % of 350.00 is 140.00, 4 / 12 of it 46.67.
            ("350.00", "P1Y", [(1, 1, 30333), (2, None, 35000)]),
            ("30.00", "P1M", [(1, 4, 1800), (5, None, 3000)]),
            # Three months, and one of the next three: 36.00 and 12.00 off.
            ("90.00", "P3M", [(1, 1, 5400), (2, 1, 7800), (3, None, 9000)]),
            ("7.00", "P1W", [(1, None, 700)]),
        ],
    )
    def test_of_any_period(self, amount: str, period: str, expected: Course) -> None:
        cart = cart_of(self.FORTY, prices=[monthly(amount, period=period)])
        assert course(only_price(cart, "a")) == expected

    @pytest.mark.parametrize(
        ("period", "expected"),
        [
            ("P30D", [(1, 4, 1800), (5, None, 3000)]),
            # 120 days are one period of 90 and a third of the next.
            ("P90D", [(1, 1, 1800), (2, 1, 2600), (3, None, 3000)]),
            ("P1Y", [(1, 1, 2600), (2, None, 3000)]),
            ("PT1H", [(1, None, 3000)]),
        ],
    )
    def test_days_are_parts_of_months_that_all_have_thirty(self, period: str, expected: Course) -> None:
        prices = [monthly("30.00", period=period)]
        cart = cart_of(self.FORTY, prices=prices, pricingPolicy={"proration": "30-360"})
        assert course(only_price(cart, "a")) == expected
        by_calendar = cart_of(self.FORTY, prices=prices)
        assert (course(only_price(by_calendar, "a")) == expected) == (period in {"P1Y", "PT1H"})

    @pytest.mark.parametrize(
        ("rule", "point", "day", "expected"),
        [
            # Until 16 February: 46 of the 365 days of 2026 are free.
            (percent("100", months=2), YEAR, (2025, 12, 16), [(1, 1, 0), (2, 1, 31900), (3, None, 36500)]),
            # Until 16 December 2026: 16 days at half, and 349 of 365, 174.50 off.
            (percent("50", months=12), YEAR, (2025, 12, 16), [(1, 1, 800), (2, 1, 19050), (3, None, 36500)]),
            # Until 16 August: 61 of 199 days are free, 138 are left.
            (percent("100", months=2), YEAR, (2025, 6, 16), [(1, 1, 13800), (2, None, 36500)]),
            # Until 1 January, when the cut year ends.
            (percent("100", months=2), YEAR, (2025, 11, 1), [(1, 1, 0), (2, None, 36500)]),
            # Until 16 December 2027: a year and 349 days.
            (
                percent("50", months=24),
                YEAR,
                (2025, 12, 16),
                [(1, 1, 800), (2, 1, 18250), (3, 1, 19050), (4, None, 36500)],
            ),
            # 2 months from 20 May: 42 days, and 19 of the 92 from 1 July on, 18.79 off.
            (percent("100", months=2), QUARTER, (2024, 5, 20), [(1, 1, 0), (2, 1, 7221), (3, None, 9100)]),
            # Until 16 September: half of 15 days of June, of two months, and 15 days of September.
            (
                percent("50", months=3),
                MONTH,
                (2024, 6, 16),
                [(1, 1, 750), (2, 2, 1500), (4, 1, 2250), (5, None, 3000)],
            ),
            # 31 January has no other month's day: until 28 February, 27 of 28 days.
            (percent("100", months=1), MONTH, (2026, 1, 31), [(1, 1, 0), (2, 1, 107), (3, None, 3000)]),
            # An amount is for a whole month: 6.00 off in whole ones, 3.00 in the cut one, and 3.00 in September.
            (off("6.00", months=3), MONTH, (2024, 6, 16), [(1, 1, 1200), (2, 2, 2400), (4, 1, 2700), (5, None, 3000)]),
            # On the cycle day itself: three whole months.
            (percent("50", months=3), MONTH, (2024, 7, 1), [(1, 3, 1500), (4, None, 3000)]),
        ],
    )
    def test_they_are_not_over_with_a_cut_first_period(
        self, rule: dict[str, Any], point: dict[str, Any], day: tuple[int, int, int], expected: Course
    ) -> None:
        cart = cart_of(promotion("p", rule), prices=[point], billCycleDay=1, at=datetime(*day, 12, tzinfo=UTC))
        assert course(only_price(cart, "a")) == expected

    def test_where_months_have_thirty_days_the_cut_period_does_too(self) -> None:
        point = {**YEAR, "amount": "360.00"}
        at, thirty = datetime(2025, 12, 16, tzinfo=UTC), {"pricingPolicy": {"proration": "30-360"}}
        cart = cart_of(promotion("p", percent("50", months=12)), prices=[point], billCycleDay=1, at=at, **thirty)
        # 15 of 360 days at half, and 345: 172.50 off.
        assert course(only_price(cart, "a")) == [(1, 1, 750), (2, 1, 18750), (3, None, 36000)]

    def test_where_seconds_count_they_end_in_the_middle_of_a_day(self) -> None:
        at, seconds = datetime(2026, 6, 16, 12, tzinfo=UTC), {"pricingPolicy": {"proration": "second"}}
        cart = cart_of(promotion("p", percent("100", months=1)), prices=[MONTH], billCycleDay=1, at=at, **seconds)
        # Until noon of 16 July: 15.5 of 31 days.
        assert course(only_price(cart, "a")) == [(1, 1, 0), (2, 1, 1500), (3, None, 3000)]

    def test_months_that_wait_for_a_cut_free_month_are_whole_ones(self) -> None:
        free = promotion("free", {"kind": "free-period"}, priority=9)
        rules = [free, promotion("p", percent("50", months=3))]
        cart = cart_of(*rules, prices=[MONTH], billCycleDay=1)
        assert course(only_price(cart, "a")) == [(1, 1, 0), (2, 3, 1500), (5, None, 3000)]
        year = cart_of(*rules, prices=[YEAR], billCycleDay=1, at=datetime(2025, 12, 16, tzinfo=UTC))
        # Until 1 April: 90 of 365 days at half.
        assert course(only_price(year, "a")) == [(1, 1, 0), (2, 1, 32000), (3, None, 36500)]

    def test_what_leads_out_of_the_calendar_is_counted_in_parts(self) -> None:
        at = datetime(9998, 11, 16, tzinfo=UTC)
        cart = cart_of(promotion("p", percent("100", months=18)), prices=[YEAR], billCycleDay=1, at=at)
        assert course(only_price(cart, "a")) == [(1, 1, 0), (2, 1, 18250), (3, None, 36500)]

    def test_months_or_periods(self) -> None:
        both = promotion("p", {"kind": "recurring-discount", "percent": "40", "months": 4, "periods": 1})
        neither = promotion("p", {"kind": "recurring-discount", "percent": "40"})
        for rule, code in ((both, "one-of"), (neither, "missing")):
            with pytest.raises(Refusal) as refusal:
                cart_of(rule, prices=[monthly("1.00")])
            assert [each.code for each in refusal.value.problems] == [code]


@pytest.mark.parametrize(("together", "expected"), [(True, "50.00"), (False, "100.00")])
def test_tiers_over_lines(together: bool, expected: str) -> None:
    point = price_row("a", "10.00", tiers=[{"minQuantity": 10, "amount": "5.00"}], tiersOverLines=together)
    told = document({"a": 5}, [point])
    told["items"] = [{"id": each, "offeringId": "a", "quantity": 5} for each in ("red", "blue")]
    assert f"{priced(told).pricing.due_now.payable / 100:.2f}" == expected
