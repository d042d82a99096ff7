"""The golden kinds that take discounts off lines: promotions, and order discounts with tax."""

from collections.abc import Callable, Sequence
from typing import Any

from switches import policy_of

from cartwright.wire.policy import PricingPolicy
from models.money.rates import parse_percent
from pricing.arithmetic.discounts import (
    DiscountLine,
    lines_fixed,
    order_fixed,
    order_percent,
    units_fixed,
    units_percent,
)
from pricing.arithmetic.spreading import unit_amounts
from pricing.arithmetic.tax import Rates, TaxableLine, TaxedLine, tax_lines

Case = dict[str, Any]
Lines = list[DiscountLine]
Benefit = Callable[[Lines, Any, PricingPolicy, bool], list[int]]

ON_ITEMS: dict[str, Benefit] = {
    "item_pct": lambda lines, value, policy, _: units_percent(lines, parse_percent(str(value)), policy),
    "item_fix_orig_pct": lambda lines, value, policy, _: units_percent(
        lines, parse_percent(str(value)), policy, further_action=True
    ),
    "item_fix": lambda lines, value, policy, _: units_fixed(lines, value),
    "line_fix": lambda lines, value, policy, _: lines_fixed(lines, value),
}
ON_ORDER: dict[str, Benefit] = {
    "order_pct": lambda lines, value, policy, inclusive: order_percent(
        lines, parse_percent(str(value)), policy, inclusive=inclusive
    ),
    "order_fix": lambda lines, value, policy, inclusive: order_fixed(lines, value, policy, inclusive=inclusive),
}


def promo(case: Case) -> Case:
    rates = Rates((parse_percent(str(case.get("rate", 0))),))
    inclusive, policy = case.get("inclusive", False), policy_of(case)
    lines = [DiscountLine(unit * quantity, unit * quantity, quantity, rates) for unit, quantity in case["lines"]]
    stages = [lines]
    for step in case["steps"]:
        discounts = step_discounts(stages[-1], step, policy, inclusive)
        stages.append([line.less(discount) for line, discount in zip(stages[-1], discounts, strict=True)])
    taxed = taxed_lines(stages[-1], policy, inclusive)
    in_all = [line.original - line.amount for line in stages[-1]]
    in_first_step = [before.amount - after.amount for before, after in zip(*stages[:2], strict=True)]
    return {
        "total": sum(line.amount for line in stages[-1]),
        "discount": -sum(in_all),
        "net": sum(line.net for line in taxed),
        "gross": sum(line.gross for line in taxed),
        "line_discounts": in_all,
        "unit_discount1": per_unit(in_first_step[0], lines[0].quantity)[0],
        "unit_split_line2": per_unit(in_all[1], lines[1].quantity) if len(lines) > 1 else [],
    }


def order_discount_tax(case: Case) -> Case:
    inclusive, policy = case.get("inclusive", False), policy_of(case)
    lines = [
        DiscountLine(unit * quantity, unit * quantity, quantity, Rates((parse_percent(str(rate)),)))
        for unit, quantity, rate in case["lines"]
    ]
    for value in case["steps"]:
        discounts = order_fixed(lines, value, policy, inclusive=inclusive)
        lines = [line.less(discount) for line, discount in zip(lines, discounts, strict=True)]
    taxed = taxed_lines(lines, policy, inclusive)
    return {
        "total": sum(line.gross for line in taxed),
        "tax": sum(line.tax for line in taxed),
        "net": sum(line.net for line in taxed),
        "line_gross": [line.gross for line in taxed],
    }


def each_fixed(case: Case) -> list[int]:
    return units_fixed(lines_of(case["items"]), case["value"], policy_of(case), max_quantity=most_units(case))


def each_pct(case: Case) -> list[int]:
    percent, most = parse_percent(str(case["value"])), most_units(case)
    return units_percent(lines_of(case["items"]), percent, policy_of(case), max_quantity=most)


def most_units(case: Case) -> int:
    """A case without a maximum counts all units."""
    return int(case.get("max_quantity") or max(quantity for quantity, _ in case["items"]))


def lines_of(items: Sequence[tuple[int, int]]) -> Lines:
    return [DiscountLine(total, total, quantity) for quantity, total in items]


def step_discounts(lines: Lines, step: Sequence[Any], policy: PricingPolicy, inclusive: bool) -> list[int]:
    """One step's discount per line; an item step may name the lines that it is for."""
    name, value, *rest = step
    if name == "order_fix_floor":
        return order_fixed(lines, value, policy, inclusive=inclusive, minima=rest[0])
    if name in ON_ORDER:
        return ON_ORDER[name](lines, value, policy, inclusive)
    chosen = rest[0] if rest else range(len(lines))
    found = ON_ITEMS[name]([lines[i] for i in chosen], value, policy, inclusive)
    discounts = dict(zip(chosen, found, strict=True))
    return [discounts.get(i, 0) for i in range(len(lines))]


def taxed_lines(lines: Lines, policy: PricingPolicy, inclusive: bool) -> list[TaxedLine]:
    taxable = [TaxableLine(line.amount, line.quantity, line.rates) for line in lines]
    return tax_lines(taxable, inclusive=inclusive, policy=policy)


def per_unit(discount: int, quantity: int) -> list[int]:
    return [amount for amount, count in unit_amounts(discount, quantity) for _ in range(count)]
