"""Caps: a tariff moves towards another one, every price of it by no more than the cap.

All arithmetic is exact. A price that would need more than 12 decimals is rounded towards the line's own price, so that
it never moves further than the cap.
"""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from cartwright.wire.change_rule import ChangeRule
from cartwright.wire.money import format_scaled
from models.cart.tariff import Tariff, TariffPhase
from models.money.rates import (
    MAX_UNIT_PRICE_DECIMALS,
    format_unit_price,
    parse_percent,
    parse_rate,
    parse_unit_price,
)

SCALE: int = 10**MAX_UNIT_PRICE_DECIMALS


def capped(own: Tariff, listed: Tariff, rule: ChangeRule) -> Tariff:
    """The tiers of `listed`, each at a price no further from what `own` asks there than the rule allows.

    A cap's amount is per unit; a block of several units moves by as many amounts.
    """

    def moved(quantity: int, block: int, amount: str) -> str:
        return _moved(_block_price(own, quantity, block), amount, block, rule, listed)

    return replace(
        listed,
        amount=moved(1, 1, listed.amount),
        tiers=tuple(
            replace(tier, amount=moved(tier.min_quantity, tier.block_size, tier.amount)) for tier in listed.tiers
        ),
        phases=_capped_phases(own, listed, rule),
    )


def _capped_phases(own: Tariff, listed: Tariff, rule: ChangeRule) -> tuple[TariffPhase, ...]:
    """Phases that begin where one of `own` or of `listed` does."""
    if listed.tiers or not (own.phases or listed.phases):
        return ()
    starts = sorted({*own.starts, *listed.starts})
    amounts = [_moved(parse_rate(own.amount_in(start)), listed.amount_in(start), 1, rule, listed) for start in starts]
    lengths = [following - start for start, following in pairwise(starts)]
    return tuple(TariffPhase(amount, periods) for amount, periods in zip(amounts, [*lengths, None], strict=True))


def unit_price_text(scaled: int, currency: str) -> str:
    """A unit price in units of its twelfth decimal as a decimal string, without superfluous zeros."""
    text = format_scaled(scaled, MAX_UNIT_PRICE_DECIMALS)
    return format_unit_price(parse_unit_price(text, currency), currency)


def _moved(start: Fraction, amount: str, block: int, rule: ChangeRule, listed: Tariff) -> str:
    """The amount, or what lies on the way to it as far from the start as the rule allows."""
    target, most = parse_rate(amount), _most(start, block, rule)
    if abs(target - start) <= most:
        return amount
    scaled = floor((start + most) * SCALE) if target > start else ceil((start - most) * SCALE)
    return unit_price_text(scaled, listed.currency)


def _most(start: Fraction, block: int, rule: ChangeRule) -> Fraction:
    if rule.percent is not None:
        return abs(start) * parse_percent(rule.percent)
    return parse_rate(rule.amount or "0") * block


def _block_price(own: Tariff, quantity: int, block: int) -> Fraction:
    """What a block of so many units costs by the tier that this quantity reaches."""
    reached = [tier for tier in own.tiers if tier.min_quantity <= quantity]
    if not reached:
        return parse_rate(own.amount) * block
    return parse_rate(reached[-1].amount) / reached[-1].block_size * block
