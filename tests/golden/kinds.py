"""What each kind of golden case calls: its input translated to the pricing code's own terms, and back."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from discount_kinds import each_fixed, each_pct, order_discount_tax, promo
from switches import policy_of

from cartwright.wire.money import format_amount, parse_amount
from cartwright.wire.policy import Rounding
from models.money.allocation import allocate, allocate_within
from models.money.rates import parse_percent, parse_rate, parse_unit_price
from models.money.rounding import divide
from pricing.arithmetic import conversion, quantity_discounts
from pricing.arithmetic.billing_cycles import Period, billed_cycles, prorate
from pricing.arithmetic.block_tiers import Tier, TierMode, tiered_price
from pricing.arithmetic.gift_cards import after_gift_card
from pricing.arithmetic.tax import Rates, TaxableLine, tax_by_rate, tax_lines

PERIODS = {
    "DAILY": "P1D",
    "WEEKLY": "P7D",
    "BIWEEKLY": "P14D",
    "THIRTY_DAYS": "P30D",
    "THIRTY_ONE_DAYS": "P31D",
    "SIXTY_DAYS": "P60D",
    "NINETY_DAYS": "P90D",
    "MONTHLY": "P1M",
    "BIMESTRIAL": "P2M",
    "QUARTERLY": "P3M",
    "TRIANNUAL": "P4M",
    "BIANNUAL": "P6M",
    "ANNUAL": "P1Y",
    "SESQUIENNIAL": "P18M",
    "BIENNIAL": "P2Y",
    "TRIENNIAL": "P3Y",
}
"""Kill Bill's names of billing periods."""

Case = dict[str, Any]


def currency_of(case: Case) -> str:
    """Cases without a currency have two decimals, whichever they are."""
    return str(case.get("currency", "EUR"))


def alloc(case: Case) -> list[int]:
    return allocate(case["weights"], case["amount"], policy_of(case).remainder)


def alloc_floor(case: Case) -> list[int]:
    room = [total - least for total, least in zip(case["line_totals"], case["line_min"], strict=True)]
    return allocate_within(case["line_totals"], case["amount"], room, policy_of(case).remainder)


def alloc_capped(case: Case) -> list[int]:
    return allocate_within(case["weights"], case["amount"], case["weights"], policy_of(case).remainder)


def div_half_even(case: Case) -> int:
    return divide(case["n"], case["d"], Rounding.HALF_EVEN)


def tax(case: Case) -> Case:
    names = {parse_percent(str(rate)): str(rate) for _, _, rate, _ in case["lines"]}
    lines = [
        TaxableLine(unit * quantity - discount, quantity, Rates((parse_percent(str(rate)),)))
        for unit, quantity, rate, discount in case["lines"]
    ]
    taxed = tax_lines(lines, inclusive=case.get("inclusive", False), policy=policy_of(case))
    return {
        "net": sum(line.net for line in taxed),
        "tax": sum(line.tax for line in taxed),
        "gross": sum(line.gross for line in taxed),
        "tax_by_rate": {names[rate]: amount for rate, amount in tax_by_rate(lines, taxed).items()},
    }


def giftcard(case: Case) -> dict[str, int]:
    due = after_gift_card(case["net"], case["gross"], case["balance"], policy_of(case).rounding)
    return {"net": due.net, "gross": due.gross}


def buyget(case: Case) -> int:
    return quantity_discounts.buy_get(case["unit"], case["qty"], case["buy"], case["get"])


def fx(case: Case) -> int:
    # Source and target have equally many digits in these cases: amounts are minor units of both.
    return conversion.convert(case["amount"], parse_rate(str(case["rate"])), 2, 2, policy_of(case).rounding)


def cash_round(case: Case) -> str:
    currency = currency_of(case)
    amount = parse_unit_price(str(case["amount"]), currency).times(1, Rounding.HALF_UP)
    return format_amount(conversion.cash_round(amount, parse_amount(str(case["step"]), currency)), currency)


def proration(case: Case) -> str:
    currency = currency_of(case)
    price = parse_unit_price(str(case["price"]), currency)
    period = case["period_days"] * 10**price.scale
    return format_amount(prorate(price.coefficient, case["days"], period, policy_of(case).rounding), currency)


def cycles(case: Case) -> Fraction:
    start, target = date.fromisoformat(case["start"]), date.fromisoformat(case["target"])
    end = date.fromisoformat(case["end"]) if case.get("end") else None
    return billed_cycles(start, case["bcd"], target, Period.parse(PERIODS[case["period"]]), end)


def tier(case: Case) -> Fraction:
    tiers = [Tier(size, None if most == -1 else most, parse_rate(str(price))) for size, most, price in case["tiers"]]
    mode = {"all": TierMode.GRADUATED, "top": TierMode.VOLUME}[case["mode"]]
    return tiered_price(tiers, case["quantity"], mode)


KINDS: dict[str, Callable[[Case], Any]] = {
    "alloc": alloc,
    "alloc_floor": alloc_floor,
    "alloc_capped": alloc_capped,
    "div_half_even": div_half_even,
    "tax": tax,
    "promo": promo,
    "order_discount_tax": order_discount_tax,
    "giftcard": giftcard,
    "each_fixed": each_fixed,
    "each_pct": each_pct,
    "buyget": buyget,
    "fx": fx,
    "cash_round": cash_round,
    "proration": proration,
    "cycles": cycles,
    "tier": tier,
}
"""Every kind by its name."""
