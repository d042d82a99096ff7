"""What costs nothing is no cheapest unit; the figures are worked out by hand."""

from typing import Any, ClassVar

import pytest

from facts.snapshot import Facts
from support.pricing import document, price_row, priced, promotion, reductions, rows, run
from support.promotions import EUR, at_least, off, payable, percent

PRICES = [price_row(name, "10.00") for name in "abc"]
SAMPLE = price_row("s", "0.00")
ABC = {"a": 1, "b": 1, "c": 1}
THREE_FOR_TWO = promotion("three", {"kind": "buy-get", "buy": 2})
CHEAPEST_FREE = promotion("cheapest", {"kind": "nth-cheapest"})
AT_NOTHING = {"kind": "fixed-price", "amount": "0.00", **EUR}


def free(name: str, **fields: Any) -> dict[str, Any]:
    """A promotion that leaves nothing of one line."""
    return promotion("free", percent("100", target={"offeringIds": [name]}), level="item", **fields)


@pytest.mark.parametrize("samples", [0, 1, 3])
def test_samples_are_not_the_units_that_are_free(samples: int) -> None:
    quantities = {**ABC, "s": samples} if samples else ABC
    assert payable(quantities, [*PRICES, SAMPLE], THREE_FOR_TWO) == "20.00"
    assert payable(quantities, [*PRICES, SAMPLE], CHEAPEST_FREE) == "20.00"


def test_samples_make_no_set() -> None:
    """Two that are paid for bring nothing yet, whatever comes with them."""
    assert payable({"a": 1, "b": 1, "s": 4}, [*PRICES, SAMPLE], THREE_FOR_TWO) == "20.00"


def test_of_a_line_some_units_may_cost_nothing() -> None:
    coins = [price_row("a", "0.01"), price_row("b", "5.00")]
    # 0.03 over ten units: of 0.10 there are 0.07 left, seven units at a cent and three at nothing.
    less = promotion("less", off("0.03", target={"offeringIds": ["a"]}), level="item")
    fourth = promotion("fourth", {"kind": "nth-cheapest", "n": 8})
    assert reductions(priced(document({"a": 10, "b": 1}, coins, less, fourth))) == {"a": 3, "b": 500}


def test_what_another_promotion_has_made_free_is_passed_over() -> None:
    prices = [price_row("a", "10.00"), price_row("b", "12.00"), price_row("c", "15.00")]
    assert payable(ABC, prices, free("b"), CHEAPEST_FREE) == "15.00"
    # Of a and c, which are left, no three are bought; without the other promotion, a would be free: 27.00.
    assert payable(ABC, prices, free("b"), THREE_FOR_TWO) == "25.00"
    assert payable(ABC, prices, free("a"), THREE_FOR_TWO) == "27.00"


def test_a_promotion_counts_what_it_has_made_free_itself() -> None:
    """10.00 is free, half of 20.00, not of 30.00; a third benefit finds no other cheapest one."""
    prices = [price_row("a", "10.00"), price_row("b", "20.00"), price_row("c", "30.00")]
    second = {"kind": "nth-cheapest", "n": 2, "percent": "50"}
    assert payable(ABC, prices, {"id": "p", "benefits": [{"kind": "nth-cheapest"}, second]}) == "40.00"
    assert (
        payable(ABC, prices, {"id": "p", "benefits": [{"kind": "nth-cheapest"}, {"kind": "nth-cheapest"}]}) == "50.00"
    )
    # What another promotion has made free is not there: of 20.00 and 30.00 the second one is 30.00.
    assert payable(ABC, prices, free("a"), promotion("p", second)) == "35.00"


def test_a_bought_unit_counts_whatever_it_costs() -> None:
    rule = {"kind": "buy-get", "buy": 1, "bought": {"offeringIds": ["s"]}, "target": {"offeringIds": ["a"]}}
    assert payable({"s": 1, "a": 2}, [*PRICES, SAMPLE], promotion("p", rule)) == "10.00"


def test_a_sample_that_is_added_moves_no_other_price() -> None:
    shop = document(ABC, [*PRICES, SAMPLE], THREE_FOR_TWO)
    facts = Facts().with_rows(rows(shop), 1)
    cart = run("create-cart", {name: value for name, value in shop.items() if name != "facts"}, None, facts).cart
    assert cart is not None
    added = run("add-items", {"items": [{"id": "s", "offeringId": "s"}]}, cart, facts)
    assert [each.get("itemId") for each in added.price_changes] in ([], ["s"])


class TestABoundOnCombinations:
    """A lower price may make a promotion take more, where it leaves nothing of a unit that would be the cheapest."""

    PRICES = (price_row("a", "0.01"), price_row("b", "50.00"), price_row("c", "90.00"))
    LESS: ClassVar = {"target": {"offeringIds": ["c"]}}

    @pytest.mark.parametrize(
        "free",
        [percent("100"), off("0.01"), AT_NOTHING, {"kind": "nth-cheapest"}],
    )
    @pytest.mark.parametrize("comparing", [{"kind": "nth-cheapest"}, {"kind": "buy-get", "buy": 1}])
    def test_a_cent_less_may_be_a_dear_unit_less(self, free: dict[str, Any], comparing: dict[str, Any]) -> None:
        """1.00 off c keeps a from being free, and so b; without it they are, and c costs 90.00."""
        rules = [
            promotion("1", off("1.00", **self.LESS), priority=9),
            promotion("2", {**free, "target": {"offeringIds": ["a"]}}, at_least("140.01"), priority=8),
            promotion("3", comparing, priority=7),
        ]
        assert payable(ABC, list(self.PRICES), *rules[1:]) == "90.00"
        assert payable(ABC, list(self.PRICES), *rules) == "90.00"
