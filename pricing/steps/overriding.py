"""Prices that somebody set by hand: an alteration of the list price, before everything else is taken off."""

from cartwright.wire.money import MoneyError
from cartwright.wire.policy import PricingPolicy
from facts.validity import valid_at
from models.cart.overrides import PriceOverride
from models.cart.sources import OVERRIDE
from models.money.rates import parse_rate, parse_unit_price, portion
from pricing.sheet.rows import Row
from pricing.sheet.worksheet import Worksheet
from pricing.steps.list_prices import refuse_beyond_meaning


def apply_overrides(sheet: Worksheet) -> None:
    """Move every price with an override that is valid; in another currency it is left out, and a warning says so.

    Raises `invalid` for a price that can't be meant.
    """
    for line in sheet.lines:
        if line.item.overrides:
            by_price = {each.price: each for each in line.item.overrides}
            for row in line.rows:
                override = by_price.get((row.type, row.period))
                if override is not None and valid_at(override.valid_for, sheet.at):
                    _apply(override, row, sheet)


def overridden(override: PriceOverride, list_amount: int, quantity: int, policy: PricingPolicy) -> int:
    """What a line costs in minor units, instead of its list price; never below zero. Raises `MoneyError`."""
    if override.kind == "percent":
        return max(list_amount - portion(list_amount, parse_rate(override.value) / 100, policy.rounding), 0)
    if override.currency is None:
        raise MoneyError("unknown-currency", "An amount has a currency.")
    amount = parse_unit_price(override.value, override.currency).times(quantity, policy.rounding)
    return max(list_amount - amount if override.kind == "flat" else amount, 0)


def _apply(override: PriceOverride, row: Row, sheet: Worksheet) -> None:
    if override.currency not in (None, sheet.currency):
        sheet.warn("override-currency", f"Override {override.id} is in {override.currency} and does not apply.")
        return
    amount = overridden(override, row.list_amount, row.quantity, sheet.policy)
    if amount != row.amount:
        row.alter(OVERRIDE, override.id, amount - row.amount, type=override.kind)
        refuse_beyond_meaning(row)
