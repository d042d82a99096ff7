"""How little a cart may come to without some promotions: a combination that can't be cheaper is not priced.

At the prices before all promotions each of them takes off the most that it ever does: a reduction takes less of a lower
price, and a lower price loses conditions, it wins none. So a combination leaves at least what the lines cost then,
without the most that each of its promotions takes off; or, where one takes a part of everything, without that part of
what those before it leave. That holds for the kinds of conditions and benefits that say so; with others, or with what
comes after promotions and reads prices, nothing is left untried.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from cartwright.wire.policy import TaxLevel
from facts.price_index import DUE_NOW
from models.cart.sources import PROMOTION
from pricing.promotion import Promotion
from pricing.sheet.counting import counting_of
from pricing.sheet.preferring import Least
from pricing.sheet.rows import Line, Row
from pricing.sheet.worksheet import Claim, Worksheet
from pricing.steps.promoting import open_promotions, promote


class Floor(NamedTuple):
    """What the lines cost before all promotions, in minor units, and the most that each takes off, in their order.

    `gross` is the factor that makes gross amounts of all these, `odd` what rounding may move.
    """

    listed: int
    claims: Sequence[Claim]
    gross: Fraction
    odd: int

    def without(self, left_out: frozenset[str]) -> Fraction:
        """The least that the first period comes to, before adjustments, without these promotions; gross."""
        left = Fraction(self.listed)
        for each in self.claims:
            if each.promotion_id not in left_out:
                left -= each.most if each.share is None else left * each.share
        return left * self.gross - self.odd


def least_of(filled: Worksheet) -> Least | None:
    """What is known of all combinations of a cart's promotions, from the sheet with all of them; None if nothing."""
    if not (_ends_with_promotions(filled) and all(map(_falls, open_promotions(filled)))):
        return None
    lines = [_unpromoted(line) for line in filled.lines if not line.item.is_gift]
    rows = [row for line in lines for row in line.rows if row.point.type in DUE_NOW]
    kinds = {(id(row.taxation), row.point.tax_included): row.taxation for row in rows}
    factors = {taxation.factor("gross", contained=contained) for (_, contained), taxation in kinds.items()}
    if len(factors) != 1 or counting_of(filled).basis != "stated" or any(row.amount < 0 or row.least for row in rows):
        return None
    claims = _claims(filled, lines)
    odd = len(claims) + sum([_odd(row, filled.policy.tax_level) for row in rows])
    return Floor(sum([row.amount for row in rows]), claims, factors.pop(), odd).without


def _claims(filled: Worksheet, lines: list[Line]) -> Sequence[Claim]:
    """What promotions take at the prices before all of them; the first that applied has done so in the filled sheet."""
    first = next(each.promotion_id for each in filled.verdicts if each.reason is None)
    rows = [row for line in filled.lines if not line.item.is_gift for row in line.rows]
    taken = [each.amount for row in rows for each in row.alterations if each.source == PROMOTION and each.id == first]
    claims = [Claim(first, -sum(taken), None)]
    sheet = filled.copied(frozenset({first}), lines)
    sheet.claims = claims
    promote(sheet)
    return claims


def _unpromoted(line: Line) -> Line:
    """The line at its prices before all promotions."""
    rows = [row.copied() for row in line.rows]
    for row in rows:
        if row.alterations:
            row.amount, row.alterations = row.unpromoted, tuple(e for e in row.alterations if e.source != PROMOTION)
    return Line(line.item, line.offering, rows, None, line.circumstances)


def _odd(row: Row, level: TaxLevel) -> int:
    """By how many minor units the rounding of taxes may move what a price costs with them."""
    if row.point.tax_included and not any(row.taxation.exempt):
        return 0
    return (len(row.taxation.taxes) + 1) * (row.quantity if level is TaxLevel.UNIT else 1)


def _ends_with_promotions(sheet: Worksheet) -> bool:
    """Whether nothing but taxes and what is due comes after the promotions, and this is the first period."""
    cart, rows = sheet.cart, [row for line in sheet.lines for row in line.rows]
    return (
        sheet.paid is None
        and not sheet.kept
        and not cart.held_vouchers
        and all(line.item.terms.paid_period is None for line in sheet.lines)
        and (cart.header.bill_cycle_day is None or not any(row.point.is_prorated for row in rows))
    )


def _falls(promotion: Promotion) -> bool:
    """Whether it takes off no more of lower prices: of the same prices, in the same places."""
    return (
        not promotion.exclusive
        and promotion.caps.per_cart is None
        and all(each.reductions_may != "turn" for each in promotion.conditions)
        and all(each.brings is not None and not each.target.unreduced_only for each in promotion.benefits)
    )
