"""A line costs as much in a large cart as in a small one. Steps of the interpreter are counted, so no clock decides."""

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest

from cartwright.wire.header import Header
from cartwright.wire.status import CartStatus
from cartwright.wire.stored import read_stored
from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart, Item, Stamp
from models.cart.overrides import PriceOverride
from pricing.benefits import kinds
from pricing.price import LIST_STEPS, REDUCTION_STEPS, open_sheet, price, run_steps
from pricing.sheet.preferring import best_sheet
from pricing.sheet.worksheet import Worksheet
from support.pricing import NOON

SMALL, FEW, MANY = 5, 20, 200
GROWTH = 1.2
"""How much dearer a line may be among `MANY` than among `FEW`: ten times would be quadratic."""
NAMES = [f"o-{number:03}" for number in range(MANY)]
FACTS = Facts().with_rows(
    CatalogRows.of(
        {
            "offerings": [{"id": name, "taxCategory": "standard"} for name in NAMES],
            "prices": [
                {
                    "id": name,
                    "offeringId": name,
                    "type": "recurring",
                    "period": "P1M",
                    "currency": "EUR",
                    "amount": "9.99",
                }
                for name in NAMES
            ],
            "taxes": [{"id": "fr", "country": "FR", "category": "standard", "rate": "20"}],
            "vouchers": [{"code": "V", "reductionPercent": "15"}],
        }
    ),
    1,
)
BENEFITS: dict[str, dict[str, Any]] = {
    "buy-get": {"buy": 2, "get": 1},
    "fixed": {"amount": "1.00", "currency": "EUR"},
    "fixed-price": {"amount": "5.00", "currency": "EUR"},
    "free-item": {"offeringId": NAMES[0]},
    "free-period": {},
    "further-lines": {"percent": "50"},
    "nth-cheapest": {"n": 2},
    "nth-dearest": {"n": 2},
    "percent": {"value": "10"},
    "recurring-discount": {"percent": "10", "periods": 3},
}
FOREIGN = {
    "id": "ov",
    "priceType": "recurring",
    "period": "P1M",
    "kind": "flat",
    "value": "1.00",
    "currency": "USD",
    "reason": "a price from elsewhere",
    "role": "agent",
    "at": "2026-03-04T12:00:00Z",
}


def percent(name: str, number: int | None = None, **fields: Any) -> dict[str, Any]:
    """A tenth off all lines, or off one; the names are in the order in which promotions are applied."""
    target = {} if number is None else {"target": {"offeringIds": [NAMES[number]]}}
    return {"id": name, "benefits": [{"kind": "percent", "value": "10", **target}], **fields}


def buy_get(name: str, number: int) -> dict[str, Any]:
    """Two for one of one line."""
    return {
        "id": name,
        "benefits": [{"kind": "buy-get", "buy": 1, "get": 1, "target": {"offeringIds": [NAMES[number]]}}],
    }


def cart(lines: int) -> Cart:
    return Cart(
        id="c",
        tenant="default",
        version=1,
        status=CartStatus.ACTIVE,
        header=Header.model_validate({"currency": "EUR", "country": "FR"}),
        created=Stamp(NOON, None),
        updated=Stamp(NOON, None),
        items=tuple(Item(id=name, offering_id=name, quantity=1) for name in NAMES[:lines]),
    )


def steps(work: Callable[[], object]) -> int:
    """How many instructions the interpreter executes; loops inside functions written in C are not seen."""
    counted = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal counted
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        counted += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


def growth(facts: Facts, change: Callable[[Cart], Cart] = lambda cart: cart, few: int = FEW) -> float:
    """A line's steps in a large cart against those in a small one; the second pricing counts, when all is looked up."""
    small, large = change(cart(few)), change(cart(MANY))
    price(large, facts, NOON)
    of_small, of_large = steps(lambda: price(small, facts, NOON)), steps(lambda: price(large, facts, NOON))
    assert of_small > few * 100, "nothing was counted"
    return (of_large / MANY) / (of_small / few)


def test_every_kind_of_benefit_is_tried() -> None:
    assert BENEFITS.keys() == kinds.models.keys()


EFFECTIVE = [
    (kind, level) for kind in BENEFITS for level in ("item", "cart") if (kind, level) != ("further-lines", "item")
]


@pytest.mark.parametrize(("kind", "level"), EFFECTIVE)
def test_a_promotion_costs_no_more_per_line_in_a_large_cart(kind: str, level: str) -> None:
    row = {"id": "rule", "level": level, "benefits": [{"kind": kind, **BENEFITS[kind]}]}
    assert growth(FACTS.with_rows(CatalogRows.of({"promotions": [row]}), 2)) <= GROWTH


def test_a_voucher_costs_no_more_per_line_in_a_large_cart() -> None:
    assert growth(FACTS, lambda cart: replace(cart, held_vouchers=("V",))) <= GROWTH


def test_a_line_costs_little_more_in_a_small_cart_than_in_a_large_one() -> None:
    rows = [
        {**percent("of-lines"), "level": "item", "conditions": [{"kind": "quantity", "minimum": 1}]},
        {**percent("of-cart"), "conditions": [{"kind": "minimum-amount", "amount": "20.00", "currency": "EUR"}]},
    ]
    facts = FACTS.with_rows(CatalogRows.of({"promotions": rows}), 2)
    assert [line.alterations for item in price(cart(SMALL), facts, NOON).items for line in item.prices].count(()) == 0
    assert growth(facts, few=SMALL) >= 1 / 1.7


def test_many_warnings_cost_no_more_each_than_few() -> None:
    def overridden(cart: Cart) -> Cart:
        foreign = read_stored(PriceOverride, FOREIGN)
        overrides = [foreign.model_copy(update={"id": f"ov-{item.id}"}) for item in cart.items]
        return replace(
            cart,
            items=tuple(replace(item, overrides=(each,)) for item, each in zip(cart.items, overrides, strict=True)),
        )

    assert len(price(overridden(cart(FEW)), FACTS, NOON).pricing.warnings) == FEW
    assert growth(FACTS, overridden) <= GROWTH


def test_many_promotions_cost_no_more_each_than_few() -> None:
    def of(promotions: int) -> int:
        rows = [
            {"id": f"rule-{number}", "benefits": [{"kind": "percent", "value": "1"}]} for number in range(promotions)
        ]
        facts = FACTS.with_rows(CatalogRows.of({"promotions": rows}), 2)
        price(cart(FEW), facts, NOON)
        return steps(lambda: price(cart(FEW), facts, NOON))

    assert (of(MANY) / MANY) / (of(FEW) / FEW) <= GROWTH


@pytest.mark.parametrize(
    ("rows", "sheets"),
    [
        pytest.param([percent("a"), percent("b"), percent("c")], 1, id="all get along"),
        pytest.param(
            [percent("a"), percent("b", exclusive=True), percent("c")], 3, id="a is in b's way; without a, b in c's"
        ),
        pytest.param([percent("a", 0), buy_get("b", 1), percent("c")], 1, id="b compares prices that a left alone"),
        pytest.param([percent("a", 0), buy_get("b", 0), percent("c")], 2, id="b compares prices that a reduced"),
    ],
)
def test_only_promotions_that_are_in_the_way_are_left_out_on_trial(rows: list[dict[str, Any]], sheets: int) -> None:
    facts = FACTS.with_rows(CatalogRows.of({"promotions": rows}), 2)
    filled: list[frozenset[str]] = []

    def fill(without: frozenset[str]) -> Worksheet:
        filled.append(without)
        return run_steps(open_sheet(cart(2), facts, NOON, without))

    best_sheet(fill)
    assert len(filled) == sheets


def test_however_many_sheets_are_tried_list_prices_are_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[Worksheet] = []
    reduced: list[Worksheet] = []
    monkeypatch.setattr("pricing.price.LIST_STEPS", (*LIST_STEPS, listed.append))
    monkeypatch.setattr("pricing.price.REDUCTION_STEPS", (*REDUCTION_STEPS, reduced.append))
    rows = [percent(f"p-{place}", exclusive=True, level="item", priority=place) for place in range(5)]
    price(cart(2), FACTS.with_rows(CatalogRows.of({"promotions": rows}), 2), NOON)
    assert (len(listed), len(reduced)) == (2, 5)


def test_three_phases_cost_less_than_three_carts() -> None:
    def of(**periods: int) -> int:
        rows = [
            {"id": name, "benefits": [{"kind": "percent", "value": "10", **({"periods": many} if many else {})}]}
            for name, many in periods.items()
        ]
        facts = FACTS.with_rows(CatalogRows.of({"promotions": rows}), 2)
        price(cart(MANY), facts, NOON)
        return steps(lambda: price(cart(MANY), facts, NOON))

    assert of(a=1, b=3) <= 2.5 * of(a=0, b=0)


def test_a_line_that_keeps_its_amounts_costs_little_more_than_one_that_is_priced() -> None:
    priced = price(cart(MANY), FACTS, NOON)
    lost = Facts()
    assert len(price(priced, lost, NOON).pricing.warnings) == MANY
    kept, anew = steps(lambda: price(priced, lost, NOON)), steps(lambda: price(priced, FACTS, NOON))
    assert kept <= 1.5 * anew
