"""How each kind of golden case becomes a cart with a catalog, and which of the priced cart's figures it states.

Four kinds have no cart in them: how an amount is split (`alloc`, `alloc_capped`) and rounded (`div_half_even`) is asked
of the functions that price carts. So are taxes of negative amounts, for no price is below zero.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from counter import Shop, gross, net, tax_by_rate
from discount_kinds import alloc_floor, amount_off, buyget, each_fixed, each_pct, order_discount_tax, promo, promote
from period_kinds import cycles, proration
from switches import choice_of, policy_of

from cartwright.wire.money import digits, format_amount
from cartwright.wire.policy import Rounding
from models.answers.outcome import Outcome
from models.money.allocation import allocate, allocate_within
from models.money.rates import parse_percent
from models.money.rounding import divide
from pricing.arithmetic.tax import Rates, TaxableLine, tax_lines
from support.pricing import run

FOREIGN = {0: ("JPY", "KRW"), 2: ("EUR", "USD"), 3: ("KWD", "BHD")}
"""Pairs of currencies with equally many digits."""
Case = dict[str, Any]


def currency_of(case: Case) -> str:
    """Cases without a currency have two decimals, whichever they are."""
    return str(case.get("currency") or "EUR")


def alloc(case: Case) -> list[int]:
    return allocate(case["weights"], case["amount"], policy_of(case).remainder)


def alloc_capped(case: Case) -> list[int]:
    return allocate_within(case["weights"], case["amount"], case["weights"], policy_of(case).remainder)


def div_half_even(case: Case) -> int:
    return divide(case["n"], case["d"], Rounding.HALF_EVEN)


def tax(case: Case) -> Case:
    if any(unit < 0 or unit * quantity < discount for unit, quantity, _, discount in case["lines"]):
        return tax_of_amounts(case)
    shop = Shop(choice_of(case), case.get("inclusive", False))
    for unit, quantity, rate, discount in case["lines"]:
        name = shop.sell(shop.money(unit), quantity, [str(rate)])
        if discount:
            promote("item", [{**amount_off(discount, shop), "target": {"offeringIds": [name]}}], shop)
    cart = shop.ring_up()
    return tax_figures(case, net(cart), gross(cart), tax_by_rate(cart))


def tax_of_amounts(case: Case) -> Case:
    """The taxes of amounts below zero, which no cart has lines for."""
    lines = [
        TaxableLine(unit * quantity - discount, quantity, Rates((parse_percent(str(rate)),)))
        for unit, quantity, rate, discount in case["lines"]
    ]
    taxed = tax_lines(lines, inclusive=case.get("inclusive", False), policy=policy_of(case))
    taxes: dict[Fraction, int] = {}
    for line, each in zip(lines, taxed, strict=True):
        taxes[line.rates.exact[0]] = taxes.get(line.rates.exact[0], 0) + each.tax
    return tax_figures(case, sum(each.net for each in taxed), sum(each.gross for each in taxed), taxes)


def tax_figures(case: Case, without: int, with_tax: int, taxes: dict[Fraction, int]) -> Case:
    by_rate = {str(rate): taxes[parse_percent(str(rate))] for _, _, rate, _ in case["lines"]}
    return {"net": without, "tax": with_tax - without, "gross": with_tax, "tax_by_rate": by_rate}


def giftcard(case: Case) -> dict[str, int]:
    """A cart of this worth, of which a gift card pays a part."""
    shop = Shop(choice_of(case))
    shop.sell(shop.money(case["net"]), 1, rates_between(case["net"], case["gross"]))
    cart = shop.ring_up()
    if case["balance"]:
        card = {"kind": "gift-card", "amount": shop.money(case["balance"]), "reference": "GC-1"}
        outcome = run("apply-adjustment", card, cart, shop.catalog)
        assert isinstance(outcome, Outcome)
        cart = outcome.cart
    due = cart.pricing.due_now
    return {"net": due.net, "gross": due.payable}


def rates_between(without: int, with_tax: int) -> list[str]:
    """Tax rates that lead from the one amount to the other; none is above 100 %."""
    if with_tax == without:
        return []
    if not 0 < without < with_tax:
        raise ValueError(f"no tax leads from {without} to {with_tax}")
    whole, rest = divmod(with_tax - without, without)
    part = format(Decimal(round(Fraction(rest * 10**32, without))).scaleb(-30), "f")
    return ["100"] * whole + ([part] if rest else [])


def fx(case: Case) -> int:
    """Amounts are minor units of both currencies, which have equally many digits."""
    source, target = FOREIGN[digits(currency_of(case))]
    shop = Shop(choice_of(case), currency=source)
    shop.facts["rates"] = [{"id": "fx", "from": source, "to": target, "rate": str(case["rate"])}]
    shop.sell(shop.money(case["amount"]))
    [conversion] = shop.ring_up().pricing.due_now.conversions
    return conversion.payable


def cash_round(case: Case) -> str:
    currency = currency_of(case)
    shop = Shop({**choice_of(case), "cashRounding": str(case["step"])}, currency=currency)
    shop.sell(str(case["amount"]))
    return format_amount(shop.ring_up().pricing.due_now.payable, currency)


def tier(case: Case) -> Fraction:
    """Prices with as many digits as they need are stated as whole amounts, and the result goes back as far."""
    prices = [Fraction(str(price)) for *_, price in case["tiers"]]
    scale = next(10**places for places in range(13) if all((each * 10**places).denominator == 1 for each in prices))
    shop = Shop(choice_of(case))
    tiers, start = [], 1
    for (size, most, _), price in zip(case["tiers"], prices, strict=True):
        tiers.append({"minQuantity": start, "blockSize": size, "amount": str(price * scale)})
        if most == -1:
            break
        start += size * most
    mode = {"all": "graduated", "top": "volume"}[case["mode"]]
    shop.sell(tiers[0]["amount"], case["quantity"], tiers=tiers, tierMode=mode)
    return Fraction(shop.ring_up().pricing.due_now.payable, 10 ** digits("EUR") * scale)


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
