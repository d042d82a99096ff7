"""What is read back is read without limits: nothing that was let in once is unreadable, and it can still be priced."""

import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from cartwright.wire.header import Header
from cartwright.wire.stored import read_stored
from engine.opening import blank_cart
from facts.snapshot import CatalogRows, Facts
from models.cart.cart import Cart, Item
from pricing.price import price
from support.catalogs import Case, cases
from support.older import FAR, HEADER, ROWS
from support.pricing import NOON, run

FACTS = Facts().with_rows(CatalogRows.stored(ROWS), 1)


def cart(**fields: Any) -> Cart:
    header = read_stored(Header, HEADER)
    return replace(blank_cart("acme", "c-1", NOON, None), header=header, items=(Item("i-1", "plan", 2),), **fields)


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_that_is_refused_today_is_read_as_it_was_stored(kind: str) -> None:
    for row in ROWS[kind]:
        with pytest.raises(ValidationError):
            CatalogRows.of({kind: [row]})
        [read] = CatalogRows.stored({kind: [row]}).by_kind()[kind]
        assert read.wire() == row


GOODS_LEFT_OUT = {"categories": ["x"], "excludeCategories": ["x"]}
EUR = {"currency": "EUR"}


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("promotions", {"benefits": [{"kind": "percent", "value": "10", "target": GOODS_LEFT_OUT}]}),
        ("promotions", {"benefits": [{"kind": "fixed", "amount": "1.00", **EUR, "maxQuantity": 2}]}),
        ("promotions", {"benefits": [{"kind": "fixed", "amount": "1.00", **EUR, "maxQuantity": 2}], "level": "item"}),
        ("promotions", {"benefits": [{"kind": "percent", "value": "10", "atMost": {"amount": "0.00", **EUR}}]}),
        ("promotions", {"benefits": [{"kind": "buy-get", "buy": 1, "off": {"amount": "0.00", **EUR}}]}),
        ("promotions", {"benefits": [{"kind": "buy-get", "buy": 1, "bought": {"offeringIds": ["plan"]}}]}),
        (
            "promotions",
            {
                "benefits": [{"kind": "percent", "value": "10"}],
                "conditions": [{"kind": "time-window", "start": "10:00", "end": "10:00"}],
            },
        ),
        ("vouchers", {"reductionPercent": "10", "target": GOODS_LEFT_OUT}),
    ],
)
def test_what_has_no_effect_is_refused_and_read_where_it_was_let_in(kind: str, row: dict[str, Any]) -> None:
    named = {"code" if kind == "vouchers" else "id": "p", **row}
    with pytest.raises(ValidationError):
        CatalogRows.of({kind: [named]})
    stored = CatalogRows.stored({kind: [named]})
    [read] = stored.by_kind()[kind]
    assert read.wire() == named
    priced = price(cart(held_vouchers=("p",) if kind == "vouchers" else ()), FACTS.with_rows(stored, 2), NOON)
    assert len(priced.items) == 1


def test_a_header_that_is_refused_today_is_read_as_it_was_stored() -> None:
    with pytest.raises(ValidationError):
        Header.model_validate(HEADER)
    assert read_stored(Header, HEADER).wire() == HEADER


@given(cases())
def test_what_is_let_in_is_read_as_it_was(case: Case) -> None:
    tables = {kind: [row.wire() for row in table.values()] for kind, table in case.facts.tables.items()}
    assert CatalogRows.stored(tables) == CatalogRows.of(tables)
    assert read_stored(Header, case.cart.header.wire()) == case.cart.header


@pytest.mark.parametrize(
    "wire", [{"currency": 5}, {}, {"currency": "EUR", "unheardOf": 1}, {"currency": "EUR", "validity": "x"}, []]
)
def test_another_shape_is_not_read(wire: Any) -> None:
    with pytest.raises(ValidationError):
        read_stored(Header, wire)


@pytest.mark.parametrize("kind", ["unheard-of", None, 5])
def test_another_kind_is_not_read(kind: Any) -> None:
    for table in ("rules", "promotions"):
        row = {"id": "x", "kind": kind} if table == "rules" else {"id": "x", "benefits": [{"kind": kind}]}
        with pytest.raises(ValueError, match="kind must be one of"):
            CatalogRows.stored({table: [row]})


def test_what_was_let_in_once_is_priced_and_warns_of_what_it_can_no_longer_do() -> None:
    priced = price(cart(held_vouchers=("v",)), FACTS, NOON)
    # 19.98, ten percent off each, then the voucher; no rate of the cart's country is known.
    assert priced.pricing.due_now.payable == 1998 - 200 - 500
    assert {each.code for each in priced.pricing.warnings} == {
        "proration-not-possible",
        "expression-failed",
        "installments-not-possible",
    }
    assert [each.currency for each in priced.pricing.due_now.conversions] == ["EUR"]


@pytest.mark.parametrize("expression", ["cart.amount", "cart.colour == 'red'", "items.map(i, i).size() > 0"])
def test_an_expression_that_was_let_in_once_is_not_true(expression: str) -> None:
    conditions = [{"kind": "expression", "expression": expression}]
    rows = {"promotions": [{"id": "p", "conditions": conditions, "benefits": [{"kind": "percent", "value": "10"}]}]}
    [row] = CatalogRows.stored(rows).promotions
    assert row.wire()["conditions"] == conditions
    priced = price(cart(), FACTS.with_rows(CatalogRows.stored(rows), 2), NOON)
    assert priced.pricing.due_now.gross == 1998


def test_a_worker_without_the_bindings_skips_no_expression(monkeypatch: pytest.MonkeyPatch) -> None:
    conditions = [{"kind": "expression", "expression": "true"}]
    rows = {"promotions": [{"id": "p", "conditions": conditions, "benefits": [{"kind": "percent", "value": "10"}]}]}
    monkeypatch.setitem(sys.modules, "cel", None)
    with pytest.raises(ImportError):
        price(cart(), FACTS.with_rows(CatalogRows.stored(rows), 2), NOON)


def test_a_time_zone_that_is_gone_is_told() -> None:
    window = {"kind": "time-window", "timeZone": "Mars/Olympus"}
    rows = {"promotions": [{"id": "p", "conditions": [window], "benefits": [{"kind": "percent", "value": "10"}]}]}
    priced = price(cart(), FACTS.with_rows(CatalogRows.stored(rows), 2), NOON)
    assert "unknown-time-zone" in {each.code for each in priced.pricing.warnings}
    assert priced.pricing.due_now.gross == 1998


def test_commands_work_on_such_a_cart() -> None:
    old = price(cart(version=1), FACTS, NOON)
    quantity = run("update-products", {"products": [{"id": "i-1", "quantity": 3}]}, old, FACTS).cart
    assert quantity.pricing.totals[0].gross == 2697
    assert run("update-cart", {"scenario": "s"}, old, FACTS).cart.header.wire() == {**HEADER, "scenario": "s"}
    assert run("reprice-cart", {}, old, FACTS).unchanged
    assert run("compare-price", {}, old, FACTS, {None: FACTS}).price_changes == []
    assert run("empty-cart", {}, old, FACTS).cart.items == ()
    assert run("delete-cart", {}, old, FACTS).cart.header.wire() == {"currency": "BGN"}


def test_a_number_too_large_for_a_new_row_still_decides() -> None:
    promotion = FACTS.table("promotions")["p"]
    assert (promotion.priority, promotion.caps.total) == (FAR, FAR)
    assert next(iter(FACTS.promotions["cart"])).id == "p"
